"""The traversal view: units or principal directions of a level, each moved from -3 to 3 standard deviations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from hvae_engine.errors import OptionError
from hvae_engine.exploring.base import Base
from hvae_engine.exploring.edits import edits_of, index_of
from hvae_engine.exploring.figures import Tiles
from hvae_engine.exploring.standing import Standing, basis_of
from hvae_engine.exploring.subject import Progress, Subject
from hvae_engine.exploring.typed import Image
from hvae_engine.exploring.views.picturing import spread
from hvae_engine.exploring.views.view import Made, Started, check_count, chosen
from hvae_engine.models import HVAE, side_by_side

FARTHEST = 3.0


@dataclass(frozen=True)
class Traversal(Started):
    """A row for each unit or direction of a level, a picture for each step of it.

    Attributes:
        level: its name; empty: the one with the most nats.
        unit: units, channels of a spatial level; none and no direction: those with the most nats. A label has one row,
            a picture for each class.
        direction: principal directions of the posterior means instead, 0 the widest.
        units: how many rows where nobody chose.
        steps: pictures a row.
        below: what the levels below do.
        image: where from.
        seed: of a draw of the prior that names none.
    """

    name: ClassVar[str] = "traversal"
    title: ClassVar[str] = "Traversal"

    level: str = ""
    unit: tuple[int, ...] = ()
    direction: tuple[int, ...] = ()
    units: int = 6
    steps: int = 9
    below: str = "follow"
    image: Image = 0
    seed: int = 0

    def settled(self, subject: Subject) -> Traversal:
        """See `View`."""
        check_count("units", self.units)
        if self.unit and self.direction:
            raise OptionError("--unit and --direction are both given: give one of them.")
        level = chosen(subject, self.level)
        if self.direction or level == "y":
            return replace(self, level=level)
        unit = self.unit or subject.units(index_of(subject.model, level), self.units)
        return replace(self, level=level, unit=unit, units=len(unit))

    def make(self, subject: Subject, progress: Progress) -> Made:
        """See `View`."""
        check_count("steps", self.steps, 2)
        standing = self.stand(subject, (self.image,), self.below, self.seed, progress)
        values = np.linspace(-FARTHEST, FARTHEST, self.steps)
        moves, labels = self._moves(subject, Base(standing.trace), values, progress)
        strips = []
        for done, strip in enumerate(moves):
            progress(done, len(moves))
            strips.append(sweep(subject.model, standing, self.level, strip))
        progress(len(moves), len(moves))
        columns = tuple(f"{value:+.3g}" if value else "0" for value in values)
        if self.level == "y":
            columns = tuple(subject.gallery.classes) or tuple(map(str, range(len(moves[0]))))
        title = f"{self.level}, {self._measure}"
        tiles = Tiles(np.stack(strips), labels, columns, title, self.level, moments=True)
        return Made(((tiles,),), {self.level: {"moves": moves}})

    @property
    def _measure(self) -> str:
        """What the columns are."""
        if self.level == "y":
            return "each class"
        return "standard deviations of the " + ("posterior means" if self.direction else "prior")

    def _moves(
        self, subject: Subject, base: Base, values: np.ndarray, progress: Progress
    ) -> tuple[list[list[dict[int, float]]], tuple[str, ...]]:
        """Edits of units for each picture of each row, and the rows' labels."""
        model = subject.model
        if self.level == "y":
            classes = list(model)[index_of(model, "y")].shape[0]
            return [[{one: 1.0} for one in range(classes)]], ("class",)
        if not self.direction:
            return [[{unit: float(value)} for value in values] for unit in self.unit], tuple(
                f"unit {unit}" for unit in self.unit
            )
        basis = basis_of(subject, self.level, progress)
        basis.check(self.direction)
        rows = [[basis.edits(model, base, {one: float(value)}) for value in values] for one in self.direction]
        return rows, tuple(f"direction {one}" for one in self.direction)


def sweep(model: HVAE, standing: Standing, level: str, moves: Sequence[Mapping[int, float]]) -> np.ndarray:
    """A picture for each of several edits of one level, uint8, (moves, H, W[, 3]), all in one walk.

    Args:
        model: whose level it is.
        standing: where from, one row.
        level: its name.
        moves: for each picture unit -> standard-normal score.

    Raises:
        OptionError: the level or a unit does not exist.
    """
    index = index_of(model, level)
    moved = side_by_side([edits_of(model, standing.trace, {level: move})[index] for move in moves])
    return spread(model.walk(standing.changed(index, moved), 1).likelihood, len(moves))
