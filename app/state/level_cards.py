"""The level cards that are open in the rows: what was measured of each level, when, and what is to be measured next."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal


@dataclass(frozen=True)
class Card:
    """What was measured of a level, in a sentence.

    Attributes:
        sentence: made of the figures alone.
        step: the weights' step.
        at: when, seconds of the monotonic clock.
        unused: the posterior of the level is its prior.
    """

    sentence: str
    step: int
    at: float
    unused: bool


class LevelCards(QObject):
    """`changed` says that other levels are to be measured, `arrived` that cards came or their making moved on.

    Attributes:
        opened: levels whose card a person wants to see.
        pending: those of them that are to be measured, or measured again.
    """

    changed = Signal()
    arrived = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.opened: frozenset[str] = frozenset()
        self.pending: frozenset[str] = frozenset()
        self.progress = (0, 0)
        self._cards: dict[str, Card] = {}

    def card(self, level: str) -> Card | None:
        """What is known of a level."""
        return self._cards.get(level)

    def open(self, level: str) -> None:
        """Somebody wants to know what a level encodes."""
        self.opened |= {level}
        self._await(self.pending | {level})
        self.arrived.emit()

    def close(self, level: str) -> None:
        """Nobody wants to know it any more."""
        self.opened -= {level}
        self._await(self.pending - {level})
        self.arrived.emit()

    def cancel(self) -> None:
        """Measure nothing now; what is known stays."""
        self._await(frozenset())
        self.arrived.emit()

    def refresh(self) -> None:
        """The weights rest, or were just validated: measure what is open again."""
        self._await(self.opened)
        self.arrived.emit()

    def take(self, data: Mapping[str, Mapping[str, Any]], step: int) -> None:
        """Cards came, plain values by level."""
        now = time.monotonic()
        for level, values in data.items():
            self._cards[level] = Card(str(values["sentence"]), step, now, bool(values["unused"]))
        self.progress = (0, 0)
        self._await(self.pending - set(data))
        self.arrived.emit()

    def tell(self, done: int, total: int) -> None:
        """So much of the measuring is done."""
        self.progress = (done, total)
        self.arrived.emit()

    def forget(self, levels: Iterable[str] = ()) -> None:
        """Another model, perhaps with some of the same levels open."""
        self._cards, self.opened, self.progress = {}, frozenset(levels), (0, 0)
        self._await(self.opened)
        self.arrived.emit()

    def _await(self, pending: frozenset[str]) -> None:
        if pending != self.pending:
            self.pending = pending
            self.changed.emit()
