"""Finds out which axes of an array are images, rows, columns and channels, and what its values mean."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from hvae_engine.datasets.array_files.arrays import StoredArray, shape_of
from hvae_engine.datasets.keeping.limits import LARGEST, SMALLEST
from hvae_engine.errors import DataError

CHANNELS = (1, 3, 4)
CHUNK = 16 * 2**20
"""Values that are looked at or turned into bytes at a time."""

ROUNDING = 1e-3
"""How far beyond 0, 1 or 255 a floating-point value may lie."""


class Layout(NamedTuple):
    """How an array holds images.

    Attributes:
        shape: of the array as (N, C, H, W), in whatever order its axes are.
        axes: of the saved array in the order N, C, H, W; empty where images are rows of values.
        words: the same for people.
    """

    shape: tuple[int, int, int, int]
    axes: tuple[int, ...]
    words: str

    def arranged(self, values: np.ndarray) -> np.ndarray:
        """Some images of the saved array as (n, C, H, W)."""
        if self.axes:
            return values.transpose(self.axes)
        return values.reshape(len(values), *self.shape[1:])


class Scale(NamedTuple):
    """How values become bytes: (x + shift) * factor, rounded; and what to say of it, if anything."""

    shift: float
    factor: float
    fact: str


def layout_of(array: StoredArray) -> Layout:
    """How an array of two, three or four axes holds images.

    Raises:
        DataError: it holds none.
    """
    shape = array.shape
    found = {2: flat_layout, 3: grey_layout, 4: colour_layout}.get(len(shape), lambda _: None)(shape)
    if found is None:
        held = f"has the shape {shape_of(array)}" if shape else "holds a single number"
        raise DataError(
            f"{array.name} {held}: Strata reads images as (N, H, W), (N, H, W, C) or"
            " (N, C, H, W), with one, three or four channels."
        )
    _, _, height, width = found.shape
    if not SMALLEST <= min(height, width) <= max(height, width) <= LARGEST:
        raise DataError(
            f"{array.name} holds images of {height} x {width} pixels: Strata reads sides from {SMALLEST} to {LARGEST}."
        )
    return found


def flat_layout(shape: tuple[int, ...]) -> Layout | None:
    """Two axes: one image, or images that are rows of a square number of values, in one channel or three."""
    count, length = shape
    for channels in (1, 3):
        side = math.isqrt(length // channels)
        if side >= SMALLEST and channels * side**2 == length and count != length:
            words = f"rows of {length} values, taken as {side} x {side}" + (" for each channel" * (channels > 1))
            return Layout((count, channels, side, side), (), words)
    return Layout((1, 1, count, length), (), "one grey image") if min(shape) >= SMALLEST else None


def grey_layout(shape: tuple[int, ...]) -> Layout | None:
    """Three axes: grey images, or one in colour."""
    if shape[2] in CHANNELS and shape[1] >= SMALLEST:
        return Layout((1, shape[2], shape[0], shape[1]), (), "one image, channels last")
    return Layout((shape[0], 1, shape[1], shape[2]), (), "grey images")


def colour_layout(shape: tuple[int, ...]) -> Layout | None:
    """Four axes: channels last or second; where both would do, last."""
    last = shape[3] in CHANNELS and min(shape[1:3]) >= SMALLEST
    second = shape[1] in CHANNELS and min(shape[2:]) >= SMALLEST
    if last:
        return Layout((shape[0], shape[3], shape[1], shape[2]), (0, 3, 1, 2), "channels last")
    return Layout((shape[0], *shape[1:]), (0, 1, 2, 3), "channels first") if second else None  # type: ignore[arg-type]


def chunks(array: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    """Stretches of images, and where each begins."""
    step = max(1, CHUNK // max(1, int(np.prod(array.shape[1:]))))
    for first in range(0, len(array), step):
        yield first, array[first : first + step]


def scale_of(name: str, array: np.ndarray) -> Scale:
    """What the values of an array mean: 0 to 255, 0 to 1, -1 to 1 or 16 bits; all of them are looked at.

    Raises:
        DataError: they mean nothing that is known.
    """
    if array.dtype == np.bool_:
        return Scale(0, 255, "The values are true and false, taken as white and black.")
    low, high = math.inf, -math.inf
    for first, chunk in chunks(array):
        lowest, highest = float(chunk.min()), float(chunk.max())
        if not (math.isfinite(lowest) and math.isfinite(highest)):
            bad = first + int(np.flatnonzero(~np.isfinite(chunk).reshape(len(chunk), -1).all(1))[0])
            raise DataError(
                f"{name} holds values that are no numbers (NaN or infinite), first in image {bad}: replace them."
            )
        low, high = min(low, lowest), max(high, highest)
    found = float_scale(low, high) if array.dtype.kind == "f" else whole_scale(low, high)
    if found is None:
        raise DataError(
            f"{name} holds values from {low:g} to {high:g}: Strata reads 0 to 255, 0 to 1, -1 to 1 and 16 bits (0 to"
            " 65 535)."
        )
    return found


def float_scale(low: float, high: float) -> Scale | None:
    """The meaning of floating-point values in a range."""
    if low >= -ROUNDING and high <= 1 + ROUNDING:
        return Scale(0, 255, "The values go from 0 to 1 and were multiplied by 255.")
    if low >= -1 - ROUNDING and high <= 1 + ROUNDING:
        return Scale(1, 127.5, "The values go from -1 to 1: -1 was taken as black and 1 as white.")
    return Scale(0, 1, "The values go from 0 to 255.") if low >= -0.5 and high <= 255.5 else None


def whole_scale(low: float, high: float) -> Scale | None:
    """The meaning of whole numbers in a range."""
    if low < 0:
        return None
    if high <= 1:
        return Scale(0, 255, "The values are 0 and 1, taken as black and white.")
    if high <= 255:
        return Scale(0, 1, "")
    return Scale(0, 1 / 257, "The values have 16 bits and were brought to 8.") if high <= 65_535 else None


def to_bytes(values: np.ndarray, scale: Scale) -> np.ndarray:
    """Values as bytes."""
    if values.dtype == np.uint8 and scale.factor == 1:
        return values
    scaled = (values.astype(np.float32) + np.float32(scale.shift)) * np.float32(scale.factor)
    rounded: np.ndarray = np.clip(np.rint(scaled), 0, 255).astype(np.uint8)
    return rounded
