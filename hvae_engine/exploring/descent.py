"""Minimises a smooth convex function by L-BFGS; the first use of torch's own imports a compiler, for over a second."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

Objective = Callable[[Tensor], tuple[float, Tensor]]
"""Value and gradient at a point."""

DECREASE, CURVATURE = 1e-4, 0.9
"""Wolfe's conditions (Nocedal and Wright 2006, 3.6): how much of the promised decrease, how much less steep."""
TRIALS = 25
FLAT, STILL = 1e-7, 1e-9
"""Over where no entry of the gradient is above the first, or a step changes value or point less than the other."""


def minimise(objective: Objective, start: Tensor, iterations: int) -> Tensor:
    """L-BFGS with its whole past (Nocedal and Wright 2006, algorithm 7.5), started at `start`.

    Args:
        objective: value and gradient at a point, which it is not to write to.
        start: any shape, left as it is.
        iterations: at most.

    Returns:
        The last point, shaped as `start`.
    """
    x = start.flatten().clone()

    def at(point: Tensor) -> tuple[float, Tensor]:
        value, gradient = objective(point.view(start.shape))
        return value, gradient.flatten()

    value, gradient = at(x)
    past: list[tuple[Tensor, Tensor, float]] = []
    step = min(1.0, 1 / max(float(gradient.abs().sum()), FLAT))
    for _ in range(iterations):
        if float(gradient.abs().max()) <= FLAT:
            break
        direction = _direction(gradient, past)
        slope = _dot(gradient, direction)
        if slope > -STILL:
            break
        step, new_value, new_gradient = _searched(at, x, value, direction, slope, step)
        moved, turned = step * direction, new_gradient - gradient
        x = x + moved
        if (curved := _dot(moved, turned)) > 1e-10:
            past.append((moved, turned, curved))
        still = abs(new_value - value) < STILL or float(moved.abs().max()) <= STILL
        value, gradient, step = new_value, new_gradient, 1.0
        if still:
            break
    return x.view(start.shape)


def _direction(gradient: Tensor, past: list[tuple[Tensor, Tensor, float]]) -> Tensor:
    """Minus the inverse Hessian, as the past shows it, times the gradient: two loops over the past."""
    q, shares = -gradient, []
    for moved, turned, curved in reversed(past):
        shares.append(_dot(moved, q) / curved)
        q = q.add(turned, alpha=-shares[-1])
    if past:
        _, turned, curved = past[-1]
        q = q * (curved / _dot(turned, turned))
    for (moved, turned, curved), share in zip(past, reversed(shares), strict=True):
        q = q.add(moved, alpha=share - _dot(turned, q) / curved)
    return q


def _searched(
    objective: Objective, x: Tensor, value: float, direction: Tensor, slope: float, step: float
) -> tuple[float, float, Tensor]:
    """A step that meets Wolfe's conditions, doubled and halved until it does, with the value and gradient there."""
    low, high = 0.0, math.inf
    for _ in range(TRIALS):
        there, gradient = objective(x + step * direction)
        if not there <= value + DECREASE * step * slope:  # nor where it is no number
            high = step
        elif _dot(gradient, direction) < CURVATURE * slope:
            low = step
        else:
            break
        step = 2 * step if math.isinf(high) else (low + high) / 2
    return step, there, gradient


def _dot(one: Tensor, other: Tensor) -> float:
    return float(torch.dot(one, other))
