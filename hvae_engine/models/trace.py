"""What one walk down the levels leaves behind: for each level its prior and the z that was chosen, then p(x|z)."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.distributions import Distribution, OneHotCategorical

from hvae_engine import distributions


class Choice(NamedTuple):
    """The z a source chose for one level.

    S are the sample axes, (K,) or (C, K) where classes are enumerated; B is the batch.

    Attributes:
        z: (*S, B, *event).
        q: what z was drawn from; None: nobody is charged for it.
        observed: z is a given label; it is charged -log p(z), and q, where there is one, only guesses it.
        log_mass: log weight of an enumerated value, (*S, B).
        closed_form: KL(q || p) may be integrated over z. It belongs to the draw: in a chain only the level drawn last
            may, since the priors of the others hang on draws made from theirs.
    """

    z: Tensor
    q: Distribution | None = None
    observed: bool = False
    log_mass: Tensor | float = 0.0
    closed_form: bool = False


class Visit(NamedTuple):
    """One level of a walk: its prior given the levels above, and the choice made there."""

    prior: Distribution
    choice: Choice

    def charge(self, closed_form: bool) -> Tensor:
        """What the bound pays for this level, (*S, B), in nats.

        Args:
            closed_form: integrate over z where the draw allows it.
        """
        choice = self.choice
        if choice.observed:
            return -self.prior.log_prob(choice.z)
        if choice.q is None:
            return torch.zeros_like(self.prior.log_prob(choice.z))
        return distributions.charge(choice.q, self.prior, choice.z, closed_form and choice.closed_form)


class Rows(NamedTuple):
    """The terms of log w for each draw.

    Attributes:
        log_px: log p(x|z), (*S, B), nats.
        kl: the charge of each level, root first, (L, *S, B), nats; log w = log_px - kl.sum(0).
        log_mass: log weight of each row, (*S, B) or broadcastable to it; the weights of an image's rows sum to 1.
    """

    log_px: Tensor
    kl: Tensor
    log_mass: Tensor | float

    @property
    def log_w(self) -> Tensor:
        """log p(x, z) - log q(z|x) of each draw, (*S, B)."""
        return self.log_px - self.kl.sum(0)

    def mean(self, value: Tensor) -> Tensor:
        """The weighted mean of `value`, (..., *S, B), over the sample axes: (..., B)."""
        axes = tuple(range(-self.log_px.ndim, -1))
        if isinstance(self.log_mass, float) and self.log_px.shape[:-1].numel() == 1:
            return value.flatten(-self.log_px.ndim)
        if isinstance(self.log_mass, float):
            return value.mean(axes)
        return (self.log_mass.exp() * value).sum(axes)


class Trace(NamedTuple):
    """A whole walk.

    Attributes:
        visits: one for each level, root first.
        likelihood: p(x | z), batch (*S, B), event (C, H, W).
    """

    visits: tuple[Visit, ...]
    likelihood: Distribution

    @property
    def z(self) -> tuple[Tensor, ...]:
        """The z of each level, root first."""
        return tuple(visit.choice.z for visit in self.visits)

    @property
    def batch_shape(self) -> torch.Size:
        """(*S, B): what the levels and the pixels share; pixels under an enumerated class may not see the class."""
        shapes = {self.likelihood.batch_shape, *(visit.prior.batch_shape for visit in self.visits)}
        return shapes.pop() if len(shapes) == 1 else torch.Size(np.broadcast_shapes(*shapes))

    def rows(self, x: Tensor, closed_form: bool) -> Rows:
        """Score images (B, C, H, W) under this walk.

        Args:
            x: the images whose posterior the walk was drawn from.
            closed_form: integrate KL terms over z where the draw allows it (the ELBO); else score the draws (IWAE).
        """
        shape = self.batch_shape
        kl = torch.stack([visit.charge(closed_form).expand(shape) for visit in self.visits])
        return Rows(self.likelihood.log_prob(x).expand(shape), kl, self.log_mass)

    @property
    def log_mass(self) -> Tensor | float:
        """Log weight of each row of an image, (*S, B) or one for all: the draws share what enumeration leaves."""
        shape = self.batch_shape
        masses = [v.choice.log_mass for v in self.visits if isinstance(v.choice.log_mass, Tensor)]
        if not masses:
            return -math.log(math.prod(shape[:-1]))
        draws = math.prod(shape[:-1]) // math.prod(mass.shape[0] for mass in masses)
        return sum(masses, torch.zeros_like(masses[0])) - math.log(draws)

    def class_probabilities(self) -> Tensor | None:
        """q(y|x) averaged over the draws, (B, classes); None for a model without classes."""
        guesses = [v.choice.q for v in self.visits if isinstance(v.choice.q, OneHotCategorical)]
        if not guesses:
            return None
        probs: Tensor = guesses[0].probs
        return probs.flatten(0, -3).mean(0) if probs.ndim > 2 else probs
