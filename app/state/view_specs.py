"""The views of whole levels that the engine offers, and which of their parameters go along with the explorer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from app.state.point import Point

LEVELS = "levels"
"""The tab that is no view: a row of sliders for each level."""
TABS = (LEVELS, "traversal", "grid", "progressive", "mixing", "effect", "map", "interpolation", "samples", "card")
CARD = "card"
ONE_LEVEL = ("traversal", "grid", "map")
"""Views of the level at hand; others choose theirs."""
OWN_BELOW = ("grid",)
"""Views whose levels below do what the view says, whatever the explorer's do."""
FROM_BASE = ("traversal", "grid", "progressive", "mixing", "effect", "interpolation")
"""Views that start from where the explorer stands; where they show several images its base is the first of them."""
WHERE_IT_STANDS = ("edit", "lock", "edit_below")
"""Parameters that say what was moved there."""


@dataclass(frozen=True)
class ViewSpec:
    """One view as the window offers it.

    Attributes:
        name: as it is typed.
        title: as people say it.
        defaults: of its parameters, by name.
        usual: the same with held-out images, from the number of the first one and how many there are.
    """

    name: str
    title: str
    defaults: Mapping[str, Any]
    usual: Callable[[int, int], Mapping[str, Any]]


@dataclass(frozen=True)
class Wish:
    """A view that somebody wants to see.

    Attributes:
        name: of the view.
        parameters: by name, those that are not the engine's defaults.
        stands: where the explorer stands, of a view that starts from there.
    """

    name: str
    parameters: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    stands: Point | None = None


@dataclass(frozen=True)
class Shown:
    """What came of a wish.

    Attributes:
        figure: the engine's figure; None before the first.
        at: when it came, seconds of the monotonic clock.
        done: parts done of the one under way.
        total: its parts in all; 0: none is under way.
        complaint: why it cannot be made; empty: it can.
        unfinished: there will be more of the figure, or would have been.
        sketch: what came last of it where it comes in parts.
    """

    figure: Any = None
    at: float = 0.0
    done: int = 0
    total: int = 0
    complaint: str = ""
    unfinished: bool = False
    sketch: Any = None

    @property
    def step(self) -> int:
        """The weights' step of the figure."""
        return 0 if self.figure is None else int(self.figure.step)
