"""A class as a one-hot vector."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.distributions import Categorical, Distribution, OneHotCategorical


class OneHot(OneHotCategorical):
    """torch's, without its look at the arguments, which waits for the device at every construction.

    Args:
        logits: (*batch, classes).
    """

    def __init__(self, logits: Tensor) -> None:
        self._categorical = Categorical(logits=logits, validate_args=False)
        Distribution.__init__(self, logits.shape[:-1], logits.shape[-1:], validate_args=False)

    def expand(self, batch_shape: Any, _instance: Any = None) -> OneHot:
        """The same distribution for every row of a larger batch."""
        return OneHot(self.logits.expand(torch.Size(batch_shape) + self.event_shape))
