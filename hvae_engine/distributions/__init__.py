"""Probability distributions of levels and pixels: shapes are sample + batch + event, as everywhere in torch."""

from hvae_engine.distributions.divergence import charge, unit_kl
from hvae_engine.distributions.gaussian import full_gaussian, gaussian, standard_gaussian
from hvae_engine.distributions.rank_one import RankOneGaussian
from hvae_engine.distributions.sampling import normal_score, quantile, sample, sample_with

__all__ = [
    "RankOneGaussian",
    "charge",
    "full_gaussian",
    "gaussian",
    "normal_score",
    "quantile",
    "sample",
    "sample_with",
    "standard_gaussian",
    "unit_kl",
]
