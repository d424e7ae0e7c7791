"""Linear-Gaussian families: log p(x) by Woodbury against the dense normal, and a bound that comes up to it."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.distributions import MultivariateNormal

from hvae_engine.datasets import Dataset, Images
from hvae_engine.models import DataInfo, build
from hvae_engine.models.linear import is_linear_gaussian, marginal
from hvae_engine.objectives import Objective, exact_log_px, log_likelihood, log_weights
from hvae_engine.objectives.exact import gaussian_log_prob
from hvae_engine.training import Run, RunSpec, train
from hvae_engine.training.evaluating import evaluate
from hvae_engine.training.events import Evaluated

DATA = DataInfo((1, 4, 4), 0, torch.full((1, 4, 4), 0.4))
LINEAR = {"decoder": "linear", "likelihood": "gaussian", "sigma": 0.3}
SIZES = {
    "vae": {"units": 3, "width": 8, "covariance": "full"},
    "dlgm": {"units": "3,2", "width": "5,4"},
    "iwae": {"units": "4,2", "width": "6,5"},
}


def made(family):
    """In float64, its weights moved away from where they begin."""
    torch.manual_seed(0)
    model = build(family, DATA, **LINEAR, **SIZES[family]).double()
    with torch.no_grad():
        for parameter in model.generative_parameters():
            parameter += 0.3 * torch.randn_like(parameter)
    return model


@pytest.fixture(params=SIZES)
def model(request):
    return made(request.param)


def x_of(count):
    return torch.rand(count, 1, 4, 4, generator=torch.Generator().manual_seed(1), dtype=torch.float64)


def dense(model):
    """Mean and covariance of x from the weights themselves, level by level."""
    last = model.likelihood.network[-1]
    noise = torch.eye(16).double() * (2 * model.likelihood.form.log_sigma).exp()
    mean, covariance = torch.zeros(len(model.levels[0].shape)), None
    for level in model:
        if hasattr(level, "inject"):
            G, g = level.inject.weight, level.inject.bias
            if covariance is None:
                mean, covariance = g, G @ G.T
            else:
                T, t = level.transition.weight, level.transition.bias
                mean, covariance = T @ mean + t + g, T @ covariance @ T.T + G @ G.T
        elif hasattr(level, "prior"):
            A, a = level.prior.linear.weight, level.prior.linear.bias
            std = torch.nn.functional.softplus(level.prior.raw) + 1e-4
            mean, covariance = A @ mean + a, A @ covariance @ A.T + torch.diag(std**2)
        else:
            mean, covariance = torch.zeros(level.shape).double(), torch.eye(*level.shape).double()
    return MultivariateNormal(
        last.weight @ mean + last.bias, last.weight @ covariance @ last.weight.T + noise, validate_args=False
    )


def test_log_px_is_that_of_the_dense_normal(model):
    x = x_of(7)
    assert is_linear_gaussian(model)
    ours, theirs = gaussian_log_prob(marginal(model), x.flatten(1)), dense(model).log_prob(x.flatten(1)).detach()
    torch.testing.assert_close(ours, theirs, rtol=0, atol=1e-10)
    assert exact_log_px(model, x.split(3)) == pytest.approx(float(theirs.mean()), abs=1e-10)


def test_more_units_than_pixels_and_a_tiny_sigma_change_nothing():
    torch.manual_seed(0)
    model = build("vae", DATA, decoder="linear", likelihood="gaussian_fixed", sigma=1e-2, units=30, width=4).double()
    x = x_of(5)
    ours = gaussian_log_prob(marginal(model), x.flatten(1))
    torch.testing.assert_close(ours, dense(model).log_prob(x.flatten(1)).detach(), rtol=1e-9, atol=0)


def test_many_draws_come_up_to_it_from_below(model):
    x = x_of(200)
    exact = exact_log_px(model, [x])
    torch.manual_seed(2)
    bounds = [float(Objective("iwae", k)(model, x).bound.mean()) for k in (1, 8, 64)]
    assert bounds == sorted(bounds)
    assert bounds[-1] < exact


def test_the_full_posterior_of_a_linear_vae_reaches_it():
    """Set to the true posterior by hand, every draw weighs p(x): the closed form is the evidence of this very model."""
    model, x = made("vae"), x_of(4)
    p = marginal(model)
    precision = torch.eye(3).double() + p.loadings.T @ p.loadings / p.variance
    mean = torch.linalg.solve(precision, p.loadings.T @ (x.flatten(1) - p.mean).T / p.variance).T
    q = MultivariateNormal(mean, precision_matrix=precision)
    model.posterior.rules[0].forward = lambda features, prior, state: q
    weights = log_weights(model, x, samples=6) + np.log(6)
    torch.testing.assert_close(weights, gaussian_log_prob(p, x.flatten(1)).expand(6, 4), rtol=0, atol=1e-10)
    assert log_likelihood(model, x, 50).value == pytest.approx(exact_log_px(model, [x]), abs=1e-10)


@pytest.mark.parametrize(
    ("family", "options"),
    [
        ("vae", {"likelihood": "gaussian"}),
        ("vae", {"decoder": "linear"}),
        ("vae", {"decoder": "linear", "likelihood": "gaussian", "latent": "laplace"}),
        ("dlgm", {"likelihood": "gaussian"}),
        ("iwae", {"likelihood": "gaussian"}),
        ("ladder", {"likelihood": "gaussian", "units": "3", "width": "5"}),
    ],
)
def test_other_models_have_no_such_line(family, options):
    assert exact_log_px(build(family, DATA, **options), [x_of(2).float()]) is None


def pixels(count, seed):
    """Images with three causes and some noise, as bytes."""
    causes = torch.Generator().manual_seed(7)
    weights = torch.randn(3, 16, generator=causes)
    source = torch.Generator().manual_seed(seed)
    x = 0.5 + 0.12 * torch.randn(count, 3, generator=source) @ weights + 0.05 * torch.randn(count, 16, generator=source)
    return x.clamp(0, 1).mul(255).byte().view(count, 1, 4, 4)


@pytest.mark.parametrize("family", SIZES)
def test_the_bound_of_a_run_comes_up_to_the_line_and_does_not_pass_it(family, tmp_path):
    data = Dataset("causes", "causes", Images(pixels(2000, 0)), Images(pixels(500, 1)))
    options = {**LINEAR, **SIZES[family]}
    spec = RunSpec("causes", family, options, epochs=12, batch_size=50, lr=5e-3, warm_up=0, device="cpu")
    run = Run.create(tmp_path / "run", spec, dataset=data)
    seen = [event for event in train(run) if isinstance(event, Evaluated)]
    gaps = [event.exact - event.bound for event in seen]
    assert all(gap > 0 for gap in gaps)
    assert gaps[-1] < (0.5 if family == "vae" else gaps[0] / 2)
    assert seen[-1].exact > seen[0].exact
    table = run.evaluations.read()
    assert table["exact"] == pytest.approx([event.exact for event in seen])
    report = evaluate(run, samples=200).to_json()
    assert report["exact"] == pytest.approx(seen[-1].exact, abs=1e-6)
    assert report["elbo"] < report["iwae"] < report["exact"] + 4 * report["iwae_se"]


def test_other_runs_have_no_such_column(tmp_path):
    data = Dataset("causes", "causes", Images(pixels(100, 0)), Images(pixels(20, 1)))
    spec = RunSpec("causes", "vae", {"units": 2, "width": 4}, steps=3, batch_size=50, device="cpu")
    run = Run.create(tmp_path / "run", spec, dataset=data)
    list(train(run))
    assert "exact" not in run.evaluations.read()
