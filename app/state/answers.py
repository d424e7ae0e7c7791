"""The explorer's latest answer, kept so that every panel reads the same one."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from hvae_engine.exploring import Answer, LevelAnswer

SETTLE_S = 2.0


class Traversal(NamedTuple):
    """One unit of a level from -3 to 3: its number and its pictures, (n, H, W[, 3]) uint8."""

    unit: int
    pictures: np.ndarray


class Answers(QObject):
    """Holds the latest answer, and the latest strip of each level: answers given during a drag bring no strips.

    Attributes:
        latest: the answer; None while no model could have given one.
        pinned_dead: levels that cannot move x while the levels below them are pinned.
    """

    arrived = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.latest: Answer | None = None
        self.pinned_dead: frozenset[str] = frozenset()
        self._levels: dict[str, LevelAnswer] = {}
        self._strips: dict[str, Traversal] = {}
        self._orders: dict[str, tuple[int, ...]] = {}
        self._ordered_at: dict[str, float] = {}
        self._held: set[str] = set()

    def take(self, answer: Answer) -> None:
        """Show `answer` from now on."""
        self.latest = answer
        self._levels = {level.name: level for level in answer.levels}
        self._strips |= {level: Traversal(unit, strip) for (level, unit), strip in answer.strips.items()}
        for level in answer.levels:
            self._settle(level)
        self.arrived.emit()

    def forget(self) -> None:
        """There is no model any more that could have given the answer."""
        self.latest, self._levels, self._strips = None, {}, {}
        self._orders, self._ordered_at, self._held = {}, {}, set()
        self.arrived.emit()

    def level(self, name: str) -> LevelAnswer | None:
        """What the answer says of one level."""
        return self._levels.get(name)

    def strip(self, name: str) -> Traversal | None:
        """The traversal that arrived last for one level."""
        return self._strips.get(name)

    def order(self, name: str) -> tuple[int, ...]:
        """Units of a level by falling KL, as they were when the order last settled."""
        return self._orders.get(name, ())

    def hold_order(self, name: str, held: bool) -> None:
        """Keep the order of a level while somebody has a hand on it: no slider may leave from under the hand."""
        (self._held.add if held else self._held.discard)(name)

    def _settle(self, level: LevelAnswer) -> None:
        now, units = time.monotonic(), tuple(int(unit) for unit in level.order)
        due = level.name not in self._held and now - self._ordered_at.get(level.name, 0.0) > SETTLE_S
        if due or len(units) != len(self.order(level.name)):
            self._orders[level.name], self._ordered_at[level.name] = units, now
