"""A padlock that a click or the space bar shuts and opens."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

SIDE = QSize(18, 18)
BODY = QRectF(-4.5, -0.5, 9.0, 6.5)


class Padlock(QAbstractButton):
    """Drawn in the colour of its level while it is shut, faint while it is open; `clicked`: a person used it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._colour = QColor("#35b3c6")

    def set_colour(self, colour: QColor) -> None:
        """Draw in the colour of the level."""
        self._colour = QColor(colour)
        self.update()

    def sizeHint(self) -> QSize:
        return SIDE

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter, palette = QPainter(self), self.palette()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(0.75, 0.75, -0.75, -0.75)
        if self.underMouse() or self.hasFocus():
            painter.setPen(QPen(palette.highlight().color(), 1.2) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(palette.button() if self.underMouse() else Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(frame, 4, 4)
        painter.translate(QPointF(frame.center().x(), frame.center().y() + 0.5))
        self._paint_lock(painter, self._colour if self.isChecked() else palette.placeholderText().color())
        painter.end()

    def _paint_lock(self, painter: QPainter, colour: QColor) -> None:
        """Around the origin: a body, and a shackle that stands in it at both ends or at one."""
        painter.setPen(QPen(colour, 1.4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.setBrush(colour if self.isChecked() else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(BODY, 1.2, 1.2)
        aside = 0.0 if self.isChecked() else 4.6
        arch = QRectF(-2.8 + aside, -6.0, 5.6, 6.0)
        painter.drawArc(arch, 0, 180 * 16)
        ends = (arch.left(), arch.right()) if self.isChecked() else (arch.left(),)
        for x in ends:
            painter.drawLine(QPointF(x, arch.center().y()), QPointF(x, BODY.top()))
