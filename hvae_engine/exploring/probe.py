"""A linear reader: multinomial logistic regressions from features to classes, all on the same features at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor

RIDGE = 1e-3
ITERATIONS = 40
POOLED = 4
"""A map larger than this in either direction is averaged down to it: a reader needs no more places."""
MOST = 256
"""Features of several levels together that a reader is given: with more than that a few thousand images mislead it."""


def features_of(values: np.ndarray) -> np.ndarray:
    """What a reader sees of a level, (N, features): its units, a map brought down to `POOLED` places a side.

    Args:
        values: (N, units) or (N, units, height, width).
    """
    if values.ndim > 2 and max(values.shape[-2:]) > POOLED:
        size = tuple(min(POOLED, side) for side in values.shape[-2:])
        values = torch.nn.functional.adaptive_avg_pool2d(torch.from_numpy(values), size).numpy()
    return values.reshape(len(values), -1)


def leading(fitted: np.ndarray, held: np.ndarray, most: int = MOST) -> tuple[np.ndarray, np.ndarray]:
    """Both sets of features, where there are more than `most`, along the fitted ones' directions of most variance.

    Args:
        fitted: (M, features).
        held: (N, features).
        most: how many are left at most.
    """
    if fitted.shape[1] <= most:
        return fitted, held
    x, seen = _standardised(fitted, held)
    _, _, directions = torch.linalg.svd(x[:, :-1], full_matrices=False)
    along, seen_along = ((values[:, :-1] @ directions[:most].T).numpy() for values in (x, seen))
    return along, seen_along


def read(
    fitted: np.ndarray,
    targets: Sequence[np.ndarray],
    held: np.ndarray,
    pause: Callable[[], None] = lambda: None,
) -> list[np.ndarray]:
    """Fit a logistic regression for each target and guess it for images that were not fitted on.

    Features are standardised by the fitted images; weights have a Gaussian prior (the mean cross-entropy plus
    `RIDGE` / 2 |W|^2); the optimiser is L-BFGS, started at zero, so that the same data give the same guesses.

    Args:
        fitted: features to fit on, (M, features).
        targets: whole numbers from 0 up for each of them, each (M,).
        held: features to guess from, (N, features).
        pause: called at every iteration; may raise to cancel.

    Returns:
        The most probable class of each held image, for each target, int64 (N,).
    """
    x, seen = _standardised(fitted, held)
    classes = [int(target.max()) + 1 for target in targets]
    weights = _fitted(x, _one_hot(targets, max(classes)), pause)
    logits = torch.einsum("nf,ftc->tnc", seen, weights)
    return [one[:, :count].argmax(-1).numpy() for one, count in zip(logits, classes, strict=True)]


def _fitted(x: Tensor, truth: Tensor, pause: Callable[[], None]) -> Tensor:
    """Weights, (features, targets, classes), of one-hot truth (images, targets, classes).

    The last feature is the constant, which is not shrunk. Classes that a target has not are never right and so are
    pushed away. The gradient is written out, X' (softmax - truth) / N, since it is all that autograd would find.
    """
    weights = torch.zeros(x.shape[1], *truth.shape[1:], dtype=x.dtype)
    weights.grad = torch.zeros_like(weights)
    optimiser = torch.optim.LBFGS([weights], max_iter=ITERATIONS, line_search_fn="strong_wolfe")
    shrunk = torch.ones(x.shape[1], 1, 1)
    shrunk[-1] = 0

    def loss() -> Tensor:
        pause()
        log_p = (x @ weights.flatten(1)).unflatten(1, truth.shape[1:]).log_softmax(-1)
        gradient = x.T @ (log_p.exp() - truth).flatten(1) / len(x)
        weights.grad = gradient.view_as(weights) + RIDGE * shrunk * weights
        penalty: Tensor = 0.5 * RIDGE * (shrunk * weights).square().sum()
        likelihood: Tensor = (log_p * truth).sum() / len(x)
        return penalty - likelihood

    optimiser.step(loss)
    return weights


def _one_hot(targets: Sequence[np.ndarray], classes: int) -> Tensor:
    stacked = torch.from_numpy(np.stack(targets, 1).astype(np.int64))
    return torch.nn.functional.one_hot(stacked, classes).float()


def _standardised(fitted: np.ndarray, held: np.ndarray) -> tuple[Tensor, Tensor]:
    """Both in standard deviations of the fitted, a column of ones at the end; a constant feature is nought."""
    mean, std = fitted.mean(0), fitted.std(0)
    scale = np.where(std > 1e-8, std, np.inf)
    x, seen = ((values - mean) / scale for values in (fitted, held))
    return _with_ones(x), _with_ones(seen)


def _with_ones(values: np.ndarray) -> Tensor:
    return torch.from_numpy(np.column_stack([values, np.ones(len(values))]).astype(np.float32))
