"""Binary images: independent Bernoulli pixels, scored as one event."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.distributions import Distribution, constraints
from torch.distributions.constraints import Constraint
from torch.nn import functional as F


class BinaryImage(Distribution):
    """prod_i Bernoulli(x_i), the sum over pixels taken at once: torch's own scores and negates each pixel first.

    Args:
        logits: (*batch, C, H, W).
    """

    arg_constraints: dict[str, Constraint] = {}  # noqa: RUF012 - the base class wants a plain attribute
    support = constraints.boolean
    has_rsample = False

    def __init__(self, logits: Tensor) -> None:
        self.logits = logits
        super().__init__(logits.shape[:-3], logits.shape[-3:], validate_args=False)

    @property
    def mean(self) -> Tensor:
        """Probabilities, (*batch, C, H, W)."""
        return self.logits.sigmoid()

    def log_prob(self, value: Tensor) -> Tensor:
        """Log mass of images `value`, broadcastable to (*batch, C, H, W), in nats: (*batch,).

        Values between 0 and 1 are scored by the same expression, linear in the value.
        """
        logits, target = torch.broadcast_tensors(self.logits, value)
        scores = F.binary_cross_entropy_with_logits(logits, target, reduction="none")
        return -scores.flatten(-3).sum(-1)

    def expand(self, batch_shape: Any, _instance: Any = None) -> BinaryImage:
        """The same distribution for every row of a larger batch."""
        return BinaryImage(self.logits.expand(torch.Size(batch_shape) + self.event_shape))
