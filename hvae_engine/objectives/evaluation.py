"""Scores of images that a model does not learn from: the bound by level, active units, the marginal likelihood."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

import torch
from torch import Tensor

from hvae_engine.distributions import sample
from hvae_engine.models import HVAE, Draw, Trace, drawing
from hvae_engine.objectives.bound import Objective

ACTIVE_VARIANCE = 0.01
"""A unit is active where the variance over images of its posterior mean is above this (Burda et al. 2016)."""


class Evaluation(NamedTuple):
    """Means over held-out images, in nats per image; levels from the surface down.

    Attributes:
        bound: of the kind the objective has.
        elbo: log_px - sum(kl).
        log_px: E[log p(x|z)].
        kl: the charge of each level.
        active: active units of each level.
        error: fraction of classes guessed wrong; None without classes or labels.
    """

    bound: float
    elbo: float
    log_px: float
    kl: list[float]
    active: list[int]
    error: float | None


class Estimate(NamedTuple):
    """log p(x) of images by importance sampling.

    Attributes:
        value: mean over images, nats.
        error: standard error of that mean over images, nats.
        ess: effective sample size of each image's weights, (N,): far below the samples, the value is too low.
        values: of each image, (N,), nats.
    """

    value: float
    error: float
    ess: Tensor
    values: Tensor


@torch.no_grad()
def validate(
    model: HVAE, objective: Objective, batches: Iterable[tuple[Tensor, Tensor | None]], generator: torch.Generator
) -> Evaluation:
    """Score images with the model in evaluation mode, which is left as it was found.

    Args:
        model: the model.
        objective: its bound.
        batches: images (B, C, H, W) with labels int64 (B,) or None.
        generator: for the draws, on the model's device: torch's global one stays as it is.
    """
    training = model.training
    model.eval()
    try:
        return _summary([_measured(model, objective, x, y, drawing(generator)) for x, y in batches])
    finally:
        model.train(training)


class _Measured(NamedTuple):
    bound: Tensor
    log_px: Tensor
    kl: Tensor
    means: list[Tensor]
    wrong: Tensor | None


def _measured(model: HVAE, objective: Objective, x: Tensor, y: Tensor | None, draw: Draw) -> _Measured:
    trace = model.infer(x, None, objective.samples, draw)
    score = objective.score(trace, x)
    probs = trace.class_probabilities()
    wrong = None if probs is None or y is None else (probs.argmax(-1) != y).to(probs.dtype)
    return _Measured(score.bound, score.log_px, score.kl, posterior_means(trace), wrong)


def posterior_means(trace: Trace) -> list[Tensor]:
    """E_q[z_l] of each image, averaged over the draws above it, root first, each (B, units); weighted by class mass."""
    shape, mass = trace.batch_shape, trace.log_mass
    means = []
    for prior, choice in trace.visits:
        mean = choice.z if choice.q is None else choice.q.mean
        means.append(_over_rows(mean.expand(*shape, *prior.event_shape).flatten(len(shape)), mass))
    return means


def _over_rows(mean: Tensor, mass: Tensor | float) -> Tensor:
    axes = tuple(range(mean.ndim - 2))
    if isinstance(mass, float):
        return mean.mean(axes)
    return (mass.exp().unsqueeze(-1) * mean).sum(axes)


def _summary(parts: list[_Measured]) -> Evaluation:
    bound = torch.cat([part.bound for part in parts]).double().mean()
    log_px = torch.cat([part.log_px for part in parts]).double().mean()
    kl = torch.cat([part.kl for part in parts], 1).double().mean(1).flip(0)
    active = [
        int((torch.cat(means).double().var(0, correction=0) > ACTIVE_VARIANCE).sum())
        for means in zip(*(part.means for part in parts), strict=True)
    ]
    wrong = [part.wrong for part in parts if part.wrong is not None]
    return Evaluation(
        float(bound),
        float(log_px - kl.sum()),
        float(log_px),
        kl.tolist(),
        active[::-1],
        float(torch.cat(wrong).mean()) if wrong else None,
    )


@torch.no_grad()
def log_weights(model: HVAE, x: Tensor, y: Tensor | None = None, samples: int = 1, draw: Draw = sample) -> Tensor:
    """log w of each draw with its mass, (*S, B): their logsumexp over S is IWAE-K of log p(x), or of log p(x, y)."""
    rows = model.infer(x, y, samples, draw).rows(x, closed_form=False)
    return rows.log_w + rows.log_mass


@torch.no_grad()
def log_likelihood(model: HVAE, x: Tensor, samples: int = 5000, chunk: int = 500, draw: Draw = sample) -> Estimate:
    """log p(x) of images (N, C, H, W) by IWAE-`samples`.

    Draws come in equal chunks, scored together: log p = logsumexp(chunk bounds) - log(chunks). Averaging chunk bounds
    instead would lose nats.

    Args:
        model: in evaluation mode.
        x: the images.
        samples: K, rounded up to whole chunks.
        chunk: draws at a time.
        draw: how z is drawn.
    """
    chunk = min(chunk, samples)
    count = math.ceil(samples / chunk)
    total = torch.full((count, len(x)), -math.inf, dtype=torch.float64)
    squares = torch.empty_like(total)
    for i in range(count):
        weights = log_weights(model, x, None, chunk, draw).flatten(0, -2).double()
        total[i], squares[i] = weights.logsumexp(0), (2 * weights).logsumexp(0)
    values = total.logsumexp(0) - math.log(count)
    ess = (2 * total.logsumexp(0) - squares.logsumexp(0)).exp()
    error = float(values.std() / math.sqrt(len(x))) if len(x) > 1 else math.nan
    return Estimate(float(values.mean()), error, ess, values)
