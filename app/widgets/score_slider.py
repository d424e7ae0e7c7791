"""A wide horizontal slider from -3 to 3 prior standard deviations, with its unit, its value and what it carries."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy, QWidget

from app.widgets.fonts import small
from app.widgets.score_field import ScoreField
from app.widgets.score_track import LIMIT, Track

_TICKS = 100
_FINE = 0.1
_PAUSE_MS = 600


class ScoreSlider(QAbstractSlider):
    """One unit of a level. Drag, arrows or wheel move it (Shift: a tenth as far); Enter or a click on its number types
    one; a double click resets it.

    `began` and `ended` enclose each gesture, `moved` says where it stands; only a person's hand emits them, never
    `show_score`.
    """

    began = Signal()
    moved = Signal(float)
    ended = Signal()
    reset = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setRange(round(-LIMIT * _TICKS), round(LIMIT * _TICKS))
        self.setSingleStep(10)
        self.setPageStep(50)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._caption, self._share, self._hint = "", 0.0, ""
        self.setFont(small(self.font()))
        self._colour = QColor("#35b3c6")
        self._edited = False
        self._value: float | None = None
        self._field: ScoreField | None = None
        self._grip: tuple[float, float] | None = None
        self._rest = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._rest.timeout.connect(self._end_keys)
        self._keys = False

    @property
    def score(self) -> float:
        """Where the handle stands, in prior standard deviations."""
        return self.value() / _TICKS

    @property
    def held(self) -> bool:
        """Whether a hand is on it: a drag, a row of key strokes or a number is under way."""
        return self._grip is not None or self._keys or self._field is not None

    def place_of(self, score: float) -> float:
        """How far from its left edge, in pixels, the handle stands at `score`."""
        return self._track().place(score)

    def describe(self, caption: str, share: float, name: str, hint: str) -> None:
        """Say what it moves.

        Args:
            caption: the few characters to its left.
            share: 0 to 1, the length of the bar under the caption.
            name: accessible name.
            hint: tool tip.
        """
        if (caption, share, hint) == (self._caption, self._share, self._hint):
            return
        self._caption, self._share, self._hint = caption, share, hint
        self.setAccessibleName(name)
        self.setToolTip(hint)
        self.update()

    def set_colour(self, colour: QColor) -> None:
        """Draw in the colour of its level."""
        self._colour = QColor(colour)
        self.update()

    @property
    def text(self) -> str:
        """The number at its right, as it is shown."""
        value = "" if self._value is None else f" ({self._value:.2f})"
        return f"{self.score:+.2f}{value}".replace("-", "−")

    def show_score(self, score: float, edited: bool, value: float | None = None) -> None:
        """Stand at `score` without telling anybody; a hand on the slider wins.

        Args:
            score: in prior standard deviations.
            edited: whether a person put it there.
            value: what the unit is worth, shown beside the score where the score alone does not say it.
        """
        before = self._value, self._edited, self.value()
        self._value = value
        if not self.held:
            self._edited = edited
            known = score == score  # a model gone astray says "not a number", or numbers beyond any slider
            self.setValue(round(max(-LIMIT, min(LIMIT, score if known else 0.0)) * _TICKS))
        if (self._value, self._edited, self.value()) != before:
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(190, 24)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 22)

    def _track(self) -> Track:
        small = self.fontMetrics()
        left = small.horizontalAdvance("0000") + 6.0
        right = small.horizontalAdvance("+0.00" if self._value is None else "+0.00 (00.00)") + 8.0
        return Track(QRectF(left, 0.0, max(20.0, self.width() - left - right), float(self.height())))

    def _move(self, score: float) -> None:
        self._edited = True
        self.setValue(round(max(-LIMIT, min(LIMIT, score)) * _TICKS))
        self.update()
        self.moved.emit(self.score)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        self._end_keys()
        x = event.position().x()
        if x > self._track().area.right():
            self.type_score()
            return
        self._grip = (x, self.score)  # held, before anybody hears of it
        self.began.emit()
        if abs(x - self._track().place(self.score)) > 9:
            self._move(self._track().score_at(x))
        self._grip = (x, self.score)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is None:
            return
        x, (last_x, last) = event.position().x(), self._grip
        fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        track = self._track()
        score = last + (track.score_at(x) - track.score_at(last_x)) * (_FINE if fine else 1.0)
        self._grip = (x, score)
        if round(score * _TICKS) != self.value():
            self._move(score)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._grip is not None:
            self._grip = None
            self.update()
            self.ended.emit()
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._field is not None:
            return
        self._grip = None
        self.reset.emit()
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Right: 1, Qt.Key.Key_Up: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Down: -1,
            Qt.Key.Key_PageUp: 5, Qt.Key.Key_PageDown: -5,
        }  # fmt: skip
        key = Qt.Key(event.key())
        if key in steps:
            self._step(steps[key], event.modifiers())
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._key_move(-LIMIT if key == Qt.Key.Key_Home else LIMIT)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._end_keys()
            self.type_score()
        elif key in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete):
            self._end_keys()
            self.reset.emit()
        else:
            event.ignore()

    def type_score(self) -> None:
        """Open a field over the number; Enter moves the slider there, Escape leaves it where it is."""
        if self._field is not None:
            return
        self._field = field = ScoreField(self.score, self)
        field.setFont(self.font())
        left = round(self._track().area.right())
        field.setGeometry(left, 0, self.width() - left, self.height())
        field.typed.connect(self._take_typed)
        field.left.connect(self._close_field)
        field.show()
        field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _take_typed(self, score: float) -> None:
        self._close_field()
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        if round(score * _TICKS) != self.value():
            self.began.emit()
            self._move(score)
            self.ended.emit()

    def _close_field(self) -> None:
        field, self._field = self._field, None
        if field is not None:
            field.hide()
            field.deleteLater()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not self.hasFocus():  # else scrolling past a slider would move it
            event.ignore()
            return
        turn = event.angleDelta().y() or event.angleDelta().x()  # Shift turns the wheel sideways on some desktops
        self._step(1 if turn > 0 else -1, event.modifiers())
        event.accept()

    def _step(self, steps: int, modifiers: Qt.KeyboardModifier) -> None:
        fine = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
        self._key_move(self.score + steps * self.singleStep() / _TICKS * (_FINE if fine else 1.0))

    def _key_move(self, score: float) -> None:
        if not self._keys:
            self._keys = True
            self.began.emit()
        self._move(score)
        self._rest.start()

    def _end_keys(self) -> None:
        self._rest.stop()
        if self._keys:
            self._keys = False
            self.ended.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._end_keys()
        super().focusOutEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.EnabledChange and not self.isEnabled():
            self._let_go()
        self.update()

    def _let_go(self) -> None:
        """Whatever a hand was at is over."""
        self._end_keys()
        self._close_field()
        if self._grip is not None:
            self._grip = None
            self.ended.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        track = self._track()
        track.paint(painter, self.palette(), self._ink, self.score, self._edited)
        if self.hasFocus():
            track.paint_ring(painter, self.palette(), self.score)
        self._paint_texts(painter, track.area)
        painter.end()

    @property
    def _ink(self) -> QColor:
        """The colour of its level, or none while it cannot be moved."""
        return self._colour if self.isEnabled() else self.palette().text().color()

    def _paint_texts(self, painter: QPainter, track: QRectF) -> None:
        palette = self.palette()
        painter.setPen(palette.placeholderText().color())
        caption = QRectF(0, 0, track.left() - 6, self.height())
        painter.drawText(caption, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._caption)
        if self._share > 0:
            length = max(2.0, self._share * (caption.width() - 4))
            bar = QRectF(caption.right() - length, self.height() - 3.0, length, 2.0)
            painter.fillRect(bar, self._ink)
        lit = self._edited and self.isEnabled()
        painter.setPen((palette.text() if lit else palette.placeholderText()).color())
        value = QRectF(track.right(), 0, self.width() - track.right() - 2, self.height())
        painter.drawText(value, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self.text)
