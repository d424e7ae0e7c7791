"""Beta, free bits, the weight prior and warm-up touch the loss and leave the shown bound honest."""

from __future__ import annotations

import pytest
import torch

from hvae_engine.models import DataInfo, build
from hvae_engine.objectives import Objective, warm_up

DATA = DataInfo((1, 4, 4), 0, torch.full((1, 4, 4), 0.4))


@pytest.fixture
def model():
    torch.manual_seed(0)
    return build("ladder", DATA, units="4,3,2", width="8,8,8", batch_norm=False).double()


@pytest.fixture
def x():
    return torch.rand(6, 1, 4, 4, generator=torch.Generator().manual_seed(0)).double().round()


def scored(model, x, objective=None, **loss):
    torch.manual_seed(1)
    return (objective or Objective())(model, x, **loss)


def test_beta_weighs_the_charges_in_the_loss_alone(model, x):
    plain, warm = scored(model, x), scored(model, x, beta=0.25)
    expected = 0.25 * plain.kl.sum(0).mean() - plain.log_px.mean()
    torch.testing.assert_close(warm.loss.detach(), expected)
    assert torch.equal(warm.bound, plain.bound)


def test_free_bits_forgive_each_level_its_allowance_on_the_batch_mean(model, x):
    plain = scored(model, x)
    charges = plain.kl.mean(1)
    allowance = float(charges.median())
    free = scored(model, x, free_bits=allowance)
    torch.testing.assert_close(free.loss.detach(), charges.clamp_min(allowance).sum() - plain.log_px.mean())
    assert torch.equal(free.bound, plain.bound)
    level = [p for name, p in model.named_parameters() if name.startswith("posterior.rules.0")]
    roomy = torch.autograd.grad(scored(model, x, free_bits=1e6).loss, level)
    expected = torch.autograd.grad(-scored_reconstruction(model, x), level)
    for a, b in zip(roomy, expected, strict=True):
        torch.testing.assert_close(a, b)


def scored_reconstruction(model, x):
    torch.manual_seed(1)
    return model.infer(x).rows(x, closed_form=True).log_px.mean()


def test_beta_and_importance_weights_meet_in_the_loss(model, x):
    objective = Objective("iwae", 4)
    torch.manual_seed(1)
    rows = model.infer(x, samples=4).rows(x, closed_form=False)
    expected = -(rows.log_px - 0.5 * rows.kl.sum(0)).logsumexp(0).sub(torch.tensor(4.0).log()).mean()
    torch.testing.assert_close(scored(model, x, objective, beta=0.5).loss, expected)


def test_the_weight_prior_is_shared_among_the_training_images(model, x):
    objective = Objective(kappa=10.0, count=50)
    squares = sum(float(p.detach().square().sum()) for p in model.generative_parameters())
    with_prior, without = scored(model, x, objective), scored(model, x)
    assert float((with_prior.loss - without.loss).detach()) == pytest.approx(squares / (2 * 10 * 50))
    assert torch.equal(with_prior.bound, without.bound)
    generative = {id(p) for p in model.generative_parameters()}
    assert generative.isdisjoint(id(p) for p in model.posterior.parameters())
    assert len(generative) + len(list(model.posterior.parameters())) == len(list(model.parameters()))


def test_the_sign_of_the_bound(model, x):
    """The bound subtracts what the levels cost; it does not add it, and keeps its halves."""
    score = scored(model, x)
    trace = scored_trace(model, x)
    q, p = trace.visits[0].choice.q, trace.visits[0].prior
    by_hand = 0.5 * (q.mean**2 + q.variance - 1 - q.variance.log()).sum(-1)
    assert p.mean.abs().sum() == 0
    torch.testing.assert_close(score.kl[0], by_hand[0].detach())
    assert float(score.bound.mean()) < float(score.log_px.mean())


def scored_trace(model, x):
    torch.manual_seed(1)
    return model.infer(x)


def test_warm_up_rises_in_a_straight_line():
    assert [warm_up(step, 4, 2.0) for step in range(6)] == [0.0, 0.5, 1.0, 1.5, 2.0, 2.0]
    assert warm_up(0, 0) == 1.0
