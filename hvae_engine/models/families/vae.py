"""The variational autoencoder: one level."""

from __future__ import annotations

import torch

from hvae_engine.distributions import Latent
from hvae_engine.models.heads import posterior_head
from hvae_engine.models.hvae import HVAE
from hvae_engine.models.levels import Free
from hvae_engine.models.options import Activation, Covariance, Decoder, Network
from hvae_engine.models.pixels import Likelihood, linear_pixels, vector_pixels
from hvae_engine.models.posteriors import Amortised, TopDownPosterior
from hvae_engine.models.registry import DataInfo, family
from hvae_engine.networks import BottomUp, Layers, from_image


@family("VAE")
def vae(
    data: DataInfo,
    *,
    units: int = 32,
    width: int = 512,
    depth: int = 1,
    latent: Latent = "gaussian",
    covariance: Covariance = "diagonal",
    network: Network = "dense",
    decoder: Decoder = "deep",
    activation: Activation = "relu",
    likelihood: Likelihood = "auto",
    sigma: float = 0.1,
) -> HVAE:
    """p(z) p(x|z) with p(z) = N(0, I), or of another family (Kingma and Welling 2014).

    Args:
        units: size of z1
        width: hidden units of a layer
        depth: hidden layers of encoder and decoder
        latent: family of prior and posterior: N(0,1), Laplace(0,1), Exponential(1) or Gamma(2,1)
        covariance: of the posterior: diagonal, rank one in the precision, or full
        network: between image and first level: dense layers, or convolutions
        decoder: deep, or linear: with Gaussian pixels log p(x) is then known exactly and shown
        activation: between layers
        likelihood: of the pixels; auto is Bernoulli for grey images and Gaussian for colour
        sigma: standard deviation of Gaussian pixels, or where a learned one starts
    """
    conv = activation if network == "conv" else None
    layers = Layers(activation, depth)
    head = Amortised(posterior_head(latent, covariance, width, units))
    posterior = TopDownPosterior(BottomUp(from_image(network, data.shape, width, layers), [width], layers), [head])
    if decoder == "linear":
        pixels = linear_pixels(likelihood, sigma, data, units)
    else:
        pixels = vector_pixels(likelihood, sigma, data, layers(units, width), width, conv)
    return HVAE(torch.zeros(0), [Free("z1", units, latent)], pixels, posterior)
