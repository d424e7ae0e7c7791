"""Latent families of the independent-prior models beyond the Gaussian: prior and posterior of one family, exact KL."""

from __future__ import annotations

import math
from typing import Literal

import torch
from torch import Tensor
from torch.distributions import Distribution, Exponential, Gamma, Independent, Laplace, Normal

Latent = Literal["gaussian", "laplace", "exponential", "gamma"]

BISECTIONS = 60
GAMMA_RANGE = (1e-300, 1e5)


class StandardNormal(Normal):
    """N(0, 1): its type tells a divergence that mean and deviation need not be looked at."""


def standard(latent: Latent, batch: torch.Size, event: torch.Size, like: Tensor) -> Distribution:
    """The prior of a family: N(0, 1), Laplace(0, 1), Exponential(1) or Gamma(2, 1), independent over units.

    Args:
        latent: the family.
        batch: a row of its own for every entry.
        event: shape of z.
        like: gives device and precision.
    """
    zero, one = like.new_zeros(()).expand(batch + event), like.new_ones(()).expand(batch + event)
    base: Distribution
    if latent == "gaussian":
        base = StandardNormal(zero, one, validate_args=False)
    elif latent == "laplace":
        base = Laplace(zero, one, validate_args=False)
    elif latent == "exponential":
        base = Exponential(one, validate_args=False)
    else:
        base = Gamma(2 * one, one, validate_args=False)
    return Independent(base, len(event), validate_args=False)


def gamma_quantile(distribution: Gamma, probability: Tensor) -> Tensor:
    """The inverse distribution function of a Gamma, by bisection of its logarithm in float64; torch has none.

    Args:
        distribution: batch shape broadcastable to `probability`.
        probability: in (0, 1).
    """
    shape = distribution.concentration.double()
    low, high = (torch.full_like(probability, math.log(end)) for end in GAMMA_RANGE)
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        below = torch.special.gammainc(shape, middle.exp()) < probability
        low, high = torch.where(below, middle, low), torch.where(below, high, middle)
    return ((low + high) / 2).exp() / distribution.rate.double()
