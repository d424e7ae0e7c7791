"""Many draws in little memory: the bound and every gradient are those of all draws at once."""

from __future__ import annotations

import dataclasses

import pytest
import torch

from hvae_engine.models import DataInfo, build
from hvae_engine.objectives import Objective, within_memory
from hvae_engine.objectives.memory import bytes_per_draw
from tests.contract.variants import HeldNoise

DATA = DataInfo((1, 16, 16), 3, torch.full((1, 16, 16), 0.3))
IMAGES, SAMPLES = 5, 12
FAMILIES = {
    "vae": {"units": 3, "width": 8, "covariance": "rank1"},
    "dlgm": {"units": "3,2", "width": "6,5"},
    "iwae": {"units": "3,2", "width": "6,5"},
    "ladder": {"units": "3,2", "width": "6,5", "batch_norm": False},
    "residual_ladder": {"units": "1,2", "strides": "4,16", "channels": 4},
    "m2": {"units": 3, "width": 6},
    "m1m2": {"units": "3,2", "width": "6,5"},
}
SEMI_SUPERVISED = ("m2", "m1m2")
OBJECTIVES = {
    "iwae": (Objective("iwae", SAMPLES), {}),
    "elbo": (Objective("elbo", SAMPLES), {"free_bits": 0.5}),
    "dreg": (Objective("iwae", SAMPLES, estimator="dreg"), {}),
    "stl": (Objective(samples=SAMPLES, estimator="stl"), {}),
}


class ByChunk:
    """Noise that is fixed by level, draw and image, handed out in the order of the chunks.

    A chunk is walked twice, the second time in the backward pass and in any order. It is known again by the state of
    torch's generator, which is the same both times.
    """

    def __init__(self, model, chunks):
        self.noise, self.chunks, self.seen = HeldNoise(model, SAMPLES, IMAGES), chunks, {}

    def __call__(self, level, q):
        key = (level, int(torch.randint(2**62, ())))
        before = sum(1 for other in self.seen if other[0] == level)
        rows, samples = self.chunks[self.seen.setdefault(key, before)]
        return self.noise.rows(rows, samples)(level, q)


def model_of(family):
    torch.manual_seed(3)
    return build(family, DATA, **FAMILIES[family]).double()


def images():
    return torch.rand(IMAGES, 1, 16, 16, generator=torch.Generator().manual_seed(0)).lt(0.3).double()


def chunks_of(at_once):
    images = max(1, at_once // SAMPLES)
    draws = [slice(first, min(first + at_once, SAMPLES)) for first in range(0, SAMPLES, at_once)]
    return [(rows, some) for rows in torch.arange(IMAGES).split(images) for some in draws]


def gradients(model, score):
    loss = score.loss if score.label_nll is None else score.loss + score.label_nll
    return torch.autograd.grad(loss, list(model.parameters()), allow_unused=True)


@pytest.mark.parametrize(
    ("family", "labels", "objective"),
    [
        pytest.param(family, labels, objective, id=f"{family}{' labels' * labels} {name}")
        for name, objective in OBJECTIVES.items()
        for family in FAMILIES
        for labels in ([False, True] if family in SEMI_SUPERVISED else [False])
        if (family, labels, name) != ("m1m2", False, "dreg")  # refused: see test_estimators
    ],
)
@pytest.mark.parametrize("at_once", [24, 5])
def test_chunks_give_the_score_and_the_gradient_of_all_draws(family, at_once, objective, labels):
    """Two images a chunk, and five draws of one image."""
    settings, loss = objective
    model, x = model_of(family), images()
    y = torch.tensor([0, 2, 1, 0, 1]) if labels else None
    noise = HeldNoise(model, SAMPLES, IMAGES)
    whole = settings(model, x, y, beta=0.7, draw=noise.rows(torch.arange(IMAGES)), **loss)
    draw = ByChunk(model, chunks_of(at_once))
    ours = dataclasses.replace(settings, at_once=at_once)(model, x, y, beta=0.7, draw=draw, **loss)
    for name in ("loss", "bound", "log_px", "kl", "label_nll", "error"):
        a, b = getattr(ours, name), getattr(whole, name)
        assert (a is None) == (b is None)
        if a is not None:
            torch.testing.assert_close(a, b, rtol=0, atol=1e-10)
    for a, b in zip(gradients(model, ours), gradients(model, whole), strict=True):
        assert (a is None) == (b is None)
        if a is not None:
            torch.testing.assert_close(a, b, rtol=0, atol=1e-10)


def test_chunks_with_torchs_own_draws_are_walked_again_with_the_same():
    """Without held noise: the gradient is that of the loss, by finite differences under one seed."""
    model, x = model_of("iwae"), images()
    objective = Objective("iwae", SAMPLES, at_once=5)
    weight = model.posterior.networks["z1"][-1].linear.weight

    def loss():
        torch.manual_seed(8)
        return objective(model, x).loss

    (gradient,) = torch.autograd.grad(loss(), weight)
    with torch.no_grad():
        weight[1, 2] += 1e-6
        above = float(loss())
        weight[1, 2] -= 2e-6
        below = float(loss())
    assert float(gradient[1, 2]) == pytest.approx((above - below) / 2e-6, rel=1e-5)


def test_what_autograd_keeps_is_bounded():
    """Bytes saved for the backward pass: 40 times as many draws keep hardly more."""
    model, x = build("iwae", DATA, units="20", width="64").double(), images()

    def kept(samples, at_once):
        storages = {}

        def keep(tensor):
            storages[tensor.untyped_storage().data_ptr()] = tensor.untyped_storage().nbytes()
            return tensor

        with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
            score = Objective("iwae", samples, at_once=at_once)(model, x)
        assert score.loss.requires_grad
        return sum(storages.values())

    assert kept(2000, 50) < 2 * kept(50, None) < kept(2000, None) / 10


def test_the_chunk_is_what_the_budget_holds():
    model, x = build("iwae", DATA, units="20", width="64"), images().float()
    torch.manual_seed(5)
    before = torch.get_rng_state()
    many = Objective("iwae", 5000)
    each = bytes_per_draw(many, model, x[:1])
    assert 4 * 256 < each < 4 * 20 * 256
    chunked = within_memory(many, model, x, 128, budget=int(1000 * each))
    assert chunked.at_once == 512
    assert dataclasses.replace(chunked, at_once=None) == many
    assert within_memory(many, model, x, 128, budget=int(128 * 5000 * each) + 1) == many
    assert within_memory(many, model, x, 128, budget=1).at_once == 1
    assert torch.equal(torch.get_rng_state(), before)


def test_batch_norm_sees_all_draws_together():
    torch.manual_seed(3)
    model, x = build("ladder", DATA, units="3,2", width="6,5"), images().float()
    many = Objective("iwae", SAMPLES)
    assert within_memory(many, model, x, IMAGES, budget=1) == many
    results = []
    for objective in (many, dataclasses.replace(many, at_once=5)):
        torch.manual_seed(1)
        results.append(objective(model, x).bound)
    assert torch.equal(*results)
