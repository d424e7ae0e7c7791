"""The base image and the edits of its levels, with undo: what the explorer is asked, and nothing of the answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np
from PySide6.QtCore import QObject, Signal

from app.state.point import Point
from app.state.units import Place, Unit, at, channel_of

LABEL = "y"
"""The level that is a class: it has a button for each, and neither sliders nor strips."""


class Exploration(QObject):
    """Base point, edits and the level at hand. A gesture is everything between `begin` and `end`: one undo entry.

    `changed` speaks of anything in the point, `base_changed` only of where it starts: an image or a draw.

    Attributes:
        level: the one that captions speak of.
        places: the place of a spatial level on which its sliders act, by level; missing: everywhere.
        samples_from: seed of the first of the draws from the prior that are shown; the next one has the next seed.
    """

    changed = Signal()
    base_changed = Signal()
    level_changed = Signal()
    aimed = Signal()
    history_changed = Signal()

    LIMIT = 200

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.point = Point()
        self.level = ""
        self.count = 0
        self.places: dict[str, Place] = {}
        self.samples_from = 0
        self._traversed: dict[str, Unit] = {}
        self._before: Point | None = None
        self._undo: list[Point] = []
        self._redo: list[Point] = []
        self._dice = np.random.default_rng()

    @property
    def moving(self) -> bool:
        """Whether a gesture is under way."""
        return self._before is not None

    @property
    def can_undo(self) -> bool:
        """Whether there is a gesture to take back."""
        return bool(self._undo)

    @property
    def can_redo(self) -> bool:
        """Whether a gesture was taken back."""
        return bool(self._redo)

    def restart(self, count: int) -> None:
        """Other data, of `count` images: start at its first image, with nothing to undo."""
        self.count = count
        self.point, self.level, self.places = Point(), "", {}
        self._undo, self._redo, self._before, self._traversed = [], [], None, {}
        self.history_changed.emit()
        self.base_changed.emit()
        self.changed.emit()

    def recall(self, point: Point, level: str, places: Mapping[str, Place]) -> None:
        """Stand where a run was left, with nothing to undo."""
        self._undo, self._redo, self._before, self._traversed = [], [], None, {}
        self.places, self.level = dict(places), level
        self._stand(point)
        for signal in (self.history_changed, self.level_changed, self.aimed, self.changed):
            signal.emit()

    def forget_edits(self) -> None:
        """Another model: edits and their history mean nothing to it; the base image stays."""
        self.point = replace(self.point, edits=MappingProxyType({}))
        self.level, self.places = "", {}
        self._undo, self._redo, self._before, self._traversed = [], [], None, {}
        self.history_changed.emit()
        self.changed.emit()

    def begin(self) -> None:
        """A gesture begins."""
        if self._before is None:
            self._before = self.point

    def end(self) -> None:
        """The gesture ends: what it changed becomes one undo entry."""
        before, self._before = self._before, None
        if before is not None and before != self.point:
            self._undo = [*self._undo[-self.LIMIT :], before]
            self._redo = []
            self.history_changed.emit()
        if before is not None:
            self.changed.emit()

    def edit(self, level: str, unit: Unit, score: float) -> None:
        """Move one unit to `score` prior standard deviations."""
        units = {**self.point.edits.get(level, {}), unit: float(score)}
        self._traversed[level] = unit
        self.look_at(level)
        self._become(replace(self.point, edits=MappingProxyType({**self.point.edits, level: MappingProxyType(units)})))

    def move(self, level: str, scores: Mapping[int, float]) -> None:
        """Give back what was moved of a level, then move several of its units at once."""
        self._traversed[level] = next(iter(scores))
        self.look_at(level)
        units: Mapping[Unit, float] = MappingProxyType({unit: float(score) for unit, score in scores.items()})
        self._become(replace(self.point, edits=MappingProxyType({**self.point.edits, level: units})))

    def choose_class(self, number: int) -> None:
        """Draw the present style as one class."""
        self.look_at(LABEL)
        self._become(
            replace(self.point, edits=MappingProxyType({**self.point.edits, LABEL: MappingProxyType({number: 1.0})}))
        )

    def reset_unit(self, level: str, unit: Unit) -> None:
        """Give one unit back to the base point."""
        units = {key: score for key, score in self.point.edits.get(level, {}).items() if key != unit}
        edits = {**self.point.edits, level: MappingProxyType(units)}
        self._become(replace(self.point, edits=MappingProxyType({k: v for k, v in edits.items() if v})))

    def reset_level(self, level: str) -> None:
        """Give all units of one level back to the base point."""
        edits = {name: units for name, units in self.point.edits.items() if name != level}
        self._become(replace(self.point, edits=MappingProxyType(edits)))

    def reset_all(self) -> None:
        """Take every edit away."""
        self._become(replace(self.point, edits=MappingProxyType({})))

    def randomise(self, level: str, units: Iterable[Unit]) -> None:
        """Draw `units` of a level from the standard normal, that is, from its prior."""
        chosen = list(units)
        scores = np.clip(self._dice.standard_normal(len(chosen)), -3, 3)
        drawn = {**self.point.edits.get(level, {}), **dict(zip(chosen, scores.tolist(), strict=True))}
        self.look_at(level)
        edits = {**self.point.edits, level: MappingProxyType(drawn)}
        self._become(replace(self.point, edits=MappingProxyType(edits)))

    def pick(self, image: int) -> None:
        """Start from one image of the data; edits are kept, so that one change can be seen on many images."""
        if self.count:
            self._become(replace(self.point, image=image % self.count))

    def pick_guest(self, number: int) -> None:
        """Start from an image that a person brought along, numbered after those of the data."""
        self._become(replace(self.point, image=number))

    def pick_neighbour(self, distance: int) -> None:
        """Go `distance` images on, round the end."""
        self.pick((self.point.image or 0) + distance)

    def pick_random(self) -> None:
        """Start from an image drawn at random."""
        if self.count:
            self.pick(int(self._dice.integers(self.count)))

    def draw_from_prior(self) -> None:
        """Start from a fresh draw of the model's prior instead of an image, the first of those that are shown."""
        self.samples_from = int(self._dice.integers(1 << 31))
        self.pick_sample(0)

    def pick_sample(self, number: int) -> None:
        """Start from one of the draws from the prior that are shown."""
        self._become(replace(self.point, image=None, prior_seed=self.samples_from + number))

    def seeds(self, count: int) -> tuple[int, ...]:
        """The seeds of so many draws from the prior."""
        return tuple(range(self.samples_from, self.samples_from + count))

    @property
    def sample(self) -> int:
        """Which of the draws shown is the base point; below 0: none of them."""
        return self.point.prior_seed - self.samples_from if self.point.image is None else -1

    def aim(self, level: str, place: Place | None) -> None:
        """Let the sliders of a spatial level act on one place of its map, or on all of it."""
        if place is None:
            self.places.pop(level, None)
        else:
            self.places[level] = place
        self.look_at(level)
        self.aimed.emit()

    def set_below(self, below: str) -> None:
        """Choose what the levels below an edited one do."""
        self._become(replace(self.point, below=below))

    def look_at(self, level: str) -> None:
        """Make `level` the one that captions speak of."""
        if level != self.level:
            self.level = level
            self.level_changed.emit()

    def traversed(self, level: str, default: int) -> Unit:
        """The unit whose strip `level` shows: the one moved last, or `default`, at the place that was picked."""
        return at(channel_of(self._traversed.get(level, default)), self.places.get(level))

    def undo(self) -> None:
        """Take the last gesture back."""
        if self._undo:
            self._redo.append(self.point)
            self._restore(self._undo.pop())

    def redo(self) -> None:
        """Do the gesture again that was taken back last."""
        if self._redo:
            self._undo.append(self.point)
            self._restore(self._redo.pop())

    def _restore(self, point: Point) -> None:
        self._before = None
        self._stand(point)
        self.history_changed.emit()
        self.changed.emit()

    def _become(self, point: Point) -> None:
        if point == self.point:
            return
        alone = not self.moving
        if alone:
            self.begin()
        self._stand(point)
        if alone:
            self.end()
        else:
            self.changed.emit()

    def _stand(self, point: Point) -> None:
        """Be at `point`; whoever follows the base hears of it where that is another one."""
        before, self.point = self.point, point
        if (before.image, before.prior_seed) != (point.image, point.prior_seed):
            self.base_changed.emit()
