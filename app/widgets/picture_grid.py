"""As many small pictures as fit into the room there is, each by a whole number, with a caption above them."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.widgets.fonts import small
from app.widgets.picture import draw_whole, same_pixels, tile_side, to_image

SPACE = 3


class PictureGrid(QWidget):
    """Takes what room it is given and shows nothing half."""

    def __init__(self, caption: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFont(small(self.font()))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(caption)
        self._caption = caption
        self._images: list[QImage] = []
        self._pixels: np.ndarray | None = None
        self._tile = 56

    @property
    def images(self) -> list[QImage]:
        """The pictures, whether they fit or not."""
        return list(self._images)

    @property
    def fitting(self) -> int:
        """How many of them are in sight."""
        columns, rows = self._places()
        return min(len(self._images), columns * rows)

    def show_pixels(self, pixels: np.ndarray) -> None:
        """Show (n, H, W) or (n, H, W, 3) uint8 pictures; none empties the grid."""
        if same_pixels(pixels, self._pixels):
            return
        self._pixels = pixels
        self._images = [to_image(picture) for picture in pixels]
        if self._images and self._tile != (tile := tile_side(*pixels.shape[1:3])):
            self._tile = tile
            self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(3 * (self._tile + SPACE), self._tile + self._line())

    def minimumSizeHint(self) -> QSize:
        return QSize(self._tile, self._tile + self._line())

    def _line(self) -> int:
        return self.fontMetrics().height() + SPACE

    def _places(self) -> tuple[int, int]:
        """Columns and rows for which there is room."""
        step = self._tile + SPACE
        return (self.width() + SPACE) // step, max(0, self.height() - self._line() + SPACE) // step

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        if not self.fitting:
            return
        painter = QPainter(self)
        painter.setPen(self.palette().placeholderText().color())
        line = self._line()
        painter.drawText(QRect(0, 0, self.width(), line), Qt.AlignmentFlag.AlignLeft, self._caption)
        columns, step = self._places()[0], self._tile + SPACE
        for place, image in enumerate(self._images[: self.fitting]):
            row, column = divmod(place, columns)
            tile = QRect(column * step, line + row * step, self._tile, self._tile)
            draw_whole(painter, image, tile, self.devicePixelRatioF())
        painter.end()
