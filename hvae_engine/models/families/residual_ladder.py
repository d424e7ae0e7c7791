"""The residual top-down ladder: one state from a learned constant to full size, a spatial z in every block."""

from __future__ import annotations

import torch
from torch import nn

from hvae_engine.errors import OptionError
from hvae_engine.models.hvae import HVAE
from hvae_engine.models.levels import Residual
from hvae_engine.models.options import Sizes
from hvae_engine.models.pixels import Likelihood, image_pixels
from hvae_engine.models.posteriors import BesideState, TopDownPosterior
from hvae_engine.models.registry import DataInfo, family
from hvae_engine.networks import ImageBottomUp, ResidualBlock


@family("Residual ladder")
def residual_ladder(
    data: DataInfo,
    *,
    units: Sizes = (4, 8, 16),
    strides: Sizes = (2, 4, 32),
    channels: int = 32,
    likelihood: Likelihood = "auto",
    sigma: float = 0.1,
) -> HVAE:
    """s from a learned constant up to full size; z_l from q(z_l | evidence, s), s += P z_l in each block (Child 2021).

    Args:
        units: channels of each level, from z1 up
        strides: image size over the size of each level, from z1 up; 2,4,32 is 14, 7 and 1 pixels wide for 28
        channels: of the state
        likelihood: of the pixels; auto is Bernoulli for grey images and Gaussian for colour
        sigma: standard deviation of Gaussian pixels, or where a learned one starts
    """
    colours, size = data.shape[0], data.shape[1]
    if list(strides) != sorted(strides, reverse=True):
        found = ",".join(map(str, strides[::-1]))
        raise OptionError(f"Option 'strides' must not fall from z1 up, but found {found}.")
    resolutions = [max(1, size // stride) for stride in strides]
    depth, scale = len(units), len(units) ** -0.5
    sizes = list(zip(units, resolutions, strict=True))
    levels = [Residual(f"z{depth - i}", u, channels, r, scale) for i, (u, r) in enumerate(sizes)]
    rules = [BesideState(ResidualBlock(2 * channels, channels // 2, r, outputs=2 * u)) for u, r in sizes]
    posterior = TopDownPosterior(ImageBottomUp(colours, size, channels, resolutions), rules)
    root = nn.Parameter(torch.randn(channels, resolutions[0], resolutions[0]))
    return HVAE(root, levels, image_pixels(likelihood, sigma, data, channels), posterior)
