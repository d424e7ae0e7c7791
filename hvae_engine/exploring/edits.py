"""What a person moved, by names and units, as the edits that a walk down the levels understands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import torch
from torch import Tensor
from torch.distributions import OneHotCategorical

from hvae_engine.distributions import normal_score
from hvae_engine.errors import OptionError
from hvae_engine.exploring.questions import Edits, Moves
from hvae_engine.models import HVAE, Edit, Level, Move, Trace, Visit


class Basis(Protocol):
    """What the edits of a level can be said in, other than its units."""

    def move(self, visit: Visit, moves: Moves) -> Move:
        """Edits said in this basis, as a move of the level, one row.

        Args:
            visit: of the level in the walk to start from.
            moves: where to; their numbers are checked.
        """


Bases = Mapping[str, Basis]
"""Level name -> what its edits are said in; a level that is missing: its units."""
UNITS: Bases = {}


def edits_of(model: HVAE, base: Trace, edits: Edits, bases: Bases = UNITS) -> dict[int, Move]:
    """Edits by index from the root, one row each, (1, 1, *shape).

    Args:
        model: whose levels they name.
        base: where from, one row.
        edits: level name -> unit -> standard-normal score.
        bases: of the levels whose edits are said in something else.

    Raises:
        OptionError: a level or a unit does not exist.
    """
    found: dict[int, Move] = {}
    for name, units in edits.items():
        index = index_of(model, name)
        if units:
            _check_units(list(model)[index], units, "directions" if name in bases else "units")
            basis = bases.get(name)
            found[index] = _edit(base, index, units) if basis is None else basis.move(base.visits[index], units)
    return found


def index_of(model: HVAE, name: str) -> int:
    """Place of a level, counted from the root.

    Raises:
        OptionError: there is no such level.
    """
    names = model.names[::-1]
    if name not in names:
        raise OptionError(f"There is no level {name!r}; the levels are {', '.join(model.names)}.")
    return names.index(name)


def _check_units(level: Level, units: Moves, what: str) -> None:
    count = level.shape[0]
    for unit in units:
        if isinstance(unit, tuple):
            _check_place(level, unit)
        elif not 0 <= unit < count:
            raise OptionError(f"Level {level.name!r} has {what} 0 to {count - 1}, not {unit}; choose one of these.")


def _check_place(level: Level, unit: tuple[int, ...]) -> None:
    size = tuple(level.shape)
    if len(unit) != len(size) or any(not 0 <= place < side for place, side in zip(unit, size, strict=True)):
        raise OptionError(
            f"Level {level.name!r} is {' x '.join(map(str, size))} and has no unit at {', '.join(map(str, unit))}; "
            "give one number from 0 for each of its sides."
        )


def _edit(base: Trace, index: int, units: Moves) -> Edit:
    visit = base.visits[index]
    score = normal_score(visit.prior, visit.choice.z).clone()
    mask = torch.zeros_like(score, dtype=torch.bool)
    everywhere = {unit: value for unit, value in units.items() if isinstance(unit, int)}
    if isinstance(visit.prior, OneHotCategorical):
        chosen = max(everywhere, key=lambda unit: everywhere[unit])
        return Edit(torch.ones_like(mask), torch.zeros_like(score).index_fill(-1, _at(chosen, score), 1.0))
    for unit, value in everywhere.items():
        mask[:, :, unit] = True
        score[:, :, unit] += value - score[:, :, unit].mean()
    _edit_places(mask, score, {unit: value for unit, value in units.items() if isinstance(unit, tuple)})
    return Edit(mask, score)


def _edit_places(mask: Tensor, score: Tensor, units: Mapping[tuple[int, ...], float]) -> None:
    """Move single places of a map; they stand there whatever their channel does everywhere."""
    if units:
        places = (0, 0, *torch.tensor(list(units), device=score.device).T)
        mask[places] = True
        score[places] = torch.tensor(list(units.values()), dtype=score.dtype, device=score.device)


def _at(index: int, like: Tensor) -> Tensor:
    return torch.tensor([index], device=like.device)
