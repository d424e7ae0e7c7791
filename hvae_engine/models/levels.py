"""The kinds of level: independent, additive, conditional on the one above, a label, and a residual block."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import torch
from torch import Tensor, nn
from torch.distributions import Distribution

from hvae_engine.distributions import Latent, OneHot, gaussian, standard
from hvae_engine.models.heads import DiagonalHead, LinearGaussianHead, positive
from hvae_engine.models.hvae import Level
from hvae_engine.networks import Layers, ResidualBlock, folded, join
from hvae_engine.networks.images import resized

Merge = Literal["add", "concat"]


class Free(Level):
    """z hangs on nothing above it; the state below is the state above with z beside it.

    Args:
        name: of the level.
        units: size of z.
        latent: family of the prior, N(0, I) unless said otherwise.
    """

    def __init__(self, name: str, units: int, latent: Latent = "gaussian") -> None:
        super().__init__()
        self.name, self.shape, self.latent = name, torch.Size([units]), latent

    def forward(self, state: Tensor) -> tuple[Distribution, Tensor]:
        """The prior, a row for each row of the state, (*S, B, any)."""
        return standard(self.latent, state.shape[:-1], self.shape, state), state

    def absorb(self, state: Tensor, z: Tensor) -> Tensor:
        """The state and z side by side."""
        return join(state, z)


class Additive(Level):
    """h_l = T(h_{l+1}) + G z with z ~ N(0, I), or of another family (Rezende et al. 2014, equations 1 to 3).

    Args:
        name: of the level.
        units: size of z.
        width: size of h_l.
        transition: T, or None at the root, where h_L = G z.
        merge: "add" as in the formula, "concat" as in the paper's drawing: [T(h_{l+1}), G z] of 2 x width.
        latent: family of the prior.

    Attributes:
        width: size of the state below.
    """

    def __init__(
        self,
        name: str,
        units: int,
        width: int,
        transition: nn.Module | None,
        merge: Merge = "add",
        latent: Latent = "gaussian",
    ) -> None:
        super().__init__()
        self.name, self.shape, self.merge, self.latent = name, torch.Size([units]), merge, latent
        self.width = 2 * width if transition is not None and merge == "concat" else width
        self.transition = transition
        self.inject = nn.Linear(units, width)

    def forward(self, state: Tensor) -> tuple[Distribution, Tensor]:
        """The prior, a row for each row of h_{l+1}, (*S, B, width above)."""
        return standard(self.latent, state.shape[:-1], self.shape, state), state

    def absorb(self, state: Tensor, z: Tensor) -> Tensor:
        """h_l, (*S, B, width), or twice the width where parts are put side by side."""
        injected: Tensor = self.inject(z)
        if self.transition is None:
            return injected
        carried: Tensor = self.transition(state)
        return join(carried, injected) if self.merge == "concat" else carried + injected


class Conditional(Level):
    """z_l given what is above it and nothing else below: p(z_l | z_{l+1}) of the chain and the ladder.

    Args:
        name: of the level.
        units: size of z.
        prior: maps the state (*S, B, any) to a distribution of z.
    """

    markov = True

    def __init__(self, name: str, units: int, prior: nn.Module) -> None:
        super().__init__()
        self.name, self.shape, self.prior = name, torch.Size([units]), prior

    def forward(self, state: Tensor) -> tuple[Distribution, Tensor]:
        """p(z | state), batch (*S, B)."""
        prior: Distribution = self.prior(state)
        return prior, state

    def absorb(self, state: Tensor, z: Tensor) -> Tensor:
        """z alone: what is below sees nothing else."""
        return z


class Label(Level):
    """A class y, one-hot, all classes equally likely."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.name, self.shape = "y", torch.Size([classes])

    def forward(self, state: Tensor) -> tuple[Distribution, Tensor]:
        """The uniform prior over classes, a row for each row of the state."""
        logits = state.new_zeros(()).expand(*state.shape[:-1], *self.shape)
        return OneHot(logits), state

    def absorb(self, state: Tensor, z: Tensor) -> Tensor:
        """The state and the one-hot class side by side."""
        return join(state, z)


class Residual(Level):
    """A block of a residual top-down ladder at one resolution (Child 2021).

    The block reads mean, standard deviation and features of the prior off the state s, then s += features, s += P z and
    s += r(s). The state comes in at the resolution above and leaves at this one.

    Args:
        name: of the level.
        units: channels of z.
        channels: of the state.
        size: height and width of z.
        scale: factor on the first weights of the residual branches, 1 / sqrt(levels).
    """

    def __init__(self, name: str, units: int, channels: int, size: int, scale: float) -> None:
        super().__init__()
        self.name, self.shape, self.size = name, torch.Size([units, size, size]), size
        self.prior = ResidualBlock(channels, channels // 2, size, outputs=2 * units + channels, scale=scale)
        self.project = nn.Conv2d(units, channels, 1)
        self.settle = ResidualBlock(channels, channels // 2, size, scale=scale)

    def forward(self, state: Tensor) -> tuple[Distribution, Tensor]:
        """p(z | s), event (units, size, size), and s with the prior's features added."""
        state = folded(_Resize(self.size), state, 3)
        units = self.shape[0]
        raw = folded(self.prior, state, 3)
        mean, std, features = raw[..., :units, :, :], raw[..., units : 2 * units, :, :], raw[..., 2 * units :, :, :]
        return gaussian(mean, positive(std), 3), state + features

    def absorb(self, state: Tensor, z: Tensor) -> Tensor:
        """s + P z, then + r(s)."""
        return folded(self.settle, state + folded(self.project, z, 3), 3)


class _Resize(nn.Module):
    def __init__(self, size: int) -> None:
        super().__init__()
        self.size = size

    def forward(self, value: Tensor) -> Tensor:
        return resized(value, self.size)


def linear_chain(units: Sequence[int]) -> list[Level]:
    """p(z_L) = N(0, I), then p(z_l | z_{l+1}) = N(A z_{l+1} + a, diag(std^2)); sizes root first."""
    depth = len(units)
    levels: list[Level] = [Free(f"z{depth}", units[0])]
    for i in range(1, depth):
        levels.append(Conditional(f"z{depth - i}", units[i], LinearGaussianHead(units[i - 1], units[i])))
    return levels


def chain(units: Sequence[int], width: Sequence[int], layers: Layers, head_norm: bool = False) -> list[Level]:
    """p(z_L) = N(0, I), then p(z_l | z_{l+1}) by the layers of the level above.

    Args:
        units: size of each z, root first.
        width: width of the layers that read each z, root first.
        layers: how they are built.
        head_norm: batch norm in the layers that give means and scales too.
    """
    depth = len(units)
    levels: list[Level] = [Free(f"z{depth}", units[0])]
    for i in range(1, depth):
        head = DiagonalHead.prior(width[i - 1], units[i], head_norm)
        prior = nn.Sequential(layers(units[i - 1], width[i - 1]), head)
        levels.append(Conditional(f"z{depth - i}", units[i], prior))
    return levels
