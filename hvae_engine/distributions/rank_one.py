"""The Gaussian whose precision is a diagonal plus one outer product, in time and memory linear in its size."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor
from torch.distributions import Distribution, constraints
from torch.distributions.constraints import Constraint


class RankOneGaussian(Distribution):
    """N(mean, C) with C^-1 = D + u u', D = diag(precision) > 0 (Rezende et al. 2014, section 4.3).

    With q = u' D^-1 u and eta = 1 / (1 + q):
    C = D^-1 - eta D^-1 u u' D^-1 (Sherman and Morrison), log|C| = -log(1 + q) - log|D| (matrix determinant lemma), and
    C = R R' with R = D^-1/2 - eta / (1 + sqrt(eta)) D^-1 u u' D^-1/2, which keeps its digits as u goes to 0.

    Args:
        mean: (*batch, d).
        precision: diagonal of D, (*batch, d), positive.
        u: the direction added to the precision, (*batch, d).
    """

    has_rsample = True
    arg_constraints: dict[str, Constraint] = {  # noqa: RUF012 - the base class wants a plain attribute
        "mean": constraints.real_vector,
        "precision": constraints.independent(constraints.positive, 1),
        "u": constraints.real_vector,
    }
    support = constraints.real_vector

    def __init__(self, mean: Tensor, precision: Tensor, u: Tensor) -> None:
        parts: list[Tensor] = list(torch.broadcast_tensors(mean, precision, u))
        self._mean, self.precision, self.u = parts
        self.shares = self.u.square() / self.precision  # r_i = u_i^2 / d_i, so that q = sum r
        self.q = self.shares.sum(-1)
        super().__init__(self._mean.shape[:-1], self._mean.shape[-1:], validate_args=False)

    @property
    def mean(self) -> Tensor:
        """The mean, (*batch, d)."""
        return self._mean

    @property
    def mode(self) -> Tensor:
        """The mode, which is the mean."""
        return self._mean

    @property
    def variance(self) -> Tensor:
        """Marginal variances, the diagonal of C, (*batch, d).

        (1 + q - r_i) / (1 + q) / d_i with q - r_i summed from both ends: subtracting r_i would lose its digits where it
        is nearly all of q.
        """
        zero = torch.zeros_like(self.shares[..., :1])
        before = torch.cat([zero, self.shares[..., :-1]], -1).cumsum(-1)
        after = torch.cat([self.shares[..., 1:], zero], -1).flip(-1).cumsum(-1).flip(-1)
        return (1 + before + after) / (1 + self.q.unsqueeze(-1)) / self.precision

    def log_det(self) -> Tensor:
        """log|C|, (*batch,)."""
        return -torch.log1p(self.q) - self.precision.log().sum(-1)

    def shaped(self, eps: Tensor) -> Tensor:
        """z = mean + R eps for standard normal `eps`, (*sample, *batch, d)."""
        root = eps * self.precision.rsqrt()
        eta = 1 / (1 + self.q)
        step = (eta / (1 + eta.sqrt()) * (self.u * root).sum(-1)).unsqueeze(-1)
        return self._mean + root - step * self.u / self.precision

    def rsample(self, sample_shape: torch.Size | list[int] | tuple[int, ...] = ()) -> Tensor:
        """Differentiable draws, (*sample_shape, *batch, d)."""
        shape = self._extended_shape(torch.Size(sample_shape))
        return self.shaped(torch.randn(shape, dtype=self._mean.dtype, device=self._mean.device))

    def log_prob(self, value: Tensor) -> Tensor:
        """Log density of `value`, (*sample, *batch, d), in nats: (*sample, *batch)."""
        delta = value - self._mean
        distance = (self.precision * delta.square()).sum(-1) + (self.u * delta).sum(-1).square()
        return -0.5 * (distance + self.log_det() + delta.shape[-1] * math.log(2 * math.pi))

    def entropy(self) -> Tensor:
        """Differential entropy in nats, (*batch,)."""
        return 0.5 * (self.log_det() + self._mean.shape[-1] * (1 + math.log(2 * math.pi)))

    def expand(self, batch_shape: Any, _instance: Any = None) -> RankOneGaussian:
        """The same distribution for every row of a larger batch; no memory is taken for it."""
        shape = torch.Size(batch_shape) + self.event_shape
        return RankOneGaussian(self._mean.expand(shape), self.precision.expand(shape), self.u.expand(shape))
