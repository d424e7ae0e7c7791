"""The explorer's latest answer, kept so that every panel reads the same one."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from hvae_engine.exploring import Answer, Effect, LevelAnswer

from app.state.level_cards import LevelCards
from app.state.units import Unit

SETTLE_S = 6.0


class Extras(NamedTuple):
    """What an answer may bring beside the pictures of x: too slow for every step of a drag.

    Attributes:
        strips: (level, unit) to traverse.
        effects: levels whose effect is mapped.
        samples: seeds of draws of the whole model.
    """

    strips: tuple[tuple[str, Unit], ...] = ()
    effects: tuple[str, ...] = ()
    samples: tuple[int, ...] = ()


class Traversal(NamedTuple):
    """One unit of a level from -3 to 3, or one direction: its number and its pictures, (n, H, W[, 3]) uint8."""

    unit: Unit
    pictures: np.ndarray
    along: bool = False


class Answers(QObject):
    """Holds the latest answer, and of each level the latest strip and effect: answers during a drag bring none.

    `pictured` tells of pictures of x, with every answer; `arrived` of anything else that is not as it was.

    Attributes:
        latest: the answer; None while no model could have given one.
        cards: what was measured of single levels on demand.
        samples: the latest draws of the whole model, (n, H, W[, 3]) uint8; None before any.
        pinned_dead: levels that cannot move x while the levels below them are pinned.
        mapped: levels whose effect map is in sight.
        stripped: levels whose strip is in sight.
        samples_wanted: how many draws of the whole model there is room for.
    """

    pictured = Signal()
    arrived = Signal()
    wants_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.latest: Answer | None = None
        self.cards = LevelCards(self)
        self.pinned_dead: frozenset[str] = frozenset()
        self.mapped: frozenset[str] = frozenset()
        self.stripped: frozenset[str] = frozenset()
        self.samples_wanted = 0
        self.samples: np.ndarray | None = None
        self._levels: dict[str, LevelAnswer] = {}
        self._strips: dict[str, Traversal] = {}
        self._effects: dict[str, Effect] = {}
        self._orders: dict[str, tuple[int, ...]] = {}
        self._ordered_at: dict[str, float] = {}
        self._held: set[str] = set()

    def take(self, answer: Answer) -> None:
        """Show `answer` from now on."""
        before, self.latest = self.latest, answer
        self._levels = {level.name: level for level in answer.levels}
        along, strips = answer.question.along, answer.strips.items()
        self._strips |= {level: Traversal(unit, strip, level in along) for (level, unit), strip in strips}
        self._effects |= answer.effects
        if len(answer.samples):
            self.samples = answer.samples
        for level in answer.levels:
            self._settle(level)
        self.pictured.emit()
        extras = answer.strips or answer.effects or len(answer.samples)
        if extras or before is None or answer.levels is not before.levels:
            self.arrived.emit()

    def forget(self) -> None:
        """There is no model any more that could have given the answer."""
        self.latest, self.samples = None, None
        self._levels, self._strips, self._effects = {}, {}, {}
        self._orders, self._ordered_at, self._held = {}, {}, set()
        self.pictured.emit()
        self.arrived.emit()

    def want_effect(self, name: str, wanted: bool) -> None:
        """A level's effect map came into sight, or went."""
        before, self.mapped = self.mapped, self.mapped | {name} if wanted else self.mapped - {name}
        if self.mapped != before:
            self.wants_changed.emit()

    def want_strip(self, name: str, wanted: bool) -> None:
        """A level's strip came into sight, or went."""
        before, self.stripped = self.stripped, self.stripped | {name} if wanted else self.stripped - {name}
        if self.stripped != before:
            self.wants_changed.emit()

    def want_samples(self, count: int) -> None:
        """There is room for so many draws of the whole model."""
        if count != self.samples_wanted:
            self.samples_wanted = count
            self.wants_changed.emit()

    def level(self, name: str) -> LevelAnswer | None:
        """What the answer says of one level."""
        return self._levels.get(name)

    @property
    def signs(self) -> dict[str, np.ndarray]:
        """Of each level moved along directions, -1 for those that point the other way than views number them."""
        return {name: level.along.signs for name, level in self._levels.items() if level.along is not None}

    def strip(self, name: str) -> Traversal | None:
        """The traversal that arrived last for one level."""
        return self._strips.get(name)

    def effect(self, name: str) -> Effect | None:
        """The effect that arrived last for one level."""
        return self._effects.get(name)

    def order(self, name: str) -> tuple[int, ...]:
        """Units of a level, active ones first, by falling KL, as they were when the order last settled."""
        return self._orders.get(name, ())

    def hold_order(self, name: str, held: bool) -> None:
        """Keep the order of a level while somebody has a hand on it: no slider may leave from under the hand."""
        (self._held.add if held else self._held.discard)(name)

    def _settle(self, level: LevelAnswer) -> None:
        now, units = time.monotonic(), tuple(int(unit) for unit in level.order)
        due = level.name not in self._held and now - self._ordered_at.get(level.name, 0.0) > SETTLE_S
        if due or len(units) != len(self.order(level.name)):
            self._orders[level.name], self._ordered_at[level.name] = units, now
