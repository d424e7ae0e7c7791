"""Probability distributions of levels and pixels: shapes are sample + batch + event, as everywhere in torch."""

from hvae_engine.distributions.binary import BinaryImage
from hvae_engine.distributions.divergence import charge, unit_kl
from hvae_engine.distributions.gaussian import full_gaussian, gaussian
from hvae_engine.distributions.labels import OneHot
from hvae_engine.distributions.latents import Latent, standard
from hvae_engine.distributions.logistic import DiscretisedLogistic
from hvae_engine.distributions.rank_one import RankOneGaussian
from hvae_engine.distributions.sampling import normal_score, quantile, sample, sample_with

__all__ = [
    "BinaryImage",
    "DiscretisedLogistic",
    "Latent",
    "OneHot",
    "RankOneGaussian",
    "charge",
    "full_gaussian",
    "gaussian",
    "normal_score",
    "quantile",
    "sample",
    "sample_with",
    "standard",
    "unit_kl",
]
