"""One battery over every family: what the contract of a model promises, in float64."""

from __future__ import annotations

import math

import pytest
import torch

from hvae_engine.models import FAMILIES, Edit, drawing, edited, from_prior, held, riding, scores
from hvae_engine.objectives import Objective, Step, log_weights, validate
from hvae_engine.objectives.bound import importance

from .variants import CLASSES, NAMES, OPTIONS, HeldNoise, images, independent, made


@pytest.fixture(params=OPTIONS, ids=NAMES)
def variant(request):
    return request.param


@pytest.fixture
def model(variant):
    return made(variant)


def test_the_prior_of_a_level_has_a_row_for_each_row_of_the_batch(model):
    trace = model.walk(from_prior(drawing(torch.Generator().manual_seed(0))), 64, 2)
    for visit, level in zip(trace.visits, model, strict=True):
        assert visit.prior.batch_shape == (2, 64)
        assert visit.prior.event_shape == level.shape
        assert visit.choice.z.shape == (2, 64, *level.shape)
        if level.name != "y":
            assert len(visit.choice.z.flatten(0, 1).unique(dim=0)) == 128
    assert trace.likelihood.batch_shape == (2, 64)
    assert trace.likelihood.event_shape == (1, 16, 16)


def test_names_go_from_the_surface_down(model):
    latent = [name for name in model.names if name != "y"]
    assert latent == [f"z{i + 1}" for i in range(len(latent))]


@pytest.mark.parametrize(("bound", "samples"), [("elbo", 1), ("elbo", 5), ("iwae", 5)])
def test_every_parameter_gets_a_gradient(variant, bound, samples):
    model = made(variant).train()
    x = images(6)
    labelled = FAMILIES[variant[0]].semi_supervised
    step = Step(model, Objective(bound, samples), labelled_share=0.5)
    torch.manual_seed(0)
    score = step(x[:3], torch.tensor([0, 1, 2]), x) if labelled else step(None, None, x)
    score.loss.backward()
    without = [name for name, p in model.named_parameters() if p.grad is None or not p.grad.abs().sum() > 0]
    assert without == []
    assert all(p.grad.isfinite().all() for p in model.parameters())


def test_loss_and_bound_come_from_one_reduction(model):
    x = images(5)
    torch.manual_seed(0)
    score = Objective(samples=3)(model, x)
    torch.testing.assert_close(score.bound, score.log_px - score.kl.sum(0), rtol=0, atol=1e-10)
    torch.testing.assert_close(-score.loss.detach(), score.bound.mean(), rtol=0, atol=1e-10)
    torch.manual_seed(0)
    importance_weighted = Objective("iwae", 3)(model, x)
    torch.testing.assert_close(-importance_weighted.loss.detach(), importance_weighted.bound.mean(), rtol=0, atol=1e-10)


def test_the_weights_of_an_images_rows_sum_to_one(model):
    rows = model.infer(images(4), samples=5).rows(images(4), closed_form=False)
    mass = torch.as_tensor(rows.log_mass, dtype=torch.float64).expand(rows.log_px.shape)
    torch.testing.assert_close(mass.logsumexp(tuple(range(mass.ndim - 1))), torch.zeros(4).double(), rtol=0, atol=1e-12)


def test_more_draws_never_lower_the_bound(model):
    x = images(4)
    rows = model.infer(x, samples=6).rows(x, closed_form=False)
    assert (importance(rows, rows.log_w) >= rows.mean(rows.log_w) - 1e-9).all()


def test_closed_form_and_sampled_charges_agree_in_the_mean(model):
    x, draws = images(2), 400
    torch.manual_seed(5)
    with torch.no_grad():
        trace = model.infer(x, samples=draws)
        exact, sampled = trace.rows(x, closed_form=True), trace.rows(x, closed_form=False)
    for i in range(len(exact.kl)):
        difference = (exact.kl[i] - sampled.kl[i]).reshape(-1, draws, 2)
        if not isinstance(exact.log_mass, float):
            difference = difference * exact.log_mass.exp().reshape(-1, draws, 2) * draws
        difference = difference.sum(0)
        error = difference.std(0) / math.sqrt(draws)
        assert (difference.mean(0).abs() < 4.5 * error + 1e-9).all()


def test_the_levels_above_an_edit_stay_to_the_bit(model):
    base = model.infer(images(1), draw=drawing(torch.Generator().manual_seed(1)), marginalise=False)
    for i, level in enumerate(model):
        score = torch.zeros(1, 1, *level.shape, dtype=torch.float64)
        score[:, :, 0] = 1.0
        edit = Edit(torch.ones_like(score, dtype=torch.bool), score)
        for below in ("follow", "mean", "pinned"):
            moved = model.walk(edited(base, {i: edit}, below), 1)
            for above in range(i):
                assert torch.equal(moved.z[above], base.z[above])
            assert not torch.equal(moved.z[i], base.z[i]) or level.name == "y"
            if below == "pinned":
                assert all(torch.equal(moved.z[j], base.z[j]) for j in range(i + 1, len(base.z)))


