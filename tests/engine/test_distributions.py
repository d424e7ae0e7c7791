"""Rank-one and full Gaussians against torch's own, quantiles and scores, and draws from a generator of one's own."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.distributions import (
    Bernoulli,
    Exponential,
    Gamma,
    Independent,
    Laplace,
    MultivariateNormal,
    OneHotCategorical,
    kl_divergence,
)
from torch.special import ndtr

from hvae_engine.distributions import (
    BinaryImage,
    DiscretisedLogistic,
    OneHot,
    RankOneGaussian,
    full_gaussian,
    gaussian,
    normal_score,
    quantile,
    sample_with,
    standard,
    unit_kl,
)

D = 5


def rank_one(scale: float, seed: int = 0, batch: tuple[int, ...] = (3,)) -> RankOneGaussian:
    generator = torch.Generator().manual_seed(seed)
    mean, raw, u = torch.randn(3, *batch, D, generator=generator, dtype=torch.float64)
    return RankOneGaussian(mean, raw.exp(), scale * u)


def reference(q: RankOneGaussian) -> MultivariateNormal:
    precision = torch.diag_embed(q.precision) + q.u.unsqueeze(-1) * q.u.unsqueeze(-2)
    return MultivariateNormal(q.mean, precision_matrix=precision)


@pytest.mark.parametrize("scale", [0.0, 1e-9, 1e-3, 1.0, 30.0])
def test_rank_one_is_the_gaussian_of_its_precision(scale):
    q = rank_one(scale)
    other = reference(q)
    z = q.rsample((4,))
    tolerance = {"rtol": 1e-9, "atol": 1e-9}
    torch.testing.assert_close(q.log_prob(z), other.log_prob(z), **tolerance)
    torch.testing.assert_close(q.entropy(), other.entropy(), **tolerance)
    torch.testing.assert_close(q.variance, other.variance, **tolerance)
    prior = gaussian(torch.full((D,), 0.3).double(), torch.full((D,), 1.7).double())
    dense_prior = MultivariateNormal(prior.mean, torch.diag(prior.variance))
    torch.testing.assert_close(kl_divergence(q, prior), kl_divergence(other, dense_prior), **tolerance)


@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e3])
def test_the_factor_of_a_rank_one_covariance_is_its_root(scale):
    q = rank_one(scale, batch=())
    factor = torch.stack([q.shaped(row) - q.mean for row in torch.eye(D, dtype=torch.float64)], -1)
    precision = torch.diag(q.precision) + torch.outer(q.u, q.u)
    torch.testing.assert_close(factor.T @ precision @ factor, torch.eye(D).double(), rtol=0, atol=1e-9)


def test_huge_directions_keep_their_digits():
    """Along u the variance is about 1 / |u|^2; a subtraction would have lost it all."""
    u = torch.tensor([1e8, 1.0, 0.0], dtype=torch.float64)
    q = RankOneGaussian(torch.zeros(3).double(), torch.ones(3).double(), u)
    assert q.variance[0].item() == pytest.approx(2e-16, rel=1e-6)
    assert q.variance[1:].tolist() == pytest.approx([1.0, 1.0])
    assert q.log_prob(q.mean).item() == pytest.approx(8 * math.log(10) - 1.5 * math.log(2 * math.pi), rel=1e-9)


def test_tiny_directions_change_little_and_have_gradients():
    u = torch.full((4,), 1e-12, requires_grad=True, dtype=torch.float64)
    q = RankOneGaussian(torch.zeros(4).double(), torch.ones(4).double(), u)
    (q.shaped(torch.ones(4).double()).sum() + q.entropy()).backward()
    assert u.grad is not None
    assert u.grad.isfinite().all()


def test_rank_one_takes_memory_linear_in_its_size():
    d = 300_000  # a covariance of this size would take 720 GB
    q = RankOneGaussian(torch.zeros(d), torch.ones(d), torch.full((d,), 0.01))
    z = q.rsample()
    assert q.log_prob(z).isfinite()
    assert kl_divergence(q, standard("gaussian", torch.Size(), torch.Size([d]), z)).isfinite()


@pytest.mark.parametrize("kind", ["rank1", "full"])
def test_draws_have_the_covariance_they_claim(kind):
    q = rank_one(2.0, batch=())
    covariance = reference(q).covariance_matrix
    drawn = q if kind == "rank1" else full_gaussian(q.mean, torch.linalg.cholesky(covariance))
    z = sample_with(drawn.expand(torch.Size([60_000])), torch.Generator().manual_seed(0))
    spread = torch.sqrt(covariance.diagonal().outer(covariance.diagonal()) + covariance**2) / math.sqrt(60_000)
    assert ((z.T.cov() - covariance).abs() < 5 * spread).all()
    assert ((z.mean(0) - q.mean).abs() < 5 * (covariance.diagonal() / 60_000).sqrt()).all()


def test_full_gaussian_against_torch():
    factor = torch.randn(2, D, D, dtype=torch.float64).tril(-1) + torch.diag_embed(torch.rand(2, D).double() + 0.2)
    q = full_gaussian(torch.randn(2, D, dtype=torch.float64), factor)
    prior = gaussian(torch.full((D,), -0.4).double(), torch.full((D,), 0.6).double())
    expected = kl_divergence(q, MultivariateNormal(prior.mean, torch.diag(prior.variance)))
    torch.testing.assert_close(kl_divergence(q, prior), expected)


def test_the_kl_of_units_sums_to_the_level_where_both_factorise():
    q = gaussian(torch.randn(3, 4), torch.rand(3, 4) + 0.1)
    p = gaussian(torch.randn(3, 4), torch.rand(3, 4) + 0.1)
    torch.testing.assert_close(unit_kl(q, p).sum(-1), kl_divergence(q, p))
    label = OneHotCategorical(logits=torch.randn(3, 4))
    even = OneHotCategorical(logits=torch.zeros(3, 4))
    torch.testing.assert_close(unit_kl(label, even).sum(-1), kl_divergence(label, even))


def test_marginal_units_of_correlated_gaussians():
    q = rank_one(1.5)
    p = standard("gaussian", torch.Size([3]), torch.Size([D]), q.mean)
    marginal = kl_divergence(gaussian(q.mean, q.variance.sqrt()), p)
    torch.testing.assert_close(unit_kl(q, p).sum(-1), marginal)
    assert (kl_divergence(q, p) > marginal).all()


@settings(max_examples=50, deadline=None)
@given(st.floats(-3, 3), st.floats(0.2, 4))
def test_a_score_and_its_quantile_are_inverse(score, scale):
    s = torch.tensor([score], dtype=torch.float64)
    size = torch.tensor([scale], dtype=torch.float64)
    for prior in (gaussian(size, size), Laplace(size, size), Independent(Exponential(size), 1)):
        torch.testing.assert_close(normal_score(prior, quantile(prior, s)), s, rtol=0, atol=1e-7)


def test_quantiles_of_a_gaussian_are_exact():
    prior = gaussian(torch.tensor([1.0, -2.0]).double(), torch.tensor([0.5, 3.0]).double())
    assert quantile(prior, torch.tensor([2.0, -1.0]).double()).tolist() == [2.0, -5.0]


def test_a_generator_of_ones_own_gives_the_same_draws_and_leaves_the_global_one():
    torch.manual_seed(0)
    before = torch.get_rng_state()
    for q in (
        gaussian(torch.zeros(4), torch.ones(4)),
        rank_one(1.0),
        full_gaussian(torch.zeros(3), torch.eye(3)),
        OneHotCategorical(logits=torch.randn(5, 3, generator=torch.Generator().manual_seed(2))),
        Independent(Laplace(torch.zeros(4), torch.ones(4)), 1),
    ):
        first, again = (sample_with(q, torch.Generator().manual_seed(3)) for _ in range(2))
        assert torch.equal(first, again)
        assert first.shape == q.batch_shape + q.event_shape
    assert torch.equal(torch.get_rng_state(), before)


def test_draws_of_other_families_follow_their_distribution_function():
    q = Laplace(torch.tensor([1.0]).double(), torch.tensor([2.0]).double()).expand(torch.Size([40_000, 1]))
    z = sample_with(q, torch.Generator().manual_seed(0)).flatten().sort().values
    ideal = q.cdf(z.unsqueeze(-1)).flatten()
    assert (ideal - (torch.arange(40_000) + 0.5) / 40_000).abs().max() < 1.63 / math.sqrt(40_000)


@pytest.mark.parametrize("scale", [0.01, 0.05, 1.0, 60.0])
def test_the_bins_of_a_discretised_logistic_sum_to_one(scale):
    values = (torch.arange(256).double() / 255).view(256, 1, 1, 1)
    mean = torch.tensor([0.0, 0.31, 1.4]).double().view(3, 1, 1, 1)
    for centre in mean:
        q = DiscretisedLogistic(
            torch.stack([centre, 1 - centre]).view(2, 1, 1, 1),
            torch.full((2, 1, 1, 1), scale).double(),
            torch.tensor([0.3, -1.0]).double().view(2, 1, 1, 1),
        )
        torch.testing.assert_close(q.log_prob(values).logsumexp(0), torch.tensor(0.0).double(), rtol=0, atol=1e-9)


def test_a_discretised_logistic_is_the_mass_between_the_edges_of_a_bin():
    q = DiscretisedLogistic(*(torch.tensor(v, dtype=torch.float64).view(1, 1, 1, 1) for v in (0.4, 0.07, 0.0)))
    for k in (1, 100, 254):
        upper, lower = ((k + 0.5) / 255 - 0.4) / 0.07, ((k - 0.5) / 255 - 0.4) / 0.07
        mass = torch.tensor([upper, lower], dtype=torch.float64).sigmoid()
        value = torch.full((1, 1, 1), k / 255, dtype=torch.float64)
        assert float(q.log_prob(value)) == pytest.approx(float((mass[0] - mass[1]).log()), rel=1e-9)


@pytest.mark.parametrize("shape", [0.3, 2.0, 40.0])
def test_the_quantile_of_a_gamma_inverts_its_distribution_function(shape):
    prior = Independent(Gamma(torch.tensor([shape]).double(), torch.tensor([3.0]).double()), 1)
    scores = torch.tensor([[-3.0], [-0.5], [0.0], [2.0], [3.0]]).double()
    z = quantile(prior.expand(torch.Size([5])), scores)
    torch.testing.assert_close(prior.base_dist.cdf(z), ndtr(scores), rtol=1e-9, atol=1e-12)
    torch.testing.assert_close(normal_score(prior.expand(torch.Size([5])), z), scores, rtol=0, atol=1e-7)


def test_binary_images_are_independent_bernoulli_pixels():
    logits, x = torch.randn(4, 3, 1, 5, 5).double(), torch.rand(3, 1, 5, 5).double().round()
    reference = Independent(Bernoulli(logits=logits), 3)
    q = BinaryImage(logits)
    torch.testing.assert_close(q.log_prob(x), reference.log_prob(x), rtol=1e-12, atol=1e-12)
    torch.testing.assert_close(q.mean, reference.mean)
    assert (q.batch_shape, q.event_shape) == (reference.batch_shape, reference.event_shape)


def test_the_divergence_from_the_standard_normal_needs_no_look_at_it():
    q = gaussian(torch.randn(3, 4).double(), torch.rand(3, 4).double() + 0.1)
    p = standard("gaussian", torch.Size([3]), torch.Size([4]), q.mean)
    torch.testing.assert_close(
        kl_divergence(q, p), kl_divergence(q, gaussian(p.mean, p.stddev)), rtol=1e-12, atol=1e-12
    )


def test_an_empty_batch_of_labels_is_an_empty_draw():
    empty = OneHot(torch.zeros(1, 0, 4))
    assert sample_with(empty, torch.Generator()).shape == (1, 0, 4)


def test_a_full_gaussian_knows_its_own_draw_however_ill_conditioned_it_is():
    torch.manual_seed(0)
    wild = 3.0 * torch.randn(64, 16, 16, dtype=torch.float64).tril(-1) + 1e-2 * torch.eye(16, dtype=torch.float64)
    exact = full_gaussian(torch.randn(64, 16, dtype=torch.float64), wild)
    narrow = full_gaussian(exact.mean.float(), exact.scale_tril.float())
    eps = torch.randn(64, 16, dtype=torch.float64)
    drawn, z = exact.shaped(eps), narrow.shaped(eps.float())
    expected = -0.5 * eps.square().sum(-1) - 8 * math.log(2 * math.pi) - exact.half_log_det()
    torch.testing.assert_close(exact.log_prob(drawn), expected)
    torch.testing.assert_close(narrow.log_prob(z).double(), expected, rtol=1e-5, atol=1e-4)
    assert (narrow.log_prob(z.clone()).double() - expected).abs().max() > 1000  # what solving makes of it


def test_the_score_of_its_own_draw_has_the_gradient_of_the_solved_one():
    torch.manual_seed(0)
    mean = torch.randn(5, 4, dtype=torch.float64, requires_grad=True)
    factor = (torch.randn(5, 4, 4, dtype=torch.float64).tril(-1) + torch.eye(4, dtype=torch.float64)).requires_grad_()
    eps, gradients = torch.randn(5, 4, dtype=torch.float64), []
    for again in (lambda z: z, lambda z: z + 0.0):
        q = full_gaussian(mean, factor)
        z = q.shaped(eps)
        loss = (q.log_prob(again(z)) + z.pow(3).sum(-1)).sum()
        gradients.append([torch.autograd.grad(loss, one, retain_graph=True)[0] for one in (mean, factor)])
    for one, other in zip(*gradients, strict=True):
        torch.testing.assert_close(one.tril() if one.ndim == 3 else one, other.tril() if one.ndim == 3 else other)
