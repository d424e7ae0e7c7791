"""Last layers that turn features into a distribution: of a level, or of a class."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.distributions import Distribution, Exponential, Gamma, Independent, Laplace
from torch.nn import functional as F

from hvae_engine.distributions import OneHot, RankOneGaussian, full_gaussian, gaussian
from hvae_engine.errors import OptionError
from hvae_engine.networks.dense import FoldedBatchNorm

SMALLEST_STD = 1e-4
USUAL = 3**-0.5
"""Standard deviation of what torch's linear layer puts out at first, for inputs of size one."""
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


def _normalised(linear: nn.Linear, units: int, spread: float) -> FoldedBatchNorm:
    """Batch norm of a head's outputs that starts with the size they had; the layer loses its offset to it."""
    norm = FoldedBatchNorm(2 * units)
    with torch.no_grad():
        norm.bias.copy_(linear.bias)
        norm.weight.fill_(USUAL)
        norm.weight[:units] *= spread
    linear.register_parameter("bias", None)
    return norm


class DiagonalHead(nn.Module):
    """N(mean, diag(std^2)), event (units,), from features (*leading, inputs).

    Args:
        inputs: size of the features.
        units: size of z.
        std: standard deviation to start from.
        spread: factor on the first weights of the mean.
        batch_norm: normalise means and raw scales over the batch, with a scale and an offset of their own.
    """

    def __init__(
        self, inputs: int, units: int, std: float = NARROW, spread: float = SPREAD, batch_norm: bool = False
    ) -> None:
        super().__init__()
        self.linear = nn.Linear(inputs, 2 * units)
        _start(self.linear, units, std, spread)
        self.norm = _normalised(self.linear, units, spread) if batch_norm else nn.Identity()

    @classmethod
    def posterior(cls, inputs: int, units: int, batch_norm: bool) -> DiagonalHead:
        """A head of q. Batch norm spreads the means by itself, and then a narrow start would only be slow to leave."""
        return cls(inputs, units, 0.5, 1.0, batch_norm=True) if batch_norm else cls(inputs, units)

    @classmethod
    def prior(cls, inputs: int, units: int, batch_norm: bool = False) -> DiagonalHead:
        """A head that starts near N(0, I)."""
        head = cls(inputs, units, 1.0, 1.0, batch_norm)
        scaled = head.norm if isinstance(head.norm, FoldedBatchNorm) else head.linear
        with torch.no_grad():
            scaled.weight *= 0.1
        return head

    def forward(self, features: Tensor) -> Distribution:
        """The distribution, batch (*leading,)."""
        mean, raw = self.norm(self.linear(features)).chunk(2, -1)
        return gaussian(mean, positive(raw))


class LinearGaussianHead(nn.Module):
    """N(A h + a, diag(std^2)) of a vector h, (*leading, inputs), with deviations that hang on nothing.

    Args:
        inputs: size of h.
        units: size of z.
    """

    def __init__(self, inputs: int, units: int) -> None:
        super().__init__()
        self.linear = nn.Linear(inputs, units)
        self.raw = nn.Parameter(torch.tensor(1.0 - SMALLEST_STD).expm1().log().repeat(units))

    def forward(self, h: Tensor) -> Distribution:
        """The distribution, batch (*leading,)."""
        mean = self.linear(h)
        return gaussian(mean, positive(self.raw).expand(mean.shape))


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


class LaplaceHead(nn.Module):
    """Laplace(mean, scale), event (units,), from features (*leading, inputs)."""

    def __init__(self, inputs: int, units: int) -> None:
        super().__init__()
        self.linear = nn.Linear(inputs, 2 * units)
        _start(self.linear, units, NARROW, SPREAD)

    def forward(self, features: Tensor) -> Distribution:
        """The distribution, batch (*leading,)."""
        mean, raw = self.linear(features).chunk(2, -1)
        return Independent(Laplace(mean, positive(raw), validate_args=False), 1, validate_args=False)


class ExponentialHead(nn.Module):
    """Exponential(rate), event (units,), from features (*leading, inputs)."""

    def __init__(self, inputs: int, units: int) -> None:
        super().__init__()
        self.linear = nn.Linear(inputs, units)

    def forward(self, features: Tensor) -> Distribution:
        """The distribution, batch (*leading,)."""
        return Independent(Exponential(positive(self.linear(features)), validate_args=False), 1, validate_args=False)


class GammaHead(nn.Module):
    """Gamma(concentration, rate), event (units,), from features (*leading, inputs)."""

    def __init__(self, inputs: int, units: int) -> None:
        super().__init__()
        self.linear = nn.Linear(inputs, 2 * units)

    def forward(self, features: Tensor) -> Distribution:
        """The distribution, batch (*leading,)."""
        shape, rate = positive(self.linear(features)).chunk(2, -1)
        return Independent(Gamma(shape, rate, validate_args=False), 1, validate_args=False)


class LabelHead(nn.Module):
    """A one-hot class from features (*leading, inputs)."""

    def __init__(self, inputs: int, classes: int) -> None:
        super().__init__()
        self.linear = nn.Linear(inputs, classes)

    def forward(self, features: Tensor) -> Distribution:
        """The distribution, batch (*leading,)."""
        return OneHot(self.linear(features))


COVARIANCES: dict[str, type[nn.Module]] = {"diagonal": DiagonalHead, "rank1": RankOneHead, "full": FullHead}
LATENTS: dict[str, type[nn.Module]] = {"laplace": LaplaceHead, "exponential": ExponentialHead, "gamma": GammaHead}


def posterior_head(latent: str, covariance: str, inputs: int, units: int) -> nn.Module:
    """The head of an independent-prior model's q: a Gaussian of some covariance, or another latent family.

    Raises:
        OptionError: a covariance is asked of a family that has none.
    """
    if latent == "gaussian":
        return COVARIANCES[covariance](inputs, units)
    if covariance != "diagonal":
        raise OptionError(f"Option 'covariance' is {covariance!r}, but latent {latent!r} has none; use 'diagonal'.")
    return LATENTS[latent](inputs, units)
