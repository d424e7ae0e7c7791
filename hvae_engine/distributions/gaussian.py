"""Gaussians of a whole level: diagonal, and with a full covariance."""

from __future__ import annotations

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


def full_gaussian(mean: Tensor, factor: Tensor) -> MultivariateNormal:
    """N(mean, R R') with R lower triangular.

    Args:
        mean: (*batch, d).
        factor: R, (*batch, d, d), zero above the diagonal, positive on it.
    """
    return MultivariateNormal(mean, scale_tril=factor, validate_args=False)
