"""The figures of a finished run on images it never learned from: bounds, marginal likelihood, what each level costs."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from hvae_engine.datasets import Images
from hvae_engine.models import HVAE, drawing
from hvae_engine.objectives import Estimate, Evaluation, Objective, exact_log_px, log_likelihood, validate
from hvae_engine.training.binarisation import drawn_once
from hvae_engine.training.resolution import eight_bit_dimensions
from hvae_engine.training.run import Run
from hvae_engine.training.seeds import Purpose, generator

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
    x, y = _inputs(run, chosen, images)
    draws = generator(0, Purpose.EVALUATION)
    labels = [None] * math.ceil(len(x) / BATCH) if y is None else list(y.split(BATCH))
    bounds = validate(model, Objective(), zip(x.split(BATCH), labels, strict=True), draws)
    likelihood = _likelihood(model, x, samples, draws, progress or (lambda done, total: None))
    dimensions = eight_bit_dimensions(run.spec, run.info.shape)
    exact = exact_log_px(model, x.split(BATCH))
    split = "validation" if test is None else "test"
    of = "images" if run.spec.codes_of is None else "codes"
    return Report(split, len(x), samples, model.names, bounds, likelihood, dimensions, exact, of)


def _inputs(run: Run, chosen: Images, count: int | None) -> tuple[Tensor, Tensor | None]:
    pixels = chosen.pixels[:count]
    labels = None if chosen.labels is None else chosen.labels[:count]
    x = drawn_once(pixels, run.spec.binarise, generator(0, Purpose.VALIDATION_PIXELS)).float() / 255
    codes = run.codes()
    return x if codes is None else torch.cat([codes.means(rows) for rows in x.split(BATCH)]), labels


def _likelihood(model: HVAE, x: Tensor, samples: int, draws: torch.Generator, progress: Progress) -> Estimate:
    """IWAE-`samples` of all images, a few at a time: each is encoded once, unless its own draws are too many."""
    chunk = min(samples, ROWS)
    parts = []
    for batch in x.split(max(1, ROWS // chunk)):
        parts.append(log_likelihood(model, batch, samples, chunk, drawing(draws)))
        progress(sum(len(part.values) for part in parts), len(x))
    values, ess = torch.cat([part.values for part in parts]), torch.cat([part.ess for part in parts])
    error = float(values.std() / math.sqrt(len(values))) if len(values) > 1 else math.nan
    return Estimate(float(values.mean()), error, ess, values)
