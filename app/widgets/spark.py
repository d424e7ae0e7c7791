"""A curve as small as a word: how something went, without axes; a click asks for the whole."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

SIZE = QSize(132, 42)
EDGE = 3


class Spark(QWidget):
    """Takes the keyboard: space and Enter ask as a click does."""

    wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._colour = QColor("#35b3c6")
        self._y = np.empty(0)

    @property
    def values(self) -> np.ndarray:
        """The heights, from left to right."""
        return self._y

    def show_line(self, y: np.ndarray, colour: QColor) -> None:
        """Draw heights, (n,), evenly spaced, from the least to the greatest; what is not finite is left out."""
        self._y, self._colour = y[np.isfinite(y)], QColor(colour)
        self.update()

    def sizeHint(self) -> QSize:
        return SIZE

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = self.rect().adjusted(0, 0, -1, -1)
        painter.fillRect(area, self.palette().alternateBase())
        if len(self._y) > 1:
            painter.setPen(QPen(self._colour, 1.5))
            painter.drawPolyline(QPolygonF(self._points()))
        if self.hasFocus():
            painter.setPen(QPen(self.palette().highlight().color(), 1.5))
            painter.drawRect(area)
        painter.end()

    def _points(self) -> list[QPointF]:
        low, high = float(self._y.min()), float(self._y.max())
        across, up = self.width() - 2 * EDGE, self.height() - 2 * EDGE
        shares = (self._y - low) / max(high - low, 1e-9)
        places = np.linspace(0.0, 1.0, len(self._y))
        return [
            QPointF(EDGE + across * x, EDGE + up * (1 - y))
            for x, y in zip(places.tolist(), shares.tolist(), strict=True)
        ]

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.wanted.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.wanted.emit()
        else:
            super().keyPressEvent(event)
