"""Readers: multinomial logistic regressions from features to classes, all on the same features at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor

from hvae_engine.exploring.descent import minimise

RIDGE = 1e-3
ITERATIONS = 40
LARGE = 80.0
"""The exponential of a little more is no float any more."""
POOLED = 4
"""A map larger than this in either direction is averaged down to it: a reader needs no more places."""
MOST = 256
"""Features that a reader is given at most: with more than that a few thousand images mislead it."""


def features_of(values: np.ndarray) -> np.ndarray:
    """What a reader sees of a level, (N, features): its units, a map brought down to `POOLED` places a side.

    Args:
        values: (N, units) or (N, units, height, width).
    """
    if values.ndim > 2 and max(values.shape[-2:]) > POOLED:
        size = tuple(min(POOLED, side) for side in values.shape[-2:])
        values = torch.nn.functional.adaptive_avg_pool2d(torch.from_numpy(values), size).numpy()
    return values.reshape(len(values), -1)


def standardised(fitted: np.ndarray, held: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Both sets of features in standard deviations of the fitted ones; a constant feature is nought.

    Args:
        fitted: (M, features).
        held: (N, features).
    """
    mean, std = fitted.mean(0), fitted.std(0)
    scale = np.where(std > 1e-8, std, np.inf)
    return (fitted - mean) / scale, (held - mean) / scale


def leading(fitted: np.ndarray, held: np.ndarray, most: int = MOST) -> tuple[np.ndarray, np.ndarray]:
    """Both sets of features, where there are more than `most`, along the fitted ones' directions of most variance.

    Args:
        fitted: (M, features).
        held: (N, features).
        most: how many are left at most.
    """
    if fitted.shape[1] <= most:
        return fitted, held
    x, seen = (torch.from_numpy(values).float() for values in standardised(fitted, held))
    _, _, directions = torch.linalg.svd(x, full_matrices=False)
    along, seen_along = ((values @ directions[:most].T).numpy() for values in (x, seen))
    return along, seen_along


def read(
    fitted: np.ndarray,
    targets: Sequence[np.ndarray],
    held: np.ndarray,
    pause: Callable[[], None] = lambda: None,
    ridge: float = RIDGE,
) -> list[np.ndarray]:
    """Fit a logistic regression for each target and guess it for images that were not fitted on.

    The weights have a Gaussian prior (the mean cross-entropy plus `ridge` / 2 |W|^2), the constant has none; they are
    found by L-BFGS from zero, so that the same data give the same guesses.

    Args:
        fitted: features to fit on, (M, features), centred, their scale about 1.
        targets: whole numbers from 0 up for each of them, each (M,).
        held: features to guess from, (N, features).
        pause: called at every iteration; may raise to cancel.
        ridge: see above.

    Returns:
        The most probable class of each held image, for each target, int64 (N,).
    """
    classes = [int(target.max()) + 1 for target in targets]
    truth = torch.cat([_one_hot(*pair) for pair in zip(targets, classes, strict=True)], 1)
    weights = _fitted(_with_ones(fitted), truth, classes, ridge, pause)
    return [one.argmax(-1).numpy() for one in (_with_ones(held) @ weights).split(classes, 1)]


def _fitted(x: Tensor, truth: Tensor, classes: list[int], ridge: float, pause: Callable[[], None]) -> Tensor:
    """Weights, (features, classes of all targets side by side), of one-hot truth (images, the same).

    The last feature is the constant, which is not shrunk. The gradient is written out, X' (softmax - truth) / N, since
    it is all that autograd would find. Of each target some logit is 0 or above, since its weights sum to 0 over its
    classes: exponentials are taken of all targets together, and only what would overflow is taken off before.
    """
    shrunk = torch.ones(x.shape[1], 1)
    shrunk[-1] = 0
    member = torch.block_diag(*[torch.ones(one, 1) for one in classes])

    def loss(weights: Tensor) -> tuple[float, Tensor]:
        pause()
        logits = x @ weights
        logits -= (logits.amax(1, keepdim=True) - LARGE).clamp_min(0)
        odds = logits.exp()
        sums = odds @ member
        likelihood = ((logits * truth).sum() - sums.log().sum()) / len(x)
        penalty = 0.5 * ridge * (shrunk * weights).square().sum()
        odds /= sums @ member.T
        return float(penalty - likelihood), x.T @ odds.sub_(truth) / len(x) + ridge * shrunk * weights

    return minimise(loss, torch.zeros(x.shape[1], truth.shape[1]), ITERATIONS)


def _one_hot(target: np.ndarray, classes: int) -> Tensor:
    return torch.nn.functional.one_hot(torch.from_numpy(target.astype(np.int64)), classes).float()


def _with_ones(values: np.ndarray) -> Tensor:
    return torch.from_numpy(np.column_stack([values, np.ones(len(values))]).astype(np.float32))
