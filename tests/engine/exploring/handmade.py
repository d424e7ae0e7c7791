"""Models made by hand, whose every level does one known thing, and images whose causes are known."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from hvae_engine.datasets import Images
from hvae_engine.distributions import gaussian
from hvae_engine.exploring import Explorer
from hvae_engine.exploring.subject import Gallery, Subject
from hvae_engine.models import HVAE
from hvae_engine.models.levels import Free
from hvae_engine.models.posteriors import TopDownPosterior

SIDE = 16
NARROW = 0.1


class Same(nn.Module):
    """The image itself as features of every level."""

    def __init__(self, levels):
        super().__init__()
        self.levels = levels

    def forward(self, x):
        return [x] * self.levels


class Reads(nn.Module):
    """q(z|x) = N(what `of` says of x, std^2)."""

    def __init__(self, of, units, std):
        super().__init__()
        self.of, self.units, self.std = of, units, std

    def forward(self, features, prior, state):
        mean = self.of(features)
        return gaussian(mean, torch.full_like(mean, self.std))


class Pixels(nn.Module):
    """p(x|z) around a mean that `of` makes of all z side by side, root first."""

    def __init__(self, of):
        super().__init__()
        self.of = of

    def forward(self, state):
        mean = self.of(state)
        return gaussian(mean, torch.full_like(mean, 0.05), 3)


def model_of(levels, mean, readers):
    """Independent levels, root first, each (name, units); readers (x -> means, std) in the same order."""
    made = [Free(name, units) for name, units in levels]
    rules = [Reads(of, units, std) for (_, units), (of, std) in zip(levels, readers, strict=True)]
    posterior = TopDownPosterior(Same(len(levels)), rules)
    return HVAE(torch.zeros(0, dtype=torch.float64), made, Pixels(mean), posterior).eval()


def linear(columns, shape, levels):
    """x = 1/2 + sum of z times orthogonal pictures; q reads each z off its picture exactly.

    Args:
        columns: (units in all, H, W), root first.
        shape: (H, W).
        levels: (name, units), root first.
    """
    weight = torch.as_tensor(columns, dtype=torch.float64).flatten(1)
    sizes = [units for _, units in levels]
    parts = weight.split(sizes)

    def mean(z):
        return (0.5 + z @ weight).unflatten(-1, (1, *shape))

    def reader(part):
        return lambda x: (x.flatten(-3) - 0.5) @ part.T / part.square().sum(1)

    return model_of(levels, mean, [(reader(part), NARROW) for part in parts])


# z1 moves only a checkerboard in the lower right, z2 only where a blob in the upper left lies, z3 nothing.

PLACES = torch.arange(SIDE, dtype=torch.float64) + 0.5
CHECKERS = np.zeros((SIDE, SIDE))
CHECKERS[10:, 10:] = 0.15 * (-1.0) ** np.add.outer(np.arange(6), np.arange(6))
REACH, WIDTH, CENTRE = 0.8, 1.6, 5.0


def scene(z):
    """(..., z3 z2 z2 z1) to (..., 1, SIDE, SIDE)."""
    across, down = (CENTRE + REACH * z[..., i, None] for i in (2, 1))
    row, column = ((-((PLACES - at) ** 2) / (2 * WIDTH**2)).exp() for at in (down, across))
    blob = 0.6 * row[..., :, None] * column[..., None, :]
    return (0.25 + blob + z[..., 3, None, None] * torch.from_numpy(CHECKERS)).unsqueeze(-3)


def read_place(x):
    """Where the blob lies: its centre of mass, down and across."""
    ink = (x[..., 0, :10, :10] - 0.25).clamp_min(0)
    total = ink.sum((-2, -1))
    down, across = ((ink.sum(axis) @ PLACES[:10]) / total for axis in (-1, -2))
    return (torch.stack([down, across], -1) - CENTRE) / REACH


def read_texture(x):
    pattern = torch.from_numpy(CHECKERS)
    return ((x[..., 0, :, :] - 0.25) * pattern).sum((-2, -1))[..., None] / pattern.square().sum()


def texture_and_place():
    readers = [(lambda x: x.new_zeros(len(x), 1), 1.0), (read_place, NARROW), (read_texture, NARROW)]
    return model_of([("z3", 1), ("z2", 2), ("z1", 1)], scene, readers)


def scenes(count, seed):
    """Images of that model with the class (left or right) and its three causes."""
    rng = np.random.default_rng(seed)
    z = rng.standard_normal((count, 4)).clip(-2, 2)
    pixels = (scene(torch.from_numpy(z)).clamp(0, 1) * 255).round().to(torch.uint8)
    factors = {"across": z[:, 2], "texture": z[:, 3], "noise": rng.standard_normal(count)}
    return Images(pixels, torch.from_numpy((z[:, 2] > 0).astype(np.int64)), factors)


def subject(model, held, fitted=None, classes=()):
    """A subject that shows and measures on the same images."""
    return Subject(Explorer(model), Gallery(held, held, np.arange(len(held)), fitted, classes), "by-hand", 7)
