"""Progressive reconstruction: the deepest levels from the posterior of an image, the rest from the prior."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch
from torch import Tensor
from torch.distributions import Distribution

from hvae_engine.distributions import quantile
from hvae_engine.exploring.explorer import most_probable
from hvae_engine.exploring.figures import Tiles
from hvae_engine.exploring.subject import Progress, Subject, as_input
from hvae_engine.exploring.views.noise import cooled, prior_walk
from hvae_engine.exploring.views.picturing import arranged
from hvae_engine.exploring.views.view import Made, View, check_some
from hvae_engine.models import HVAE, Choice, Source, Trace


@dataclass(frozen=True)
class Progressive(View):
    """What each level adds to a reconstruction, from the deepest up: column k has k levels from the posterior.

    The last column is the reconstruction; along a row the prior's noise is the same.

    Attributes:
        image: which of the images shown, a row each.
        temperature: of the prior's noise: one for all levels, or one for each from z1 up; 0 is its mean.
        seed: of that noise.
    """

    name: ClassVar[str] = "progressive"
    title: ClassVar[str] = "Progressive reconstruction: the deepest k levels from the posterior"

    image: tuple[int, ...] = (0, 1, 2, 3)
    temperature: tuple[float, ...] = (1.0,)
    seed: int = 0

    def make(self, subject: Subject, progress: Progress) -> Made:
        """See `View`."""
        model, inputs = subject.model, pictures_of(subject, self.image)
        known = posterior_modes(subject, self.image)
        noise = cooled(model, prior_walk(model, len(inputs), self.seed), self.temperature)
        columns = [inputs]
        for k in range(len(noise) + 1):
            progress(k, len(noise) + 1)
            trace = model.walk(deepest(k, known.z, noise), len(inputs))
            columns.append(arranged(trace.likelihood, 1, len(inputs))[0])
        progress(len(noise) + 1, len(noise) + 1)
        names = [level.name for level in model]
        labels = ("input", "prior", *(f"+ {name}" for name in names))
        return Made(((Tiles(np.stack(columns, 1), tuple(f"image {one}" for one in self.image), labels),),))


def deepest(k: int, z: Sequence[Tensor], noise: Sequence[Tensor]) -> Source:
    """The `k` deepest levels as they are given, the others by their standard-normal scores; both root first."""

    def source(i: int, prior: Distribution, state: Tensor) -> Choice:
        return Choice(z[i] if i < k else quantile(prior, noise[i]))

    return source


def pictures_of(subject: Subject, images: Sequence[int]) -> np.ndarray:
    """Some of the images shown, uint8, (N, H, W[, 3]).

    Raises:
        OptionError: one does not exist, or none is named.
    """
    check_some(images)
    return np.stack([subject.gallery.picture(one) for one in images])


def posterior_modes(subject: Subject, images: Sequence[int]) -> Trace:
    """The modes of the posteriors of some of the images shown, (1, N)."""
    for one in images:
        subject.gallery.picture(one)
    model: HVAE = subject.model
    x = as_input(model, subject.gallery.shown.pixels[torch.tensor(list(images))])
    return model.infer(x, None, 1, most_probable, marginalise=False)
