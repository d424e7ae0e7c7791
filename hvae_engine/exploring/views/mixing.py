"""Mixing: one level of image B put into image A, for every pair of some images."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import torch

from hvae_engine.distributions import normal_score
from hvae_engine.exploring.edits import index_of
from hvae_engine.exploring.figures import Tiles
from hvae_engine.exploring.standing import Standing, stand
from hvae_engine.exploring.subject import Progress, Subject
from hvae_engine.exploring.typed import Image, Moved
from hvae_engine.exploring.views.picturing import arranged
from hvae_engine.exploring.views.view import Made, Started, check_some, rule, several
from hvae_engine.models import HVAE, Edit


@dataclass(frozen=True)
class Mixing(Started):
    """For each level a matrix: A at the left keeps all but the level, which has the value it has in B, at the top.

    Attributes:
        level: names; none: all, or those with the most nats where there are many.
        image: A, a row each, as the edits leave it.
        other: B, a column each, as it is.
        below: what the levels below do.
    """

    name: ClassVar[str] = "mixing"
    title: ClassVar[str] = "Mixing: a level of the image above put into the image at the left"

    level: tuple[str, ...] = ()
    image: tuple[Image, ...] = (0, 1, 2, 3)
    other: tuple[Image, ...] = (4, 5, 6, 7)
    below: str = "follow"

    def settled(self, subject: Subject) -> Mixing:
        """See `View`."""
        return replace(self, level=several(subject, self.level))

    def make(self, subject: Subject, progress: Progress) -> Made:
        """See `View`."""
        check_some(self.other)
        kept = self.stand(subject, self.image, self.below, progress=progress)
        put = stand(subject, self.other, Moved({}), rule(self.below), progress=progress)
        left = arranged(kept.trace.likelihood, 1, len(self.image))[0] if kept.moves else kept.inputs
        panels = []
        for done, name in enumerate(self.level):
            progress(done, len(self.level))
            mixed = transplanted(subject.model, kept, put, index_of(subject.model, name))
            panels.append(Tiles(_framed(left, put.inputs, mixed), title=f"{name} of the image above", level=name))
        progress(len(self.level), len(self.level))
        return Made(tuple(tuple(panels[i : i + 2]) for i in range(0, len(panels), 2)))


def transplanted(model: HVAE, kept: Standing, put: Standing, level: int) -> np.ndarray:
    """Pictures of every A of `kept` with a level from every B of `put`: uint8, (A, B, H, W[, 3]).

    The level's value is that of B to the bit (of a Gaussian level to rounding); above it everything is A's.
    """
    there, value = kept.trace.visits[level], put.trace.z[level].movedim(1, 0)
    rows = there.choice.z.shape[1]
    drawn = Edit(torch.ones_like(there.choice.z, dtype=torch.bool), normal_score(there.prior, value))
    trace = model.walk(kept.changed(level, drawn), rows)
    return arranged(trace.likelihood, len(value), rows).swapaxes(0, 1)


def _framed(left: np.ndarray, top: np.ndarray, mixed: np.ndarray) -> np.ndarray:
    """The matrix with A at its left and B above it; the corner is white."""
    corner = np.full_like(left[:1], 255)
    return np.concatenate([np.concatenate([corner, top])[None], np.concatenate([left[:, None], mixed], 1)])
