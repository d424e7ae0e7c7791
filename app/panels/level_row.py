"""The row of one level: its name, its sliders, the traversal of one of its units and the map of its effect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFocusEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.panels import slider_words
from app.panels.card_line import CardLine
from app.panels.effect_view import EffectView
from app.panels.level_grip import LevelGrip
from app.panels.level_name import LevelName
from app.panels.place_view import PlaceView
from app.panels.strip_view import StripView
from app.state import units
from app.state.answers import Answers
from app.state.experiment import Experiment
from app.state.exploration import Exploration
from app.widgets.slider_bank import GAP, SliderBank
from app.widgets.stratum import NAME_WIDTH, Stratum
from app.words import glossary

if TYPE_CHECKING:
    from hvae_engine.exploring import LevelAnswer

MARGINS = 48
SPACE = 14
STRIP_SIZES = (9, 7, 5, 3)
NO_EDITS: Mapping[units.Unit, float] = {}


class LevelRow(Stratum):
    """Sliders keep their order while anything in the row is edited or the mouse is over them."""

    def __init__(
        self,
        name: str,
        experiment: Experiment,
        exploration: Exploration,
        answers: Answers,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.name = name
        self.setAccessibleName(self.tr("Level {}").format(name))
        self._exploration, self._answers = exploration, answers
        self.opened = self._low = self._slim = False
        self._shown: tuple[object, ...] = ()
        self._placed: tuple[object, ...] = ()
        self._gripped: tuple[object, ...] = ()
        self.head, self.bank = LevelName(name, experiment), SliderBank()
        self.strip, self.effect = StripView(name, answers), EffectView(name, answers)
        self.map = PlaceView(name, exploration, answers)
        self.back = self.head.add_button(
            "↺", self.tr("Reset {}").format(name), lambda: self._exploration.reset_level(name)
        )
        self.dice = self.head.add_button("⚄", "", self._randomise)
        self.card = CardLine(name, answers.cards)
        self.ask = self.head.add_button("?", self.tr("What does {} encode? Measure it.").format(name), self.card.toggle)
        self.fold = self.head.add_button("▾", self.tr("Show every unit of {}").format(name), self.toggle)
        self.back.hide()
        self.grip = LevelGrip(name, exploration)
        self.head.put_under(self.grip)
        self.body.setSpacing(0)
        self.body.addWidget(self.head)
        self.body.addWidget(self.map, 0, Qt.AlignmentFlag.AlignTop)
        self.body.addWidget(self.bank, 1)
        for widget in (self.strip, self.effect):
            self.body.addSpacing(SPACE)
            self.body.addWidget(widget, 0, Qt.AlignmentFlag.AlignTop)
        self.put_under(self.card)
        self._connect()

    def _connect(self) -> None:
        explore = self._exploration
        for act in (self._hold_order, explore.begin):
            self.bank.began.connect(act)
        self.bank.ended.connect(explore.end)
        self.bank.moved.connect(lambda channel, score: explore.edit(self.name, self._at(channel), score))
        self.bank.reset.connect(self._reset_unit)
        self.bank.more_wanted.connect(self.toggle)
        explore.changed.connect(self._show_edits)
        explore.changed.connect(self._show_grip)
        explore.aimed.connect(self._turn_to_place)
        self._answers.arrived.connect(self.show_answer)
        self._show_grip()

    def toggle(self) -> None:
        """Open the row to all its units, or fold it."""
        self.opened = not self.opened
        self.fold.setText("▴" if self.opened else "▾")
        self.bank.set_open(self.opened)
        self._share_out()
        self.updateGeometry()

    def dress(self, colour: QColor) -> None:
        """Use the colour of the level."""
        self.set_colour(colour)
        self.head.dress(colour)
        self.grip.dress(colour)
        self.bank.set_colour(colour)
        self.effect.set_colour(colour)
        self.map.set_colour(colour)

    def lie_low(self, low: bool, slim: bool = False) -> None:
        """Show sliders alone while the row is not open: the window is low, and x must stay; `slim`: even if it is."""
        if (low, slim) != (self._low, self._slim):
            self._low, self._slim = low, slim
            self._share_out()

    def come_into_sight(self, seen: bool) -> None:
        """A person sees the row now, or it was scrolled away: then its pictures are not asked for."""
        self.effect.come_into_sight(seen)
        self.strip.come_into_sight(seen)

    def show_numbers(self) -> None:
        """Write the level's nats and its share of all nats, means over the last steps."""
        self.head.show_numbers()

    def show_answer(self) -> None:
        """Show the latest answer: sliders, activity and strip."""
        answer, order, strip = (
            self._answers.level(self.name),
            self._answers.order(self.name),
            self._answers.strip(self.name),
        )
        shown, self._shown = self._shown, (answer, order, strip)
        if answer is None or _the_same(shown, self._shown):
            self._hold_order()
            return
        self.head.say(*self._activity(answer))
        weights = units.standing(answer, NO_EDITS, self._place).weights
        sliders = slider_words.sliders(answer, order, weights)
        self.bank.set_units(sliders, slider_words.active(answer), slider_words.idle(answer))
        self._show_grip()
        self._show_edits()
        if strip is not None:
            self.strip.show_pixels(strip.pictures, slider_words.traversal(strip.unit, strip.along))
            self._share_out()

    def _hold_order(self) -> None:
        """Keep every slider under its unit while a hand is near, or was here; told before fresh answers come."""
        busy = self.bank.held or self.bank.underMouse() or self.name in self._exploration.point.edits
        self._answers.hold_order(self.name, busy)

    def _activity(self, answer: LevelAnswer) -> tuple[str, str]:
        """A few words under the nats, and the sentence behind them."""
        if slider_words.unused(answer):
            return self.tr("unused"), slider_words.idle(answer)
        return self.tr("{} of {} active").format(answer.active, len(answer.order)), glossary.sentences("active_units")

    def _show_grip(self) -> None:
        """What can be moved: nothing of a locked level, and no slider of one that a lock below hides from x."""
        answer, along = self._answers.level(self.name), self.name in self._exploration.point.along
        locked, hidden = self.grip.reason, "" if answer is None else answer.hidden_by
        coming = answer is not None and (answer.along is not None) != along
        gripped, self._gripped = self._gripped, (locked, hidden, along, coming)
        if gripped == self._gripped:
            return
        self.bank.rule_out(locked or self._hidden_words(hidden))
        self.bank.setEnabled(not coming)
        prior, means = self.tr("Draw {} from its prior"), self.tr("Draw {} as widely as its posterior means lie")
        for button, words in ((self.dice, means if along else prior), (self.back, self.tr("Reset {}"))):
            button.setEnabled(not locked)
            button.setToolTip(locked or words.format(self.name))
            button.setAccessibleName(words.format(self.name))

    def _hidden_words(self, by: str) -> str:
        words = self.tr("{0} is locked and x sees nothing above it: moving {1} would change nothing.")
        return words.format(by, self.name) if by else ""

    def _show_edits(self) -> None:
        self._hold_order()
        answer, edits = self._answers.level(self.name), self._exploration.point.edits.get(self.name, NO_EDITS)
        placed, self._placed = self._placed, (answer, edits, self._answers.order(self.name))
        if _the_same(placed, self._placed):
            return
        if answer is not None:
            values: Sequence[float] | None = None if answer.values is None else answer.values.tolist()
            scores, edited, _ = units.standing(answer, edits, self._place)
            self.bank.show_scores(scores, edited, values if answer.along is None else None)
        self.back.setVisible(bool(edits))

    def _reset_unit(self, unit: int) -> None:
        self._exploration.reset_unit(self.name, self._at(unit))
        self._exploration.end()

    def _randomise(self) -> None:
        answer = self._answers.level(self.name)
        if answer is not None:
            self._exploration.randomise(self.name, units.drawn(answer, self._place))

    @property
    def _place(self) -> units.Place | None:
        return self._exploration.places.get(self.name)

    def _at(self, channel: int) -> units.Unit:
        return units.at(channel, self._place)

    def _turn_to_place(self) -> None:
        """The sliders act on another place: they stand where it stands."""
        self._shown = self._placed = ()
        self.show_answer()

    def _share_out(self) -> None:
        """Two columns of sliders come first, then three tiles of the strip; the map comes where five fit beside it."""
        pictured = not self._slim and (self.opened or not self._low)
        self.strip.setVisible(pictured)
        self.head.lie_low(not pictured)
        if not pictured:
            self.effect.hide()
            return
        tile = self.strip.tile + 3
        room = self.width() - NAME_WIDTH - 2 * self.bank.cell - GAP - MARGINS
        if self.map.isVisibleTo(self):
            room -= self.map.sizeHint().width() + SPACE
        if self.effect.fold(room - SPACE):
            room -= SPACE + self.effect.sizeHint().width()
        self.strip.set_most(next((n for n in STRIP_SIZES if n * tile - 3 <= room), STRIP_SIZES[-1]))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_out()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._exploration.look_at(self.name)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._exploration.look_at(self.name)
        super().mousePressEvent(event)


def _the_same(one: tuple[object, ...], other: tuple[object, ...]) -> bool:
    """Whether both hold the very same records: what was shown of them is still there."""
    return len(one) == len(other) and all(left is right for left, right in zip(one, other, strict=True))
