"""One layer of the picture of a model: a bar in the layer's colour on the left, a ring while it has the keyboard."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

NAME_WIDTH = 136
BAR = 5


class Stratum(QWidget):
    """Content goes to `body`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._colour = QColor("#9aa2b0")
        self._whole = QVBoxLayout(self)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.setSpacing(0)
        self.body = QHBoxLayout()
        self.body.setContentsMargins(BAR + 13, 8, 12, 8)
        self.body.setSpacing(10)
        self._whole.addLayout(self.body, 1)

    @property
    def colour(self) -> QColor:
        """The colour of the layer."""
        return self._colour

    def put_under(self, widget: QWidget) -> None:
        """Lay a widget with margins of its own under the content, in its full width."""
        self._whole.addWidget(widget)

    def set_colour(self, colour: QColor) -> None:
        """Draw the bar in `colour`."""
        self._colour = QColor(colour)
        self.update()

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        palette = self.palette()
        painter.fillRect(self.rect(), palette.base())
        painter.fillRect(0, 0, BAR, self.height(), self._colour)
        painter.fillRect(BAR, self.height() - 1, self.width(), 1, palette.mid())
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(palette.highlight().color(), 1.5))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(BAR + 2, 1.5, -1.5, -2.5), 4, 4)
        painter.end()
