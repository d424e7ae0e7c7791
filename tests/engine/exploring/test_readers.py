"""Readers find what is coded straight and what is coded in a curve, and nothing where there is nothing."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from hvae_engine.exploring.bumps import bumps
from hvae_engine.exploring.descent import minimise
from hvae_engine.exploring.encodings import Encodings
from hvae_engine.exploring.information import Shared, binned, shared
from hvae_engine.exploring.probe import read, standardised
from hvae_engine.exploring.readers import Readers, Target

FITTED, HELD = 1500, 800


def guessed(form, codes, target):
    """What a reader of codes, given in a form, shares with a target on images that it has not seen."""
    seen, truth = binned(target[:FITTED], target[FITTED:])
    x, held = form(codes[:FITTED], codes[FITTED:])
    (guess,) = read(x, [seen], held, ridge=1e-4)
    return shared("target", guess, truth).told


@pytest.fixture(scope="module")
def codes():
    return np.random.default_rng(0).standard_normal((FITTED + HELD, 3))


def test_a_distance_from_the_middle_is_read_in_bumps_and_not_along_a_line(codes):
    radius = np.hypot(codes[:, 0], codes[:, 1])
    assert guessed(standardised, codes, radius) < 0.05
    assert guessed(bumps, codes, radius) > 0.5


def test_which_of_two_signs_differ_is_read_in_bumps_and_not_along_a_line(codes):
    differ = (codes[:, 0] * codes[:, 2] > 0).astype(int)
    assert guessed(standardised, codes, differ) < 0.02
    assert guessed(bumps, codes, differ) > 0.6


def test_what_lies_along_a_line_is_read_either_way(codes):
    along = codes @ [1.0, 0.5, 0.0]
    assert guessed(standardised, codes, along) > 0.8
    assert guessed(bumps, codes, along) > 0.75


@pytest.mark.parametrize("form", [standardised, bumps])
def test_nobody_reads_what_is_not_there(codes, form):
    noise = np.random.default_rng(1).standard_normal(len(codes))
    assert guessed(form, codes, noise) < 0.02


def test_bumps_know_no_scale_and_no_origin(codes):
    x, held = bumps(codes[:FITTED], codes[FITTED:])
    moved, held_moved = bumps(1e-3 * codes[:FITTED] + 7, 1e-3 * codes[FITTED:] + 7)
    assert x.shape[1] <= 256
    np.testing.assert_allclose(np.abs(moved[:, :5]), np.abs(x[:, :5]), atol=1e-5)
    np.testing.assert_allclose(np.abs(held_moved[:, :5]), np.abs(held[:, :5]), atol=1e-5)
    assert x[:, 0].std() == pytest.approx(1, abs=1e-3)
    assert (np.diff(x.std(0)) <= 1e-6).all()


def test_a_level_that_stands_still_makes_bumps_that_say_nothing():
    x, held = bumps(np.full((300, 4), 2.5), np.full((50, 4), 2.5))
    assert np.isfinite(x).all()
    assert np.abs(held).max() < 1e-9


def test_the_minimum_is_found():
    """A quadratic whose minimum is known, with axes of very different curvature."""
    curvature = torch.logspace(-2, 3, 12, dtype=torch.float64).view(3, 4)
    middle = torch.arange(12, dtype=torch.float64).view(3, 4)

    def bowl(x):
        return float((curvature * (x - middle).square()).sum() / 2), curvature * (x - middle)

    start = torch.zeros(3, 4, dtype=torch.float64)
    assert torch.allclose(minimise(bowl, start, 100), middle, atol=1e-4)
    assert (start == 0).all()


def test_a_regression_meets_its_optimum():
    """At the optimum the gradient of the penalised likelihood, found by autograd, vanishes."""
    rng = np.random.default_rng(3)
    x = rng.standard_normal((400, 4))
    first, second = (x[:, 0] + rng.standard_normal(400) > 0).astype(int), np.digitize(x[:, 1], [-0.5, 0.5])
    from hvae_engine.exploring import probe

    ones, classes = probe._with_ones(x), [2, 3]
    truth = torch.cat([probe._one_hot(first, 2), probe._one_hot(second, 3)], 1)
    weights = probe._fitted(ones, truth, classes, 0.1, lambda: None).requires_grad_()
    parts = zip((ones @ weights).split(classes, 1), (first, second), strict=True)
    loss = sum(torch.nn.functional.cross_entropy(logits, torch.from_numpy(one)) for logits, one in parts)
    (loss + 0.05 * weights[:-1].square().sum()).backward()
    assert weights.grad.abs().max() < 1e-3


def levels_of(*means):
    """Encodings of levels with these means, root first."""
    return Encodings(means, means, np.zeros((len(means), len(means[0]))), tuple(np.zeros((1, 1)) for _ in means))


def added(over, own, target) -> Shared:
    seen, truth = binned(target[:FITTED], target[FITTED:])
    fitted, held = levels_of(over[:FITTED], own[:FITTED]), levels_of(over[FITTED:], own[FITTED:])
    readers = Readers(None, [Target("target", seen, truth)], fitted, held, 0.0, 0, lambda: None)
    (found,) = readers.read(1).factors
    return found


def test_a_level_that_repeats_a_curve_adds_nothing_to_it(codes):
    radius = np.hypot(codes[:, 0], codes[:, 1])
    turned = codes[:, :2] @ [[0.6, -0.8], [0.8, 0.6]]
    found = added(codes[:, :2], turned, radius)
    assert found.told > 0.5
    assert found.added < 0.05


def test_a_level_adds_a_curve_that_the_one_above_has_not(codes):
    radius = np.hypot(codes[:, 0], codes[:, 1])
    found = added(codes[:, 2:], codes[:, :2], radius)
    assert found.above < 0.1
    assert found.added > 0.45


def test_a_level_of_noise_takes_nothing_away_and_adds_nothing(codes):
    noise = np.random.default_rng(5).standard_normal((len(codes), 20))
    found = added(codes, noise, codes[:, 0])
    assert found.told < 0.02
    assert found.added < 0.02
    assert found.above / found.entropy > 0.6
