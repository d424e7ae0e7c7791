"""The figures of a finished run on images it never learned from: bounds, marginal likelihood, what each level costs."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor

from hvae_engine.datasets import Images
from hvae_engine.models import HVAE, drawing
from hvae_engine.objectives import Estimate, Evaluation, Objective, exact_log_px, log_likelihood, validate
from hvae_engine.training.binarisation import drawn_once
from hvae_engine.training.resolution import eight_bit_dimensions
from hvae_engine.training.run import Run
from hvae_engine.training.seeds import Purpose, generator, key

ROWS = 20_000
"""Draws times images scored at a time."""
BATCH = 500

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Report:
    """What `evaluate` found; nats per image.

    Attributes:
        split: "test", or "validation" where the data have no test images.
        images: how many were scored.
        samples: draws of the importance-weighted bound.
        levels: names from the surface down.
        bounds: ELBO, E[log p(x|z)], KL and active units of each level, error.
        likelihood: IWAE-`samples` with its error and effective sample sizes.
        dimensions: channels times pixels, where the likelihood is over 8-bit values; None elsewhere.
        exact: mean log p(x) in closed form, where the model is linear-Gaussian; None elsewhere.
        of: "images", or "codes" where the run learned those of another one: what the nats are of.
    """

    split: str
    images: int
    samples: int
    levels: tuple[str, ...]
    bounds: Evaluation
    likelihood: Estimate
    dimensions: int | None
    exact: float | None
    of: str

    def to_json(self) -> dict[str, Any]:
        """Plain values; `ess` is the median over images, `bits_per_dim` that of the importance-weighted bound."""
        plain: dict[str, Any] = {
            "split": self.split,
            "of": self.of,
            "images": self.images,
            "samples": self.samples,
            "elbo": self.bounds.elbo,
            "iwae": self.likelihood.value,
            "iwae_se": self.likelihood.error,
            "ess": float(self.likelihood.ess.median()),
            "log_px": self.bounds.log_px,
            "kl": dict(zip(self.levels, self.bounds.kl, strict=True)),
            "active_units": dict(zip(self.levels, self.bounds.active, strict=True)),
        }
        if self.dimensions is not None:
            plain["bits_per_dim"] = -self.likelihood.value / (self.dimensions * math.log(2))
        if self.bounds.error is not None:
            plain["error"] = self.bounds.error
        if self.exact is not None:
            plain["exact"] = self.exact
        return plain


def evaluate(
    run: Run, *, samples: int = 5000, images: int | None = None, best: bool = False, progress: Progress | None = None
) -> Report:
    """Score a run on its test images, or on its validation images where the data have none.

    Binary images are drawn once, by a seed that knows neither the run's nor the number of draws.

    Args:
        run: a run with a checkpoint; one without is scored with its first weights.
        samples: draws for the importance-weighted bound.
        images: how many images, from the first on; None: all.
        best: the weights with the best validation bound instead of the last.
        progress: called with images done and images in all.

    Raises:
        StrataError: the run or its data cannot be read.
    """
    model = run.learner()
    run.load_weights(model, best=best)
    model.eval()
    test = run.dataset.test
    chosen = run.dataset.validation if test is None else test
    inputs = _Inputs(run, chosen.between(0, len(chosen) if images is None else images))
    draws = generator(0, Purpose.EVALUATION)
    bounds = validate(model, Objective(), inputs.batches(BATCH), draws)
    likelihood = _likelihood(model, inputs, samples, draws, progress or (lambda done, total: None))
    dimensions = eight_bit_dimensions(run.spec, run.info.shape)
    exact = exact_log_px(model, (x for x, _ in inputs.batches(BATCH)))
    split = "validation" if test is None else "test"
    of = "images" if run.spec.codes_of is None else "codes"
    return Report(split, len(inputs.images), samples, model.names, bounds, likelihood, dimensions, exact, of)


class _Inputs:
    """The images that are scored as the model wants them, made a few at a time: all of them may be more than memory."""

    def __init__(self, run: Run, images: Images) -> None:
        self.images = images
        self._draw = partial(drawn_once, how=run.spec.binarise, key=key(0, Purpose.VALIDATION_PIXELS))
        self._codes = run.codes()

    def batches(self, size: int) -> Iterator[tuple[Tensor, Tensor | None]]:
        """All of them, and their labels."""
        for rows in torch.arange(len(self.images)).split(size):
            some = self.images.between(int(rows[0]), int(rows[-1]) + 1)
            x = self._draw(some.pixels, rows=rows).float() / 255
            yield x if self._codes is None else self._codes.means(x), some.labels


def _likelihood(model: HVAE, inputs: _Inputs, samples: int, draws: torch.Generator, progress: Progress) -> Estimate:
    """IWAE-`samples` of all images, a few at a time: each is encoded once, unless its own draws are too many."""
    chunk = min(samples, ROWS)
    parts = []
    for batch, _ in inputs.batches(max(1, ROWS // chunk)):
        parts.append(log_likelihood(model, batch, samples, chunk, drawing(draws)))
        progress(sum(len(part.values) for part in parts), len(inputs.images))
    values, ess = torch.cat([part.values for part in parts]), torch.cat([part.ess for part in parts])
    error = float(values.std() / math.sqrt(len(values))) if len(values) > 1 else math.nan
    return Estimate(float(values.mean()), error, ess, values)
