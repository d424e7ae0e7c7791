"""The level cards as a figure: each level's sentence and figures beside its effect and its scale."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

from hvae_engine.exploring.card import LevelCard
from hvae_engine.exploring.figures import Panel, Text
from hvae_engine.exploring.information import Shared
from hvae_engine.exploring.measuring import growing
from hvae_engine.exploring.subject import Progress, Subject
from hvae_engine.exploring.views.effect import panels_of
from hvae_engine.exploring.views.view import Made, View, rule, several


@dataclass(frozen=True)
class CardView(View):
    """What each level encodes, measured.

    Attributes:
        level: names; none: all, or those with the most nats where there are many.
        below: what the levels below do when a level is drawn again.
        seed: of all draws.
    """

    name: ClassVar[str] = "card"
    title: ClassVar[str] = "Level cards"

    level: tuple[str, ...] = ()
    below: str = "follow"
    seed: int = 0

    def settled(self, subject: Subject) -> CardView:
        """See `View`."""
        return replace(self, level=several(subject, self.level))

    def make(self, subject: Subject, progress: Progress) -> Made:
        """See `View`."""
        return deque(self.stages(subject, progress), maxlen=1)[0]

    def stages(self, subject: Subject, progress: Progress) -> Iterator[Made]:
        """See `View`."""
        for found in growing(subject, self.level, below=rule(self.below), seed=self.seed, progress=progress):
            rows = tuple((_text(card), *_effect(card)) for card in found)
            yield Made(rows, {card.level: card.to_json() for card in found})


def _effect(card: LevelCard) -> tuple[Panel, ...]:
    return () if card.reach is None else panels_of(card.level, card.reach)


def _text(card: LevelCard) -> Panel:
    """The sentence first, then what it leaves out."""
    units = f"Units with a varying mean {card.varying}, above 0.01 nat {card.charged}, both {card.active}"
    lines = [card.sentence, "", f"{units}, of {card.units}; over {card.images} held-out images, at step {card.step}."]
    lines += [_line(one) for one in card.factors]
    return Text(tuple(lines), card.level, card.level)


def _line(one: Shared) -> str:
    alone = f"{one.factor}: {one.nats:.2f} of {one.entropy:.2f} nats ({one.control:.2f} shuffled)"
    return alone if one.above is None else f"{alone}; above {one.above:.2f}, with it {one.together:.2f}"
