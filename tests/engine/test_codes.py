"""Codes of a first model: what they are, what the second model's bound on them is, and the way back to pictures."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor, nn
from torch.distributions import Distribution, MultivariateNormal

from hvae_engine.distributions import gaussian
from hvae_engine.models import HVAE, Codes, DataInfo, build, drawing, from_prior, obstacle
from hvae_engine.models.levels import Free
from hvae_engine.models.posteriors import TopDownPosterior
from hvae_engine.objectives import Objective, log_weights

from .linear_gaussian import Affine, Alone, LinearGaussian

SEEN = LinearGaussian.random(3)
MEAN = torch.tensor([0.5, -1.0, 2.0], dtype=torch.float64)
STD = torch.tensor([2.0, 0.7, 1.5], dtype=torch.float64)
KEPT = [0, 2]
DATA = DataInfo((1, 16, 16), 3, torch.full((1, 16, 16), 0.3))


def codes() -> Codes:
    """Those of a linear-Gaussian hierarchy z2 -> z1 -> x with its exact posterior, the second unit of z1 left out."""
    return Codes(SEEN.model(SEEN.chain()), torch.tensor(KEPT), MEAN, STD)


def posterior(x: Tensor) -> MultivariateNormal:
    """p(z1|x) of that hierarchy by the rules of Gaussians."""
    gain = SEEN.P1 @ SEEN.B.T @ torch.linalg.inv(SEEN.Cx)
    mean = SEEN.a + (x.flatten(1) - SEEN.B @ SEEN.a - SEEN.b) @ gain.T
    return MultivariateNormal(mean, SEEN.P1 - gain @ SEEN.B @ SEEN.P1)


class Strip(Affine):
    """N(M h + m, diag(s^2)) over codes (1, 1, d)."""

    def forward(self, h: Tensor) -> Distribution:
        mean = (h @ self.matrix.T + self.offset).unflatten(-1, (1, 1, -1))
        return gaussian(mean, self.factor.expand(mean.shape), 3)


class Alike(nn.Module):
    """The code as the one level's features."""

    def forward(self, x: Tensor) -> list[Tensor]:
        return [x.flatten(1)]


W = torch.tensor([[0.8], [-1.3]], dtype=torch.float64)
OFFSET = torch.tensor([0.2, -0.4], dtype=torch.float64)
NOISE = torch.tensor([0.5, 0.9], dtype=torch.float64)


def second() -> HVAE:
    """z ~ N(0, 1), code | z ~ N(W z + w, diag(s^2)), with its exact posterior."""
    spread = torch.linalg.inv(torch.eye(1).double() + W.T @ torch.diag(NOISE**-2) @ W)
    gain = spread @ W.T @ torch.diag(NOISE**-2)
    rule = Alone(Affine(gain, -gain @ OFFSET, torch.linalg.cholesky(spread)))
    levels = [Free("z1", 1)]
    return HVAE(torch.zeros(0).double(), levels, Strip(W, OFFSET, NOISE), TopDownPosterior(Alike(), [rule]))


def test_means_and_draws_are_those_of_the_first_posterior() -> None:
    x, learned, wanted = SEEN.images(5), codes(), posterior(SEEN.images(5))
    assert learned.means(x).shape == (5, 1, 1, 2)
    torch.testing.assert_close(learned.means(x).flatten(1), ((wanted.mean - MEAN) / STD)[:, KEPT], atol=1e-12, rtol=0)
    mean, variance = learned.moments(x)
    torch.testing.assert_close(mean, wanted.mean, atol=1e-12, rtol=0)
    torch.testing.assert_close(variance, wanted.variance, atol=1e-12, rtol=0)
    torch.manual_seed(0)
    count = 200_000
    drawn = learned.drawn(x[:1].expand(count, -1, -1, -1)).flatten(1) * STD[KEPT] + MEAN[KEPT]
    error = (wanted.variance[0, KEPT] / count).sqrt()
    assert ((drawn.mean(0) - wanted.mean[0, KEPT]).abs() < 5 * error).all()
    torch.testing.assert_close(drawn.T.cov(), wanted.covariance_matrix[0][KEPT][:, KEPT], rtol=0.03, atol=0.003)


