"""Convolutional networks over images: residual blocks, the upward pass, and the way back to pixels."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from torch import Tensor, nn
from torch.nn import functional as F

from hvae_engine.networks.dense import ACTIVATIONS, Layers


class ResidualBlock(nn.Module):
    """x + f(x) with f a bottleneck of SiLU and convolutions (Child 2021); 1x1 maps are not padded.

    Args:
        channels: of input and output.
        middle: channels inside.
        outputs: channels out; different from `channels`, there is no skip.
        size: height and width of the map.
        inputs: channels in, where they differ from `channels`.
        scale: factor on the last convolution's first weights: small for a deep stack.
    """

    def __init__(
        self, channels: int, middle: int, size: int, *, outputs: int | None = None, scale: float = 1.0
    ) -> None:
        super().__init__()
        kernel = 3 if size > 2 else 1
        outputs = outputs or channels
        self.skip = outputs == channels
        last = nn.Conv2d(middle, outputs, 1)
        last.weight.data *= scale
        self.body = nn.Sequential(
            nn.SiLU(),
            nn.Conv2d(channels, middle, 1),
            nn.SiLU(),
            nn.Conv2d(middle, middle, kernel, padding=kernel // 2),
            nn.SiLU(),
            last,
        )

    def forward(self, x: Tensor) -> Tensor:
        """Map (N, channels, size, size) to (N, outputs, size, size)."""
        out: Tensor = self.body(x)
        return x + out if self.skip else out


class ImageBottomUp(nn.Module):
    """The deterministic upward pass over images: a map of features at each level's resolution.

    Args:
        colours: channels of the image.
        size: its height and width.
        channels: of the features.
        resolutions: height and width at each level, root first, not falling towards the surface.
    """

    def __init__(self, colours: int, size: int, channels: int, resolutions: Sequence[int]) -> None:
        super().__init__()
        self.resolutions = list(reversed(resolutions))
        self.stem = nn.Conv2d(colours, channels, 3, padding=1)
        self.first = ResidualBlock(channels, channels // 2, size)
        self.blocks = nn.ModuleList(ResidualBlock(channels, channels // 2, r) for r in self.resolutions)

    def forward(self, x: Tensor) -> list[Tensor]:
        """Features of images (B, C, H, W) for each level, root first, each (B, channels, r, r)."""
        state = self.first(self.stem(x * 2 - 1))
        features = []
        for resolution, block in zip(self.resolutions, self.blocks, strict=True):
            state = block(resized(state, resolution))
            features.append(state)
        return features[::-1]


class ToPixels(nn.Module):
    """The last way from a state to maps of the image's size.

    Args:
        channels: of the state.
        size: height and width of the image.
        outputs: maps to return.
    """

    def __init__(self, channels: int, size: int, outputs: int) -> None:
        super().__init__()
        self.size = size
        self.block = ResidualBlock(channels, channels // 2, size)
        self.last = nn.Conv2d(channels, outputs, 3, padding=1)

    def forward(self, state: Tensor) -> Tensor:
        """Map (N, channels, r, r) to (N, outputs, size, size)."""
        out: Tensor = self.last(self.block(resized(state, self.size)))
        return out


NARROW_CHANNELS, WIDE_CHANNELS = 32, 64


def from_image(network: str, shape: tuple[int, int, int], width: int, layers: Layers) -> nn.Module:
    """A network from images (B, C, H, W) to vectors (B, width).

    Args:
        network: "dense", layers over the flattened pixels, or "conv", two strided convolutions first.
        shape: (C, H, W).
        width: of the vectors.
        layers: how dense layers are built.
    """
    if network == "dense":
        return nn.Sequential(nn.Flatten(), layers(prod(shape), width))
    activation = ACTIVATIONS[layers.activation]
    small = -(-shape[1] // 4) * -(-shape[2] // 4)
    return nn.Sequential(
        nn.Conv2d(shape[0], NARROW_CHANNELS, 3, stride=2, padding=1),
        activation(),
        nn.Conv2d(NARROW_CHANNELS, WIDE_CHANNELS, 3, stride=2, padding=1),
        activation(),
        nn.Flatten(),
        layers(WIDE_CHANNELS * small, width),
    )


class ToImage(nn.Module):
    """Vectors (N, width) to maps (N, outputs, H, W): a dense layer, then convolutions at a quarter, half and full size.

    Args:
        width: of the vectors.
        size: height and width of the image.
        outputs: maps to return.
        activation: between layers.
    """

    def __init__(self, width: int, size: int, outputs: int, activation: str) -> None:
        super().__init__()
        self.size, self.quarter, self.middle = size, -(-size // 4), -(-size // 2)
        self.spread = nn.Linear(width, WIDE_CHANNELS * self.quarter**2)
        self.first = nn.Conv2d(WIDE_CHANNELS, NARROW_CHANNELS, 3, padding=1)
        self.last = nn.Conv2d(NARROW_CHANNELS, outputs, 3, padding=1)
        self.activation = ACTIVATIONS[activation]()

    def forward(self, vector: Tensor) -> Tensor:
        """Map (N, width) to (N, outputs, size, size)."""
        state = self.activation(self.spread(vector)).unflatten(-1, (WIDE_CHANNELS, self.quarter, self.quarter))
        state = self.activation(self.first(resized(state, self.middle)))
        out: Tensor = self.last(resized(state, self.size))
        return out


def resized(state: Tensor, size: int) -> Tensor:
    """The map at another resolution: averaged on the way down, repeated on the way up."""
    if state.shape[-1] == size:
        return state
    if state.shape[-1] > size:
        return F.adaptive_avg_pool2d(state, size)
    return F.interpolate(state, size=(size, size), mode="nearest")
