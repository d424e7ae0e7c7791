"""The effect view: where each level acts on the picture, how much, and at what scale."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from hvae_engine.exploring.figures import Heat, Line, Panel
from hvae_engine.exploring.reach import Reach, reach_of
from hvae_engine.exploring.standing import directions
from hvae_engine.exploring.subject import Progress, Subject
from hvae_engine.exploring.typed import Image
from hvae_engine.exploring.views.view import Made, Started, check_count, check_some, rule, several


@dataclass(frozen=True)
class EffectView(Started):
    """For each level a map of how much each pixel varies when it alone is drawn again, and the spectrum of that.

    Attributes:
        level: names; none: all, or those with the most nats where there are many.
        image: around which images, each as the edits leave it.
        draws: of the level around each.
        below: what the levels below do.
        seed: of the draws, and of a draw to start from that names none.
    """

    name: ClassVar[str] = "effect"
    title: ClassVar[str] = "Effect and scale of drawing a level again"

    level: tuple[str, ...] = ()
    image: tuple[Image, ...] = tuple(range(8))
    draws: int = 24
    below: str = "follow"
    seed: int = 0

    def settled(self, subject: Subject) -> EffectView:
        """See `View`."""
        return replace(self, level=several(subject, self.level))

    def make(self, subject: Subject, progress: Progress) -> Made:
        """See `View`."""
        check_count("draws", self.draws, 2)
        check_some(self.image)
        below, moved, bases = rule(self.below), self.moved, []
        for done, image in enumerate(self.image):
            progress(done, len(self.image))
            bases.append(subject.base(image, self.seed))
        along = directions(subject, moved)
        rows, data = [], {}
        total = len(self.level) * len(bases)
        for done, name in enumerate(self.level):

            def report(base: int, _: int, before: int = done * len(bases)) -> None:
                progress(before + base, total)

            reach = reach_of(
                subject.model,
                bases,
                name,
                below,
                edits=moved.edits,
                along=along,
                locked=moved.locked,
                draws=self.draws,
                seed=self.seed,
                progress=report,
            )
            rows.append(panels_of(name, reach))
            data[name] = reach.figures
        progress(total, total)
        return Made(tuple(rows), data)


def panels_of(level: str, reach: Reach) -> tuple[Panel, ...]:
    """The map and the spectrum of one level."""
    power = reach.spectrum.power
    heat = Heat(reach.effect.deviation, "at most", f"{level}: {reach.effect.size:.1%} of full range", level)
    mark = (reach.spectrum.cycles, f"mean {reach.spectrum.cycles:.1f}")
    line = Line(np.arange(len(power)), power, "cycles per image", "share of power", mark, "Spectrum", level)
    return heat, line
