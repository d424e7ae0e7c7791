"""A bar for each class, as long as it has images, in a list that scrolls; one of them can be chosen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QToolTip, QWidget

from app.widgets.fonts import small
from app.words import wording

PAD, SPACE = 4, 8
NAME_SHARE = 0.42
"""Of the width, for names, at most."""
PALE = 0.45
"""How much of its colour the second part of a bar has."""


class ClassBars(QAbstractScrollArea):
    """Rows of a name, a bar in two parts and a number; the first row stands for all of them and has no bar.

    `chosen` carries the number of the class that a person chose, by a click or by the arrow keys; -1: all.
    """

    chosen = Signal(int)

    def __init__(self, name: str, every: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFont(small(self.font()))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._every = every
        self._names: tuple[str, ...] = ()
        self._hints: tuple[str, ...] = ()
        self._counts = np.zeros((0, 2), np.int64)
        self._current = -1

    @property
    def current(self) -> int:
        """The class that holds; -1: all."""
        return self._current

    def show_counts(self, names: Sequence[str], counts: np.ndarray, hints: Sequence[str]) -> None:
        """Show classes.

        Args:
            names: of the classes.
            counts: (classes, 2): images in the first, full part of a bar and in the second, pale one.
            hints: a sentence on each.
        """
        self._names, self._counts, self._hints = tuple(names), np.asarray(counts), tuple(hints)
        self.setMaximumHeight((len(self._names) + 1) * self._line())
        self._measure()
        self._describe()
        self.viewport().update()

    def choose(self, number: int) -> None:
        """Let a class hold without telling anybody; -1: all."""
        if number != self._current:
            self._current = number
            self._bring_into_sight(number + 1)
            self._describe()
            self.viewport().update()

    def row(self, number: int) -> QRect:
        """Where a class is drawn, in logical pixels of the viewport; -1: the row for all."""
        top = (number + 1) * self._line() - self.verticalScrollBar().value()
        return QRect(0, top, self.viewport().width(), self._line())

    def sizeHint(self) -> QSize:
        return QSize(240, min(11, len(self._names) + 1) * self._line())

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 3 * self._line())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()

    def focusInEvent(self, event: QEvent) -> None:
        self.viewport().update()

    def focusOutEvent(self, event: QEvent) -> None:
        self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        number = self._number_at(event.position().toPoint())
        if number is not None and event.button() == Qt.MouseButton.LeftButton:
            self._take(-1 if number == self._current else number)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = len(self._names) - 1
        page = max(1, self.viewport().height() // self._line() - 1)
        goals = {
            Qt.Key.Key_Up: self._current - 1, Qt.Key.Key_Down: self._current + 1,
            Qt.Key.Key_PageUp: self._current - page, Qt.Key.Key_PageDown: self._current + page,
            Qt.Key.Key_Home: -1, Qt.Key.Key_End: last,
        }  # fmt: skip
        if (key := Qt.Key(event.key())) in goals:
            self._take(min(max(goals[key], -1), last))
        else:
            super().keyPressEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            number = self._number_at(event.pos())
            QToolTip.showText(event.globalPos(), self._hint(number), self.viewport())
            return True
        return super().viewportEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setFont(self.font())
        first = self.verticalScrollBar().value() // self._line() - 1
        end = min(len(self._names), first + self.viewport().height() // self._line() + 2)
        for number in range(first, end):
            if self.row(number).intersects(event.rect()):
                self._paint_row(painter, number)
        painter.end()

    def _paint_row(self, painter: QPainter, number: int) -> None:
        area, palette = self.row(number), self.palette()
        if number == self._current:
            painter.fillRect(area, palette.alternateBase())
            painter.fillRect(QRect(area.topLeft(), QSize(3, area.height())), palette.highlight())
        middle = Qt.AlignmentFlag.AlignVCenter
        name = self._every if number < 0 else self._names[number]
        words = area.adjusted(PAD + 3, 0, -PAD, 0)
        room = words.width() if number < 0 else self._name_width()
        painter.setPen(palette.text().color())
        elided = self.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, room)
        painter.drawText(words, Qt.AlignmentFlag.AlignLeft | middle, elided)
        if len(self._counts):
            painter.setPen(palette.placeholderText().color())
            count = int(self._counts.sum() if number < 0 else self._counts[number].sum())
            painter.drawText(words, Qt.AlignmentFlag.AlignRight | middle, wording.count(count))
            if number >= 0:
                self._paint_bar(painter, number, words)
        if number == self._current and self.hasFocus():
            painter.setPen(QPen(palette.highlight().color(), 1))
            painter.drawRect(area.adjusted(0, 0, -1, -1))

    def _paint_bar(self, painter: QPainter, number: int, words: QRect) -> None:
        left = words.left() + self._name_width() + SPACE
        room = words.right() - self._count_width() - SPACE - left
        if room <= 0:
            return
        scale = room / max(1, int(self._counts.sum(1).max()))
        first, second = (round(float(count) * scale) for count in np.cumsum(self._counts[number]))
        thick = max(4, self._line() - 2 * PAD - 4)
        top = words.center().y() - thick // 2
        full = QColor(self.palette().highlight().color())
        pale = QColor(full)
        pale.setAlphaF(PALE)
        painter.fillRect(QRect(left, top, first, thick), full)
        painter.fillRect(QRect(left + first, top, second - first, thick), pale)

    def _take(self, number: int) -> None:
        if number != self._current:
            self.choose(number)
            self.chosen.emit(number)

    def _hint(self, number: int | None) -> str:
        return self._hints[number] if number is not None and 0 <= number < len(self._hints) else ""

    def _describe(self) -> None:
        """What a reader of the screen says of the class that holds."""
        known = 0 <= self._current < len(self._hints)
        self.setAccessibleDescription(self._hints[self._current] if known else self._every)

    def _number_at(self, place: QPoint) -> int | None:
        number = (place.y() + self.verticalScrollBar().value()) // self._line() - 1
        return number if -1 <= number < len(self._names) else None

    def _line(self) -> int:
        return self.fontMetrics().height() + PAD + 2

    def _name_width(self) -> int:
        widest = max(map(self.fontMetrics().horizontalAdvance, self._names), default=0)
        return min(widest, round(NAME_SHARE * self.viewport().width()))

    def _count_width(self) -> int:
        return self.fontMetrics().horizontalAdvance(wording.count(int(self._counts.sum())))

    def _bring_into_sight(self, row: int) -> None:
        bar, top = self.verticalScrollBar(), row * self._line()
        bar.setValue(min(max(bar.value(), top + self._line() - self.viewport().height()), top))

    def _measure(self) -> None:
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, (len(self._names) + 1) * self._line() - self.viewport().height()))
        bar.setPageStep(self.viewport().height())
        bar.setSingleStep(self._line())