def test_every_use_draws_codes_afresh_and_their_means_stay() -> None:
    x, learned = SEEN.images(3), codes()
    assert not torch.equal(learned.drawn(x), learned.drawn(x))
    assert torch.equal(learned.means(x), learned.means(x))


def test_the_bound_on_codes_is_the_one_written_out() -> None:
    """With the second model's exact posterior every draw's log w is log N(code; w, W W' + S)."""
    x = SEEN.images(6)
    code = ((posterior(x).mean - MEAN) / STD)[:, KEPT]
    expected = MultivariateNormal(OFFSET, W @ W.T + torch.diag(NOISE**2)).log_prob(code)
    weights = log_weights(second(), codes().means(x), None, 4, drawing(torch.Generator().manual_seed(1)))
    torch.testing.assert_close(weights + math.log(4), expected.expand(4, 6), atol=1e-10, rtol=0)
    bound = Objective("iwae", 3)(second(), codes().means(x)).bound
    torch.testing.assert_close(bound, expected, atol=1e-10, rtol=0)


def test_pictures_go_through_the_first_decoder_with_the_dimensions_left_out_at_their_mean() -> None:
    learned, code = codes(), torch.randn(2, 5, 1, 1, 2, dtype=torch.float64)
    z = MEAN.expand(2, 5, 3).clone()
    z[..., KEPT] += code[..., 0, 0, :] * STD[KEPT]
    pictures = learned.pictures(code)
    assert pictures.batch_shape == (2, 5)
    torch.testing.assert_close(pictures.mean.flatten(2), z @ SEEN.B.T + SEEN.b, atol=1e-12, rtol=0)


def test_a_model_that_is_looked_through_takes_images_and_gives_pictures() -> None:
    x, model = SEEN.images(5), second()
    plain = second().infer(codes().means(x), None, 1, lambda level, q: q.mean)
    codes().look_through(model)
    seen = model.infer(x, None, 1, lambda level, q: q.mean)
    assert torch.equal(seen.z[0], plain.z[0])
    expected = codes().pictures(plain.likelihood.mean)
    assert torch.equal(seen.likelihood.mean, expected.mean)
    assert set(model.state_dict()) == set(second().state_dict())
    assert model.walk(from_prior(drawing(torch.Generator().manual_seed(0))), 3).likelihood.mean.shape == (1, 3, 1, 1, 4)


def test_the_first_model_takes_no_gradient_and_keeps_its_statistics() -> None:
    first = build("ladder", DATA, units="6,4", width="12,8")
    learned = Codes(first.train(), torch.arange(6), torch.zeros(6), torch.ones(6))
    before = {name: value.clone() for name, value in learned.state_dict().items()}
    learned.drawn(torch.rand(4, *DATA.shape))
    assert not any(parameter.requires_grad for parameter in learned.parameters())
    assert all(torch.equal(before[name], value) for name, value in learned.state_dict().items())


@pytest.mark.parametrize(
    ("family", "options", "reason"),
    [
        ("vae", {}, ""),
        ("vae", {"covariance": "full", "units": 4}, ""),
        ("iwae", {}, ""),
        ("ladder", {}, ""),
        ("dlgm", {}, "its pictures hang on the levels above z1 too"),
        ("residual_ladder", {}, "its z1 is a map"),
        ("m2", {}, "it has labels of its own"),
        ("m1m2", {}, "it has labels of its own"),
    ],
)
def test_which_models_have_codes_to_learn(family: str, options: dict[str, object], reason: str) -> None:
    assert obstacle(build(family, DATA, **options)) == reason
