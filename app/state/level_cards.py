"""The level cards that are open in the rows: what was measured of each level, when, and what is to be measured next."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
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
        whole: everything was measured; else the sentence says what is known so far.
    """

    sentence: str
    step: int
    at: float
    unused: bool
    whole: bool = True


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
        self._measured: frozenset[str] = frozenset()

    def card(self, level: str) -> Card | None:
        """What is known of a level."""
        return self._cards.get(level)

    def open(self, level: str) -> None:
        """Somebody wants to know what a level encodes; what was measured just before is not measured again."""
        self.opened |= {level}
        self._await((self.pending - self._measured) | {level})
        self.arrived.emit()

    def close(self, level: str) -> None:
        """Nobody wants to know it any more."""
        self.opened -= {level}
        self._await(self.pending - self._measured - {level})
        self.arrived.emit()

    def cancel(self) -> None:
        """Measure nothing now; what is known stays."""
        self._await(frozenset())
        self.arrived.emit()

    def refresh(self) -> None:
        """The weights rest, or were just validated: measure what is open again."""
        self._await(self.opened)
        self.arrived.emit()

    def turn_over(self) -> None:
        """Other weights answer, of another moment: nothing that is known need stay until all is known of these."""
        self._cards = {level: replace(card, whole=False) for level, card in self._cards.items()}
        self._measured = frozenset()

    def take(self, data: Mapping[str, Mapping[str, Any]], step: int) -> None:
        """Cards came, plain values by level."""
        self._put(data, step)
        self.progress, self._measured = (0, 0), frozenset()
        self._await(self.pending - set(data))
        self.arrived.emit()

    def sketch(self, data: Mapping[str, Mapping[str, Any]], step: int) -> None:
        """What is known so far of cards being measured; a level's earlier card stays until its new one is whole."""
        news = {level: values for level, values in data.items() if values["whole"] or not self._is_whole(level)}
        news = {level: values for level, values in news.items() if self._differs(level, values, step)}
        self._put(news, step)
        self._measured |= {level for level, values in data.items() if values["whole"]}
        if news:
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

    def is_pending(self, level: str) -> bool:
        """Whether a level is still to be measured."""
        return level in self.pending - self._measured

    def _put(self, data: Mapping[str, Mapping[str, Any]], step: int) -> None:
        now = time.monotonic()
        for level, values in data.items():
            self._cards[level] = Card(str(values["sentence"]), step, now, bool(values["unused"]), bool(values["whole"]))

    def _is_whole(self, level: str) -> bool:
        return level in self._cards and self._cards[level].whole

    def _differs(self, level: str, values: Mapping[str, Any], step: int) -> bool:
        """Whether it is not what is known already, whose age goes on."""
        card = self._cards.get(level)
        return card is None or (card.sentence, card.step, card.whole) != (values["sentence"], step, values["whole"])

    def _await(self, pending: frozenset[str]) -> None:
        if pending != self.pending:
            self.pending, self._measured = pending, frozenset()
            self.changed.emit()


def grown_from(before: Any, sketch: Any) -> Any:
    """The figure of cards that are being measured, where a level that is not whole yet keeps its earlier card.

    Args:
        before: the figure in sight; None: there is none.
        sketch: what there is so far of the one that comes.
    """
    if before is None or before.settings != sketch.settings or before.data.keys() != sketch.data.keys():
        return sketch
    kept = [not sketch.data[level]["whole"] and before.data[level]["whole"] for level in sketch.data]
    rows = tuple(old if keep else new for old, new, keep in zip(before.rows, sketch.rows, kept, strict=True))
    data = {level: (before if keep else sketch).data[level] for level, keep in zip(sketch.data, kept, strict=True)}
    return replace(sketch, rows=rows, data=data)
