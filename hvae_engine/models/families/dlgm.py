"""The deep latent Gaussian model: independent priors, each level's noise added on the way down."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import nn

from hvae_engine.distributions import Latent
from hvae_engine.models.heads import posterior_head
from hvae_engine.models.hvae import HVAE
from hvae_engine.models.levels import Additive, Merge
from hvae_engine.models.options import Activation, Covariance, Decoder, Network, Sizes
from hvae_engine.models.pixels import Likelihood, linear_pixels, vector_pixels
from hvae_engine.models.posteriors import Amortised, TopDownPosterior
from hvae_engine.models.registry import DataInfo, family
from hvae_engine.networks import BottomUp, Layers, from_image


@family("DLGM")
def dlgm(
    data: DataInfo,
    *,
    units: Sizes = (32, 16),
    width: Sizes = (256, 128),
    depth: int = 1,
    merge: Merge = "add",
    latent: Latent = "gaussian",
    covariance: Covariance = "diagonal",
    network: Network = "dense",
    decoder: Decoder = "deep",
    activation: Activation = "relu",
    likelihood: Likelihood = "auto",
    sigma: float = 0.1,
) -> HVAE:
    """h_L = G_L z_L, h_l = T_l(h_{l+1}) + G_l z_l, every z_l ~ N(0, I) or of one other family (Rezende et al. 2014).

    Args:
        units: size of each level, from z1 up
        width: size of each h, from h1 up
        depth: hidden layers of each transition
        merge: add as in the formula, or concat as in the paper's drawing
        latent: family of prior and posterior: N(0,1), Laplace(0,1), Exponential(1) or Gamma(2,1)
        covariance: of the posterior: diagonal, rank one in the precision, or full
        network: between image and first level: dense layers, or convolutions
        decoder: deep, or linear at every level: with Gaussian pixels log p(x) is then known exactly and shown
        activation: between layers
        likelihood: of the pixels; auto is Bernoulli for grey images and Gaussian for colour
        sigma: standard deviation of Gaussian pixels, or where a learned one starts
    """
    conv = activation if network == "conv" else None
    layers = Layers(activation, depth)
    heads = [Amortised(posterior_head(latent, covariance, w, u)) for w, u in zip(width, units, strict=True)]
    posterior = TopDownPosterior(BottomUp(from_image(network, data.shape, width[-1], layers), width, layers), heads)
    levels = additive(units, width, nn.Linear if decoder == "linear" else layers, merge, latent)
    last = levels[-1].width
    if decoder == "linear":
        pixels = linear_pixels(likelihood, sigma, data, last)
    else:
        pixels = vector_pixels(likelihood, sigma, data, layers(last, width[-1]), width[-1], conv)
    return HVAE(torch.zeros(0), levels, pixels, posterior)


def additive(
    units: Sequence[int], width: Sequence[int], layers: Callable[[int, int], nn.Module], merge: Merge, latent: Latent
) -> list[Additive]:
    """The levels, root first, each reading the state of the one above through what `layers` makes."""
    levels: list[Additive] = []
    for i, (size, w) in enumerate(zip(units, width, strict=True)):
        transition = layers(levels[-1].width, w) if levels else None
        levels.append(Additive(f"z{len(units) - i}", size, w, transition, merge, latent))
    return levels
