"""Colours of figures on a white ground: levels, classes, and shades from little to much."""

from __future__ import annotations

import colorsys
from collections.abc import Sequence

import numpy as np

Colour = tuple[int, int, int]

GROUND: Colour = (255, 255, 255)
INK: Colour = (22, 24, 29)
DIM: Colour = (93, 102, 115)
RULE: Colour = (216, 220, 227)


def _hues(*digits: str) -> tuple[Colour, ...]:
    return tuple((int(hue[:2], 16), int(hue[2:4], 16), int(hue[4:], 16)) for hue in digits)


LEVELS = _hues("1793ab", "5f9a2c", "7d5a00", "d2672c", "9d1259", "5a3fc4")
"""Those of the window on a light ground, told apart with any kind of colour vision."""
CLASSES = _hues(
    *("0072b2", "c98600", "009e73", "d55e00", "b85f92"),
    *("3a9bd0", "968c00", "5a5a5a", "783ca0", "aa1428"),
)
"""Those of the window on a light ground, after Okabe and Ito's, which are made for any kind of colour vision."""
_STOPS = np.array([(255, 255, 255), (165, 205, 225), (60, 130, 180), (15, 60, 115), (5, 20, 50)], float)


def level_colour(level: str, levels: Sequence[str]) -> Colour:
    """The colour of a level among all of a model, named from the surface down; a label and no level are grey."""
    if level not in levels or level == "y":
        return DIM
    place = [name for name in levels if name != "y"].index(level)
    count = sum(name != "y" for name in levels)
    return LEVELS[place if count <= len(LEVELS) else place * len(LEVELS) // count]


def class_colour(number: int, count: int) -> Colour:
    """The colour of one of `count` classes."""
    if count <= len(CLASSES):
        return CLASSES[number]
    red, green, blue = colorsys.hsv_to_rgb(number / count, 0.85, 0.8 if number % 2 else 0.55)
    return round(255 * red), round(255 * green), round(255 * blue)


def shades(values: np.ndarray, most: float) -> np.ndarray:
    """Numbers from 0 to `most` as colours from white to dark blue, uint8, (*shape, 3)."""
    share = np.clip(values / most, 0, 1) if most > 0 else np.zeros_like(values, float)
    at = np.linspace(0, 1, len(_STOPS))
    channels = [np.interp(share, at, _STOPS[:, channel]) for channel in range(3)]
    colours: np.ndarray = np.rint(np.stack(channels, -1)).astype(np.uint8)
    return colours


def shade(share: float) -> Colour:
    """One of these colours, for a point: the palest are left out, since they would be lost on white."""
    red, green, blue = (int(one) for one in shades(np.array(0.25 + 0.75 * share), 1.0))
    return red, green, blue
