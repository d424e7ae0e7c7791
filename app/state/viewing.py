"""Which view of the levels is open, what it is asked, and what came of it; nothing here knows how views are made."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from app.state.experiment import Experiment
from app.state.exploration import Exploration
from app.state.level_cards import LevelCards, grown_from
from app.state.permissions import Phase
from app.state.view_specs import CARD, FROM_BASE, LEVELS, ONE_LEVEL, OWN_BELOW, TABS, Shown, ViewSpec, Wish

NOTHING = Shown()
REST_S = 10.0
"""Cards are not measured again sooner than this after the last time, unless somebody asks or training rests."""


class Viewing(QObject):
    """Image, level and the rule for the levels below are the explorer's; the rest is remembered for each view.

    `opened` says that another tab is open, `changed` that something else is wanted than before, `arrived` that a
    figure came, or news of one under way.

    Attributes:
        current: the open tab, one of TABS.
        cards: of the rows, which are measured while no view is open.
        colours: what the points of a map can be coloured by, beside the labels.
    """

    opened = Signal(str)
    changed = Signal()
    arrived = Signal()

    def __init__(
        self, experiment: Experiment, exploration: Exploration, cards: LevelCards, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._experiment, self._exploration, self.cards = experiment, exploration, cards
        self.current = LEVELS
        self.colours: tuple[str, ...] = ()
        self._in_sight = self._card_due = True
        self._chosen: dict[str, dict[str, Any]] = {}
        self._shown: dict[str, Shown] = {}
        self._wish: Wish | None = None
        self._turned = False
        self._measured_at = -math.inf
        for signal in (exploration.changed, exploration.base_changed, exploration.level_changed, self.cards.changed):
            signal.connect(self._reconsider)
        for signal in (experiment.run_changed, experiment.pictures_changed, experiment.families_changed):
            signal.connect(self._reconsider)
        experiment.evaluated.connect(self._validated)
        experiment.phase_changed.connect(self._rest)

    @property
    def wish(self) -> Wish | None:
        """What is to be made now; None: nothing."""
        return self._wish

    @property
    def spec(self) -> ViewSpec | None:
        """The open view; None while the rows of the levels are, or the engine is not there."""
        return self._experiment.views.get(self.current)

    @property
    def shown(self) -> Shown:
        """What came of the open view so far."""
        return self._shown.get(self.current, NOTHING)

    @property
    def chosen(self) -> Mapping[str, Mapping[str, Any]]:
        """What a person chose of each view."""
        return MappingProxyType({name: MappingProxyType(dict(values)) for name, values in self._chosen.items()})

    def open(self, name: str) -> None:
        """Open a tab."""
        if name != self.current and name in TABS:
            self.current, self._card_due = name, True
            self.opened.emit(name)
            self._reconsider()

    def choose(self, **parameters: Any) -> None:
        """Choose parameters of the open view."""
        own = self._chosen.setdefault(self.current, {})
        if any(name not in own or own[name] != value for name, value in parameters.items()):
            own.update(parameters)
            self._card_due = True
            self._reconsider()

    def recall(self, current: str, chosen: Mapping[str, Mapping[str, Any]]) -> None:
        """Stand where a run was left."""
        self._chosen = {name: dict(values) for name, values in chosen.items()}
        self.open(current)
        self._reconsider()

    def come_into_sight(self, seen: bool) -> None:
        """Somebody can see the window now, or nobody."""
        self._in_sight = seen
        self._reconsider()

    def measure(self) -> None:
        """Measure what the open view shows again, where that is only done on demand."""
        self._card_due = True
        self._reconsider()

    def cancel(self) -> None:
        """Give up what is being measured; what is shown stays."""
        self._card_due = False
        self._settle()
        self.cards.cancel()
        self._reconsider()

    @Slot()
    def turn_over(self) -> None:
        """The weights of another moment answer: cards are of these from the first figure on."""
        self._turned = True
        self.cards.turn_over()
        self._measure_again()

    def forget(self) -> None:
        """Another model: nothing that was shown is true of it."""
        self._shown, self._card_due = {}, True
        self.cards.forget()
        self._reconsider()
        self.arrived.emit()

    def take(self, name: str, figure: Any, done: int, total: int, complaint: str) -> None:
        """News of the view that is wanted: its figure, how far it is, or why it cannot be made."""
        if figure is not None:
            self._measured_at = time.monotonic()
        if self.current == LEVELS:
            self._take_cards(figure, done, total, complaint)
            return
        before = self._shown.get(name, NOTHING)
        if figure is not None:
            self._shown[name] = Shown(figure, time.monotonic())
        elif complaint:
            self._shown[name] = Shown(complaint=complaint)
        else:
            self._shown[name] = replace(before, done=done, total=total, complaint="")
        if name == CARD and (figure is not None or complaint):
            self._card_due = False
            self._reconsider()
        if name == CARD and figure is not None:
            self.cards.take(figure.data, figure.step)
        self.arrived.emit()

    def sketch(self, name: str, figure: Any) -> None:
        """What there is so far of a view that comes in parts."""
        self.cards.sketch(figure.data, figure.step)
        if self.current == LEVELS:
            return
        before = self._shown.get(name, NOTHING)
        if figure is not before.sketch:
            grown = figure if self._turned else grown_from(before.figure, figure)
            self._turned = False
            self._shown[name] = replace(before, figure=grown, at=time.monotonic(), unfinished=True, sketch=figure)

    def parameters(self) -> dict[str, Any]:
        """Everything the open view is asked, the explorer's part among it."""
        return self._asked(self.current)

    def _take_cards(self, figure: Any, done: int, total: int, complaint: str) -> None:
        if figure is not None:
            self.cards.take(figure.data, figure.step)
        elif complaint:
            self.cards.cancel()
        else:
            self.cards.tell(done, total)

    def _asked(self, name: str) -> dict[str, Any]:
        spec, explore = self._experiment.views.get(name), self._exploration
        if spec is None:
            return {}
        made = {**self._usual(spec), **self._chosen.get(name, {})}
        if name in ONE_LEVEL:
            made["level"] = explore.level
        if "below" in made and name not in OWN_BELOW:
            made["below"] = explore.point.below
        if name in FROM_BASE:
            made |= self._from_base(made)
        if "edit_below" in made:
            made["edit_below"] = explore.point.below
        return made

    def _from_base(self, made: Mapping[str, Any]) -> dict[str, Any]:
        """The base of the explorer, as the first of those that are shown."""
        base = self._base
        if not isinstance(made["image"], tuple):
            return {"image": base}
        others = [one for one in made["image"] if one != base]
        return {"image": (base, *others[: max(0, len(made["image"]) - 1)])}

    @property
    def _base(self) -> int | str:
        """The number of the base image, its file where a person brought it along, or the draw of the prior."""
        point, pictures = self._exploration.point, self._experiment.pictures
        if point.image is None or pictures is None:
            return f"prior:{point.prior_seed}"
        return point.image if point.image < len(pictures) else pictures.guests[point.image - len(pictures)].file

    def _usual(self, spec: ViewSpec) -> dict[str, Any]:
        """What the view is asked where nobody says otherwise."""
        pictures = self._experiment.pictures
        first = 0 if pictures is None else pictures.training
        return dict(spec.usual(first, self._count - first))

    @property
    def _count(self) -> int:
        pictures = self._experiment.pictures
        return 0 if pictures is None else len(pictures)

    @Slot()
    def _reconsider(self) -> None:
        """Find out what is wanted now, and say so where it is something else."""
        wish = self._wanted()
        if wish != self._wish:
            self._wish = wish
            if wish is None:
                self._settle()
            self.changed.emit()

    def _wanted(self) -> Wish | None:
        if not self._in_sight or not self._experiment.levels or not self._experiment.views:
            return None
        if self.current == LEVELS:
            levels = tuple(name for name in self._experiment.levels if name in self.cards.pending)
            below = self._exploration.point.below
            return Wish(CARD, {"level": levels, "below": below}) if levels else None
        if self.current == CARD and not self._card_due:
            return None
        stands = self._exploration.told if self.current in FROM_BASE else None
        return Wish(self.current, self._asked(self.current), stands)

    def _settle(self) -> None:
        """Nothing is under way any more."""
        for name, shown in self._shown.items():
            if shown.total:
                self._shown[name] = replace(shown, done=0, total=0)
        self.arrived.emit()

    @Slot()
    def _validated(self) -> None:
        """Weights worth a measurement, unless small data are validated every moment."""
        if time.monotonic() - self._measured_at > REST_S:
            self._measure_again()

    def _measure_again(self) -> None:
        """Cards in sight are made again."""
        self._card_due = True
        self.cards.refresh()
        self._reconsider()

    @Slot(object)
    def _rest(self, phase: Phase) -> None:
        if phase in (Phase.PAUSED, Phase.STOPPED, Phase.FINISHED):
            self._measure_again()
