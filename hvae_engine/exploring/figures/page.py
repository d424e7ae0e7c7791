"""Puts the panels of a figure on a page, with its caption below them."""

from __future__ import annotations

from hvae_engine.exploring.figures.canvas import SMALL, Canvas, wrapped
from hvae_engine.exploring.figures.drawing import draw, size_of
from hvae_engine.exploring.figures.palette import DIM, INK
from hvae_engine.exploring.figures.panels import Figure
from hvae_engine.exploring.figures.raster import Raster
from hvae_engine.exploring.figures.vector import Vector

MARGIN, BETWEEN, LEADING = 14, 18, 14
NARROWEST = 420
"""Points a page is wide at least, so that its caption can be read."""
ROOMY = 0.87
"""Share of the width that a caption fills at most: an SVG may be shown with wider letters than it was laid out for."""


def as_raster(figure: Figure, scale: int = 1) -> Raster:
    """The figure in pixels, `scale` of them a point."""
    canvas = Raster(*_size(figure), scale)
    _draw(canvas, figure)
    return canvas


def as_vector(figure: Figure) -> Vector:
    """The figure as SVG."""
    canvas = Vector(*_size(figure))
    _draw(canvas, figure)
    return canvas


def _size(figure: Figure) -> tuple[float, float]:
    sizes = [[size_of(panel) for panel in row] for row in figure.rows]
    width = max(sum(w for w, _ in row) + BETWEEN * (len(row) - 1) for row in sizes)
    width = max(width, NARROWEST)
    height = sum(max(h for _, h in row) + BETWEEN for row in sizes)
    return width + 2 * MARGIN, height + 2 * MARGIN + LEADING * len(_caption(figure, width))


def _caption(figure: Figure, width: float) -> list[tuple[str, bool]]:
    """Its lines, and whether each belongs to the first sentence."""
    return [(line, i == 0) for i, words in enumerate(figure.caption) for line in wrapped(words, SMALL, ROOMY * width)]


def _draw(canvas: Canvas, figure: Figure) -> None:
    y: float = MARGIN
    for row in figure.rows:
        x: float = MARGIN
        for panel in row:
            draw(canvas, panel, x, y, figure.levels)
            x += size_of(panel)[0] + BETWEEN
        y += max(size_of(panel)[1] for panel in row) + BETWEEN
    for line, first in _caption(figure, _size(figure)[0] - 2 * MARGIN):
        canvas.text(MARGIN, y, line, SMALL, INK if first else DIM)
        y += LEADING
