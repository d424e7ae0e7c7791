"""What the posterior says of many images at every level: means, nats of levels and of units, draws."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.distributions import Distribution, Normal, OneHotCategorical

from hvae_engine.distributions import normal_score, unit_kl
from hvae_engine.exploring.subject import Progress, as_input, unwatched
from hvae_engine.models import HVAE, Rows, Trace, drawing
from hvae_engine.objectives.evaluation import posterior_means

CHUNK = 250
DRAWS = 4
"""Draws of the levels above that a conditional mean is averaged over."""


@dataclass(frozen=True)
class Encodings:
    """The posteriors of N images; levels root first.

    Attributes:
        means: E_q[z_l], each (N, *event).
        coordinates: the means where a level's prior is Gaussian, their standard-normal scores under it elsewhere (a
            label: its probabilities); (N, *event).
        kl: the charge of each level, (L, N), nats.
        unit_kl: nats of each unit, each (N, units), summed over the map of a spatial one.
    """

    means: tuple[np.ndarray, ...]
    coordinates: tuple[np.ndarray, ...]
    kl: np.ndarray
    unit_kl: tuple[np.ndarray, ...]

    def by_unit(self, level: int) -> np.ndarray:
        """The coordinates of a level with one number a unit, (N, units): the mean over the map of a spatial one."""
        return over_map(self.coordinates[level])


def over_map(values: np.ndarray) -> np.ndarray:
    """(N, units, *map) to its mean over the map, (N, units)."""
    means: np.ndarray = values.reshape(*values.shape[:2], -1).mean(-1)
    return means


@torch.no_grad()
def encode(
    model: HVAE, pixels: Tensor, *, seed: int = 0, draws: int = DRAWS, progress: Progress = unwatched
) -> Encodings:
    """The encodings of images.

    Args:
        model: in evaluation mode.
        pixels: uint8, (N, C, H, W).
        seed: of the draws that means below the top hang on.
        draws: how many of them.
        progress: called with images done and images in all; may raise to cancel.
    """
    generator = torch.Generator(model.root.device).manual_seed(seed)
    parts = []
    for first in range(0, len(pixels), CHUNK):
        progress(first, len(pixels))
        x = as_input(model, pixels[first : first + CHUNK])
        parts.append(_read(model.infer(x, None, draws, drawing(generator)), x))
    progress(len(pixels), len(pixels))
    means, coordinates, kl, units = zip(*parts, strict=True)
    return Encodings(_joined(means), _joined(coordinates), np.concatenate(kl, 1), _joined(units))


@torch.no_grad()
def posterior_draws(model: HVAE, pixels: Tensor, seed: int, progress: Progress = unwatched) -> list[np.ndarray]:
    """One draw of the posterior of each image, root first, each (N, *event); arguments as in `encode`."""
    generator = torch.Generator(model.root.device).manual_seed(seed)
    parts = []
    for first in range(0, len(pixels), CHUNK):
        progress(first, len(pixels))
        trace = model.infer(as_input(model, pixels[first : first + CHUNK]), None, 1, drawing(generator), False)
        parts.append([_plain(z.flatten(0, 1)) for z in trace.z])
    return list(_joined(parts))


def _read(trace: Trace, x: Tensor) -> tuple[list[np.ndarray], list[np.ndarray], np.ndarray, list[np.ndarray]]:
    rows = trace.rows(x, closed_form=True)
    means = [
        mean.unflatten(1, visit.prior.event_shape)
        for mean, visit in zip(posterior_means(trace), trace.visits, strict=True)
    ]
    coordinates = [_coordinates(visit.prior, mean) for mean, visit in zip(means, trace.visits, strict=True)]
    units = [_unit_nats(rows, trace, i) for i in range(len(trace.visits))]
    return list(map(_plain, means)), list(map(_plain, coordinates)), _plain(rows.mean(rows.kl)), units


def _coordinates(prior: Distribution, mean: Tensor) -> Tensor:
    """(B, *event); a prior that is not Gaussian is the same in every row."""
    base = getattr(prior, "base_dist", prior)
    if isinstance(base, Normal) or isinstance(prior, OneHotCategorical):
        return mean
    rows = mean.expand(*prior.batch_shape, *prior.event_shape)
    return normal_score(prior, rows).flatten(0, len(prior.batch_shape) - 2)[0]


def _unit_nats(rows: Rows, trace: Trace, level: int) -> np.ndarray:
    """Nats of each unit for each image, (B, units), averaged over the draws above."""
    visit, shape = trace.visits[level], trace.batch_shape
    event = visit.prior.event_shape
    if visit.choice.q is None:
        return np.zeros((shape[-1], event[0]))
    kl = unit_kl(visit.choice.q, visit.prior).expand(*shape, *event)
    kl = kl.flatten(len(shape) + 1).sum(-1) if len(event) > 1 else kl
    return _plain(rows.mean(kl.movedim(-1, 0))).T


def _plain(value: Tensor) -> np.ndarray:
    array: np.ndarray = value.double().cpu().numpy()
    return array


def _joined(parts: Iterable[Sequence[np.ndarray]]) -> tuple[np.ndarray, ...]:
    """Chunks of every level to whole levels."""
    return tuple(np.concatenate(level) for level in zip(*parts, strict=True))
