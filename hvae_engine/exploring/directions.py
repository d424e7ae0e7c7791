"""Principal directions of a level: axes along which the posterior means of images spread, as a basis for edits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from hvae_engine.distributions import normal_score
from hvae_engine.errors import OptionError
from hvae_engine.exploring.base import Base, told_by_scores
from hvae_engine.exploring.edits import index_of
from hvae_engine.exploring.encodings import Encodings, encode, over_map
from hvae_engine.exploring.questions import Along, Moves
from hvae_engine.exploring.subject import Progress, unwatched
from hvae_engine.models import HVAE, Shift, Visit, scores
from hvae_engine.objectives.evaluation import ACTIVE_VARIANCE

SPANNING, SPANNING_MAPS = 500, 100
"""Images whose posterior means span the directions; fewer where levels have maps, whose channels are few."""
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
        local: that of the means of single places of a spatial level, (directions,); elsewhere the same.
    """

    level: str
    centre: np.ndarray
    vectors: np.ndarray
    deviations: np.ndarray
    local: np.ndarray

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

    def places(self, coordinates: np.ndarray) -> np.ndarray:
        """Where the places of a map (units, ...) lie, in their own standard deviations, (directions, ...)."""
        away = np.moveaxis(coordinates, 0, -1) - self.centre
        along: np.ndarray = np.moveaxis(away @ self.vectors.T / self.local, -1, 0)
        return along

    def aligned(self, before: Directions) -> Directions:
        """The same directions, each pointing the way that the one most like it pointed before."""
        if not len(self.vectors) or not len(before.vectors):
            return self
        like = self.vectors @ before.vectors.T
        signs = np.sign(np.take_along_axis(like, np.abs(like).argmax(1)[:, None], 1))
        return replace(self, vectors=self.vectors * np.where(signs == 0, 1, signs))

    def answer(self, visit: Visit) -> Along:
        """What is said of a level whose visit in a walk of one row this is."""
        value, _ = _coordinates(visit)
        return Along(
            self.positions(over_map(value[None]))[0],
            self.shares,
            int((self.deviations**2 > ACTIVE_VARIANCE).sum()),
            _largest(self.vectors),
            self.places(value) if value.ndim > 1 else None,
            self.deviations / self.local,
        )

    def move(self, visit: Visit, moves: Moves) -> Shift:
        """See `Basis`: to so many standard deviations from the centre; the directions that are not named stay.

        What a level moves along, it moves from wherever the rule for the levels below takes it. A direction of no
        variance moves nothing.
        """
        value, spread = _coordinates(visit)
        everywhere = {unit: to for unit, to in moves.items() if isinstance(unit, int)}
        step = self._step(over_map(value[None])[0], everywhere, self.deviations) / over_map(spread[None])[0]
        shift = np.broadcast_to(step.reshape(-1, *(1,) * (value.ndim - 1)), value.shape).copy()
        by_place: dict[tuple[int, int], dict[int, float]] = {}
        for unit, to in moves.items():
            if isinstance(unit, tuple):
                by_place.setdefault(unit[1:], {})[unit[0]] = to
        for (row, column), one in by_place.items():
            at = np.s_[:, row, column]
            shift[at] += self._step(value[at] + shift[at] * spread[at], one, self.local) / spread[at]
        z = visit.choice.z
        return Shift(torch.from_numpy(shift).to(z)[None, None])

    def _step(self, coordinates: np.ndarray, moves: Mapping[int, float], deviations: np.ndarray) -> np.ndarray:
        """From coordinates (units,) to where `moves` want them, (units,)."""
        along = (coordinates - self.centre) @ self.vectors.T
        known = [(one, to) for one, to in moves.items() if one < len(along)]
        steps = [(to * deviations[one] - along[one]) * self.vectors[one] for one, to in known]
        return np.sum(steps, 0) if steps else np.zeros_like(coordinates)

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
        score = _by_unit(scores(base.trace)[index])
        shift = _by_unit(self.move(base.trace.visits[index], moves).score)
        return dict(enumerate((score + shift).tolist()))


def spanning(model: HVAE, pixels: Tensor, progress: Progress = unwatched) -> Encodings:
    """What the directions of every level are taken from: the first of some images, wherever directions are numbered.

    Args:
        model: in evaluation mode.
        pixels: uint8, (N, C, H, W).
        progress: called with images done and images in all; may raise to cancel.
    """
    if any(len(level.shape) > 1 for level in model):
        return encode(model, pixels[:SPANNING_MAPS], draws=2, progress=progress)
    return encode(model, pixels[:SPANNING], progress=progress)


def directions_of(model: HVAE, level: str, encodings: Encodings) -> Directions:
    """The principal directions of a level over the images of `encodings`.

    Raises:
        OptionError: there is no such level, or it is a label, which has classes instead.
    """
    index = index_of(model, level)
    if level == "y":
        raise OptionError("Level 'y' is a class and has no directions; choose another level.")
    places = encodings.coordinates[index]
    values = over_map(places)
    centre = values.mean(0)
    variance, vectors = np.linalg.eigh(_covariance(values))
    kept = [i for i in range(len(variance))[::-1] if variance[i] > FLAT]
    chosen = vectors[:, kept].T
    chosen = chosen * _largest(chosen)[:, None]
    deviations = np.sqrt(variance[kept])
    found = Directions(level, centre, chosen, deviations, deviations)
    return found if places.ndim == 2 or not kept else replace(found, local=_local(found, places))


def _covariance(values: np.ndarray) -> np.ndarray:
    """Of points (N, units), (units, units); nought for a single one, and for those of a model gone astray."""
    units = values.shape[1]
    if len(values) < 2 or not np.isfinite(values).all():
        return np.zeros((units, units))
    return np.cov(values, rowvar=False).reshape(units, units)


def _largest(vectors: np.ndarray) -> np.ndarray:
    """Sign of the largest entry of each vector, one a row."""
    if not len(vectors):
        return np.ones(0)
    signs: np.ndarray = np.sign(np.take_along_axis(vectors, np.abs(vectors).argmax(1)[:, None], 1))[:, 0]
    return signs


def _local(directions: Directions, places: np.ndarray) -> np.ndarray:
    """Standard deviation along each direction of single places of maps (N, units, ...), (directions,)."""
    points = np.moveaxis(places, 1, -1).reshape(-1, places.shape[1])
    deviations: np.ndarray = ((points - directions.centre) @ directions.vectors.T).std(0)
    return deviations


def _coordinates(visit: Visit) -> tuple[np.ndarray, np.ndarray]:
    """Where a walk of one row stands, (units, *map), and what a standard-normal score of the prior is worth there.

    A Gaussian level stands at its z; another one at its scores.
    """
    prior, z = visit.prior, visit.choice.z
    gaussian = told_by_scores(prior)
    value = z if gaussian else normal_score(prior, z)
    spread = prior.stddev.expand_as(z) if gaussian else torch.ones_like(z)
    return _plain(value[0, 0]), _plain(spread[0, 0])


def _plain(value: Tensor) -> np.ndarray:
    array: np.ndarray = value.double().cpu().numpy()
    return array


def _by_unit(value: Tensor) -> np.ndarray:
    """(1, 1, units, *map) to (units,)."""
    units: np.ndarray = over_map(_plain(value[0]))[0]
    return units
