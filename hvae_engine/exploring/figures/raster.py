"""Draws on pixels, with Pillow."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw

from hvae_engine.exploring.figures.canvas import PLAIN, Anchor, drawable, font
from hvae_engine.exploring.figures.palette import GROUND, INK, Colour

_ANCHORS: dict[Anchor, str] = {"start": "la", "middle": "ma", "end": "ra"}


_Paint = Callable[[ImageDraw.ImageDraw, np.ndarray], None]
FINER = 4
"""How much finer marks are painted than they are shown."""


class Raster:
    """A canvas of pixels.

    Args:
        width: points.
        height: points.
        scale: pixels a point.
    """

    def __init__(self, width: float, height: float, scale: int = 1) -> None:
        self.scale = scale
        self.image = Image.new("RGB", (round(width * scale), round(height * scale)), GROUND)
        self._draw = ImageDraw.Draw(self.image)

    def picture(self, x: float, y: float, pixels: np.ndarray, zoom: int) -> None:
        """See `Canvas`; each pixel becomes a square of whole pixels, nothing is smoothed."""
        side = zoom * self.scale
        big = np.repeat(np.repeat(pixels, side, 0), side, 1)
        self.image.paste(Image.fromarray(big), (round(x * self.scale), round(y * self.scale)))

    def text(
        self, x: float, y: float, words: str, size: int = PLAIN, colour: Colour = INK, anchor: Anchor = "start"
    ) -> None:
        """See `Canvas`."""
        place = (x * self.scale, y * self.scale)
        self._draw.text(place, drawable(words), fill=colour, font=font(size * self.scale), anchor=_ANCHORS[anchor])

    def line(self, points: list[tuple[float, float]], colour: Colour, width: float = 1.0) -> None:
        """See `Canvas`."""
        pixels = np.array(points) * self.scale
        thick = max(1.0, width * self.scale)

        def paint(draw: ImageDraw.ImageDraw, origin: np.ndarray) -> None:
            places = [(float(x), float(y)) for x, y in (pixels - origin) * FINER]
            draw.line(places, fill=255, width=round(thick * FINER), joint="curve")

        self._smooth(pixels.min(0) - thick, pixels.max(0) + thick, colour, paint)

    def dot(self, x: float, y: float, radius: float, colour: Colour) -> None:
        """See `Canvas`."""
        middle, reach = np.array([x, y]) * self.scale, radius * self.scale

        def paint(draw: ImageDraw.ImageDraw, origin: np.ndarray) -> None:
            low, high = (middle - reach - origin) * FINER, (middle + reach - origin) * FINER
            draw.ellipse((*low.tolist(), *high.tolist()), fill=255)

        self._smooth(middle - reach - 1, middle + reach + 1, colour, paint)

    def _smooth(self, low: np.ndarray, high: np.ndarray, colour: Colour, paint: _Paint) -> None:
        """Paint on a finer ground between two corners, and lay it over this one in a colour: no jagged edges."""
        origin = np.floor(low).astype(int)
        width, height = (int(one) for one in np.ceil(high).astype(int) - origin)
        mask = Image.new("L", (width * FINER, height * FINER))
        paint(ImageDraw.Draw(mask), origin)
        self.image.paste(colour, (int(origin[0]), int(origin[1])), mask.resize((width, height), Image.Resampling.BOX))

    def box(self, x: float, y: float, width: float, height: float, colour: Colour) -> None:
        """See `Canvas`."""
        s = self.scale
        corners = (round(x * s), round(y * s), round((x + width) * s) - 1, round((y + height) * s) - 1)
        self._draw.rectangle(corners, fill=colour)
