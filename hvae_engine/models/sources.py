"""Sources that sample and edit: from the prior, held values, held scores, and a base with edits on some levels."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Literal, NamedTuple, get_args

import torch
from torch import Tensor
from torch.distributions import Distribution, OneHotCategorical

from hvae_engine.distributions import normal_score, quantile, sample
from hvae_engine.models.hvae import Draw, Source
from hvae_engine.models.trace import Choice, Trace

Below = Literal["follow", "mean", "pinned"]
BELOW: tuple[Below, ...] = get_args(Below)


def from_prior(draw: Draw = sample) -> Source:
    """Ancestral sampling: each z from its prior."""
    return lambda i, prior, state: Choice(draw(i, prior))


def held(z: Sequence[Tensor]) -> Source:
    """The same values again, whatever the priors say; z root first."""
    return lambda i, prior, state: Choice(z[i])


def riding(scores: Sequence[Tensor]) -> Source:
    """Each level keeps its standard-normal score and so moves with its prior, never leaving its support; root first."""
    return lambda i, prior, state: Choice(quantile(prior, scores[i]))


def scores(trace: Trace) -> tuple[Tensor, ...]:
    """The standard-normal score of each level's z under its prior, root first, each shaped like z."""
    return tuple(normal_score(visit.prior, visit.choice.z) for visit in trace.visits)


class Edit(NamedTuple):
    """Some units of a level, each put somewhere.

    Attributes:
        mask: which units, bool, broadcastable to z.
        score: where to, in standard-normal scores of the prior (a label: the one-hot class), broadcastable to z.
    """

    mask: Tensor
    score: Tensor

    def moved(self, z: Tensor, ruler: Distribution) -> Tensor:
        """`z` with the units put there, as `ruler` measures scores."""
        return torch.where(self.mask, quantile(ruler, self.score), z)


class Shift(NamedTuple):
    """A whole level, shifted from wherever it stands.

    Attributes:
        score: by how much, in standard-normal scores of the prior, broadcastable to z.
    """

    score: Tensor

    def moved(self, z: Tensor, ruler: Distribution) -> Tensor:
        """`z` shifted, as `ruler` measures scores."""
        return quantile(ruler, normal_score(ruler, z) + self.score)


Move = Edit | Shift
"""What somebody did to one level."""


def side_by_side(moves: Sequence[Move]) -> Move:
    """Several moves of one level, all of one kind, as the rows of one move."""
    fields = zip(*moves, strict=True)
    return type(moves[0])(*(torch.cat(torch.broadcast_tensors(*parts), 1) for parts in fields))


def edited(base: Trace, moves: Mapping[int, Move], below: Below, locked: Collection[int] = ()) -> Source:
    """A base walk with some levels moved.

    Levels above the first moved one keep their values to the bit, and so do an edited first level's other units. What
    happens to the levels below it is the question `below` answers:

    - follow: each keeps its own score, and so moves with its conditional prior;
    - mean: each goes to the mode of its conditional prior;
    - pinned: each keeps its value; what is moved there is moved as the base's prior measures it.

    A locked level is pinned whatever the others do. A label is never moved unless it is edited itself.

    Args:
        base: the walk to start from.
        moves: by level, index from the root.
        below: the rule for the levels below the first moved one.
        locked: levels that are pinned, index from the root.
    """
    first = min(moves, default=len(base.visits))

    def source(i: int, prior: Distribution, state: Tensor) -> Choice:
        visit, move = base.visits[i], moves.get(i)
        z = visit.choice.z
        pinned = below == "pinned" or i in locked
        if i > first and not pinned and not isinstance(prior, OneHotCategorical):
            z = quantile(prior, normal_score(visit.prior, z)) if below == "follow" else prior.mode
        if move is not None:
            z = move.moved(z, visit.prior if pinned else prior)
        return Choice(z)

    return source
