"""The sliders of one level: as many as fit, most informative first, and a button for the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QWidget

from app.widgets.score_slider import ScoreSlider

CELL = QSize(176, 24)
VALUE_ROOM = 44
"""Wider by so much where values stand beside the scores."""
GAP = 10


Standing = tuple[Sequence[float], Mapping[int, float], Sequence[float] | None]
"""Scores, what was moved, and values, as `show_scores` has them."""


@dataclass(frozen=True)
class Unit:
    """One slider's worth of a level.

    Attributes:
        number: of the unit in its level.
        weight: what it carries, such as nats; the bars under the captions are shares of the largest.
        name: accessible name.
        hint: tool tip.
    """

    number: int
    weight: float
    name: str
    hint: str


class SliderBank(QWidget):
    """Sliders in columns. Folded it shows what fits; open it is as tall as its active units need."""

    began = Signal()
    moved = Signal(int, float)
    ended = Signal()
    reset = Signal(int)
    more_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setMinimumWidth(CELL.width())
        self._sliders: list[ScoreSlider] = []
        self._units: list[Unit] = []
        self._active = 0
        self._open = self._all = self._valued = False
        self._standing: Standing | None = None
        self._reason = ""
        self._colour = QColor("#35b3c6")
        self._more = QPushButton(self)
        self._more.setProperty("quiet", True)
        self._more.clicked.connect(self.more_wanted)
        self._idle = QPushButton(self)
        self._idle.setProperty("quiet", True)
        self._idle.clicked.connect(self._toggle_idle)
        self._words = QLabel(self)
        self._words.setProperty("role", "caption")
        self._words.setWordWrap(True)
        for child in (self._more, self._idle, self._words):
            child.hide()

    @property
    def shown(self) -> tuple[int, ...]:
        """Numbers of the units whose sliders are in sight, in order."""
        return tuple(u.number for u, s in zip(self._units, self._sliders, strict=False) if s.isVisibleTo(self))

    @property
    def held(self) -> bool:
        """Whether a hand is on one of the sliders."""
        return any(slider.held for slider in self._sliders)

    def slider(self, unit: int) -> ScoreSlider:
        """The slider of one unit that has been laid out."""
        return self._sliders[[u.number for u in self._units].index(unit)]

    def set_colour(self, colour: QColor) -> None:
        """Draw in the colour of the level."""
        self._colour = QColor(colour)
        for slider in self._sliders:
            slider.set_colour(colour)

    def set_units(self, units: Sequence[Unit], active: int, words: str) -> None:
        """Offer `units` in this order.

        Args:
            units: every unit of the level, most informative first.
            active: how many of them carry something; the others are folded away.
            words: said instead of sliders when none does.
        """
        same = [u.number for u in units] == [u.number for u in self._units] and active == self._active
        if len(units) != len(self._units):
            self._standing = None
        self._units, self._active = list(units), active
        self._words.setText(words)
        if same:
            self._caption_sliders()
        else:
            self._arrange()

    @property
    def cell(self) -> int:
        """Least width of a slider."""
        return CELL.width() + (VALUE_ROOM if self._valued else 0)

    def show_scores(
        self, scores: Sequence[float], edited: Mapping[int, float], values: Sequence[float] | None = None
    ) -> None:
        """Stand at the base point's `scores`, by unit, except where a person moved a unit.

        Args:
            scores: in prior standard deviations.
            edited: where a person moved a unit to.
            values: what the units are worth where the score alone does not say it.
        """
        self._standing = scores, edited, values
        if self._valued != (values is not None):
            self._valued = values is not None
            self._arrange()
        self._stand()

    def _stand(self) -> None:
        if self._standing is None:
            return
        scores, edited, values = self._standing
        for unit, slider in zip(self._units, self._sliders, strict=False):
            number = unit.number
            value = None if values is None else values[number]
            slider.show_score(edited.get(number, scores[number]), number in edited, value)

    def rule_out(self, reason: str) -> None:
        """Let no slider be moved and say why in their tool tips; an empty reason lets them be moved again."""
        if reason != self._reason:
            self._reason = reason
            for slider in self._sliders:
                slider.setEnabled(not reason)
            self._caption_sliders()

    def set_open(self, opened: bool) -> None:
        """Show every active unit, or only those that fit."""
        self._open = opened
        self._all = self._all and opened
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def sizeHint(self) -> QSize:
        if not self._open:
            return QSize(2 * CELL.width(), 3 * CELL.height())
        wanted = len(self._units) if self._all else max(1, self._active)
        idle = CELL.height() if len(self._units) > self._active else 0
        return QSize(2 * CELL.width(), -(-wanted // self._columns()) * CELL.height() + idle)

    def minimumSizeHint(self) -> QSize:
        return QSize(CELL.width(), self.sizeHint().height() if self._open else 2 * CELL.height())

    def _columns(self) -> int:
        return max(1, (self.width() + GAP) // (self.cell + GAP))

    def _toggle_idle(self) -> None:
        self._all = not self._all
        if self._all and not self._open:
            self.more_wanted.emit()
        self._arrange()

    def _wanted(self) -> int:
        """How many sliders are shown."""
        if self._open:
            return len(self._units) if self._all else self._active
        room = self._columns() * max(1, self.height() // CELL.height())
        return self._active if self._active <= room else room - 1

    def _arrange(self) -> None:
        columns, count = self._columns(), min(self._wanted(), len(self._units))
        if len(self._sliders) < count:
            for _ in range(count - len(self._sliders)):
                self._add_slider()
            self._stand()
        width = (self.width() + GAP) // columns - GAP
        for place, slider in enumerate(self._sliders):
            row, column = divmod(place, columns)
            slider.setGeometry(column * (width + GAP), row * CELL.height(), width, CELL.height())
            slider.setVisible(place < count)
        self._caption_sliders()
        rest = self._active - count
        self._more.setText(f"+{rest}")
        words = self.tr("Show all {} active units").format(self._active)
        self._more.setToolTip(words)
        self._more.setAccessibleName(words)
        self._put(self._more, rest > 0 and not self._open, count, columns, width)
        asleep = len(self._units) - self._active
        folded = (self.tr("hide {} inactive") if self._all else self.tr("{} inactive")).format(asleep)
        self._idle.setText(folded)
        row = -(-count // columns) * columns
        self._put(self._idle, asleep > 0 and (self._open or not self._active), row or columns, columns, width)
        self._words.setVisible(not self._active and not self._all and bool(self._units))
        self._words.setGeometry(0, 0, self.width(), CELL.height())
        self.updateGeometry()

    def _put(self, button: QPushButton, shown: bool, place: int, columns: int, width: int) -> None:
        row, column = divmod(place, columns)
        button.setGeometry(column * (width + GAP), row * CELL.height(), button.sizeHint().width(), CELL.height())
        button.setVisible(shown)

    def _add_slider(self) -> None:
        slider, place = ScoreSlider(self), len(self._sliders)
        slider.set_colour(self._colour)
        slider.setEnabled(not self._reason)
        slider.began.connect(self.began)
        slider.ended.connect(self.ended)
        slider.moved.connect(lambda score: self.moved.emit(self._units[place].number, score))
        slider.reset.connect(lambda: self.reset.emit(self._units[place].number))
        self._sliders.append(slider)

    def _caption_sliders(self) -> None:
        most = max((unit.weight for unit in self._units), default=0.0) or 1.0
        for unit, slider in zip(self._units, self._sliders, strict=False):
            slider.describe(str(unit.number), max(0.0, unit.weight / most), unit.name, self._reason or unit.hint)
