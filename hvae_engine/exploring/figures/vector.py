"""Writes SVG by hand: lines, dots and words stay vectors, pictures go in as they are."""

from __future__ import annotations

import base64
import io
from xml.sax.saxutils import escape

import numpy as np
from PIL import Image

from hvae_engine.exploring.figures.canvas import PLAIN, Anchor
from hvae_engine.exploring.figures.palette import GROUND, INK, Colour

ASCENT = 0.95
"""From the upper edge of a line of words to its base line, in sizes."""


class Vector:
    """A canvas of SVG elements.

    Args:
        width: points.
        height: points.
    """

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = width, height
        self._parts: list[str] = []
        self.box(0, 0, width, height, GROUND)

    def picture(self, x: float, y: float, pixels: np.ndarray, zoom: int) -> None:
        """See `Canvas`; it goes in as large as it is shown, since not every viewer leaves pixels square."""
        data = io.BytesIO()
        Image.fromarray(np.repeat(np.repeat(pixels, zoom, 0), zoom, 1)).save(data, "PNG")
        height, width = pixels.shape[:2]
        self._parts.append(
            f'<image x="{x:g}" y="{y:g}" width="{width * zoom}" height="{height * zoom}" '
            f'style="image-rendering:pixelated" preserveAspectRatio="none" '
            f'href="data:image/png;base64,{base64.b64encode(data.getvalue()).decode()}"/>'
        )

    def text(
        self, x: float, y: float, words: str, size: int = PLAIN, colour: Colour = INK, anchor: Anchor = "start"
    ) -> None:
        """See `Canvas`."""
        self._parts.append(
            f'<text x="{x:g}" y="{y + ASCENT * size:g}" font-size="{size}" fill="{_hex(colour)}" '
            f'text-anchor="{anchor}">{escape(_printable(words))}</text>'
        )

    def line(self, points: list[tuple[float, float]], colour: Colour, width: float = 1.0) -> None:
        """See `Canvas`."""
        joined = " ".join(f"{x:.2f},{y:.2f}" for x, y in points)
        self._parts.append(
            f'<polyline points="{joined}" fill="none" stroke="{_hex(colour)}" stroke-width="{width:g}"/>'
        )

    def dot(self, x: float, y: float, radius: float, colour: Colour) -> None:
        """See `Canvas`."""
        self._parts.append(f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{radius:g}" fill="{_hex(colour)}"/>')

    def box(self, x: float, y: float, width: float, height: float, colour: Colour) -> None:
        """See `Canvas`."""
        self._parts.append(f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" fill="{_hex(colour)}"/>')

    def document(self, caption: str, metadata: str) -> str:
        """The whole file.

        Args:
            caption: what is read aloud.
            metadata: kept in the file.
        """
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.width:g}" height="{self.height:g}" '
            f'viewBox="0 0 {self.width:g} {self.height:g}" font-family="sans-serif">'
        )
        about = f"<desc>{escape(_printable(caption))}</desc><metadata>{escape(metadata)}</metadata>"
        return "\n".join([head, about, *self._parts, "</svg>"]) + "\n"


def _hex(colour: Colour) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)


def _printable(words: str) -> str:
    """Without the control characters that XML forbids."""
    return "".join(letter for letter in words if letter.isprintable())
