"""The running average of a model's weights: calmer than the weights themselves, and what is shown and scored."""

from __future__ import annotations

import copy

import torch
from torch import Tensor

from hvae_engine.models import HVAE

FIRST = 9.0
"""While few steps are taken the average forgets faster, 9 / (10 + steps) at each, or it would stay near the start."""


class Average:
    """An exponential moving average of parameters and of batch norm's statistics (as in Child 2021).

    It moves by max(1 - rate, 9 / (10 + n)) of the way at step n, so that a short run is not shown its first weights.

    Args:
        model: whose weights are followed, on its device.
        rate: share of the average that is kept at each step, such as 0.999.

    Attributes:
        model: a copy that holds the average; it takes no gradients.
    """

    def __init__(self, model: HVAE, rate: float) -> None:
        self.rate = rate
        self.model = copy.deepcopy(model).requires_grad_(False).eval()
        pairs = list(zip(self.model.state_dict().values(), model.state_dict().values(), strict=True))
        self._numbers = [(mine, live) for mine, live in pairs if mine.is_floating_point()]
        self._counts = [(mine, live) for mine, live in pairs if not mine.is_floating_point()]

    @torch.no_grad()
    def follow(self, count: Tensor, refused: Tensor) -> None:
        """Move towards the weights after a step; nobody waits for the device.

        Args:
            count: steps taken so far, this one included, (), float32.
            refused: (), above 0 where the step was not taken and nothing is to change.
        """
        way = (FIRST / (10 + count)).clamp_min(1 - self.rate) * (refused == 0)
        mine, live = ([pair[i] for pair in self._numbers] for i in (0, 1))
        torch._foreach_lerp_(mine, live, [way] * len(mine))
        for ours, theirs in self._counts:
            ours.copy_(theirs)
