"""Noise of the prior as standard-normal scores of every level, and its temperature."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.distributions import OneHotCategorical

from hvae_engine.errors import OptionError
from hvae_engine.models import HVAE, Trace, drawing, from_prior, scores


def prior_walk(model: HVAE, count: int, seed: int) -> Trace:
    """Draws of the whole model, (1, count); the same seed gives the same noise as `Explorer.generate`."""
    generator = torch.Generator(model.root.device).manual_seed(seed)
    return model.walk(from_prior(drawing(generator)), count)


def cooled(model: HVAE, walk: Trace, temperature: Sequence[float]) -> list[Tensor]:
    """The scores of a walk, each times its level's temperature, root first; a label keeps its class.

    Args:
        model: whose levels they are.
        walk: with the noise.
        temperature: one for all levels, or one for each from the surface down.

    Raises:
        OptionError: their number does not fit, or one is below 0.
    """
    count = len(model.names)
    if len(temperature) not in (1, count):
        raise OptionError(f"--temperature has {len(temperature)} numbers: give 1, or {count}, from z1 up.")
    if not all(0 <= one < float("inf") for one in temperature):
        raise OptionError("--temperature has a number that is not 0 or more: 1 is the model's own, 0 no noise at all.")
    each = list(temperature)[::-1] if len(temperature) > 1 else list(temperature) * count
    return [
        score if isinstance(visit.prior, OneHotCategorical) else factor * score
        for score, factor, visit in zip(scores(walk), each, walk.visits, strict=True)
    ]
