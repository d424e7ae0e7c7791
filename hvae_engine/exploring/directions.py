"""Principal directions of a level: axes along which the posterior means of images spread, as a basis for edits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from torch import Tensor

from hvae_engine.errors import OptionError
from hvae_engine.exploring.edits import index_of
from hvae_engine.exploring.encodings import Encodings, over_map
from hvae_engine.exploring.explorer import Base
from hvae_engine.models import HVAE, scores

FLAT = 1e-9
"""A direction whose variance is below this is none: the means do not move along it."""


@dataclass(frozen=True)
class Directions:
    """The eigenvectors of the covariance of a level's posterior means, by falling variance.

    A spatial level counts with the mean over the map of each channel; a level whose prior is not Gaussian with the
    standard-normal scores of its means.

    Attributes:
        level: its name.
        centre: mean over images, (units,).
        vectors: unit length, one a row, (directions, units); the largest entry of each is positive.
        deviations: standard deviation of the means along each, (directions,).
    """

    level: str
    centre: np.ndarray
    vectors: np.ndarray
    deviations: np.ndarray

    @property
    def shares(self) -> np.ndarray:
        """Share of the variance of the means that each direction holds, (directions,)."""
        variance = self.deviations**2
        shares: np.ndarray = variance / variance.sum()
        return shares

    def positions(self, coordinates: np.ndarray) -> np.ndarray:
        """Where points (N, units) lie, in standard deviations along each direction, (N, directions)."""
        along: np.ndarray = (coordinates - self.centre) @ self.vectors.T / self.deviations
        return along

    def check(self, directions: tuple[int, ...]) -> None:
        """Make sure that all of these exist.

        Raises:
            OptionError: one does not.
        """
        count = len(self.vectors)
        wrong = [one for one in directions if not 0 <= one < count]
        if wrong and not count:
            raise OptionError(
                f"Level {self.level!r} has no direction: its posterior means are the same for all images."
            )
        if wrong:
            raise OptionError(f"Level {self.level!r} has directions 0 to {count - 1}, not {wrong[0]}; choose one.")

    def edits(self, model: HVAE, base: Base, moves: Mapping[int, float]) -> dict[int, float]:
        """Moves along directions as edits of units, for `Explorer.vary` and all that takes edits.

        Args:
            model: whose level it is.
            base: where from, one row.
            moves: direction -> where to, in standard deviations from the centre.

        Returns:
            Unit -> standard-normal score of its prior at the base; directions that are not named stay where they are.

        Raises:
            OptionError: a direction does not exist.
        """
        self.check(tuple(moves))
        index = index_of(model, self.level)
        visit = base.trace.visits[index]
        score = _by_unit(scores(base.trace)[index])
        gaussian = base.values()[index] is None
        value, spread = (_by_unit(visit.choice.z), _by_unit(visit.prior.stddev)) if gaussian else (score, 1.0)
        here = self.positions(value[None])[0]
        step = sum((to - here[one]) * self.deviations[one] * self.vectors[one] for one, to in moves.items())
        return dict(enumerate((score + step / spread).tolist()))


def directions_of(model: HVAE, level: str, encodings: Encodings) -> Directions:
    """The principal directions of a level over the images of `encodings`.

    Raises:
        OptionError: there is no such level, or it is a label, which has classes instead.
    """
    index = index_of(model, level)
    if level == "y":
        raise OptionError("Level 'y' is a class and has no directions; choose another level.")
    values = encodings.by_unit(index)
    centre = values.mean(0)
    variance, vectors = np.linalg.eigh(np.cov(values, rowvar=False).reshape(len(centre), -1))
    kept = [i for i in range(len(variance))[::-1] if variance[i] > FLAT]
    chosen = vectors[:, kept].T
    largest = np.take_along_axis(chosen, np.abs(chosen).argmax(1)[:, None], 1) if kept else np.ones((0, 1))
    return Directions(level, centre, chosen * np.sign(largest), np.sqrt(variance[kept]))


def _by_unit(value: Tensor) -> np.ndarray:
    """(1, 1, units, *map) to (units,)."""
    units: np.ndarray = over_map(value[0].double().cpu().numpy())[0]
    return units
