"""What a figure is drawn on: a few marks, in points of which a scale makes pixels."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Literal, Protocol

import numpy as np
from PIL import ImageFont

from hvae_engine.exploring.figures.palette import Colour

Anchor = Literal["start", "middle", "end"]
SMALL, PLAIN, LARGE = 10, 12, 15


class Canvas(Protocol):
    """A ground to draw on; places are points from the upper left corner."""

    def picture(self, x: float, y: float, pixels: np.ndarray, zoom: int) -> None:
        """A picture, uint8, (H, W) or (H, W, 3), each pixel a square of `zoom` points."""

    def text(
        self, x: float, y: float, words: str, size: int = PLAIN, colour: Colour = ..., anchor: Anchor = "start"
    ) -> None:
        """A line of words whose upper edge is at y."""

    def line(self, points: list[tuple[float, float]], colour: Colour, width: float = 1.0) -> None:
        """Straight lines from point to point."""

    def dot(self, x: float, y: float, radius: float, colour: Colour) -> None:
        """A disc."""

    def box(self, x: float, y: float, width: float, height: float, colour: Colour) -> None:
        """A filled rectangle."""


@cache
def font(size: float) -> ImageFont.FreeTypeFont:
    """Pillow's own font, which is on every machine."""
    found = ImageFont.load_default(size=size)
    if not isinstance(found, ImageFont.FreeTypeFont):
        raise RuntimeError("This build of Pillow has no FreeType; install the one from the package index.")
    return found


def width_of(words: str, size: int) -> float:
    """Points that a line of words takes."""
    return float(font(size).getlength(drawable(words)))


def wrapped(words: str, size: int, width: float) -> list[str]:
    """Words as lines no wider than `width`; a single word that is wider stays whole."""
    lines = [""]
    for word in words.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and width_of(longer, size) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def drawable(words: str) -> str:
    """The same words with a question mark for every character that the font has not, accents aside."""
    return "".join(_drawable(letter) for letter in words)


@cache
def _drawable(letter: str) -> str:
    """A letter, or the same without its accent, or a question mark."""
    plain = unicodedata.normalize("NFKD", letter)
    bare = "".join(part for part in plain if not unicodedata.combining(part))
    return letter if _has(letter) else bare if bare and all(map(_has, bare)) else "?"


def _has(letter: str) -> bool:
    known, missing = font(PLAIN).getmask(letter), font(PLAIN).getmask("\U000f0000")
    return letter.isspace() or (known.size, bytes(known)) != (missing.size, bytes(missing))
