"""The picture of a point with a line of words under it, laid beside the point."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.widgets.picture import draw_whole, to_image, whole_side

SIDE = 84
"""Least side of the picture, in logical pixels."""


class Thumbnail(QWidget):
    """Lies inside its parent, over what is there; the mouse goes through it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._inside = parent
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._image: QImage | None = None
        self._words = ""
        self.hide()

    @property
    def words(self) -> str:
        """What is said under the picture."""
        return self._words

    def show_beside(self, pixels: np.ndarray | None, words: str, place: QPoint) -> None:
        """Show a picture next to a place of the parent, inside of it."""
        self._image, self._words = None if pixels is None else to_image(pixels), words
        metrics, side = self.fontMetrics(), SIDE
        if self._image is not None:
            side = whole_side(max(self._image.width(), self._image.height()), SIDE)
        self.resize(max(side, metrics.horizontalAdvance(words)) + 8, side + metrics.height() + 10)
        room = self._inside.rect()
        x = place.x() + 14 if place.x() + 14 + self.width() < room.right() else place.x() - 14 - self.width()
        self.move(max(0, x), min(max(0, place.y() - self.height() // 2), room.bottom() - self.height()))
        self.show()
        self.raise_()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter, line = QPainter(self), self.fontMetrics().height()
        painter.setPen(self.palette().mid().color())
        painter.setBrush(self.palette().alternateBase())
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        area = QRect(4, 4, self.width() - 8, self.height() - line - 10)
        if self._image is not None:
            draw_whole(painter, self._image, area, self.devicePixelRatioF())
        painter.setPen(self.palette().text().color())
        painter.drawText(QRect(4, area.bottom() + 3, area.width(), line), Qt.AlignmentFlag.AlignHCenter, self._words)
        painter.end()
