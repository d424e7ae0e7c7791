"""The importance-weighted autoencoder with a chain of levels."""

from __future__ import annotations

from math import prod

import torch
from torch import nn

from hvae_engine.models.heads import DiagonalHead
from hvae_engine.models.hvae import HVAE
from hvae_engine.models.levels import chain, linear_chain
from hvae_engine.models.options import Activation, Decoder, Sizes
from hvae_engine.models.pixels import Likelihood, linear_pixels, vector_pixels
from hvae_engine.models.posteriors import ChainPosterior, Link
from hvae_engine.models.registry import DataInfo, family
from hvae_engine.networks import Layers


@family("IWAE", bound="iwae", samples=5)
def iwae(
    data: DataInfo,
    *,
    units: Sizes = (100, 50),
    width: Sizes = (200, 100),
    depth: int = 2,
    decoder: Decoder = "deep",
    activation: Activation = "tanh",
    likelihood: Likelihood = "auto",
    sigma: float = 0.1,
) -> HVAE:
    """p(z_L) prod p(z_l | z_{l+1}) p(x | z_1) with q(z_1|x) prod q(z_{l+1} | z_l) (Burda et al. 2016).

    Args:
        units: size of each level, from z1 up
        width: hidden units of the layers that read each level, from z1 up
        depth: hidden layers of each stack
        decoder: deep, or linear at every level: with Gaussian pixels log p(x) is then known exactly and shown
        activation: between layers
        likelihood: of the pixels; auto is Bernoulli for grey images and Gaussian for colour
        sigma: standard deviation of Gaussian pixels, or where a learned one starts
    """
    layers = Layers(activation, depth)
    if decoder == "linear":
        levels, pixels = linear_chain(units), linear_pixels(likelihood, sigma, data, units[-1])
    else:
        levels = chain(units, width, layers)
        pixels = vector_pixels(likelihood, sigma, data, layers(units[-1], width[-1]), width[-1])
    names = ["x", *[level.name for level in levels[::-1]]]
    sizes = [prod(data.shape), *units[::-1]]
    links = [
        Link(name, (below,), nn.Sequential(layers(size, w), DiagonalHead(w, u)))
        for below, name, size, w, u in zip(names, names[1:], sizes, width[::-1], units[::-1], strict=False)
    ]
    return HVAE(torch.zeros(0), levels, pixels, ChainPosterior(names[:0:-1], links))
