"""The base image and the edits of its levels, with undo: what the explorer is asked, and nothing of the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np
from PySide6.QtCore import QObject, Signal

Edits = Mapping[str, Mapping[int, float]]
LABEL = "y"
"""The level that is a class: it has a button for each, and neither sliders nor strips."""


@dataclass(frozen=True)
class Point:
    """One state of the explorer that undo comes back to.

    Attributes:
        image: number of the base image in the data, or None for a draw from the prior.
        prior_seed: which draw.
        edits: level name -> unit -> normal score.
        below: what the levels below an edited one do: "follow", "mean" or "pinned".
    """

    image: int | None = 0
    prior_seed: int = 0
    edits: Edits = field(default_factory=lambda: MappingProxyType({}))
    below: str = "follow"


class Exploration(QObject):
    """Base point, edits and the level at hand. A gesture is everything between `begin` and `end`: one undo entry.

    `changed` speaks of anything in the point, `base_changed` only of where it starts: an image or a draw.
    """

    changed = Signal()
    base_changed = Signal()
    level_changed = Signal()
    history_changed = Signal()

    LIMIT = 200

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.point = Point()
        self.level = ""
        self.count = 0
        self._traversed: dict[str, int] = {}
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
        self.point, self.level = Point(), ""
        self._undo, self._redo, self._before, self._traversed = [], [], None, {}
        self.history_changed.emit()
        self.base_changed.emit()
        self.changed.emit()

    def forget_edits(self) -> None:
        """Another model: edits and their history mean nothing to it; the base image stays."""
        self.point = replace(self.point, edits=MappingProxyType({}))
        self.level = ""
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

    def edit(self, level: str, unit: int, score: float) -> None:
        """Move one unit to `score` prior standard deviations."""
        units = {**self.point.edits.get(level, {}), unit: float(score)}
        self._traversed[level] = unit
        self.look_at(level)
        self._become(replace(self.point, edits=MappingProxyType({**self.point.edits, level: MappingProxyType(units)})))

    def choose_class(self, number: int) -> None:
        """Draw the present style as one class."""
        self.look_at(LABEL)
        self._become(
            replace(self.point, edits=MappingProxyType({**self.point.edits, LABEL: MappingProxyType({number: 1.0})}))
        )

    def reset_unit(self, level: str, unit: int) -> None:
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

    def randomise(self, level: str, units: int) -> None:
        """Draw all `units` of a level from the standard normal, that is, from its prior."""
        scores = np.clip(self._dice.standard_normal(units), -3, 3)
        drawn = MappingProxyType({unit: float(score) for unit, score in enumerate(scores)})
        self.look_at(level)
        self._become(replace(self.point, edits=MappingProxyType({**self.point.edits, level: drawn})))

    def pick(self, image: int) -> None:
        """Start from one image of the data; edits are kept, so that one change can be seen on many images."""
        if self.count:
            self._become(replace(self.point, image=image % self.count))

    def pick_neighbour(self, distance: int) -> None:
        """Go `distance` images on, round the end."""
        self.pick((self.point.image or 0) + distance)

    def pick_random(self) -> None:
        """Start from an image drawn at random."""
        if self.count:
            self.pick(int(self._dice.integers(self.count)))

    def draw_from_prior(self) -> None:
        """Start from a fresh draw of the model's prior instead of an image."""
        self._become(replace(self.point, image=None, prior_seed=int(self._dice.integers(1 << 31))))

    def set_below(self, below: str) -> None:
        """Choose what the levels below an edited one do."""
        self._become(replace(self.point, below=below))

    def look_at(self, level: str) -> None:
        """Make `level` the one that captions speak of."""
        if level != self.level:
            self.level = level
            self.level_changed.emit()

    def traversed(self, level: str, default: int) -> int:
        """The unit whose strip `level` shows: the one moved last, or `default`."""
        return self._traversed.get(level, default)

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
