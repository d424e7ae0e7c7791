"""Features in which a linear reader reads what is coded in a curved way: Gaussian bumps around some of the images."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from hvae_engine.exploring.probe import MOST

LANDMARKS = 256
RIDGE = 1e-4
"""Of a reader of bumps. With this, that many landmarks and this width, a reader of 2,000 images found more of nearly
every factor of scenes, on images that it had not seen, than with more or less of either."""
SMALL = 1e-6
"""Directions of the bumps with less than this share of the widest one's power are noise of the rounding."""


def bumps(fitted: np.ndarray, held: np.ndarray, most: int = MOST) -> tuple[np.ndarray, np.ndarray]:
    """Both sets of features as those of a Gaussian kernel, by Nystrom's method (Williams and Seeger 2001).

    The kernel is exp(-d^2 / w), w the mean squared distance of two of the landmarks, which are fitted images at even
    steps. What is left are the directions of most variance over the fitted images, all in the standard deviations of
    the first of them: a unit that hardly varies counts for as little as it varies.

    Args:
        fitted: (M, features).
        held: (N, features).
        most: how many directions are left at most, by falling variance.
    """
    x, seen = (torch.from_numpy(values).double() for values in (fitted, held))
    rows = np.unique(np.linspace(0, len(x) - 1, LANDMARKS).round().astype(int))
    landmarks = x[torch.from_numpy(rows)]
    apart = torch.cdist(landmarks, landmarks).square()
    width = max(float(apart.sum()) / max(1, len(rows) * (len(rows) - 1)), torch.finfo(apart.dtype).tiny)
    power, directions = torch.linalg.eigh(torch.exp(-apart / width))
    kept = power > SMALL * power[-1]
    roots = directions[:, kept] / power[kept].sqrt()
    made, made_seen = (torch.exp(-torch.cdist(one, landmarks).square() / width) @ roots for one in (x, seen))
    return _widest(made, made_seen, most)


def _widest(made: Tensor, seen: Tensor, most: int) -> tuple[np.ndarray, np.ndarray]:
    mean = made.mean(0)
    made, seen = made - mean, seen - mean
    _, directions = torch.linalg.eigh(made.T @ made)
    along = directions.flip(1)[:, :most]
    made, seen = made @ along, seen @ along
    std = float(made[:, 0].std())
    return (made / std).numpy() if std > 0 else made.numpy(), (seen / std).numpy() if std > 0 else seen.numpy()
