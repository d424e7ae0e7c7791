"""Last layers that turn features into a distribution: of a level, of a class, of the pixels."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.distributions import Bernoulli, Distribution, Independent, OneHotCategorical
from torch.nn import functional as F

from hvae_engine.distributions import RankOneGaussian, full_gaussian, gaussian

SMALLEST_STD = 1e-4
NARROW, SPREAD = 0.12, 3.0
"""Where a posterior starts: narrow, its means apart, so that images are told apart before the KL closes a level."""


def positive(raw: Tensor) -> Tensor:
    """A scale from an unbounded number: softplus, never below `SMALLEST_STD`."""
    return F.softplus(raw) + SMALLEST_STD


def _start(linear: nn.Linear, units: int, std: float, spread: float) -> None:
    """Let the first `units` outputs be means `spread` times the usual size, and the next ones scales of `std`."""
    with torch.no_grad():
        linear.bias.zero_()
        linear.bias[units : 2 * units] = torch.tensor(std - SMALLEST_STD).expm1().log()
        linear.weight[:units] *= spread


class DiagonalHead(nn.Module):
    """N(mean, diag(std^2)), event (units,), from features (*leading, inputs).

    Args:
        inputs: size of the features.
        units: size of z.
        std: standard deviation to start from.
        spread: factor on the first weights of the mean.
    """

    def __init__(self, inputs: int, units: int, std: float = NARROW, spread: float = SPREAD) -> None:
        super().__init__()
        self.linear = nn.Linear(inputs, 2 * units)
        _start(self.linear, units, std, spread)

    @classmethod
    def prior(cls, inputs: int, units: int) -> DiagonalHead:
        """A head that starts near N(0, I)."""
        head = cls(inputs, units, std=1.0, spread=1.0)
        with torch.no_grad():
            head.linear.weight *= 0.1
        return head

    def forward(self, features: Tensor) -> Distribution:
        """The distribution, batch (*leading,)."""
        mean, raw = self.linear(features).chunk(2, -1)
        return gaussian(mean, positive(raw))


class RankOneHead(nn.Module):
    """N(mean, C), C^-1 = diag(precision) + u u', event (units,), from features (*leading, inputs)."""

    def __init__(self, inputs: int, units: int) -> None:
        super().__init__()
        self.linear = nn.Linear(inputs, 3 * units)
        _start(self.linear, units, NARROW, SPREAD)

    def forward(self, features: Tensor) -> Distribution:
        """The distribution, batch (*leading,)."""
        mean, raw, u = self.linear(features).chunk(3, -1)
        return RankOneGaussian(mean, positive(raw).square().reciprocal(), u)


class FullHead(nn.Module):
    """N(mean, R R'), R lower triangular, event (units,), from features (*leading, inputs)."""

    def __init__(self, inputs: int, units: int) -> None:
        super().__init__()
        self.units = units
        rows, columns = torch.tril_indices(units, units, -1)
        self.below: Tensor
        self.register_buffer("below", rows * units + columns, persistent=False)
        self.linear = nn.Linear(inputs, 2 * units + len(rows))
        _start(self.linear, units, NARROW, SPREAD)

    def forward(self, features: Tensor) -> Distribution:
        """The distribution, batch (*leading,)."""
        sizes = [self.units, self.units, len(self.below)]
        mean, raw, below = self.linear(features).split(sizes, -1)
        flat = below.new_zeros(*below.shape[:-1], self.units**2)
        factor = flat.index_copy(-1, self.below, below).unflatten(-1, (self.units, self.units))
        return full_gaussian(mean, factor + torch.diag_embed(positive(raw)))


class LabelHead(nn.Module):
    """A one-hot class from features (*leading, inputs)."""

    def __init__(self, inputs: int, classes: int) -> None:
        super().__init__()
        self.linear = nn.Linear(inputs, classes)

    def forward(self, features: Tensor) -> Distribution:
        """The distribution, batch (*leading,)."""
        return OneHotCategorical(logits=self.linear(features), validate_args=False)


COVARIANCES: dict[str, type[nn.Module]] = {"diagonal": DiagonalHead, "rank1": RankOneHead, "full": FullHead}


class BernoulliPixels(nn.Module):
    """p(x|z) = prod Bernoulli(x_i), from a network that returns logits.

    Args:
        network: (N, *state) -> logits of the image's size, in any layout.
        shape: (C, H, W).
        state_dims: axes of the state: 1 for a vector, 3 for a map.
    """

    def __init__(self, network: nn.Module, shape: tuple[int, int, int], state_dims: int = 1) -> None:
        super().__init__()
        self.network, self.shape, self.state_dims = network, shape, state_dims

    def forward(self, state: Tensor) -> Distribution:
        """p(x|z), batch the state's leading axes, event (C, H, W)."""
        return Independent(Bernoulli(logits=_image(self, state), validate_args=False), 3, validate_args=False)


class GaussianPixels(nn.Module):
    """p(x|z) = N(g(z), sigma^2 I), sigma fixed or one learned number.

    Args:
        network: (N, *state) -> means of the image's size, in any layout.
        shape: (C, H, W).
        state_dims: axes of the state.
        sigma: the standard deviation, or where it starts.
        learned: whether it is a parameter.
    """

    def __init__(
        self,
        network: nn.Module,
        shape: tuple[int, int, int],
        state_dims: int = 1,
        sigma: float = 0.1,
        learned: bool = True,
    ) -> None:
        super().__init__()
        self.network, self.shape, self.state_dims = network, shape, state_dims
        log_sigma = torch.tensor(sigma).log()
        if learned:
            self.log_sigma = nn.Parameter(log_sigma)
        else:
            self.register_buffer("log_sigma", log_sigma)

    def forward(self, state: Tensor) -> Distribution:
        """p(x|z), batch the state's leading axes, event (C, H, W)."""
        mean = _image(self, state)
        return gaussian(mean, self.log_sigma.exp().expand(mean.shape), 3)


def _image(pixels: BernoulliPixels | GaussianPixels, state: Tensor) -> Tensor:
    """Run a head's network over all leading axes and lay its outputs out as images, (*leading, C, H, W)."""
    leading = state.shape[: state.ndim - pixels.state_dims]
    out: Tensor = pixels.network(state.reshape(-1, *state.shape[len(leading) :]))
    return out.reshape(*leading, *pixels.shape)
