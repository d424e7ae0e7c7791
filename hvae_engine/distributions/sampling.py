"""Draws with a generator of one's own, and the map between a value and its standard-normal score under a prior."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.distributions import Distribution, Gamma, Independent, Normal, OneHotCategorical
from torch.special import ndtr, ndtri

from hvae_engine.distributions.gaussian import FullGaussian
from hvae_engine.distributions.latents import gamma_quantile
from hvae_engine.distributions.rank_one import RankOneGaussian

SMALLEST = 1e-15
"""Probabilities are kept this far from 0 and 1: scores then stay within 8 standard deviations."""


def sample_with(distribution: Distribution, generator: torch.Generator | None) -> Tensor:
    """One differentiable draw, (*batch, *event), from `generator`; None takes torch's global one.

    Gaussians shape standard normal noise and labels are drawn one-hot (no gradient passes). Others are drawn as torch
    draws them, or from a generator as the quantile at normal noise, which has no gradient for a Gamma.
    """
    if isinstance(distribution, OneHotCategorical):
        return _one_hot(distribution, generator)
    mean = distribution.mean
    if isinstance(distribution, RankOneGaussian | FullGaussian) or _is_normal(distribution):
        return _shaped(distribution, _noise(mean, generator))
    if generator is None:
        return distribution.rsample()
    return quantile(distribution, torch.randn(mean.shape, generator=generator, dtype=mean.dtype, device=mean.device))


def sample(level: int, distribution: Distribution) -> Tensor:
    """The draw of training: from torch's global generator, whatever the level."""
    return sample_with(distribution, None)


def quantile(prior: Distribution, score: Tensor) -> Tensor:
    """The value whose standard-normal score under `prior` is `score`, (*batch, *event).

    For a Gaussian that is mean + std * score, exactly; else F^-1(Phi(score)). A label is its own score.
    """
    if isinstance(prior, OneHotCategorical):
        return score
    base = _base(prior)
    if isinstance(base, Normal):
        return base.loc + base.scale * score
    probability = ndtr(score.double()).clamp(SMALLEST, 1 - SMALLEST)
    value: Tensor = gamma_quantile(base, probability) if isinstance(base, Gamma) else base.icdf(probability)
    return value.to(score.dtype)


def normal_score(prior: Distribution, z: Tensor) -> Tensor:
    """The standard-normal value of the quantile at which `z`, (*batch, *event), lies under `prior`."""
    if isinstance(prior, OneHotCategorical):
        return z
    base = _base(prior)
    if isinstance(base, Normal):
        return (z - base.loc) / base.scale
    score: Tensor = ndtri(base.cdf(z).double().clamp(SMALLEST, 1 - SMALLEST))
    return score.to(z.dtype)


def _base(prior: Distribution) -> Distribution:
    return prior.base_dist if isinstance(prior, Independent) else prior


def _is_normal(distribution: Distribution) -> bool:
    return isinstance(_base(distribution), Normal)


def _noise(like: Tensor, generator: torch.Generator | None) -> Tensor:
    return torch.randn(like.shape, generator=generator, dtype=like.dtype, device=like.device)


def _shaped(distribution: Distribution, eps: Tensor) -> Tensor:
    """Turn standard normal noise into a draw of a Gaussian."""
    if isinstance(distribution, RankOneGaussian | FullGaussian):
        return distribution.shaped(eps)
    base = _base(distribution)
    return torch.addcmul(base.loc, base.scale, eps) if isinstance(base, Normal) else distribution.rsample()


def _one_hot(distribution: OneHotCategorical, generator: torch.Generator | None) -> Tensor:
    probs: Tensor = distribution.probs
    if not probs.numel():  # torch draws from no empty batch
        return probs
    flat = probs.reshape(-1, probs.shape[-1])
    index = torch.multinomial(flat, 1, generator=generator)
    return torch.zeros_like(flat).scatter_(1, index, 1.0).reshape(probs.shape)
