"""A veil over the window from which one part is picked: by mouse, or by Tab and the arrow keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QColor, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

ROUND = 6
PAD = 8


class Target(NamedTuple):
    """A part that can be picked.

    Attributes:
        key: its name in code.
        title: its name for people.
        area: what of it is in sight, in the overlay's coordinates; empty where it is scrolled away.
        size: of the whole part, in logical pixels.
    """

    key: str
    title: str
    area: QRect
    size: QSize


class PickOverlay(QWidget):
    """`picked` carries the key and "file", "ask" or "clipboard"; `scaled` a digit that was typed, `looked_at` the
    key of the part that now stands out.

    Args:
        parent: what is covered.
        targets: what can be picked now, asked anew at every look; never empty.
        hint: what the keys do.
        scales: digits that set the scale.
    """

    picked = Signal(str, str)
    scaled = Signal(int)
    looked_at = Signal(str)
    closed = Signal()

    def __init__(
        self, parent: QWidget, targets: Callable[[], Sequence[Target]], hint: str, scales: Sequence[int], scale: int
    ) -> None:
        super().__init__(parent)
        self._targets, self._hint, self._scales, self._scale = targets, hint, scales, scale
        self._chosen = targets()[0].key
        self._before = parent.window().focusWidget()
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(hint)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setGeometry(parent.rect())
        parent.installEventFilter(self)
        self.raise_()
        self.show()
        self.setFocus()
        self._describe()

    @property
    def chosen(self) -> Target:
        """The part that stands out."""
        targets = self._targets()
        return next((one for one in targets if one.key == self._chosen), targets[0])

    def eventFilter(self, watched: QWidget, event: QEvent) -> bool:  # type: ignore[override]
        if event.type() == QEvent.Type.Resize:
            self.setGeometry(watched.rect())
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and self._turn(Qt.Key(event.key())):
            return True  # Tab too, before Qt moves the keyboard elsewhere with it
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._pick("ask" if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else "file")
        elif event.key() == Qt.Key.Key_C:
            self._pick("clipboard")
        elif event.text().isdigit() and int(event.text()) in self._scales:
            self._scale = int(event.text())
            self.scaled.emit(self._scale)
            self.update()

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        if self._before is not None and self.hasFocus():
            self._before.setFocus()
        self.closed.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._look_at(event.position().toPoint())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            self.close()
            return
        self._look_at(event.position().toPoint())
        self._pick("ask" if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else "file")

    def _look_at(self, place: QPoint) -> None:
        """Choose the smallest part under the mouse."""
        under = [one for one in self._targets() if one.area.contains(place)]
        if under:
            self._choose(min(under, key=lambda one: one.area.width() * one.area.height()).key)

    def _turn(self, key: Qt.Key) -> bool:
        """Choose the next or the previous part, round the end."""
        steps = {
            Qt.Key.Key_Tab: 1,
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Backtab: -1,
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_Left: -1,
        }
        if key not in steps:
            return False
        keys = [one.key for one in self._targets()]
        place = keys.index(self._chosen) if self._chosen in keys else 0
        self._choose(keys[(place + steps[key]) % len(keys)])
        return True

    def _choose(self, key: str) -> None:
        if key != self._chosen:
            self._chosen = key
            self.looked_at.emit(key)
            self._describe()
            self.update()

    def _describe(self) -> None:
        self.setAccessibleDescription(self.chosen.title)

    def _pick(self, how: str) -> None:
        self.close()
        self.picked.emit(self._chosen, how)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen, whole = self.chosen, QRectF(self.rect())
        veil = QPainterPath()
        veil.addRect(whole)
        hole = QRectF(chosen.area).intersected(whole.adjusted(2, 2, -2, -2))
        veil.addRoundedRect(hole, ROUND, ROUND)
        shade = QColor(self.palette().window().color())
        shade.setAlphaF(0.72)
        painter.fillPath(veil, shade)
        painter.setPen(QPen(self.palette().highlight().color(), 2))
        painter.drawRoundedRect(hole, ROUND, ROUND)
        size = chosen.size * self._scale
        label = f"{chosen.title}   {size.width()} × {size.height()} px"
        above = round(hole.top()) - painter.fontMetrics().height() - 2 * PAD
        place = QPoint(round(hole.left()) + PAD, above if above > 0 else round(hole.top()) + PAD)
        self._plate(painter, label, place, centred=False)
        self._plate(painter, self._hint, QPoint(self.width() // 2, self.height() - 56), centred=True)
        painter.end()

    def _plate(self, painter: QPainter, text: str, place: QPoint, *, centred: bool) -> None:
        """Draw words on a ground of their own."""
        box = painter.fontMetrics().boundingRect(text).adjusted(-10, -6, 10, 6)
        box.moveTopLeft(place - QPoint(box.width() // 2 if centred else 0, 0))
        box.moveRight(min(box.right(), self.width() - PAD))
        painter.setBrush(self.palette().highlight())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawRoundedRect(box, ROUND, ROUND)
        painter.setPen(self.palette().highlightedText().color())
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
