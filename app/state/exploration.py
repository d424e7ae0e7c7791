"""The base image and the edits of its levels, with undo: what the explorer is asked, and nothing of the answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QObject, Signal

from app.state.history import History
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
        signs: of each level moved along directions, -1 for those that point the other way than views number them: in
            training they keep pointing the way they did.
    """

    changed = Signal()
    base_changed = Signal()
    level_changed = Signal()
    aimed = Signal()
    history_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.point = Point()
        self.level = ""
        self.count = 0
        self.places: dict[str, Place] = {}
        self.samples_from = 0
        self.signs: Mapping[str, np.ndarray] = {}
        self._traversed: dict[tuple[str, bool], Unit] = {}
        self._history = History()
        self._dice = np.random.default_rng()

    @property
    def moving(self) -> bool:
        """Whether a gesture is under way."""
        return self._history.before is not None

    @property
    def told(self) -> Point:
        """The point as it is written down outside the window, with directions as views number them."""
        return self.point.pointing(self.signs)

    @property
    def can_undo(self) -> bool:
        """Whether there is a gesture to take back."""
        return self._history.can_undo

    @property
    def can_redo(self) -> bool:
        """Whether a gesture was taken back."""
        return self._history.can_redo

    def restart(self, count: int) -> None:
        """Other data, of `count` images: start at its first image, with nothing to undo."""
        self.count = count
        self.point, self.level, self.places = Point(), "", {}
        self._forget()
        self.history_changed.emit()
        self.base_changed.emit()
        self.changed.emit()

    def renumber(self, numbers: np.ndarray) -> None:
        """The images have other numbers from now on: what was at hand, and what undo comes back to, stays the same.

        Args:
            numbers: int64, (N,): the new number of each image of the data.
        """

        def moved(point: Point) -> Point:
            known = point.image is not None and point.image < len(numbers)
            return replace(point, image=int(numbers[point.image])) if known else point

        self._history.change(moved)
        self._stand(moved(self.point))

    def recall(self, point: Point, level: str, places: Mapping[str, Place]) -> None:
        """Stand where a run was left, with nothing to undo."""
        self._forget()
        self.places, self.level = dict(places), level
        self._stand(point)
        for signal in (self.history_changed, self.level_changed, self.aimed, self.changed):
            signal.emit()

    def forget_edits(self) -> None:
        """Another model: edits and their history mean nothing to it; the base image stays."""
        self.point = Point(self.point.image, self.point.prior_seed, below=self.point.below)
        self.level, self.places = "", {}
        self._forget()
        self.history_changed.emit()
        self.changed.emit()

    def begin(self) -> None:
        """A gesture begins."""
        if not self.moving:
            self._history.before = self.point

    def end(self) -> None:
        """The gesture ends: what it changed becomes one undo entry."""
        moving = self.moving
        if self._history.end(self.point):
            self.history_changed.emit()
        if moving:
            self.changed.emit()

    def edit(self, level: str, unit: Unit, score: float) -> None:
        """Move one unit to `score` prior standard deviations, or one direction to `score` of its own."""
        self._traversed[level, level in self.point.along] = unit
        self.look_at(level)
        self._become(self.point.put(level, {unit: score}))

    def move(self, level: str, scores: Mapping[Unit, float]) -> None:
        """Give back what was moved of a level, then move several of its units at once."""
        point = self.point.turned(level, False).put(level, scores, alone=True)
        self._traversed[level, False] = next(iter(scores))
        self.look_at(level)
        self._become(point)

    def choose_class(self, number: int) -> None:
        """Draw the present style as one class."""
        self.look_at(LABEL)
        self._become(self.point.put(LABEL, {number: 1.0}, alone=True))

    def reset_unit(self, level: str, unit: Unit) -> None:
        """Give one unit back to the base point."""
        self._become(self.point.without(level, unit))

    def reset_level(self, level: str) -> None:
        """Give all units of one level back to the base point."""
        self._become(self.point.without(level))

    def reset_all(self) -> None:
        """Take the edits of every level away that is not locked."""
        self._become(self.point.without_edits())

    def randomise(self, level: str, units: Iterable[Unit]) -> None:
        """Draw `units` of a level from the standard normal: units from its prior, directions as widely as they vary."""
        self.look_at(level)
        self._become(self._drawn(self.point, level, units))

    def randomise_all(self, units: Mapping[str, Sequence[Unit]]) -> None:
        """Draw all of these levels that are not locked; of a label one class, each as likely as another."""
        point = self.point
        for level, chosen in units.items():
            if level == LABEL:
                point = point.put(level, {chosen[int(self._dice.integers(len(chosen)))]: 1.0}, alone=True)
            else:
                point = self._drawn(point, level, chosen)
        self._become(point)

    def _drawn(self, point: Point, level: str, units: Iterable[Unit]) -> Point:
        chosen = list(units)
        scores = np.clip(self._dice.standard_normal(len(chosen)), -3, 3)
        return point.put(level, dict(zip(chosen, scores.tolist(), strict=True)))

    def turn(self, level: str, along: bool) -> None:
        """Let the sliders of a level move its principal directions, or its units; what was moved is given back."""
        self.look_at(level)
        self._become(self.point.turned(level, along))

    def lock(self, level: str, locked: bool) -> None:
        """Let a level keep its values whatever is moved above it, or let it go again."""
        self.look_at(level)
        self._become(self.point.with_lock(level, locked))

    def toggle_lock(self) -> None:
        """Lock the level at hand, or let it go."""
        if self.level:
            self.lock(self.level, self.level not in self.point.locked)

    def toggle_basis(self) -> None:
        """Change over between units and directions of the level at hand; a label has classes alone."""
        if self.level and self.level != LABEL:
            self.turn(self.level, self.level not in self.point.along)

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
        return at(channel_of(self._traversed.get((level, level in self.point.along), default)), self.places.get(level))

    def undo(self) -> None:
        """Take the last gesture back."""
        if self.can_undo:
            self._restore(self._history.undo(self.point))

    def redo(self) -> None:
        """Do the gesture again that was taken back last."""
        if self.can_redo:
            self._restore(self._history.redo(self.point))

    def _forget(self) -> None:
        """What was done before, and what is known of directions, belongs to something else."""
        self._history, self._traversed, self.signs = History(), {}, {}

    def _restore(self, point: Point) -> None:
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
