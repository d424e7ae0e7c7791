"""A hierarchical VAE and the one walk down its levels that training, sampling and editing all are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

import torch
from torch import Tensor, nn
from torch.distributions import Distribution

from hvae_engine.distributions import sample, sample_with
from hvae_engine.models.trace import Choice, Trace, Visit

Draw = Callable[[int, Distribution], Tensor]
"""How a z is drawn at a level (index from the root): temperatures, held draws, a generator of one's own."""


def drawing(generator: torch.Generator) -> Draw:
    """Draws from `generator`: whoever is not the training thread leaves torch's global one alone."""
    return lambda level, distribution: sample_with(distribution, generator)


class Source(Protocol):
    """Where the z of each level comes from: the one extension point of a walk. Good for one walk only."""

    def __call__(self, i: int, prior: Distribution, state: Tensor) -> Choice:
        """Choose z at level `i` (from the root) given its prior, batch (*S, B), and the state above it."""
        ...


class Posterior(Protocol):
    """q(z|x): makes the source of a walk from images."""

    def __call__(
        self, x: Tensor, y: Tensor | None = None, samples: int = 1, draw: Draw = sample, marginalise: bool = True
    ) -> Source:
        """Look at images once and be ready to choose.

        Args:
            x: (B, C, H, W).
            y: labels, int64 (B,), or None where they are not known.
            samples: K draws for each image.
            draw: how z is drawn.
            marginalise: enumerate an unknown label; else draw it.
        """
        ...


class Level(nn.Module):
    """One level z_l: its prior given what is above it, and what it does to the state.

    Attributes:
        name: "z1" nearest the pixels, "z2" ...; "y" for a label.
        shape: event shape of z.
        markov: x sees nothing above this level once its z is known.
    """

    name: str
    shape: torch.Size
    markov: bool = False

    def forward(self, state: Tensor) -> tuple[Distribution, Tensor]:
        """p(z | state), with the state's leading axes as its batch, and the state carried on."""
        raise NotImplementedError

    def absorb(self, state: Tensor, z: Tensor) -> Tensor:
        """The state once z is known."""
        raise NotImplementedError


class HVAE(nn.Module):
    """p(z_L) ... p(z_1 | z_>1) p(x|z) and q(z|x); never subclassed, always composed.

    Args:
        root: the state above the first level, without leading axes; a parameter where it is learned.
        levels: root first.
        likelihood: maps the state below z1 to p(x|z).
        posterior: a module that is a `Posterior`.
    """

    def __init__(self, root: Tensor, levels: Iterable[Level], likelihood: nn.Module, posterior: nn.Module) -> None:
        super().__init__()
        if isinstance(root, nn.Parameter):
            self.root = root
        else:
            self.register_buffer("root", root)
        self.levels = nn.ModuleList(levels)
        self.likelihood = likelihood
        self.posterior = posterior

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the levels from the surface down: ("z1", "z2", ...)."""
        return tuple(level.name for level in self)[::-1]

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Shape of one z of each level, in the order of `names`: (units,), or (channels, height, width)."""
        return {level.name: tuple(level.shape) for level in reversed(list(self))}

    def __iter__(self) -> Iterator[Level]:
        """The levels, root first."""
        return iter(self.levels)  # type: ignore[arg-type]

    def walk(self, source: Source, batch: int, samples: int = 1) -> Trace:
        """Go down the levels once, the source choosing each z.

        Args:
            source: where each z comes from.
            batch: B, rows of the state.
            samples: K, the leading axis of the state.

        Returns:
            The trace, with leading axes (K, B), or (C, K, B) where the source enumerates classes.
        """
        state = self.root.expand(samples, batch, *self.root.shape)
        visits = []
        for i, level in enumerate(self):
            prior, state = level(state)
            choice = source(i, prior, state)
            visits.append(Visit(prior, choice))
            state = level.absorb(state, choice.z)
        return Trace(tuple(visits), self.likelihood(state))

    def forward(
        self, x: Tensor, y: Tensor | None = None, samples: int = 1, draw: Draw = sample, marginalise: bool = True
    ) -> Trace:
        """The walk of the posterior of images x, (B, C, H, W); arguments as in `Posterior`."""
        source: Source = self.posterior(x, y, samples, draw, marginalise)
        return self.walk(source, len(x), samples)

    infer = forward

    def generative_parameters(self) -> Iterator[nn.Parameter]:
        """theta^g: root, levels and likelihood, which the weight prior is on."""
        if isinstance(self.root, nn.Parameter):
            yield self.root
        yield from self.levels.parameters()
        yield from self.likelihood.parameters()
