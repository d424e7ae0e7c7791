"""The last step down: from the state below z1 to p(x|z), Bernoulli, Gaussian, or logistic over grey levels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import torch
from torch import Tensor, nn
from torch.distributions import Distribution

from hvae_engine.distributions import BinaryImage, DiscretisedLogistic, gaussian
from hvae_engine.models.heads import positive
from hvae_engine.models.registry import DataInfo
from hvae_engine.networks import ToImage, ToPixels

Likelihood = Literal["auto", "bernoulli", "gaussian", "gaussian_fixed", "logistic", "logistic_mixture"]

MEAN_LIMIT = 1e-3
COMPONENTS = 5
FIRST_SCALE = 0.1


class BernoulliForm(nn.Module):
    """p(x|z) = prod Bernoulli(x_i), for binarised images."""

    parts = 1

    def start(self, mean: Tensor) -> Tensor:
        """Outputs that stand for the mean image, (1, C, H, W) (Burda et al. 2016, their code)."""
        return mean.clamp(MEAN_LIMIT, 1 - MEAN_LIMIT).logit()[None]

    def forward(self, raw: Tensor) -> Distribution:
        """Batch (*leading,), from raw outputs (*leading, 1, C, H, W)."""
        return BinaryImage(raw.squeeze(-4))


class GaussianForm(nn.Module):
    """p(x|z) = N(g(z), sigma^2 I), sigma one number, fixed or learned; for codes one for each dimension.

    Args:
        sigma: the standard deviation, or where it starts.
        learned: whether it is a parameter.
        shape: of sigma: () for pixels, some of which never vary and would draw a sigma of their own to 0.
    """

    parts = 1
    log_sigma: Tensor

    def __init__(self, sigma: float, learned: bool, shape: Sequence[int] = ()) -> None:
        super().__init__()
        log_sigma = torch.full(tuple(shape), sigma).log()
        if learned:
            self.log_sigma = nn.Parameter(log_sigma)
        else:
            self.register_buffer("log_sigma", log_sigma)

    def start(self, mean: Tensor) -> Tensor:
        """Outputs that stand for the mean image, (1, C, H, W)."""
        return mean[None]

    def forward(self, raw: Tensor) -> Distribution:
        """Batch (*leading,), from raw outputs (*leading, 1, C, H, W)."""
        mean = raw.squeeze(-4)
        return gaussian(mean, self.log_sigma.exp().expand(mean.shape), 3)


class LogisticForm(nn.Module):
    """Discretised logistics over the grey levels of each channel, one or a mixture; channels are independent.

    Args:
        components: how many are mixed.
        levels: grey values.
    """

    def __init__(self, components: int, levels: int) -> None:
        super().__init__()
        self.components, self.levels, self.parts = components, levels, 3 * components

    def start(self, mean: Tensor) -> Tensor:
        """Outputs that stand for the mean image, (parts, C, H, W), the components spread around it."""
        spread = torch.linspace(-1, 1, self.components + 2)[1:-1].view(-1, 1, 1, 1)
        centres = mean + FIRST_SCALE * spread
        raw = torch.tensor(FIRST_SCALE).expm1().log().expand_as(centres)
        return torch.cat([centres, raw, torch.zeros_like(centres)])

    def forward(self, raw: Tensor) -> Distribution:
        """Batch (*leading,), from raw outputs (*leading, parts, C, H, W)."""
        mean, scale, logits = raw.chunk(3, -4)
        return DiscretisedLogistic(mean, positive(scale), logits, self.levels)


Form = BernoulliForm | GaussianForm | LogisticForm


class Pixels(nn.Module):
    """p(x|z) from a network and a form.

    Args:
        network: (N, *state) -> (N, ...) with parts x C x H x W numbers.
        form: raw outputs (*leading, parts, C, H, W) -> distribution of images.
        shape: (C, H, W).
        state_dims: axes of the state: 1 for a vector, 3 for a map.
    """

    def __init__(self, network: nn.Module, form: Form, shape: tuple[int, int, int], state_dims: int) -> None:
        super().__init__()
        self.network, self.shape, self.state_dims = network, shape, state_dims
        self.form: Form = form

    def forward(self, state: Tensor) -> Distribution:
        """p(x|z), batch the state's leading axes, event (C, H, W)."""
        leading = state.shape[: state.ndim - self.state_dims]
        out: Tensor = self.network(state.reshape(-1, *state.shape[len(leading) :]))
        distribution: Distribution = self.form(out.reshape(*leading, self.form.parts, *self.shape))
        return distribution


def pixel_form(likelihood: Likelihood, sigma: float, data: DataInfo) -> Form:
    """What makes p(x|z) of a network's outputs.

    Args:
        likelihood: its name.
        sigma: standard deviation of Gaussian pixels, or where a learned one starts.
        data: grey values of a channel, and the shape of codes, which have none.
    """
    if likelihood == "bernoulli":
        return BernoulliForm()
    if likelihood in ("gaussian", "gaussian_fixed"):
        return GaussianForm(sigma, likelihood == "gaussian", () if data.levels else data.shape)
    return LogisticForm(COMPONENTS if likelihood == "logistic_mixture" else 1, data.levels)


def vector_pixels(
    likelihood: Likelihood, sigma: float, data: DataInfo, hidden: nn.Module, width: int, conv: str | None = None
) -> Pixels:
    """p(x | vector): hidden layers, then a linear layer to every pixel, whose bias starts at the mean image.

    Args:
        likelihood: of the pixels.
        sigma: see `pixel_form`.
        data: shape and mean of the images.
        hidden: state -> (N, width).
        width: of the last hidden layer.
        conv: an activation: convolutions with it instead of the linear layer.
    """
    form = pixel_form(likelihood, sigma, data)
    if conv is not None:
        image = ToImage(width, data.shape[1], form.parts * data.shape[0], conv)
        _start_at_mean(image.last, form, data.mean.mean((1, 2), keepdim=True))
        return Pixels(nn.Sequential(hidden, image), form, data.shape, 1)
    last = nn.Linear(width, form.parts * data.mean.numel())
    with torch.no_grad():
        last.weight[data.mean.numel() :] *= 0.1
    _start_at_mean(last, form, data.mean)
    return Pixels(nn.Sequential(hidden, last), form, data.shape, 1)


def linear_pixels(likelihood: Likelihood, sigma: float, data: DataInfo, inputs: int) -> Pixels:
    """p(x | vector of `inputs`) without hidden layers; see `vector_pixels`."""
    return vector_pixels(likelihood, sigma, data, nn.Identity(), inputs)


def image_pixels(likelihood: Likelihood, sigma: float, data: DataInfo, channels: int) -> Pixels:
    """p(x | map): a convolutional way from a map of `channels` to every pixel; see `vector_pixels`."""
    form = pixel_form(likelihood, sigma, data)
    network = ToPixels(channels, data.shape[1], form.parts * data.shape[0])
    _start_at_mean(network.last, form, data.mean.mean((1, 2), keepdim=True))
    return Pixels(network, form, data.shape, 3)


def _start_at_mean(last: nn.Linear | nn.Conv2d, form: Form, mean: Tensor) -> None:
    with torch.no_grad():
        assert last.bias is not None
        last.bias.copy_(form.start(mean).flatten())
