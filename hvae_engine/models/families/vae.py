"""The variational autoencoder: one level."""

from __future__ import annotations

from math import prod

import torch

from hvae_engine.models.heads import COVARIANCES
from hvae_engine.models.hvae import HVAE
from hvae_engine.models.levels import chain
from hvae_engine.models.pixels import dense_pixels
from hvae_engine.models.posteriors import Amortised, TopDownPosterior
from hvae_engine.models.registry import Activation, Covariance, DataInfo, Pixels, family
from hvae_engine.networks import BottomUp, Layers


@family("VAE")
def vae(
    data: DataInfo,
    *,
    units: int = 32,
    width: int = 512,
    depth: int = 1,
    covariance: Covariance = "diagonal",
    activation: Activation = "relu",
    likelihood: Pixels = "bernoulli",
) -> HVAE:
    """p(z) p(x|z) with p(z) = N(0, I) (Kingma and Welling 2014).

    Args:
        units: size of z1
        width: hidden units of a layer
        depth: hidden layers of encoder and decoder
        covariance: of the posterior: diagonal, rank one in the precision, or full
        activation: between layers
        likelihood: of the pixels
    """
    layers = Layers(activation, depth)
    posterior = TopDownPosterior(
        BottomUp(prod(data.shape), [width], layers), [Amortised(COVARIANCES[covariance](width, units))]
    )
    pixels = dense_pixels(likelihood, data, layers(units, width), width)
    return HVAE(torch.zeros(0), chain([units], [width], layers), pixels, posterior)
