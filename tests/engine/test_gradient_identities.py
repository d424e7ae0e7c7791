"""Bonnet, Price and B = (dF/dtheta) / p: by closed forms, by quadrature, and by the draws that train the models."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest
import torch
from torch.distributions import Exponential, Gamma, Laplace, Normal

from hvae_engine.distributions import RankOneGaussian, full_gaussian, sample_with

DRAWS = 200_000


@pytest.fixture(autouse=True)
def _seed():
    torch.manual_seed(0)


def near(estimates, exact, sigmas=4.5):
    """Whether the mean of `estimates`, (n, ...), is `exact` within its error."""
    error = estimates.std(0) / math.sqrt(len(estimates))
    return bool(((estimates.mean(0) - exact).abs() < sigmas * error + 1e-9).all())


def quadratic():
    Q = torch.tensor([[2.0, 0.5, 0.0], [0.5, 1.0, -0.3], [0.0, -0.3, 0.7]]).double()
    return Q, torch.tensor([0.3, -1.0, 0.2]).double(), torch.tensor([1.0, -0.5, 2.0]).double()


def test_bonnet_and_price_for_a_quadratic():
    """E f for f = z'Qz/2 + c'z: the gradient is Q mu + c in mu and Q/2 in C, so Q R in R."""
    Q, c, mu = quadratic()
    factor = torch.tensor([[1.0, 0, 0], [0.4, 0.8, 0], [-0.2, 0.1, 0.5]]).double()
    eps = torch.randn(DRAWS, 3).double()
    z = mu + eps @ factor.T
    g = z @ Q + c
    assert near(g, Q @ mu + c)
    assert near(g.unsqueeze(-1) * eps.unsqueeze(-2), Q @ factor)
    hessian_by_price = 2 * torch.linalg.solve(factor, (g.unsqueeze(-1) * eps.unsqueeze(-2)).mean(0), left=False) / 2
    torch.testing.assert_close(hessian_by_price, Q, rtol=0, atol=0.05)


@pytest.mark.parametrize("kind", ["rank1", "full"])
def test_the_draws_of_a_correlated_posterior_carry_bonnet_and_price(kind):
    """Autograd through a draw gives d/dtheta E cos(w'z) = d/dtheta cos(w'mu) exp(-w'Cw / 2)."""
    _, w, mu = quadratic()
    w = w * 0.5
    mean = mu.clone().requires_grad_()
    if kind == "rank1":
        other = torch.tensor([0.8, -1.1, 0.4]).double().requires_grad_()
        covariance = torch.linalg.inv(torch.eye(3).double() * 2 + torch.outer(other, other))
        q = RankOneGaussian(mean, torch.full((3,), 2.0).double(), other)
    else:
        other = torch.tensor([[1.0, 0, 0], [0.4, 0.8, 0], [-0.2, 0.1, 0.5]]).double().requires_grad_()
        covariance = other @ other.T
        q = full_gaussian(mean, other)
    exact = torch.autograd.grad((w @ mean).cos() * (-0.5 * w @ covariance @ w).exp(), [mean, other])
    estimates = []
    for _ in range(50):
        f = (sample_with(q.expand(torch.Size([4000])), None) @ w).cos().mean()
        grads = torch.autograd.grad(f, [mean, other], retain_graph=True)
        estimates.append(torch.cat([grads[0], (grads[1].tril() if kind == "full" else grads[1]).flatten()]))
    expected = torch.cat([exact[0], (exact[1].tril() if kind == "full" else exact[1]).flatten()])
    assert near(torch.stack(estimates), expected)


CASES = {
    "gaussian mean": (lambda t: Normal(t, 0.8), 0.4, (-12, 12)),
    "gaussian deviation": (lambda t: Normal(torch.tensor(0.4).double(), t), 0.8, (-12, 12)),
    "laplace mean": (lambda t: Laplace(t, 0.7), 0.3, (-30, 30)),
    "laplace scale": (lambda t: Laplace(torch.tensor(0.3).double(), t), 0.7, (-30, 30)),
    "exponential rate": (lambda t: Exponential(t), 1.4, (0, 40)),
    "gamma shape": (lambda t: Gamma(t, torch.tensor(1.3).double()), 2.2, (0, 60)),
    "gamma rate": (lambda t: Gamma(torch.tensor(2.2).double(), t), 1.3, (0, 60)),
}
STEP = 1e-4


def f(z):
    return torch.cos(z) + 0.1 * z.square()


def f_prime(z):
    return -torch.sin(z) + 0.2 * z


def by_differences(make, value, support):
    """d/dtheta E f by quadrature of the density and a central difference."""
    grid = torch.linspace(*support, 400_001, dtype=torch.float64)

    def mean(theta):
        density = make(torch.tensor(theta, dtype=torch.float64)).log_prob(grid).exp()
        return torch.trapezoid(density * f(grid), grid)

    return (mean(value + STEP) - mean(value - STEP)) / (2 * STEP)


@pytest.mark.parametrize("case", CASES)
def test_the_identity_by_quadrature(case):
    """-E f'(z) B with B = (dF/dtheta) / p, so that p cancels: -integral of f' dF/dtheta."""
    make, value, support = CASES[case]
    grid = torch.linspace(*support, 400_001, dtype=torch.float64)
    up, down = (make(torch.tensor(value + d, dtype=torch.float64)).cdf(grid) for d in (STEP, -STEP))
    by_identity = -torch.trapezoid(f_prime(grid) * (up - down) / (2 * STEP), grid)
    torch.testing.assert_close(by_identity, by_differences(make, value, support), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("case", CASES)
def test_the_draws_that_train_follow_the_identity(case):
    make, value, support = CASES[case]
    theta = torch.full((DRAWS,), value, dtype=torch.float64, requires_grad=True)
    (estimates,) = torch.autograd.grad(f(sample_with(make(theta), None)).sum(), theta)
    assert near(estimates, by_differences(make, value, support))


def test_the_example_of_the_help_page():
    page = Path(__file__).parents[2] / "resources" / "help" / "gradients.md"
    found = re.search(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    seen = {}
    exec(found.group(1), seen)
    exact = float(seen["exact"])
    assert float(seen["by_torch"]) == pytest.approx(exact, abs=0.01)
    assert float(seen["by_identity"]) == pytest.approx(exact, abs=0.01)
