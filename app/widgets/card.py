"""A titled frame whose body folds away with a click on the title."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget


class _Head(QWidget):
    """The line with the title: a button in all but looks."""

    clicked = Signal()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.clicked.emit()

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self.palette().highlight().color(), 1.5))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.75, 0.75, -0.75, -0.75), 3, 3)
            painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.clicked.emit()
        else:
            super().keyPressEvent(event)


class Card(QFrame):
    """Title and caption in one line, and under it whatever is added to `body`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._caption = QLabel()
        self._caption.setProperty("role", "caption")
        self._title = QLabel()
        self._title.setProperty("role", "title")
        self._head = head = _Head()
        head.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        head.setCursor(Qt.CursorShape.PointingHandCursor)
        head.setToolTip(self.tr("Click to fold or unfold"))
        head.clicked.connect(self.toggle)
        line = QHBoxLayout(head)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self._title)
        line.addStretch(1)
        line.addWidget(self._caption)
        self._content = QWidget()
        self.body = QVBoxLayout(self._content)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(6)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(14, 10, 14, 12)
        whole.setSpacing(8)
        whole.addWidget(head)
        whole.addWidget(self._content)

    def set_title(self, text: str) -> None:
        """Name the card."""
        self._title.setText(text)
        self._head.setAccessibleName(text)

    @property
    def folded(self) -> bool:
        """Whether only the title line shows."""
        return self._content.isHidden()

    def set_caption(self, text: str) -> None:
        """Say `text` at the right end of the title line."""
        self._caption.setText(text)

    def toggle(self) -> None:
        """Fold or unfold the body."""
        self._content.setVisible(self.folded)
