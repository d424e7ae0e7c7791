"""STL and DReG: zero gradients at the exact posterior, the plain gradient in the mean for q's and p's parameters."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from hvae_engine.errors import OptionError
from hvae_engine.models import DataInfo, build
from hvae_engine.objectives import Objective

from .linear_gaussian import Affine, LinearGaussian

DATA = DataInfo((1, 3, 3), 3, torch.full((1, 3, 3), 0.4))
STL, DREG = Objective(samples=4, estimator="stl"), Objective("iwae", 4, estimator="dreg")
FAMILIES = {
    "vae": {"units": 3, "width": 6, "covariance": "rank1"},
    "dlgm": {"units": "3,2", "width": "6,5"},
    "iwae": {"units": "3,2", "width": "6,5"},
    "ladder": {"units": "3,2", "width": "6,5", "batch_norm": False},
    "residual_ladder": {"units": "1,2", "strides": "1,3", "channels": 4},
    "m2": {"units": 3, "width": 6},
    "m1m2": {"units": "3,2", "width": "6,5"},
}
PLAIN = {"stl": (STL, Objective(samples=4)), "dreg": (DREG, Objective("iwae", 4))}
CASES = [
    pytest.param(family, estimator, labelled, id=f"{family}{' labelled' * labelled} {estimator}")
    for family in FAMILIES
    for estimator in PLAIN
    for labelled in ([False, True] if family in ("m2", "m1m2") else [False])
    if (family, estimator, labelled) != ("m1m2", "dreg", False)  # refused: its classes share a draw
]


def parameterised(posterior: nn.Module) -> list[nn.Parameter]:
    """Make the numbers of q, and of q alone, parameters."""
    found = []
    for module in posterior.modules():
        if isinstance(module, Affine):
            for name in ("matrix", "offset", "factor"):
                value = nn.Parameter(getattr(module, name).clone())
                delattr(module, name)
                setattr(module, name, value)
                found.append(value)
    return found


@pytest.mark.parametrize("kind", ["chain", "top_down"])
@pytest.mark.parametrize("objective", [Objective(estimator="stl"), STL, DREG, Objective("iwae", 1, estimator="dreg")])
def test_at_the_exact_posterior_the_gradient_of_qs_own_parameters_is_zero(kind, objective):
    """This is what naive detaching of q fails in a chain: the way through z1 into q(z2 | z1) is cut."""
    world = LinearGaussian.random()
    posterior = getattr(world, kind)()
    parameters = parameterised(posterior)
    x, model = world.images(6), world.model(posterior)

    def largest(one: Objective) -> float:
        torch.manual_seed(0)
        return max(float(g.abs().max()) for g in torch.autograd.grad(one(model, x).loss, parameters))

    assert largest(objective) < 1e-12 * largest(Objective("iwae", 1))


def test_the_loss_keeps_its_value():
    torch.manual_seed(0)
    model = build("ladder", DATA, **FAMILIES["ladder"]).double()
    x = torch.rand(4, 1, 3, 3).double().round()
    for estimated, plain in ((DREG, Objective("iwae", 4)), (STL, STL)):
        torch.manual_seed(1)
        score = estimated(model, x, beta=0.7)
        torch.manual_seed(1)
        same = plain(model, x, beta=0.7)
        torch.testing.assert_close(score.loss, same.loss)
        torch.testing.assert_close(score.bound, same.bound)


def gradients(model, objective, x, repeats, beta, y=None):
    """One gradient of all parameters a repeat, (repeats, parameters).

    Zeros where none is reached: a classifier beside a given label, or under IWAE, which sums over classes exactly.
    """
    parameters = list(model.parameters())
    rows = []
    for _ in range(repeats):
        loss = objective(model, x, y, beta=beta).loss
        found = torch.autograd.grad(loss, parameters, allow_unused=True, materialize_grads=True)
        rows.append(torch.cat([g.flatten() for g in found]))
    return torch.stack(rows)


def agree(a, b):
    """Whether two samples of gradients have one mean: no coordinate is off by more than chance allows."""
    error = (a.var(0) / len(a) + b.var(0) / len(b)).sqrt()
    z = (a.mean(0) - b.mean(0)).abs() / (error + 1e-9)
    limit = math.sqrt(2) * torch.special.erfinv(torch.tensor(1 - 0.001 / len(z), dtype=torch.float64))
    return float(z.max()) < float(limit) + 0.5


@pytest.mark.slow
@pytest.mark.parametrize(("family", "estimator", "labelled"), CASES)
@pytest.mark.parametrize("beta", [1.0, 0.5])
def test_the_mean_is_the_plain_gradient(family, estimator, labelled, beta):
    torch.manual_seed(0)
    model = build(family, DATA, **FAMILIES[family]).double()
    x = torch.rand(1, 1, 3, 3).double().round().repeat(64, 1, 1, 1)
    y = torch.ones(64, dtype=torch.int64) if labelled else None
    ours, theirs = (gradients(model, objective, x, 400, beta, y) for objective in PLAIN[estimator])
    assert agree(ours, theirs)


@pytest.mark.slow
def test_a_biased_gradient_would_be_noticed():
    """The same comparison refuses the gradient of another number of draws."""
    torch.manual_seed(0)
    model = build("iwae", DATA, **FAMILIES["iwae"]).double()
    x = torch.rand(1, 1, 3, 3).double().round().repeat(64, 1, 1, 1)
    ours = gradients(model, DREG, x, 400, 1.0)
    other = gradients(model, Objective("iwae", 2), x, 400, 1.0)
    assert not agree(ours, other)


def test_batch_norm_statistics_move_once_a_step():
    torch.manual_seed(0)
    x = torch.rand(8, 1, 3, 3)
    moved = {}
    for estimator in ("plain", "stl"):
        torch.manual_seed(1)
        model = build("ladder", DATA, units="3,2", width="6,5")
        torch.manual_seed(2)
        Objective(estimator=estimator)(model, x)
        moved[estimator] = [b.clone() for b in model.buffers()]
    assert all(torch.equal(a, b) for a, b in zip(moved["plain"], moved["stl"], strict=True))


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (
            ("iwae", 5, None, 1, "stl"),
            "The estimator 'stl' is biased for the IWAE bound with several draws; use 'dreg'.",
        ),
        (("elbo", 5, None, 1, "dreg"), "The estimator 'dreg' is made for the IWAE bound; use 'stl' for the ELBO."),
    ],
)
def test_an_estimator_is_refused_where_it_is_biased(settings, sentence):
    with pytest.raises(OptionError) as error:
        Objective(*settings)
    assert str(error.value) == sentence


def test_dreg_is_refused_where_classes_share_a_draw():
    model = build("m1m2", DATA, units="3,2", width="6,5")
    x = torch.rand(4, 1, 3, 3)
    with pytest.raises(OptionError, match="share a draw of z1"):
        DREG(model, x)
    assert DREG(model, x, torch.tensor([0, 1, 2, 0])).loss.isfinite()
    assert DREG(build("m2", DATA, units=3, width=6), x).loss.isfinite()
