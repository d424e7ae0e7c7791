"""Effect maps of linear Gaussian models, whose variances can be written down."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn
from torch.distributions import Independent, Normal

from hvae_engine.distributions import gaussian
from hvae_engine.exploring import Explorer
from hvae_engine.exploring.effects import effect_of
from hvae_engine.models import HVAE, from_prior
from hvae_engine.models.levels import Conditional, Free, Label

DRAWS = 20_000


class Pixels(nn.Module):
    """x = W [everything in the state], with noise that the mean knows nothing of."""

    def __init__(self, weight):
        super().__init__()
        self.register_buffer("weight", weight)

    def forward(self, state):
        mean = (state @ self.weight.T).unflatten(-1, (1, 2, 3))
        return Independent(Normal(mean, torch.ones_like(mean)), 3)


class Drift(nn.Module):
    """p(z1|z2) = N(A z2, 1)."""

    def __init__(self, weight):
        super().__init__()
        self.register_buffer("weight", weight)

    def forward(self, state):
        mean = state @ self.weight.T
        return gaussian(mean, torch.ones_like(mean))


def deviation(model, name, below="follow", draws=DRAWS):
    base = model.walk(from_prior(), 1)
    index = model.names[::-1].index(name)
    return effect_of(model, base, index, {}, below, torch.Generator().manual_seed(0), draws)


def independent():
    torch.manual_seed(0)
    weight = torch.randn(6, 5, dtype=torch.float64)
    return weight, HVAE(
        torch.zeros(0, dtype=torch.float64), [Free("z2", 2), Free("z1", 3)], Pixels(weight), nn.Module()
    )


def test_independent_levels_each_move_x_by_their_own_weights():
    weight, model = independent()
    for name, columns in (("z2", slice(0, 2)), ("z1", slice(2, 5))):
        expected = weight[:, columns].square().sum(1).sqrt().reshape(2, 3).numpy()
        found = deviation(model, name)
        np.testing.assert_allclose(found.deviation, expected, rtol=0.03)
        assert found.size == pytest.approx(np.sqrt((expected**2).mean()), rel=0.02)


@pytest.mark.parametrize("below", ["follow", "mean", "pinned"])
def test_in_a_chain_the_top_acts_through_what_lies_below_it(below):
    torch.manual_seed(1)
    drift, weight = torch.randn(3, 2, dtype=torch.float64), torch.randn(6, 3, dtype=torch.float64)
    levels = [Free("z2", 2), Conditional("z1", 3, Drift(drift))]
    model = HVAE(torch.zeros(0, dtype=torch.float64), levels, Pixels(weight), nn.Module())
    expected = (weight @ drift).square().sum(1).sqrt().reshape(2, 3).numpy()
    found = deviation(model, "z2", below)
    if below == "pinned":
        assert found.size == 0.0
        assert found.deviation.shape == (2, 3)
    else:
        np.testing.assert_allclose(found.deviation, expected, rtol=0.03)


def test_a_label_takes_each_class_once():
    weight = torch.tensor([[0.0, 3.0, 0.0, 1.0]] * 6, dtype=torch.float64)
    model = HVAE(torch.zeros(0, dtype=torch.float64), [Label(3), Free("z1", 1)], Pixels(weight), nn.Module())
    np.testing.assert_allclose(deviation(model, "y", draws=2).deviation, np.full((2, 3), np.sqrt(2)), rtol=1e-6)


def test_the_same_seed_gives_the_same_map_and_own_edits_do_not_count():
    _, model = independent()
    explorer = Explorer(model)
    base = explorer.from_prior(3)
    alone = explorer.effect(base, "z2")
    edited = explorer.effect(base, "z2", edits={"z2": {0: 3.0}})
    assert np.array_equal(alone.deviation, edited.deviation)
    assert alone.size > 0
