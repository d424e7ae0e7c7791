"""The crosshair of a plot: a dotted line at one place of the axis, and words about it at the far side."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel

from app.widgets.plot_box import PlotBox


class PlotCursor:
    """Hidden at first.

    Args:
        box: where the line stands.
        view: what the words lie on.
    """

    def __init__(self, box: PlotBox, view: pg.PlotWidget) -> None:
        self._box = box
        self._line = pg.InfiniteLine(angle=90, movable=False)
        self._line.hide()
        box.addItem(self._line, ignoreBounds=True)
        self._words = QLabel(view)
        self._words.setProperty("role", "caption")
        self._words.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._words.hide()

    @property
    def reading(self) -> str:
        """What is said; empty when nothing is."""
        return "" if self._words.isHidden() else self._words.text()

    def recolour(self, background: QColor, colour: QColor) -> None:
        """Follow another theme."""
        self._line.setPen(pg.mkPen(colour, width=1, style=Qt.PenStyle.DotLine))
        ground = QColor(background)
        ground.setAlphaF(0.88)
        self._words.setStyleSheet(f"background: {ground.name(QColor.NameFormat.HexArgb)}; padding: 1px 4px;")

    def show_at(self, place: float | None, words: str) -> None:
        """Mark a place and say `words`, rich text, on the side that has more room; None: no place."""
        self._line.setVisible(place is not None)
        self._words.setVisible(place is not None and bool(words))
        if place is None:
            return
        self._line.setPos(place)
        self._words.setWordWrap(False)  # else its hint is that of a square
        self._words.setText(words)
        room = self._box.sceneBoundingRect()
        width = min(self._words.sizeHint().width(), max(80, round(room.width()) - 4))
        self._words.setWordWrap(True)
        self._words.resize(width, self._words.heightForWidth(width))
        low, high = self._box.viewRange()[0]
        at_right = place < (low + high) / 2
        x = room.right() - self._words.width() - 2 if at_right else room.left() + 2
        self._words.move(round(x), round(room.top()))
