"""Pictures of walks whose rows are a grid, also where x saw nothing of what tells them apart."""

from __future__ import annotations

import numpy as np
from torch.distributions import Distribution

from hvae_engine.exploring.explorer import pictures


def spread(likelihood: Distribution, count: int) -> np.ndarray:
    """As many pictures as were asked for, uint8, (count, H, W[, 3]); the one there is where x saw no difference."""
    drawn = pictures(likelihood)
    return np.ascontiguousarray(np.broadcast_to(drawn, (count, *drawn.shape[1:])))


def arranged(likelihood: Distribution, count: int, batch: int) -> np.ndarray:
    """Pictures of a walk (count, batch), uint8, (count, batch, H, W[, 3]); repeated where x saw no difference."""
    drawn = pictures(likelihood)
    drawn = drawn.reshape(-1, batch, *drawn.shape[1:])
    return np.ascontiguousarray(np.broadcast_to(drawn, (count, *drawn.shape[1:])))
