"""The bound where its value is known: linear Gaussians, products of densities, sums over classes written out."""

from __future__ import annotations

import math

import pytest
import torch

from hvae_engine.distributions import gaussian
from hvae_engine.models import DataInfo, build
from hvae_engine.models.posteriors import precision_weighted
from hvae_engine.objectives import Objective, Step, log_likelihood, log_weights

from .linear_gaussian import LinearGaussian


@pytest.fixture
def world():
    return LinearGaussian.random()


@pytest.mark.parametrize("kind", ["chain", "top_down"])
def test_at_the_exact_posterior_every_draw_weighs_the_evidence(world, kind):
    x = world.images(5)
    model = world.model(getattr(world, kind)())
    weights = log_weights(model, x, samples=7) + math.log(7)
    torch.testing.assert_close(weights, world.log_px(x).expand(7, 5), rtol=0, atol=1e-10)


@pytest.mark.parametrize("kind", ["chain", "top_down"])
def test_integrated_charges_keep_the_bound_at_the_evidence(world, kind):
    """In a chain only the last draw's KL may be integrated: with all of them the bound is wrong by nats."""
    x = world.images(4).repeat_interleave(20_000, 0)
    torch.manual_seed(0)
    bound = Objective()(world.model(getattr(world, kind)()), x).bound.view(4, -1)
    error = bound.std(1) / math.sqrt(bound.shape[1])
    assert ((bound.mean(1) - world.log_px(x).view(4, -1)[:, 0]).abs() < 4.5 * error + 1e-9).all()


def test_bounds_rise_towards_the_evidence(world):
    x = world.images(300)
    model = world.model(world.chain(widen=1.3))
    torch.manual_seed(0)
    bounds = [float(Objective("iwae", k)(model, x).bound.mean()) for k in (1, 5, 50)]
    bounds.append(float(log_likelihood(model, x, 1000, 250).value))
    exact = float(world.log_px(x).mean())
    assert bounds == sorted(bounds)
    assert bounds[2] < exact
    assert bounds[3] == pytest.approx(exact, abs=0.02)


@pytest.mark.slow
def test_five_thousand_draws_reach_the_evidence_within_their_error(world):
    x = world.images(200)
    model = world.model(world.chain(widen=1.3))
    torch.manual_seed(0)
    estimate = log_likelihood(model, x, 5000, 500)
    gap = estimate.values - world.log_px(x)
    assert abs(float(gap.mean())) < 4.5 * float((estimate.ess.reciprocal() / len(x)).mean().sqrt())
    assert (estimate.ess > 100).all()


@pytest.mark.slow
def test_the_gap_of_many_draws_is_half_the_variance_of_the_weights_over_their_number(world):
    x = world.images(1).expand(4000, -1, -1, -1)
    model = world.model(world.chain(widen=1.2))
    torch.manual_seed(0)
    relative = (
        log_weights(model, x[:1], samples=2_000_000).flatten() + math.log(2_000_000) - world.log_px(x[:1])
    ).exp()
    expected = float(relative.var()) / 2
    gap = (world.log_px(x) - Objective("iwae", 200)(model, x).bound) * 200
    assert float(gap.mean()) == pytest.approx(expected, abs=4.5 * float(gap.std()) / math.sqrt(4000) + 0.05 * expected)


def test_chunks_of_draws_are_averaged_as_weights_and_not_as_logarithms(world):
    x = world.images(50)
    model = world.model(world.chain(widen=1.5))
    torch.manual_seed(0)
    parts = torch.stack([log_weights(model, x, samples=2).logsumexp(0) for _ in range(50)])
    torch.manual_seed(0)
    estimate = log_likelihood(model, x, 100, 2)
    torch.testing.assert_close(estimate.values, parts.logsumexp(0) - math.log(50))
    assert float(parts.mean(0).mean()) < estimate.value - 0.02


def test_the_merge_is_the_product_of_its_two_densities():
    a = gaussian(torch.randn(2, 3).double(), torch.rand(2, 3).double() + 0.1)
    b = gaussian(torch.randn(2, 3).double(), torch.rand(2, 3).double() + 0.1)
    z = torch.randn(100, 2, 3).double()
    constant = precision_weighted(a, b).log_prob(z) - a.log_prob(z) - b.log_prob(z)
    torch.testing.assert_close(constant, constant[:1].expand_as(constant), rtol=0, atol=1e-9)


CLASSES = 4
DATA = DataInfo((1, 4, 4), CLASSES, torch.full((1, 4, 4), 0.4))


