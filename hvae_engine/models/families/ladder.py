"""The Ladder VAE: the chain's levels, with a posterior that corrects each prior by evidence from the image."""

from __future__ import annotations

import torch

from hvae_engine.models.heads import DiagonalHead
from hvae_engine.models.hvae import HVAE
from hvae_engine.models.levels import chain
from hvae_engine.models.options import Activation, Network, Sizes
from hvae_engine.models.pixels import Likelihood, vector_pixels
from hvae_engine.models.posteriors import Amortised, PrecisionWeighted, TopDownPosterior
from hvae_engine.models.registry import DataInfo, family
from hvae_engine.networks import BottomUp, Layers, from_image


@family("Ladder VAE")
def ladder(
    data: DataInfo,
    *,
    units: Sizes = (64, 32, 16, 8, 4),
    width: Sizes = (512, 256, 128, 64, 32),
    depth: int = 2,
    batch_norm: bool = True,
    head_norm: bool = False,
    network: Network = "dense",
    activation: Activation = "silu",
    likelihood: Likelihood = "auto",
    sigma: float = 0.1,
) -> HVAE:
    """p(z_L) prod p(z_l | z_{l+1}) p(x | z_1); q is the precision-weighted merge with the prior (Sonderby et al. 2016).

    Args:
        units: size of each level, from z1 up
        width: hidden units of the layers at each level, from z1 up
        depth: hidden layers of each stack
        batch_norm: normalise every hidden dense layer over the batch, as the paper does
        head_norm: normalise the layers that give means and scales too
        network: between image and first level: dense layers, or convolutions
        activation: between layers
        likelihood: of the pixels; auto is Bernoulli for grey images and Gaussian for colour
        sigma: standard deviation of Gaussian pixels, or where a learned one starts
    """
    conv = activation if network == "conv" else None
    layers = Layers(activation, depth, batch_norm)
    heads = [DiagonalHead.posterior(w, u, head_norm) for w, u in zip(width, units, strict=True)]
    rules = [Amortised(heads[0]), *map(PrecisionWeighted, heads[1:])]
    posterior = TopDownPosterior(BottomUp(from_image(network, data.shape, width[-1], layers), width, layers), rules)
    pixels = vector_pixels(likelihood, sigma, data, layers(units[-1], width[-1]), width[-1], conv)
    return HVAE(torch.zeros(0), chain(units, width, layers, head_norm), pixels, posterior)
