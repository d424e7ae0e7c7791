"""A veil over the window while something is dragged above it: it says what a drop would do."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QWidget


class DropOverlay(QWidget):
    """Covers its parent, or leaves a part of it free and framed, and says in a sentence what a drop there would do."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._window, self.text = parent, ""
        self._area, self._problem = QRect(), False
        self.hide()

    @property
    def area(self) -> QRect:
        """The part that a drop is for; empty: the whole."""
        return self._area

    def say(self, text: str, area: QRect | None = None, *, problem: bool = False) -> None:
        """Cover the parent and show `text`.

        Args:
            area: the part that a drop is for, in the parent's coordinates; None: the whole.
            problem: whether a drop would do nothing.
        """
        self.text, self._area, self._problem = text, area or QRect(), problem
        self.setGeometry(self._window.rect())
        self.raise_()
        self.show()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil = QColor(self.palette().window().color())
        veil.setAlphaF(0.88)
        painter.fillPath(self._covered(), veil)
        group = QPalette.ColorGroup.Disabled if self._problem else QPalette.ColorGroup.Active
        role = QPalette.ColorRole.WindowText if self._problem else QPalette.ColorRole.Highlight
        painter.setPen(QPen(self.palette().color(group, role), 2, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(self._frame(), 12, 12)
        font = painter.font()
        font.setPointSizeF(font.pointSizeF() * 1.5)
        painter.setFont(font)
        painter.setPen(self.palette().text().color())
        painter.drawText(self._room(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self.text)
        painter.end()

    def _frame(self) -> QRectF:
        """What is framed: the part that a drop is for."""
        if self._area.isEmpty():
            return QRectF(self.rect()).adjusted(16, 16, -16, -16)
        return QRectF(self._area).adjusted(1, 1, -1, -1)

    def _covered(self) -> QPainterPath:
        path = QPainterPath()
        path.addRect(QRectF(self.rect()))
        if not self._area.isEmpty():
            path.addRoundedRect(self._frame(), 12, 12)
        return path

    def _room(self) -> QRectF:
        """Where the sentence stands: in the middle, or under the part that is left free."""
        whole = QRectF(self.rect()).adjusted(60, 40, -60, -40)
        if not self._area.isEmpty():
            whole.setTop(self._area.bottom())
        return whole
