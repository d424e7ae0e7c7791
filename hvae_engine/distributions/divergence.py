"""KL divergences between the distributions of a level, whole and unit by unit, in nats."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.distributions import Distribution, Independent, Normal, kl_divergence, register_kl

from hvae_engine.distributions.gaussian import FullGaussian
from hvae_engine.distributions.latents import StandardNormal
from hvae_engine.distributions.rank_one import RankOneGaussian


def _rank_one_from_diagonal(q: RankOneGaussian, p: Distribution) -> Tensor:
    return _from_diagonal(q.mean, q.variance, q.log_det(), p)


def _full_from_diagonal(q: FullGaussian, p: Distribution) -> Tensor:
    return _from_diagonal(q.mean, q.variance, 2 * q.half_log_det(), p)


def _from_diagonal(mean: Tensor, variance: Tensor, log_det: Tensor, p: Distribution) -> Tensor:
    """KL(N(mean, C) || N(m, diag(s^2))) = 1/2 (tr(C / s^2) + |(mean - m) / s|^2 + log|s^2| - log|C| - d)."""
    if not (isinstance(p, Independent) and isinstance(p.base_dist, Normal)):
        raise NotImplementedError
    scale = p.variance
    spread = (variance + (mean - p.mean).square()) / scale + scale.log() - 1
    return 0.5 * (spread.sum(-1) - log_det)


def _normal_from_standard(q: Normal, p: StandardNormal) -> Tensor:
    """KL(N(mu, s^2) || N(0, 1)) = 1/2 (mu^2 + s^2 - 1) - log s, of each unit."""
    return 0.5 * (q.loc.square() + q.scale.square() - 1) - q.scale.log()


register_kl(Normal, StandardNormal)(_normal_from_standard)
register_kl(RankOneGaussian, Independent)(_rank_one_from_diagonal)
register_kl(FullGaussian, Independent)(_full_from_diagonal)


def charge(q: Distribution, p: Distribution, z: Tensor, closed_form: bool) -> Tensor:
    """What a draw z of q is charged under the prior p, in nats: KL(q || p), or log q(z) - log p(z).

    Args:
        q: what z was drawn from.
        p: the prior of the level.
        z: the draw, (*S, B, *event).
        closed_form: integrate over z instead of scoring the draw.

    Returns:
        (*S, B), up to broadcasting.
    """
    return kl_divergence(q, p) if closed_form else q.log_prob(z) - p.log_prob(z)


def unit_kl(q: Distribution, p: Distribution) -> Tensor:
    """KL of each unit of a level, (*batch, *event), in nats.

    Exact by unit where both factorise over units; for rank-one and full covariances that of the marginals, whose sum is
    not the level's KL (a correlated q pays for its correlations too).
    """
    if isinstance(q, Independent) and isinstance(p, Independent):
        return kl_divergence(q.base_dist, p.base_dist)
    if isinstance(q, RankOneGaussian | FullGaussian) and isinstance(p, Independent):
        return kl_divergence(Normal(q.mean, q.variance.sqrt(), validate_args=False), p.base_dist)
    return _label_kl(q, p)


def _label_kl(q: Distribution, p: Distribution) -> Tensor:
    """Terms q(y) log(q(y) / p(y)) of a categorical level: they sum to its KL."""
    log_q, log_p = torch.broadcast_tensors(q.logits, p.logits)  # type: ignore[attr-defined]
    terms: Tensor = log_q.exp() * (log_q - log_p)
    return terms
