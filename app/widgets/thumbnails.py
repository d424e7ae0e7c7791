"""A page of small pictures to choose one from, by mouse or arrow keys."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.widgets.picture import draw_whole, to_image

TILE = 32
GAP = 3


class Thumbnails(QWidget):
    """Rows of pictures numbered from `first`; the chosen one has a frame."""

    picked = Signal(int)

    def __init__(self, rows: int = 3, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = rows
        self._images: list[QImage] = []
        self._first, self._chosen = 0, -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def capacity(self) -> int:
        """How many pictures one page holds."""
        return self._columns() * self._rows

    def show_page(self, first: int, pictures: Sequence[np.ndarray]) -> None:
        """Show `pictures`, the first of which has the number `first`."""
        self._first, self._images = first, [to_image(picture) for picture in pictures]
        self.update()

    def choose(self, number: int) -> None:
        """Frame the picture `number`, without telling anybody."""
        self._chosen = number
        self.update()

    def tile(self, number: int) -> QRect:
        """Where the picture `number` is drawn."""
        row, column = divmod(number - self._first, self._columns())
        spare = self.width() - self._columns() * (TILE + GAP) + GAP
        step = TILE + GAP + (spare / max(1, self._columns() - 1) if spare > 0 else 0)
        return QRect(QPoint(int(column * step), row * (TILE + GAP)), QSize(TILE, TILE))

    def sizeHint(self) -> QSize:
        return QSize(6 * (TILE + GAP), self._rows * (TILE + GAP) - GAP)

    def minimumSizeHint(self) -> QSize:
        return QSize(3 * (TILE + GAP), self._rows * (TILE + GAP) - GAP)

    def _columns(self) -> int:
        return max(1, (self.width() + GAP) // (TILE + GAP))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        for number in range(self._first, self._first + len(self._images)):
            if self.tile(number).contains(event.position().toPoint()):
                self.picked.emit(number)
                return

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -self._columns(),
            Qt.Key.Key_Down: self._columns(),
        }
        if (key := Qt.Key(event.key())) in steps and self._chosen >= 0:
            self.picked.emit(max(0, self._chosen + steps[key]))
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        for place, image in enumerate(self._images):
            tile = self.tile(self._first + place)
            painter.fillRect(tile, self.palette().alternateBase())
            draw_whole(painter, image, tile, self.devicePixelRatioF())
            if self._first + place == self._chosen:
                painter.setPen(QPen(self.palette().highlight().color(), 3 if self.hasFocus() else 2))
                painter.drawRect(tile.adjusted(1, 1, -1, -1))
        painter.end()
