"""Progressive reconstruction: the deepest levels from the posterior of an image, the rest from the prior."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from torch import Tensor
from torch.distributions import Distribution

from hvae_engine.distributions import quantile
from hvae_engine.exploring.figures import Tiles
from hvae_engine.exploring.subject import Progress, Subject
from hvae_engine.exploring.typed import Image, named
from hvae_engine.exploring.views.noise import cooled, prior_walk
from hvae_engine.exploring.views.picturing import arranged
from hvae_engine.exploring.views.view import Made, Started
from hvae_engine.models import Choice, Source


@dataclass(frozen=True)
class Progressive(Started):
    """What each level adds to a reconstruction, from the deepest up: column k has k levels from the posterior.

    The last column is the reconstruction, or what the edits make of it; along a row the prior's noise is the same.

    Attributes:
        image: where from, a row each.
        temperature: of the prior's noise: one for all levels, or one for each from z1 up; 0 is its mean.
        seed: of that noise, and of a draw to start from that names none.
        below: what the levels below an edited one did.
    """

    name: ClassVar[str] = "progressive"
    title: ClassVar[str] = "Progressive reconstruction: the deepest k levels from the posterior"

    image: tuple[Image, ...] = (0, 1, 2, 3)
    temperature: tuple[float, ...] = (1.0,)
    seed: int = 0
    below: str = "follow"

    def make(self, subject: Subject, progress: Progress) -> Made:
        """See `View`."""
        model, count = subject.model, len(self.image)
        standing = self.stand(subject, self.image, self.below, self.seed, progress)
        noise = cooled(model, prior_walk(model, count, self.seed), self.temperature)
        columns = [standing.inputs]
        for k in range(len(noise) + 1):
            progress(k, len(noise) + 1)
            trace = model.walk(deepest(k, standing.trace.z, noise), count)
            columns.append(arranged(trace.likelihood, 1, count)[0])
        progress(len(noise) + 1, len(noise) + 1)
        names = [level.name for level in model]
        labels = ("input", "prior", *(f"+ {name}" for name in names))
        return Made(((Tiles(np.stack(columns, 1), tuple(map(named, self.image)), labels),),))


def deepest(k: int, z: Sequence[Tensor], noise: Sequence[Tensor]) -> Source:
    """The `k` deepest levels as they are given, the others by their standard-normal scores; both root first."""

    def source(i: int, prior: Distribution, state: Tensor) -> Choice:
        return Choice(z[i] if i < k else quantile(prior, noise[i]))

    return source
