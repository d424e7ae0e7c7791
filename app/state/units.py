"""Units of a level, everywhere on its map or at one place: how an edit names them, and where their sliders stand."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from hvae_engine.exploring import LevelAnswer

Place = tuple[int, int]
"""Row and column on the map of a spatial level."""
Unit = int | tuple[int, int, int]
"""A unit, or a channel of a spatial level everywhere; or (channel, row, column)."""
Edits = Mapping[str, Mapping[Unit, float]]


class Standing(NamedTuple):
    """Where the sliders of a level stand, by channel.

    Attributes:
        scores: of the base point, in prior standard deviations.
        edited: where a person moved a channel to.
        kl: nats of the image at hand.
    """

    scores: Sequence[float]
    edited: Mapping[int, float]
    kl: np.ndarray


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
    if place is None or answer.maps is None:
        everywhere = {unit: score for unit, score in edits.items() if isinstance(unit, int)}
        return Standing(answer.scores.tolist(), everywhere, answer.kl)
    row, column = place
    scores = answer.maps.scores[:, row, column].astype(float)
    for unit, score in edits.items():
        if isinstance(unit, int):
            scores[unit] += score - answer.scores[unit]
    here = {unit[0]: score for unit, score in edits.items() if isinstance(unit, tuple) and unit[1:] == place}
    return Standing(scores.tolist(), here, answer.maps.kl[:, row, column])
