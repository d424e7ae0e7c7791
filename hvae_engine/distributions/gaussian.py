"""Gaussians of a whole level: diagonal, and with a full covariance."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.distributions import Distribution, Independent, MultivariateNormal, Normal

# Argument checks read values back from the device; shapes are checked where models are composed.


def gaussian(mean: Tensor, std: Tensor, event_dims: int = 1) -> Distribution:
    """N(mean, diag(std^2)), the last `event_dims` axes being one event.

    Args:
        mean: (*batch, *event).
        std: standard deviations, broadcastable to `mean`, positive.
        event_dims: how many trailing axes form one z.
    """
    return Independent(Normal(mean, std, validate_args=False), event_dims, validate_args=False)


class FullGaussian(MultivariateNormal):
    """N(mean, R R'), R lower triangular, which scores its latest draw by the noise that it was made of.

    To solve for the noise again would lose it where R is ill-conditioned: in single precision the rounding of z alone
    can then cost thousands of nats.

    Args:
        mean: (*batch, d).
        factor: R, (*batch, d, d), zero above the diagonal, positive on it.
    """

    def __init__(self, mean: Tensor, factor: Tensor) -> None:
        super().__init__(mean, scale_tril=factor, validate_args=False)
        self._drawn: tuple[Tensor, Tensor] | None = None

    def expand(
        self, batch_shape: torch.Size | list[int] | tuple[int, ...], _instance: Distribution | None = None
    ) -> FullGaussian:
        """The same distribution for a larger batch, (*batch_shape,)."""
        units = self.mean.shape[-1]
        return FullGaussian(self.mean.expand(*batch_shape, units), self.scale_tril.expand(*batch_shape, units, units))

    def shaped(self, eps: Tensor) -> Tensor:
        """The draw mean + R eps, (*batch, d), of standard normal noise."""
        z: Tensor = self.mean + (self.scale_tril @ eps.unsqueeze(-1)).squeeze(-1)
        self._drawn = z, eps
        return z

    def half_log_det(self) -> Tensor:
        """log |R|, (*batch,)."""
        return self.scale_tril.diagonal(dim1=-2, dim2=-1).log().sum(-1)

    def log_prob(self, value: Tensor) -> Tensor:
        """log density of `value`, (*batch,), in nats."""
        if self._drawn is None or value is not self._drawn[0]:
            solved: Tensor = super().log_prob(value)  # type: ignore[no-untyped-call]
            return solved
        eps = self._drawn[1]
        return -0.5 * (eps.square().sum(-1) + eps.shape[-1] * math.log(2 * math.pi)) - self.half_log_det()


def full_gaussian(mean: Tensor, factor: Tensor) -> FullGaussian:
    """N(mean, R R'): see `FullGaussian`."""
    return FullGaussian(mean, factor)
