"""Mixing: one level of image B put into image A, for every pair of some images."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import torch

from hvae_engine.distributions import normal_score
from hvae_engine.exploring.edits import index_of
from hvae_engine.exploring.figures import Tiles
from hvae_engine.exploring.subject import Progress, Subject
from hvae_engine.exploring.views.picturing import arranged
from hvae_engine.exploring.views.progressive import pictures_of, posterior_modes
from hvae_engine.exploring.views.view import Made, View, rule, several
from hvae_engine.models import HVAE, Below, Edit, Trace, edited


@dataclass(frozen=True)
class Mixing(View):
    """For each level a matrix: A at the left keeps all but the level, which has the value it has in B, at the top.

    Attributes:
        level: names; none: all, or those with the most nats where there are many.
        image: A, a row each.
        other: B, a column each.
        below: what the levels below do.
    """

    name: ClassVar[str] = "mixing"
    title: ClassVar[str] = "Mixing: a level of the image above put into the image at the left"

    level: tuple[str, ...] = ()
    image: tuple[int, ...] = (0, 1, 2, 3)
    other: tuple[int, ...] = (4, 5, 6, 7)
    below: str = "follow"

    def settled(self, subject: Subject) -> Mixing:
        """See `View`."""
        return replace(self, level=several(subject, self.level))

    def make(self, subject: Subject, progress: Progress) -> Made:
        """See `View`."""
        below, left, top = rule(self.below), pictures_of(subject, self.image), pictures_of(subject, self.other)
        kept, put = posterior_modes(subject, self.image), posterior_modes(subject, self.other)
        panels = []
        for done, name in enumerate(self.level):
            progress(done, len(self.level))
            mixed = transplanted(subject.model, kept, put, index_of(subject.model, name), below)
            panels.append(Tiles(_framed(left, top, mixed), title=f"{name} of the image above", level=name))
        progress(len(self.level), len(self.level))
        return Made(tuple(tuple(panels[i : i + 2]) for i in range(0, len(panels), 2)))


def transplanted(model: HVAE, kept: Trace, put: Trace, level: int, below: Below) -> np.ndarray:
    """Pictures of every A of `kept`, (1, A), with a level from every B of `put`, (1, B): uint8, (A, B, H, W[, 3]).

    The level's value is that of B to the bit (of a Gaussian level to rounding); above it everything is A's.
    """
    value = put.z[level].movedim(1, 0)
    score = normal_score(kept.visits[level].prior, value)
    mask = torch.ones_like(kept.z[level], dtype=torch.bool)
    trace = model.walk(edited(kept, {level: Edit(mask, score)}, below), kept.z[level].shape[1])
    return arranged(trace.likelihood, len(value), kept.z[level].shape[1]).swapaxes(0, 1)


def _framed(left: np.ndarray, top: np.ndarray, mixed: np.ndarray) -> np.ndarray:
    """The matrix with A at its left and B above it; the corner is white."""
    corner = np.full_like(left[:1], 255)
    return np.concatenate([np.concatenate([corner, top])[None], np.concatenate([left[:, None], mixed], 1)])