def test_a_locked_level_stays_to_the_bit_whatever_is_moved_above(model):
    base = model.infer(images(1), draw=drawing(torch.Generator().manual_seed(1)), marginalise=False)
    top = next(iter(model))
    score = torch.zeros(1, 1, *top.shape, dtype=torch.float64)
    score[:, :, 0] = 1.0
    edit = Edit(torch.ones_like(score, dtype=torch.bool), score)
    for locked in range(1, len(base.z)):
        for below in ("follow", "mean", "pinned"):
            free, moved = (model.walk(edited(base, {0: edit}, below, of), 1) for of in ((), (locked,)))
            assert torch.equal(moved.z[locked], base.z[locked])
            assert all(torch.equal(moved.z[i], free.z[i]) for i in range(locked))


def test_one_unit_moves_alone_on_its_level(model):
    base = model.infer(images(1), marginalise=False)
    for i, level in enumerate(model):
        if level.name == "y":
            continue
        mask = torch.zeros(1, 1, *level.shape, dtype=torch.bool)
        mask[:, :, 1] = True
        moved = model.walk(edited(base, {i: Edit(mask, torch.full(mask.shape, 2.5).double())}, "follow"), 1).z[i]
        assert torch.equal(moved[~mask], base.z[i][~mask])
        expected = scores(base)[i] * ~mask + 2.5 * mask
        torch.testing.assert_close(scores(model.walk(held([*base.z[:i], moved, *base.z[i + 1 :]]), 1))[i], expected)


def test_pinned_and_follow_agree_where_priors_are_independent(model):
    base = model.infer(images(1), marginalise=False)
    edit = Edit(torch.ones(1, 1, 1, dtype=torch.bool), torch.full((1, 1, 1), 1.5).double())
    if model.names[-1] == "y":
        edit = Edit(edit.mask, torch.eye(CLASSES)[:1].double())
    pinned, follow = (model.walk(edited(base, {0: edit}, below), 1) for below in ("pinned", "follow"))
    same = torch.allclose(pinned.likelihood.mean, follow.likelihood.mean, rtol=0, atol=1e-12)
    assert same == independent(model) or len(base.z) == 1


def test_x_sees_nothing_above_a_level_that_says_so(model):
    base = model.infer(images(1), marginalise=False)
    other = model.walk(from_prior(drawing(torch.Generator().manual_seed(9))), 1)
    for i in range(len(base.z)):
        mixed = model.walk(held([*other.z[:i], *base.z[i:]]), 1)
        same = torch.equal(mixed.likelihood.mean, base.likelihood.mean)
        assert same == (i == 0 or any(level.markov for level in list(model)[i:]))


def test_follow_with_nothing_changed_changes_nothing(model):
    base = model.infer(images(1), marginalise=False)
    untouched = model.walk(edited(base, {}, "follow"), 1)
    assert all(torch.equal(a, b) for a, b in zip(untouched.z, base.z, strict=True))
    assert torch.equal(untouched.likelihood.mean, base.likelihood.mean)
    own = {i: Edit(torch.ones_like(s, dtype=torch.bool), s) for i, s in enumerate(scores(base))}
    back = model.walk(edited(base, own, "follow"), 1)
    torch.testing.assert_close(back.likelihood.mean, base.likelihood.mean, rtol=0, atol=1e-9)


def test_scores_bring_their_values_back(model):
    trace = model.walk(from_prior(), 3, 2)
    again = model.walk(riding(scores(trace)), 3, 2)
    for a, b in zip(again.z, trace.z, strict=True):
        torch.testing.assert_close(a, b, rtol=0, atol=1e-8)


def test_shuffling_or_splitting_the_batch_changes_no_bound(model):
    x, noise = images(6), HeldNoise(model, 4, 6)
    for objective in (Objective(samples=4), Objective("iwae", 4)):
        order = torch.tensor([3, 0, 5, 1, 4, 2])
        whole = objective(model, x, draw=noise.rows(torch.arange(6))).bound
        shuffled = objective(model, x[order], draw=noise.rows(order)).bound
        halves = [objective(model, x[rows], draw=noise.rows(rows)).bound for rows in torch.arange(6).split(2)]
        torch.testing.assert_close(shuffled, whole[order], rtol=0, atol=1e-9)
        torch.testing.assert_close(torch.cat(halves), whole, rtol=0, atol=1e-9)


def test_chunked_and_whole_importance_bounds_agree_on_the_same_draws(model):
    x, noise = images(3), HeldNoise(model, 12, 3)
    rows = torch.arange(3)
    whole = log_weights(model, x, samples=12, draw=noise.rows(rows)).flatten(0, -2).logsumexp(0)
    chunks = [
        log_weights(model, x, samples=4, draw=noise.rows(rows, slice(i, i + 4))).flatten(0, -2).logsumexp(0)
        for i in (0, 4, 8)
    ]
    torch.testing.assert_close(torch.stack(chunks).logsumexp(0) - math.log(3), whole, rtol=1e-12, atol=1e-11)


def test_validation_leaves_the_global_generator_alone(model):
    torch.manual_seed(7)
    before = torch.get_rng_state()
    model.train()
    x, y = images(5), torch.tensor([0, 1, 2, 0, 1])
    first = validate(model, Objective(samples=2), [(x, y)], torch.Generator().manual_seed(1))
    again = validate(model, Objective(samples=2), [(x, y)], torch.Generator().manual_seed(1))
    assert first == again
    assert model.training
    assert torch.equal(torch.get_rng_state(), before)
    assert len(first.kl) == len(first.active) == len(model.names)
    assert first.elbo == pytest.approx(first.log_px - sum(first.kl))