@pytest.fixture(params=["m2", "m1m2"])
def labelled(request):
    torch.manual_seed(0)
    sizes = {"units": 3, "width": 8} if request.param == "m2" else {"units": "3,2", "width": "8,6"}
    model = build(request.param, DATA, **sizes).double()
    x = torch.rand(5, 1, 4, 4).double().round()
    noise = {i: torch.randn(1, 5, level.shape[0]).double() for i, level in enumerate(model)}
    return model, x, lambda i, q: q.mean + q.stddev * noise[i]


def guesses(model, x, draw):
    """log q(y|.), (B, classes), of the same draws."""
    trace = model.infer(x, torch.zeros(len(x), dtype=torch.int64), 1, draw)
    return next(visit.choice.q.logits[0] for visit in trace.visits if visit.choice.observed)


def test_the_unlabelled_bound_is_the_sum_over_classes_written_out(labelled):
    model, x, draw = labelled
    each = torch.stack([Objective()(model, x, torch.full((5,), c), draw=draw).bound for c in range(CLASSES)], 1)
    log_q = guesses(model, x, draw).detach()
    expected = (log_q.exp() * (each - log_q)).sum(1)
    torch.testing.assert_close(Objective()(model, x, draw=draw).bound, expected, rtol=0, atol=1e-10)


def test_enumeration_under_iwae_is_the_exact_marginal_over_classes(labelled):
    model, x, draw = labelled
    each = torch.stack([Objective("iwae")(model, x, torch.full((5,), c), draw=draw).bound for c in range(CLASSES)], 1)
    torch.testing.assert_close(Objective("iwae")(model, x, draw=draw).bound, each.logsumexp(1), rtol=0, atol=1e-10)


def test_the_labelled_bound_of_m2_is_its_formula_written_out():
    torch.manual_seed(0)
    model = build("m2", DATA, units=3, width=8).double()
    x, y = torch.rand(5, 1, 4, 4).double().round(), torch.tensor([0, 3, 1, 2, 2])
    one_hot = torch.eye(CLASSES).double()[y]
    q = model.posterior.networks["z1"](torch.cat([x.flatten(1), one_hot], 1))
    noise = torch.randn(1, 5, 3).double()
    z = q.mean + q.stddev * noise[0]
    logits = model.likelihood.network(torch.cat([one_hot, z], 1))
    log_px = -torch.nn.functional.binary_cross_entropy_with_logits(logits, x.flatten(1), reduction="none").sum(1)
    kl = 0.5 * (q.mean**2 + q.variance - q.variance.log() - 1).sum(1)
    expected = log_px - kl - math.log(CLASSES)
    bound = Objective()(model, x, y, draw=lambda i, d: d.mean + d.stddev * noise).bound
    torch.testing.assert_close(bound, expected.detach(), rtol=0, atol=1e-10)


def test_a_semi_supervised_step_is_the_objective_of_the_paper(labelled):
    model, x, _ = labelled
    y = torch.tensor([0, 1, 2, 3, 0])
    step = Step(model, Objective(), alpha=0.1, labelled_share=0.25)
    torch.manual_seed(1)
    score = step(x, y, x)
    assert score.labelled is not None
    torch.manual_seed(1)
    unlabelled = Objective()(model, x)
    with_labels = Objective()(model, x, y)
    expected = -0.25 * with_labels.bound.mean() - 0.75 * unlabelled.bound.mean() + 0.1 * with_labels.label_nll
    torch.testing.assert_close(score.loss, expected)
    assert score.labelled.bound.tolist() == with_labels.bound.tolist()
    assert 0 <= float(score.error) <= 1


def test_a_label_given_is_charged_its_prior_and_nothing_for_the_guess(labelled):
    model, x, draw = labelled
    trace = model.infer(x, torch.tensor([0, 1, 2, 3, 0]), 1, draw)
    visit = next(v for v in trace.visits if v.choice.observed)
    assert visit.charge(closed_form=True).flatten().tolist() == pytest.approx([math.log(CLASSES)] * 5)


def test_the_charge_of_an_enumerated_label_is_its_divergence_from_the_prior(labelled):
    model, x, draw = labelled
    score = Objective()(model, x, draw=draw)
    q = guesses(model, x, draw).detach()
    expected = (q.exp() * (q + math.log(CLASSES))).sum(-1)
    torch.testing.assert_close(score.kl[model.names[::-1].index("y")], expected)
