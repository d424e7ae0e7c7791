"""One state of the explorer: where it starts and what was moved, and the states that one gesture makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np

from app.state.units import Edits, Unit, channel_of

NOTHING: Edits = MappingProxyType({})


@dataclass(frozen=True)
class Point:
    """What undo comes back to. A gesture on a locked level makes no other state of it.

    Attributes:
        image: number of the base image in the data, or None for a draw from the prior.
        prior_seed: which draw.
        edits: level name -> unit -> normal score.
        below: what the levels below an edited one do: "follow", "mean" or "pinned".
        along: levels that are moved along their principal directions: the units of their edits are directions, 0 the
            widest, and their scores standard deviations of the posterior means along them.
        locked: levels that keep the values of the base point and their own edits whatever is moved above them.
    """

    image: int | None = 0
    prior_seed: int = 0
    edits: Edits = field(default_factory=lambda: NOTHING)
    below: str = "follow"
    along: frozenset[str] = frozenset()
    locked: frozenset[str] = frozenset()

    def of(self, level: str) -> Mapping[Unit, float]:
        """What was moved of one level."""
        return self.edits.get(level, {})

    @property
    def free(self) -> bool:
        """Whether there are edits that a reset of all would take away."""
        return any(level not in self.locked for level in self.edits)

    def put(self, level: str, scores: Mapping[Unit, float], *, alone: bool = False) -> Point:
        """Units of a level moved to their scores.

        Args:
            level: its name.
            scores: of the units that move.
            alone: give back first what else was moved of the level.
        """
        kept = {} if alone else self.of(level)
        return self._with(level, {**kept, **{unit: float(score) for unit, score in scores.items()}})

    def without(self, level: str, unit: Unit | None = None) -> Point:
        """One unit of a level, or all of them, given back to the base point."""
        kept = {} if unit is None else {key: score for key, score in self.of(level).items() if key != unit}
        return self._with(level, kept)

    def without_edits(self) -> Point:
        """Every level given back that is not locked."""
        kept = {level: units for level, units in self.edits.items() if level in self.locked}
        return replace(self, edits=MappingProxyType(kept))

    def turned(self, level: str, along: bool) -> Point:
        """A level moved along its principal directions, or by its units: what was moved of it is given back."""
        if level in self.locked or (level in self.along) == along:
            return self
        return replace(self.without(level), along=self.along | {level} if along else self.along - {level})

    def with_lock(self, level: str, locked: bool) -> Point:
        """A level locked, or free again."""
        return replace(self, locked=self.locked | {level} if locked else self.locked - {level})

    def pointing(self, signs: Mapping[str, np.ndarray]) -> Point:
        """The same with directions that point the other way.

        Args:
            signs: of levels moved along directions, -1 for each direction that is turned round.
        """

        def turned(level: str, units: Mapping[Unit, float]) -> Mapping[Unit, float]:
            if level not in self.along or level not in signs:
                return units
            ways = signs[level]
            known = {unit: score for unit, score in units.items() if channel_of(unit) < len(ways)}
            return MappingProxyType({unit: score * float(ways[channel_of(unit)]) for unit, score in known.items()})

        edits = {level: turned(level, units) for level, units in self.edits.items()}
        return replace(self, edits=MappingProxyType(edits))

    def _with(self, level: str, units: Mapping[Unit, float]) -> Point:
        if level in self.locked:
            return self
        edits = {**self.edits, level: MappingProxyType(dict(units))}
        return replace(self, edits=MappingProxyType({name: moved for name, moved in edits.items() if moved}))
