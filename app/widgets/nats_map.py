"""Where on its grid a level spends its nats; a click, or the arrow keys, choose a place, and again give it back."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.widgets.effect_map import EffectMap
from app.widgets.picture import whole_place

Place = tuple[int, int]
"""Row and column."""


class NatsMap(EffectMap):
    """Full colour where most nats are spent, a frame round the chosen place, a dot at each that was edited.

    `picked` carries the place a person chose, or None for all of them.
    """

    faintest = 0.01
    picked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._place: Place | None = None
        self._pressed: Place | None = None
        self._marks: frozenset[Place] = frozenset()

    def choose(self, place: Place | None) -> None:
        """Frame a place, or none, without telling anybody."""
        self._place = place
        self.update()

    def mark(self, places: Iterable[Place]) -> None:
        """Put a dot on these places."""
        self._marks = frozenset(places)
        self.update()

    def cell(self, place: Place) -> QRectF:
        """Where a place is drawn, in logical pixels."""
        if self.image is None:
            return QRectF()
        ratio = self.devicePixelRatioF()
        whole = whole_place(self.image, self.area, ratio)
        width, height = whole.width() / self.image.width(), whole.height() / self.image.height()
        row, column = place
        left, top = whole.x() + column * width, whole.y() + row * height
        return QRectF(left / ratio, top / ratio, width / ratio, height / ratio)

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self._place_at(event.position().toPoint())
        self._pressed = place
        if place is not None:
            self.picked.emit(None if place == self._place else place)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """A mouse that is dragged over the map takes the choice along."""
        place = self._place_at(event.position().toPoint())
        if event.buttons() & Qt.MouseButton.LeftButton and place is not None and place != self._pressed:
            self._pressed = place
            self.picked.emit(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0), Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1),
        }  # fmt: skip
        key = Qt.Key(event.key())
        if key in steps and self.image is not None:
            self.picked.emit(self._stepped(*steps[key]))
        elif key in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete):
            self.picked.emit(None)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        text = self.palette().text().color()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(text)
        for place in self._marks:
            painter.drawEllipse(self.cell(place).center(), 1.8, 1.8)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._place is not None:
            painter.setPen(QPen(text, 1.5))
            painter.drawRect(self.cell(self._place).adjusted(-0.5, -0.5, 0.5, 0.5))
        if self.hasFocus():
            painter.setPen(QPen(QColor(self.palette().highlight().color()), 1.5))
            painter.drawRect(QRectF(self.area).adjusted(0.5, 0.5, -0.5, -0.5))
        painter.end()

    def _place_at(self, point: QPoint) -> Place | None:
        if self.image is None:
            return None
        whole = self.cell((0, 0))
        row = int((point.y() - whole.top()) // whole.height())
        column = int((point.x() - whole.left()) // whole.width())
        inside = 0 <= row < self.image.height() and 0 <= column < self.image.width()
        return (row, column) if inside else None

    def _stepped(self, down: int, right: int) -> Place:
        """The neighbour of the chosen place; without one, the place with the most nats."""
        assert self._deviation is not None
        height, width = self._deviation.shape
        if self._place is None:
            most = int(np.argmax(self._deviation))
            return most // width, most % width
        row, column = self._place
        return min(max(row + down, 0), height - 1), min(max(column + right, 0), width - 1)
