"""The terms of the objective as the window writes them: with many levels, a few neighbours share a term."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import NamedTuple

MOST_TERMS = 6
MOST_GROUPS = 4


class Group(NamedTuple):
    """Neighbouring levels whose KLs are written as one sum."""

    levels: tuple[str, ...]

    @property
    def name(self) -> str:
        """`z1`, or `z1–z3`."""
        return self.levels[0] if len(self.levels) == 1 else f"{self.levels[0]}–{self.levels[-1]}"


def groups_of(levels: Sequence[str]) -> tuple[Group, ...]:
    """Each level for itself, or, with more than six, at most four groups that differ by no more than one level."""
    count = len(levels) if len(levels) <= MOST_TERMS else min(MOST_GROUPS, math.ceil(len(levels) / 2))
    ends = [round(number * len(levels) / count) for number in range(count + 1)] if count else [0]
    return tuple(Group(tuple(levels[low:high])) for low, high in itertools.pairwise(ends))


def terms_of(levels: Sequence[str], opened: str = "") -> tuple[Group, ...]:
    """The KL terms in order; the group called `opened` is written level by level, and the others as sums."""
    terms: list[Group] = []
    for group in groups_of(levels):
        terms += [Group((level,)) for level in group.levels] if group.name == opened else [group]
    return tuple(terms)
