"""Logistic densities over the grey levels of an 8-bit image: one a pixel, or a mixture."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.distributions import Distribution, constraints
from torch.distributions.constraints import Constraint
from torch.nn import functional as F


class DiscretisedLogistic(Distribution):
    """The mass a mixture of logistics puts on each of `levels` grey values, the outermost bins reaching to infinity.

    log(S(a) - S(b)) = log S(a) + log S(-b) + log(1 - e^(b - a)) at the upper edge a and the lower edge b of a bin,
    which holds its digits also far out and for a scale much larger than a bin (Salimans et al. 2017 give the mixture).

    Args:
        mean: centres, on the scale on which 0..1 runs from the darkest to the brightest value, (*batch, M, C, H, W).
        scale: on the same scale, positive, (*batch, M, C, H, W).
        logits: log weights of the M components, each pixel of each channel its own, (*batch, M, C, H, W).
        levels: grey values.
    """

    arg_constraints: dict[str, Constraint] = {}  # noqa: RUF012 - the base class wants a plain attribute
    support = constraints.unit_interval
    has_rsample = False

    def __init__(self, mean: Tensor, scale: Tensor, logits: Tensor, levels: int = 256) -> None:
        self.centres, self.scale, self.levels = mean, scale, levels
        self.log_weights = logits.log_softmax(-4)
        super().__init__(mean.shape[:-4], mean.shape[-3:], validate_args=False)

    @property
    def mean(self) -> Tensor:
        """The mixture's mean, clamped into 0..1, (*batch, C, H, W)."""
        return (self.log_weights.exp() * self.centres).sum(-4).clamp(0, 1)

    def log_prob(self, value: Tensor) -> Tensor:
        """Log mass of images `value`, (*batch, C, H, W) in 0..1, in nats: (*batch,)."""
        half = 0.5 / (self.levels - 1)
        delta = value.unsqueeze(-4) - self.centres
        upper, lower = (delta + half) / self.scale, (delta - half) / self.scale
        below, above = F.logsigmoid(upper), F.logsigmoid(-lower)
        inside = below + above + torch.log(-torch.expm1(-2 * half / self.scale))
        value = value.unsqueeze(-4)
        bins = torch.where(value < half, below, torch.where(value > 1 - half, above, inside))
        return (bins + self.log_weights).logsumexp(-4).sum((-1, -2, -3))

    def expand(self, batch_shape: Any, _instance: Any = None) -> DiscretisedLogistic:
        """The same distribution for every row of a larger batch."""
        shape = torch.Size(batch_shape) + self.centres.shape[-4:]
        centres, scale, weights = (part.expand(shape) for part in (self.centres, self.scale, self.log_weights))
        return DiscretisedLogistic(centres, scale, weights, self.levels)
