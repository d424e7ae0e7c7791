"""Levels in groups, and the terms of the objective made of them, for models with more levels than a window lists."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

MOST_TERMS = 6
"""Levels that are named one by one; no more than a theme has hues."""
MOST_GROUPS = 4
Shapes = Mapping[str, tuple[int, ...]]
_UNKNOWN: Shapes = MappingProxyType({})


class Group(NamedTuple):
    """Neighbouring levels that share a hue, a line among the strata and a term of the equation.

    Attributes:
        levels: from the surface down.
        size: height and width of their maps, or empty where they have none.
    """

    levels: tuple[str, ...]
    size: tuple[int, ...] = ()

    @property
    def name(self) -> str:
        """`z1`, or `z1–z3`."""
        return self.levels[0] if len(self.levels) == 1 else f"{self.levels[0]}–{self.levels[-1]}"

    @property
    def middle(self) -> str:
        """The level whose colour stands for all of them."""
        return self.levels[len(self.levels) // 2]


def groups_of(levels: Sequence[str], shapes: Shapes = _UNKNOWN) -> tuple[Group, ...]:
    """Each level for itself, or, with more than six, one group for each resolution.

    Where there is only one resolution, or more than six, at most four groups that differ by no more than one level.

    Args:
        levels: from the surface down.
        shapes: of one z of each, (units,) or (channels, height, width).
    """
    sizes = {name: shapes.get(name, ())[1:] for name in levels}
    if len(levels) <= MOST_TERMS:
        return tuple(Group((name,), size) for name, size in sizes.items())
    alike = [Group(tuple(names), size) for size, names in itertools.groupby(levels, sizes.__getitem__)]
    if 1 < len(alike) <= MOST_TERMS:
        return tuple(alike)
    count = min(MOST_GROUPS, math.ceil(len(levels) / 2))
    ends = [round(number * len(levels) / count) for number in range(count + 1)]
    size = alike[0].size if len(alike) == 1 else ()
    return tuple(Group(tuple(levels[low:high]), size) for low, high in itertools.pairwise(ends))


def terms_of(groups: Sequence[Group], opened: str = "") -> tuple[Group, ...]:
    """The KL terms in order; the group called `opened` is written level by level, and the others as sums."""
    terms: list[Group] = []
    for group in groups:
        terms += [Group((level,), group.size) for level in group.levels] if group.name == opened else [group]
    return tuple(terms)
