"""The objective in figures: the present values of its terms, in training or on the held-out images."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

from app.state.curves import Curves
from app.state.experiment import Experiment

TRAINING, HELD_OUT = "training", "held out"


class Figures(NamedTuple):
    """Nats per image.

    Attributes:
        kl: of each level by name.
    """

    bound: float
    log_px: float
    kl: Mapping[str, float]

    @property
    def elbo(self) -> float:
        """The bound of a single draw."""
        return self.log_px - sum(self.kl.values())

    @property
    def gain(self) -> float:
        """What several draws add to the ELBO."""
        return self.bound - self.elbo


def figures(curves: Curves, split: str) -> Figures | None:
    """The terms of the bound; None before there are any.

    Args:
        curves: of the run.
        split: TRAINING, a mean over the last steps, or HELD_OUT, the last validation.
    """
    held = curves.past(curves.validation)
    row = curves.recent() if split == TRAINING else held[-1, 1:] if len(held) else None
    if row is None:
        return None
    return Figures(float(row[0]), float(row[1]), dict(zip(curves.levels, map(float, row[2:]), strict=True)))


def bits_per_dim(bound: float, experiment: Experiment) -> float | None:
    """The bound in bits a value of a pixel; None where pixels are not likely as one of 256 grey levels."""
    dimensions = experiment.dimensions
    return None if dimensions is None else -bound / (dimensions * math.log(2))


def log_prior(curves: Curves) -> float | None:
    """What the weight prior adds to what is maximised, now; None where it is off."""
    rows = curves.past(curves.weight_prior)
    return float(rows[-1, 1]) if len(rows) else None


def error(curves: Curves) -> float | None:
    """Share of held-out classes that the last validation got wrong; None without classes."""
    rows = curves.past(curves.error)
    return float(rows[-1, 1]) if len(rows) else None
