"""The groove of a slider: where a score lies on it, which score lies under a pixel, and how both are drawn."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPalette, QPen

LIMIT = 3.0
MARGIN = 7


@dataclass(frozen=True)
class Track:
    """A slider's room without its caption and its number, from -LIMIT to LIMIT.

    Attributes:
        area: logical pixels of the slider.
    """

    area: QRectF

    def place(self, score: float) -> float:
        """Where `score` lies, in logical pixels from the slider's left."""
        return self.area.left() + MARGIN + (score + LIMIT) / (2 * LIMIT) * (self.area.width() - 2 * MARGIN)

    def score_at(self, x: float) -> float:
        """The score under a pixel; beyond the ends it goes on."""
        return (x - self.area.left() - MARGIN) / (self.area.width() - 2 * MARGIN) * 2 * LIMIT - LIMIT

    def paint(self, painter: QPainter, palette: QPalette, colour: QColor, score: float, edited: bool) -> None:
        """Draw groove, middle and handle; a score that a person chose fills the handle and its way from nought."""
        middle, nought = self.area.center().y(), self.place(0)
        handle = QPointF(self.place(score), middle)
        painter.setPen(_groove(palette.mid().color()))
        painter.drawLine(QPointF(self.place(-LIMIT), middle), QPointF(self.place(LIMIT), middle))
        painter.setPen(QPen(palette.dark().color(), 1))
        painter.drawLine(QPointF(nought, middle - 5), QPointF(nought, middle + 5))
        if edited:
            painter.setPen(_groove(colour))
            painter.drawLine(QPointF(nought, middle), handle)
        painter.setPen(QPen(colour, 2))
        painter.setBrush(colour if edited else palette.base().color())
        painter.drawEllipse(handle, 5.5, 5.5)

    def paint_ring(self, painter: QPainter, palette: QPalette, score: float) -> None:
        """Draw the ring that says the handle has the keyboard."""
        painter.setPen(QPen(palette.text().color(), 1.2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QPointF(self.place(score), self.area.center().y()), 8.5, 8.5)


def _groove(colour: QColor) -> QPen:
    return QPen(colour, 4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
