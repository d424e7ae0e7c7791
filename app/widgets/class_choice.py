"""A button for each class, with its probability as a bar: the sliders of a level that is a label."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from app.widgets.fonts import small

CELL = QSize(132, 24)
GAP = 8


class ClassButton(QAbstractButton):
    """One class: its name, its probability as a number and as a bar, a ring while it is the one chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFont(small(self.font()))
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._share: float | None = None
        self._colour = QColor("#35b3c6")

    @property
    def share(self) -> float | None:
        """The probability shown."""
        return self._share

    def dress(self, colour: QColor) -> None:
        """Draw in the colour of the level."""
        self._colour = QColor(colour)
        self.update()

    def show_share(self, share: float | None, chosen: bool) -> None:
        """Show a probability, or none, and whether the picture is drawn as this class."""
        self._share = share
        self.setChecked(chosen)
        words = self.text() if share is None else f"{self.text()}, {share:.0%}"
        self.setAccessibleName(words)
        self.update()

    def sizeHint(self) -> QSize:
        return CELL

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter, palette = QPainter(self), self.palette()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(1.0, 1.0, -1.0, -1.0)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(palette.mid() if self.underMouse() else palette.button())
        painter.drawRoundedRect(frame, 4, 4)
        if self._share is not None:
            bar = QRectF(frame.left(), frame.bottom() - 3, max(2.0, self._share * frame.width()), 3)
            painter.fillRect(bar, self._colour)
        if self.isChecked() or self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self._colour if self.isChecked() else palette.highlight().color(), 1.5))
            painter.drawRoundedRect(frame, 4, 4)
        self._paint_words(painter, frame.adjusted(7, 0, -6, -2))
        painter.end()

    def _paint_words(self, painter: QPainter, area: QRectF) -> None:
        number = "" if self._share is None else f"{self._share:.0%}"
        metrics, palette = self.fontMetrics(), self.palette()
        room = round(area.width()) - metrics.horizontalAdvance(number) - 6
        painter.setPen((palette.text() if self.isChecked() else palette.placeholderText()).color())
        middle = Qt.AlignmentFlag.AlignVCenter
        name = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, room)
        painter.drawText(area, Qt.AlignmentFlag.AlignLeft | middle, name)
        painter.drawText(area, Qt.AlignmentFlag.AlignRight | middle, number)


class ClassChoice(QWidget):
    """Buttons in as many columns as fit; `chosen` says the number of the class a person pressed."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMinimumWidth(CELL.width())
        self.buttons: list[ClassButton] = []
        self._colour = QColor("#35b3c6")

    def set_classes(self, names: Sequence[str]) -> None:
        """Offer these classes, in this order."""
        if [button.text() for button in self.buttons] == list(names):
            return
        for button in self.buttons:
            button.deleteLater()
        self.buttons = [self._button(number, name) for number, name in enumerate(names)]
        self._arrange()
        self.updateGeometry()

    def set_colour(self, colour: QColor) -> None:
        """Draw in the colour of the level."""
        self._colour = QColor(colour)
        for button in self.buttons:
            button.dress(colour)

    def show_shares(self, shares: Sequence[float] | None, chosen: int) -> None:
        """Show the probability of each class, where there is one, and which the picture is drawn as."""
        for number, button in enumerate(self.buttons):
            button.show_share(None if shares is None else shares[number], number == chosen)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return -(-len(self.buttons) // self._columns(width)) * (CELL.height() + 4)

    def sizeHint(self) -> QSize:
        return QSize(3 * CELL.width(), self.heightForWidth(self.width()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _columns(self, width: int) -> int:
        return max(1, (width + GAP) // (CELL.width() + GAP))

    def _arrange(self) -> None:
        columns = self._columns(self.width())
        for place, button in enumerate(self.buttons):
            row, column = divmod(place, columns)
            button.setGeometry(column * (CELL.width() + GAP), row * (CELL.height() + 4), CELL.width(), CELL.height())

    def _button(self, number: int, name: str) -> ClassButton:
        button = ClassButton(self)
        button.setText(name)
        button.dress(self._colour)
        button.clicked.connect(lambda: self.chosen.emit(number))
        button.show()
        return button
