"""What a figure is drawn on: a few marks, in points of which a scale makes pixels."""

from __future__ import annotations

import unicodedata
from bisect import bisect
from functools import cache
from typing import Literal, Protocol

import numpy as np
from PIL import ImageFont

from hvae_engine.exploring.figures.palette import Colour

Anchor = Literal["start", "middle", "end"]
SMALL, PLAIN, LARGE = 10, 12, 15
TYPED = {"\N{MINUS SIGN}": "-", "\N{EN DASH}": "-", "\N{HORIZONTAL ELLIPSIS}": "...", "\N{MULTIPLICATION SIGN}": "x"}
"""What stands for letters that the font may lack."""


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
    """Words as lines no wider than `width`; a word that is wider itself is broken, after a comma where it has one."""
    lines = [""]
    for word in words.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if width_of(longer, size) <= width:
            lines[-1] = longer
        else:
            lines += _broken(word, size, width)
    return lines if lines[0] or len(lines) == 1 else lines[1:]


def _broken(word: str, size: int, width: float) -> list[str]:
    """A word as pieces no wider than `width`, each at least a letter."""
    pieces = []
    while width_of(word, size) > width and len(word) > 1:
        fits = max(1, bisect(range(1, len(word)), width, key=lambda end: width_of(word[:end], size)))
        end = word.rfind(",", 0, fits) + 1 or fits
        pieces.append(word[:end])
        word = word[end:]
    return [*pieces, word]


def drawable(words: str) -> str:
    """The same words with a question mark for every character that the font has not, accents aside."""
    return "".join(_drawable(letter) for letter in words)


@cache
def _drawable(letter: str) -> str:
    """A letter, or the same without its accent, or what it is typed as, or a question mark."""
    if letter in TYPED and not _has(letter):
        return TYPED[letter]
    plain = unicodedata.normalize("NFKD", letter)
    bare = "".join(part for part in plain if not unicodedata.combining(part))
    return letter if _has(letter) else bare if bare and all(map(_has, bare)) else "?"


def _has(letter: str) -> bool:
    known, missing = font(PLAIN).getmask(letter), font(PLAIN).getmask("\U000f0000")
    return letter.isspace() or (known.size, bytes(known)) != (missing.size, bytes(missing))
