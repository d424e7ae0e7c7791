"""Pictures of pixels, drawn by whole numbers without smoothing, so that every pixel is a sharp square at any ratio."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.widgets.fonts import small


def to_image(pixels: np.ndarray) -> QImage:
    """A QImage of its own of uint8 pixels, (H, W) grey or (H, W, 3) colour."""
    pixels = np.ascontiguousarray(pixels)
    height, width = pixels.shape[:2]
    layout = QImage.Format.Format_Grayscale8 if pixels.ndim == 2 else QImage.Format.Format_RGB888
    return QImage(pixels.data, width, height, pixels.strides[0], layout).copy()


def same_pixels(one: np.ndarray | None, other: np.ndarray | None) -> bool:
    """Whether two pictures, or two stacks of them, look the same: then there is nothing to paint again."""
    return one is other or (one is not None and other is not None and np.array_equal(one, other))


def whole_side(side: int, least: int) -> int:
    """The smallest whole multiple of `side` that reaches `least` logical pixels."""
    return side * -(-least // side)


def tile_side(height: int, width: int) -> int:
    """Logical pixels of the side of a small picture: the largest whole multiple up to 64, or 64 and scaled down."""
    side = max(height, width)
    return side * (64 // side) if side <= 64 else 64


def whole_place(image: QImage, area: QRect, ratio: float) -> QRect:
    """Where `draw_whole` puts `image`, in device pixels."""
    room = min(area.width() * ratio / image.width(), area.height() * ratio / image.height())
    whole = int(room) if room >= 1 else room
    width, height = round(image.width() * whole), round(image.height() * whole)
    left = round((area.x() + area.width() / 2) * ratio - width / 2)
    top = round((area.y() + area.height() / 2) * ratio - height / 2)
    return QRect(left, top, width, height)


def draw_whole(painter: QPainter, image: QImage, area: QRect, ratio: float) -> None:
    """Draw `image` into the middle of `area`, scaled by the largest whole number of device pixels that fits.

    Args:
        ratio: device pixels a logical pixel has. An image larger than the area is scaled down smoothly.
    """
    place = whole_place(image, area, ratio)
    painter.save()
    painter.scale(1 / ratio, 1 / ratio)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, place.width() < image.width())
    painter.drawImage(place, image)
    painter.restore()


class Picture(QWidget):
    """One picture."""

    def __init__(self, least: int = 128, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._least = least
        self._image: QImage | None = None
        self._pixels: np.ndarray | None = None
        self._side = QSize(28, 28)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    @property
    def image(self) -> QImage | None:
        """What is shown."""
        return self._image

    def show_pixels(self, pixels: np.ndarray | None) -> None:
        """Show uint8 pixels, (H, W) or (H, W, 3); None shows an empty frame."""
        if same_pixels(pixels, self._pixels):
            return
        self._pixels = pixels
        self._image = None if pixels is None else to_image(pixels)
        if pixels is not None and (size := QSize(pixels.shape[1], pixels.shape[0])) != self._side:
            self._side = size
            self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        scale = whole_side(min(self._side.width(), self._side.height()), self._least) // min(
            self._side.width(), self._side.height()
        )
        return self._side * scale

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        if self._image is None:
            painter.fillRect(self.rect(), self.palette().alternateBase())
        else:
            draw_whole(painter, self._image, self.rect(), self.devicePixelRatioF())
        painter.end()


class Strip(QWidget):
    """A row of pictures from one end of a traversal to the other; as many as fit, both ends and the middle always."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFont(small(self.font()))
        self._images: list[QImage] = []
        self._pixels: np.ndarray | None = None
        self._tile, self._caption = 56, ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._most = 9

    @property
    def images(self) -> list[QImage]:
        """The pictures, whether they fit or not."""
        return list(self._images)

    def show_pixels(self, pixels: np.ndarray | None, caption: str) -> None:
        """Show (n, H, W) or (n, H, W, 3) uint8 pictures and say in `caption` what is traversed."""
        if caption == self._caption and same_pixels(pixels, self._pixels):
            return
        self._pixels = pixels
        self._images = [] if pixels is None else [to_image(picture) for picture in pixels]
        if self._images:
            self._tile = tile_side(self._images[0].height(), self._images[0].width())
        self._caption = caption
        self.setAccessibleName(caption)
        self.updateGeometry()
        self.update()

    @property
    def tile(self) -> int:
        """Side of one picture in logical pixels."""
        return self._tile

    @property
    def most(self) -> int:
        """How many pictures it shows at most."""
        return self._most

    def set_most(self, tiles: int) -> None:
        """Show at most `tiles` pictures."""
        if tiles != self._most:
            self._most = tiles
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._most * (self._tile + 3) - 3, self._tile + self.fontMetrics().height() + 3)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        line = self.fontMetrics().height()
        ends = QRect(0, 0, self.width(), line)
        painter.setPen(self.palette().placeholderText().color())
        painter.drawText(ends, Qt.AlignmentFlag.AlignLeft, "−3")
        painter.drawText(ends, Qt.AlignmentFlag.AlignRight, "+3")
        room = self.width() - 2 * self.fontMetrics().horizontalAdvance("+3 ")
        caption = self.fontMetrics().elidedText(self._caption, Qt.TextElideMode.ElideRight, room)
        painter.drawText(ends, Qt.AlignmentFlag.AlignHCenter, caption)
        for place in range(self._most):
            tile = QRect(place * (self._tile + 3), line + 3, self._tile, self._tile)
            if self._images:
                number = round(place * (len(self._images) - 1) / (self._most - 1))
                draw_whole(painter, self._images[number], tile, self.devicePixelRatioF())
            else:
                painter.fillRect(tile, self.palette().alternateBase())
        painter.end()
