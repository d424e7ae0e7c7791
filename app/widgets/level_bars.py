"""A few levels as upright bars, each in its own colour and as tall as the nats it holds."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

WIDTH, GAP, HEIGHT = 6, 2, 22


class LevelBars(QWidget):
    """The tallest of all levels fills the height; a level without nats keeps a line at the bottom."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._colours: list[QColor] = []
        self._shares: list[float] = []

    @property
    def shares(self) -> tuple[float, ...]:
        """What is shown, each from 0 to 1."""
        return tuple(self._shares)

    def dress(self, colours: Sequence[QColor]) -> None:
        """Draw one bar for each of `colours`."""
        self._colours = list(colours)
        self.updateGeometry()
        self.update()

    def show_shares(self, shares: Sequence[float]) -> None:
        """Show how tall each bar is, from 0 to 1."""
        if list(shares) != self._shares:
            self._shares = list(shares)
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(max(0, len(self._colours) * (WIDTH + GAP) - GAP), HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setPen(Qt.PenStyle.NoPen)
        for place, (colour, share) in enumerate(zip(self._colours, self._shares, strict=False)):
            height = max(1.0, share * self.height())
            painter.fillRect(QRectF(place * (WIDTH + GAP), self.height() - height, WIDTH, height), colour)
        painter.end()
