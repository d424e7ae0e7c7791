"""Where a level acts on x: how much the mean of each pixel varies when that level alone is drawn again."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import torch
from torch import Tensor
from torch.distributions import OneHotCategorical

from hvae_engine.exploring.questions import Effect
from hvae_engine.models import HVAE, Below, Edit, Move, Trace, edited

DRAWS = 24


def effect_of(
    model: HVAE,
    base: Trace,
    index: int,
    edits: Mapping[int, Move],
    below: Below,
    generator: torch.Generator,
    draws: int = DRAWS,
    locked: Collection[int] = (),
) -> Effect:
    """Standard deviation of the mean of p(x|z) over draws of z_l, by pixel.

    Levels above keep their values, levels below do as the rule says, and every draw goes down the levels in one walk.
    A continuous level is drawn by standard-normal scores of its prior; a label takes each of its classes once, which
    are equally likely.

    Args:
        model: whose level it is.
        base: where the other levels stand, one row.
        index: of the level, from the root.
        edits: what else is moved, by index; the level's own edits are drawn over.
        below: what the levels below do.
        generator: of the scores; seeded the same, the same model gives the same map.
        draws: how many z_l; at least 2.
        locked: levels that stay pinned whatever the others do, by index.
    """
    mean = redrawn(model, base, index, edits, below, generator, draws, locked)
    if len(mean) == 1:  # x saw nothing of it
        return Effect(np.zeros(mean.shape[-2:], np.float32))
    label = isinstance(base.visits[index].prior, OneHotCategorical)
    variance = mean.var(0, correction=0 if label else 1).mean(0)
    return Effect(variance.sqrt().float().cpu().numpy())


def redrawn(
    model: HVAE,
    base: Trace,
    index: int,
    edits: Mapping[int, Move],
    below: Below,
    generator: torch.Generator,
    draws: int = DRAWS,
    locked: Collection[int] = (),
) -> Tensor:
    """The mean of p(x|z) for each draw of z_l, (draws, C, H, W); arguments as in `effect_of`.

    A label takes each of its classes once, and where x sees nothing of the level there is one row.
    """
    label = isinstance(base.visits[index].prior, OneHotCategorical)
    z = base.visits[index].choice.z
    score = _every_class(z) if label else _noise(z, draws, generator)
    drawn = Edit(torch.ones_like(z, dtype=torch.bool), score)
    mean: Tensor = model.walk(edited(base, {**edits, index: drawn}, below, locked), 1).likelihood.mean.flatten(0, -4)
    return mean


def _every_class(z: Tensor) -> Tensor:
    """(1, classes, classes), one-hot."""
    return torch.eye(z.shape[-1], dtype=z.dtype, device=z.device)[None]


def _noise(z: Tensor, draws: int, generator: torch.Generator) -> Tensor:
    """(1, draws, *event), standard normal."""
    return torch.randn((1, draws, *z.shape[2:]), generator=generator, dtype=z.dtype, device=z.device)
