"""Samples of the whole model, with a temperature for each level."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from hvae_engine.exploring.figures import Tiles
from hvae_engine.exploring.subject import Progress, Subject
from hvae_engine.exploring.views.noise import cooled, prior_walk
from hvae_engine.exploring.views.picturing import spread
from hvae_engine.exploring.views.view import Made, View, check_count
from hvae_engine.models import riding


@dataclass(frozen=True)
class Samples(View):
    """Draws of the prior, the mean of p(x|z) of each.

    Attributes:
        down: rows of them.
        columns: how many a row.
        temperature: factor on the noise, of all levels or of each from z1 up: 1 is the model's own, 0 the prior's mode.
        seed: of the noise, which is the same at every temperature.
    """

    name: ClassVar[str] = "samples"
    title: ClassVar[str] = "Samples"

    down: int = 6
    columns: int = 10
    temperature: tuple[float, ...] = (1.0,)
    seed: int = 0

    def make(self, subject: Subject, progress: Progress) -> Made:
        """See `View`."""
        check_count("down", self.down)
        check_count("columns", self.columns)
        model, count = subject.model, self.down * self.columns
        progress(0, 1)
        noise = cooled(model, prior_walk(model, count, self.seed), self.temperature)
        drawn = spread(model.walk(riding(noise), count).likelihood, count)
        progress(1, 1)
        return Made(((Tiles(drawn.reshape(self.down, self.columns, *drawn.shape[1:])),),))
