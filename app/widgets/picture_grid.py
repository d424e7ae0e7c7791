"""As many small pictures as fit into the room there is, each by a whole number, to choose one from."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.widgets.fonts import small
from app.widgets.picture import draw_whole, same_pixels, tile_side, to_image

SPACE = 3


class PictureGrid(QWidget):
    """Takes what room it is given and shows nothing half. `picked` says the number of a picture that a person chose."""

    picked = Signal(int)

    def __init__(self, caption: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFont(small(self.font()))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(caption)
        self._caption = caption
        self._images: list[QImage] = []
        self._pixels: np.ndarray | None = None
        self._tile, self._chosen = 56, -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

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

    def choose(self, number: int) -> None:
        """Frame one picture, or none with -1, without telling anybody."""
        if number != self._chosen:
            self._chosen = number
            self.update()

    def tile(self, number: int) -> QRect:
        """Where a picture is drawn."""
        row, column = divmod(number, max(1, self._places()[0]))
        step = self._tile + SPACE
        return QRect(column * step, self._line() + row * step, self._tile, self._tile)

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

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = event.position().toPoint()
        for number in range(self.fitting):
            if self.tile(number).contains(place):
                self.picked.emit(number)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        columns = self._places()[0]
        steps = {
            Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -columns, Qt.Key.Key_Down: columns,
        }  # fmt: skip
        if (key := Qt.Key(event.key())) in steps and self.fitting:
            wanted = 0 if self._chosen < 0 else self._chosen + steps[key]
            self.picked.emit(min(max(wanted, 0), self.fitting - 1))
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        if not self.fitting:
            return
        painter = QPainter(self)
        painter.setPen(self.palette().placeholderText().color())
        line = self._line()
        painter.drawText(QRect(0, 0, self.width(), line), Qt.AlignmentFlag.AlignLeft, self._caption)
        for number, image in enumerate(self._images[: self.fitting]):
            draw_whole(painter, image, self.tile(number), self.devicePixelRatioF())
        marked = max(0, self._chosen) if self.hasFocus() else self._chosen
        if 0 <= marked < self.fitting:
            painter.setPen(QPen(self.palette().highlight().color(), 3 if self.hasFocus() else 2))
            painter.drawRect(self.tile(marked).adjusted(1, 1, -1, -1))
        painter.end()
