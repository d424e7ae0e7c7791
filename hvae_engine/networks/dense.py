"""Dense networks over any number of leading axes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor, nn

ACTIVATIONS: dict[str, type[nn.Module]] = {
    "relu": nn.ReLU,
    "leaky_relu": nn.LeakyReLU,
    "tanh": nn.Tanh,
    "softplus": nn.Softplus,
    "silu": nn.SiLU,
}
GAINS = {"relu": 2**0.5, "leaky_relu": 2**0.5, "tanh": 1.593, "softplus": 1.041, "silu": 1.677}
"""1 / sqrt(E[f(x)^2]) for x ~ N(0, 1): what a layer must make up for its activation."""


def folded(module: nn.Module, value: Tensor, event_dims: int) -> Tensor:
    """Apply a module that knows one batch axis to a value with any number of them.

    Args:
        module: takes and returns (N, *event).
        value: (*leading, *event), the last `event_dims` axes being the event.
        event_dims: 1 for vectors, 3 for images.
    """
    leading = value.shape[:-event_dims]
    out: Tensor = module(value.reshape(-1, *value.shape[-event_dims:]))
    return out.reshape(*leading, *out.shape[1:])


def join(*parts: Tensor) -> Tensor:
    """Put vectors side by side, (*leading, sum of sizes), after giving them the same leading axes."""
    if len(parts) == 1:
        return parts[0]
    shapes = [part.shape[:-1] for part in parts]
    if any(shape != shapes[0] for shape in shapes):
        leading = np.broadcast_shapes(*shapes)  # torch's own loads 490 modules at its first call
        parts = tuple(part.expand(*leading, part.shape[-1]) for part in parts)
    return torch.cat(parts, -1)


class FoldedBatchNorm(nn.BatchNorm1d):
    """Batch norm over all leading axes together: on (K, B, F) torch would normalise over the wrong axis."""

    def forward(self, value: Tensor) -> Tensor:
        """Normalise each feature of `value`, (*leading, F)."""
        return super().forward(value.reshape(-1, value.shape[-1])).reshape(value.shape)


@dataclass(frozen=True)
class Layers:
    """How a family builds its deterministic layers: so many of a width, an activation, perhaps batch norm.

    Attributes:
        activation: a name of `ACTIVATIONS`.
        depth: layers in each stack.
        batch_norm: normalise before each activation.
    """

    activation: str = "relu"
    depth: int = 2
    batch_norm: bool = False

    def __call__(self, inputs: int, width: int) -> nn.Sequential:
        """A stack (*leading, inputs) -> (*leading, width)."""
        stack: list[nn.Module] = []
        for size in [inputs] + [width] * (self.depth - 1):
            norm = [FoldedBatchNorm(width)] if self.batch_norm else []
            stack += [self._linear(size, width, bias=not norm), *norm, ACTIVATIONS[self.activation]()]
        return nn.Sequential(*stack)

    def _linear(self, inputs: int, outputs: int, bias: bool) -> nn.Linear:
        """A layer that keeps the size of what passes (He et al. 2015), else deep stacks start deaf to x and to z."""
        linear = nn.Linear(inputs, outputs, bias=bias)
        nn.init.normal_(linear.weight, std=GAINS[self.activation] * inputs**-0.5)
        if bias:
            nn.init.zeros_(linear.bias)
        return linear


class BottomUp(nn.Module):
    """The deterministic upward pass d_l = E_l(d_{l-1}).

    Args:
        first: images -> d_1, (B, width of the first level); see `from_image`.
        width: size of each d_l, root first.
        layers: how each further E_l is built.
    """

    def __init__(self, first: nn.Module, width: Sequence[int], layers: Layers) -> None:
        super().__init__()
        upwards = list(reversed(width))
        self.stages = nn.ModuleList([first, *(layers(a, b) for a, b in pairwise(upwards))])

    def forward(self, x: Tensor) -> list[Tensor]:
        """Features of images (B, C, H, W) for each level, root first, each (B, width)."""
        features = [x]
        for stage in self.stages:
            features.append(stage(features[-1]))
        return features[:0:-1]
