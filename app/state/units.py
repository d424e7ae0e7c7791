"""Units of a level, everywhere on its map or at one place: how an edit names them, and where their sliders stand."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from hvae_engine.exploring import LevelAnswer
    from hvae_engine.exploring.questions import Along

Place = tuple[int, int]
"""Row and column on the map of a spatial level."""
Unit = int | tuple[int, int, int]
"""A unit, or a channel of a spatial level everywhere; or (channel, row, column)."""
Edits = Mapping[str, Mapping[Unit, float]]


class Standing(NamedTuple):
    """Where the sliders of a level stand, by channel or by direction.

    Attributes:
        scores: of the base point, in prior standard deviations, or in those of the posterior means along a direction.
        edited: where a person moved a channel or a direction to.
        weights: nats of the image at hand, or the share of variance.
    """

    scores: Sequence[float]
    edited: Mapping[int, float]
    weights: np.ndarray


def at(channel: int, place: Place | None) -> Unit:
    """The unit of one channel at `place`, or everywhere."""
    return channel if place is None else (channel, *place)


def channel_of(unit: Unit) -> int:
    """The channel, wherever the unit is."""
    return unit[0] if isinstance(unit, tuple) else unit


def places_of(units: Iterable[Unit]) -> frozenset[Place]:
    """Every single place among `units`."""
    return frozenset(unit[1:] for unit in units if isinstance(unit, tuple))


def every_unit(shape: Sequence[int], place: Place | None) -> list[Unit]:
    """Each unit of a level, (units,) or (channels, height, width), or each channel at one place of it."""
    if len(shape) == 1 or place is not None:
        return [at(channel, place) for channel in range(shape[0])]
    channels, height, width = map(range, shape)
    return list(itertools.product(channels, height, width))


def standing(answer: LevelAnswer, edits: Mapping[Unit, float], place: Place | None) -> Standing:
    """Where the sliders stand for `place`; a channel that was moved everywhere has moved there too."""
    if answer.along is not None:
        return _along(answer.along, edits, place)
    if place is None or answer.maps is None:
        return Standing(answer.scores.tolist(), _everywhere(edits), answer.kl)
    row, column = place
    scores = answer.maps.scores[:, row, column].astype(float)
    for unit, score in edits.items():
        if isinstance(unit, int):
            scores[unit] += score - answer.scores[unit]
    return Standing(scores.tolist(), _here(edits, place), answer.maps.kl[:, row, column])


def drawn(answer: LevelAnswer, place: Place | None) -> list[Unit]:
    """What dice draw of a level: each unit at each place, or at one place; or each direction."""
    if answer.along is not None:
        return [at(direction, place) for direction in range(len(answer.along.scores))]
    return every_unit(answer.scores.shape if answer.maps is None else answer.maps.scores.shape, place)


def _along(along: Along, edits: Mapping[Unit, float], place: Place | None) -> Standing:
    everywhere = _everywhere(edits)
    if place is None or along.places is None:
        return Standing(along.scores.tolist(), everywhere, along.shares)
    scores = along.places[:, place[0], place[1]].copy()
    for direction, score in everywhere.items():
        if direction < len(scores):
            scores[direction] += (score - along.scores[direction]) * along.widths[direction]
    return Standing(scores.tolist(), _here(edits, place), along.shares)


def _everywhere(edits: Mapping[Unit, float]) -> dict[int, float]:
    return {unit: score for unit, score in edits.items() if isinstance(unit, int)}


def _here(edits: Mapping[Unit, float], place: Place) -> dict[int, float]:
    return {unit[0]: score for unit, score in edits.items() if isinstance(unit, tuple) and unit[1:] == place}
