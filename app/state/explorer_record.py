"""Where the explorer of a run was left, as JSON that is kept with the run and checked when it is read."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from app.state.exploration import LABEL
from app.state.point import Point
from app.state.units import Edits, Place, Unit
from app.state.view_specs import LEVELS, TABS, ViewSpec

FARTHEST = 10.0
"""No score is farther from the mode than this: one that was read cannot be either."""
SEEDS = 1 << 40
MOST_NUMBERS = 64
RULES = ("follow", "mean", "pinned")


@dataclass(frozen=True)
class ExplorerRecord:
    """Where somebody stood.

    Attributes:
        point: base image, edits, the rule for the levels below, bases and locks.
        level: the one at hand; empty: none.
        places: the place of a spatial level on which its sliders act, by level.
        tab: the one that was open.
        views: what was chosen of each view.
    """

    point: Point = field(default_factory=Point)
    level: str = ""
    places: Mapping[str, Place] = field(default_factory=lambda: MappingProxyType({}))
    tab: str = LEVELS
    views: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: MappingProxyType({}))

    def to_text(self) -> str:
        """For a file."""
        point = self.point
        plain = {
            "image": point.image,
            "prior_seed": point.prior_seed,
            "below": point.below,
            "along": sorted(point.along),
            "locked": sorted(point.locked),
            "edits": {level: [[unit, score] for unit, score in units.items()] for level, units in point.edits.items()},
            "level": self.level,
            "places": {level: list(place) for level, place in self.places.items()},
            "tab": self.tab,
            "views": {name: dict(chosen) for name, chosen in self.views.items()},
        }
        return json.dumps(plain, indent=2) + "\n"


@dataclass(frozen=True)
class Checks:
    """What a record must fit.

    Attributes:
        shapes: of one z of each level.
        images: how many there are to start from.
        views: those that the engine offers.
    """

    shapes: Mapping[str, tuple[int, ...]]
    images: int
    views: Mapping[str, ViewSpec]

    def read(self, text: str) -> ExplorerRecord:
        """What `to_text` wrote; whatever does not fit the run is left at its default."""
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            found = None
        found = found if isinstance(found, dict) else {}
        level, tab = found.get("level"), found.get("tab")
        return ExplorerRecord(
            self._point(found),
            level if level in self._levels else "",
            self._places(found.get("places")),
            tab if tab in TABS else LEVELS,
            self._views(found.get("views")),
        )

    @property
    def _levels(self) -> tuple[str, ...]:
        return tuple(self.shapes)

    def _point(self, found: Mapping[str, Any]) -> Point:
        image, seed, below = (found.get(name) for name in ("image", "prior_seed", "below"))
        known = (image is None and "image" in found) or _whole(image, self.images)
        return Point(
            image if known else 0,
            int(seed) if seed is not None and _whole(seed, SEEDS) else 0,
            self._edits(found.get("edits")),
            str(below) if below in RULES else "follow",
            self._named(found.get("along")) - {LABEL},
            self._named(found.get("locked")),
        )

    def _named(self, found: Any) -> frozenset[str]:
        """The levels that a list names."""
        return frozenset(level for level in self._levels if level in _list(found))

    def _edits(self, found: Any) -> Edits:
        made: dict[str, Mapping[Unit, float]] = {}
        for level, pairs in _items(found):
            units = dict(self._edit(level, pair) for pair in _list(pairs) if self._fits(level, pair))
            if units:
                made[level] = MappingProxyType(units)
        return MappingProxyType(made)

    def _fits(self, level: str, pair: Any) -> bool:
        if level not in self.shapes or not isinstance(pair, list) or len(pair) != 2 or not _number(pair[1], FARTHEST):
            return False
        unit, shape = pair[0], self.shapes[level]
        if isinstance(unit, list):
            return len(shape) == 3 and _inside(unit, shape)
        return bool(shape) and _whole(unit, shape[0])

    def _edit(self, level: str, pair: list[Any]) -> tuple[Unit, float]:
        unit = pair[0]
        return (tuple(unit) if isinstance(unit, list) else unit), float(pair[1])

    def _places(self, found: Any) -> Mapping[str, Place]:
        spatial = {level: shape[1:] for level, shape in self.shapes.items() if len(shape) == 3}
        return MappingProxyType(
            {level: (place[0], place[1]) for level, place in _items(found) if _inside(place, spatial.get(level, ()))}
        )

    def _views(self, found: Any) -> Mapping[str, Mapping[str, Any]]:
        made: dict[str, Mapping[str, Any]] = {}
        for name, chosen in _items(found):
            if name in self.views:
                defaults = self.views[name].defaults
                known = ((key, value) for key, value in _items(chosen) if key in defaults)
                read = ((key, self._value(key, value, defaults[key])) for key, value in known)
                made[name] = MappingProxyType({key: value for key, value in read if value is not None})
        return MappingProxyType(made)

    def _value(self, name: str, value: Any, default: Any) -> Any:
        """A parameter as its view takes it; None where it does not fit."""
        if name == "level":
            several = isinstance(default, tuple)
            named = _list(value) if several else [value]
            fits = all(one in self._levels or (one == "" and not several) for one in named)
            return (tuple(named) if several else value) if fits else None
        if isinstance(default, tuple):
            fits_one: Callable[[Any], bool] = _real if name == "temperature" else _count
            many = isinstance(value, list) and len(value) <= MOST_NUMBERS and all(map(fits_one, value))
            return tuple(value) if many else None
        if isinstance(default, str):
            return value if isinstance(value, str) else None
        return value if _count(value) else None


def _items(found: Any) -> list[tuple[str, Any]]:
    return list(found.items()) if isinstance(found, dict) else []


def _list(found: Any) -> list[Any]:
    return found if isinstance(found, list) else []


def _whole(value: Any, limit: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < limit


def _count(value: Any) -> bool:
    return _whole(value, SEEDS)


def _number(value: Any, limit: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= limit


def _real(value: Any) -> bool:
    return _number(value, FARTHEST)


def _inside(place: Any, shape: Sequence[int]) -> bool:
    """Whether numbers are a place in a grid of this shape."""
    return bool(shape) and isinstance(place, list) and len(place) == len(shape) and all(map(_whole, place, shape))
