"""The last step of every dense family: from the state below z1 to p(x|z)."""

from __future__ import annotations

import torch
from torch import nn

from hvae_engine.models.heads import BernoulliPixels, GaussianPixels
from hvae_engine.models.registry import DataInfo, Pixels

MEAN_LIMIT = 1e-3


def dense_pixels(likelihood: Pixels, data: DataInfo, hidden: nn.Module, width: int) -> nn.Module:
    """p(x | state): hidden layers, then a linear layer to every pixel, whose bias starts at the mean image.

    Args:
        likelihood: "bernoulli" or "gaussian".
        data: shape and mean of the images.
        hidden: state -> (N, width).
        width: of the last hidden layer.
    """
    last = nn.Linear(width, data.mean.numel())
    with torch.no_grad():
        last.bias.copy_(start(likelihood, data).flatten())
    return pixel_head(likelihood)(nn.Sequential(hidden, last), data.shape, 1)


def image_pixels(likelihood: Pixels, data: DataInfo, network: nn.Module) -> nn.Module:
    """p(x | state) from a network that turns maps into maps of the image's size."""
    return pixel_head(likelihood)(network, data.shape, 3)


def pixel_head(likelihood: Pixels) -> type[BernoulliPixels] | type[GaussianPixels]:
    """The module that makes p(x|z) of a network's outputs."""
    return BernoulliPixels if likelihood == "bernoulli" else GaussianPixels


def start(likelihood: Pixels, data: DataInfo) -> torch.Tensor:
    """The network's output that stands for the mean image, (C, H, W) (Burda et al. 2016, their code)."""
    mean = data.mean.clamp(MEAN_LIMIT, 1 - MEAN_LIMIT)
    return mean.logit() if likelihood == "bernoulli" else mean
