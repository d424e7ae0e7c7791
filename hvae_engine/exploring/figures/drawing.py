"""Draws each kind of panel: how large it is, and its marks on a canvas."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from hvae_engine.exploring.figures.axes import Axes, Axis, numbers_room, span
from hvae_engine.exploring.figures.canvas import PLAIN, SMALL, Canvas, width_of, wrapped
from hvae_engine.exploring.figures.palette import DIM, INK, class_colour, level_colour, shade, shades
from hvae_engine.exploring.figures.panels import Heat, Line, Panel, Scatter, Text, Tiles

TILE, WIDEST, GAP = 64, 1500, 3
HEAT, PLOT, MAP, PROSE = 168, (260, 150), 400, 640
HEAD = 20
CHIP = 9

Size = tuple[float, float]


class _Kind(NamedTuple):
    """How a kind of panel is drawn, below its title."""

    size: Callable[[Any], Size]
    draw: Callable[[Canvas, Any, float, float, Sequence[str]], None]


def size_of(panel: Panel) -> Size:
    """Width and height of a panel with its title, points."""
    width, height = _KINDS[type(panel)].size(panel)
    return max(width, _title_width(panel)), height + (HEAD if panel.title else 0)


def draw(canvas: Canvas, panel: Panel, x: float, y: float, levels: Sequence[str]) -> None:
    """Draw a panel with its upper left corner at a point; `levels` from the surface down, for their colours."""
    if panel.title:
        if panel.level:
            canvas.box(x, y + 2, CHIP, CHIP, level_colour(panel.level, levels))
        canvas.text(x + (CHIP + 6 if panel.level else 0), y - 1, panel.title)
        y += HEAD
    _KINDS[type(panel)].draw(canvas, panel, x, y, levels)


def _title_width(panel: Panel) -> float:
    return width_of(panel.title, PLAIN) + (CHIP + 6 if panel.level else 0)


def zoom_of(panel: Tiles) -> int:
    """Points a side of each pixel of the pictures: the nearest whole number that makes them about `TILE` high."""
    columns, height, width = map(int, panel.pictures.shape[1:4])
    return max(1, min(round(TILE / height), (WIDEST // columns - GAP) // width))


def _label_room(panel: Tiles) -> float:
    return max((width_of(label, SMALL) + 8 for label in panel.rows if label), default=0.0)


def _tiles_size(panel: Tiles) -> Size:
    rows, columns, height, width = panel.pictures.shape[:4]
    zoom = zoom_of(panel)
    top = SMALL + 5 if any(panel.columns) else 0
    return _label_room(panel) + columns * (width * zoom + GAP) - GAP, top + rows * (height * zoom + GAP) - GAP


def _draw_tiles(canvas: Canvas, panel: Tiles, x: float, y: float, levels: Sequence[str]) -> None:
    rows, columns, height, width = panel.pictures.shape[:4]
    zoom, left = zoom_of(panel), x + _label_room(panel)
    across, down = width * zoom + GAP, height * zoom + GAP
    for column, label in enumerate(panel.columns):
        canvas.text(left + column * across + (across - GAP) / 2, y, label, SMALL, DIM, "middle")
    y += SMALL + 5 if any(panel.columns) else 0
    for row in range(rows):
        if panel.rows:
            canvas.text(left - 8, y + row * down + (down - GAP - SMALL) / 2, panel.rows[row], SMALL, DIM, "end")
        for column in range(columns):
            canvas.picture(left + column * across, y + row * down, panel.pictures[row, column], zoom)


def _heat_zoom(panel: Heat) -> int:
    return max(1, round(HEAT / int(panel.values.shape[0])))


def _heat_size(panel: Heat) -> Size:
    zoom, (height, width) = _heat_zoom(panel), panel.values.shape
    bar = width_of(f"0     {_most(panel):.3g} {panel.unit}", SMALL)
    return max(width * zoom, bar), height * zoom + 12 + SMALL + 4


def _most(panel: Heat) -> float:
    return float(panel.values.max())


def _draw_heat(canvas: Canvas, panel: Heat, x: float, y: float, levels: Sequence[str]) -> None:
    zoom, (height, width) = _heat_zoom(panel), panel.values.shape
    canvas.picture(x, y, shades(panel.values, _most(panel)), zoom)
    below = y + height * zoom + 4
    canvas.picture(x, below, np.repeat(shades(np.arange(width) / max(1, width - 1), 1.0)[None], 2, 0), zoom // 2 or 1)
    canvas.text(x, below + 12, "0", SMALL, DIM)
    canvas.text(x + _heat_size(panel)[0], below + 12, f"{_most(panel):.3g} {panel.unit}", SMALL, DIM, "end")


def _line_axes(panel: Line, x: float, y: float) -> Axes:
    across = Axis(float(panel.x.min()), float(panel.x.max()), panel.x_label)
    up = Axis(0.0, float(panel.y.max()) * 1.05 or 1.0, panel.y_label)
    return Axes(x + numbers_room(up), y + 16, *PLOT, across, up)


def _line_size(panel: Line) -> Size:
    axes = _line_axes(panel, 0, 0)
    return axes.x + axes.width + 10, axes.y + axes.height + 34


def _draw_line(canvas: Canvas, panel: Line, x: float, y: float, levels: Sequence[str]) -> None:
    axes = _line_axes(panel, x, y)
    axes.draw(canvas)
    colour = level_colour(panel.level, levels)
    canvas.line([axes.at(float(a), float(b)) for a, b in zip(panel.x, panel.y, strict=True)], colour, 2)
    if panel.mark is not None:
        place, label = panel.mark
        canvas.line([axes.at(place, axes.up.low), axes.at(place, axes.up.high)], INK)
        left = axes.across.share(place) > 0.6
        middle, top = axes.at(place, axes.up.high)
        canvas.text(middle + (-5 if left else 5), top, label, SMALL, INK, "end" if left else "start")


def _scatter_axes(panel: Scatter, x: float, y: float) -> Axes:
    across, up = span(panel.points[:, 0].tolist(), panel.x_label), span(panel.points[:, 1].tolist(), panel.y_label)
    return Axes(x + numbers_room(up), y + 16, MAP, MAP, across, up)


def _legend(panel: Scatter) -> list[tuple[str, tuple[int, int, int]]]:
    if panel.classes:
        return [(name, class_colour(i, len(panel.classes))) for i, name in enumerate(panel.classes)]
    low, high = float(panel.colours.min()), float(panel.colours.max())
    return [(f"{low + share * (high - low):.3g}", shade(share)) for share in (1, 0.75, 0.5, 0.25, 0)]


def _scatter_size(panel: Scatter) -> Size:
    axes = _scatter_axes(panel, 0, 0)
    legend = [panel.colour_label, *(name for name, _ in _legend(panel))]
    height = max(axes.height + 34, 16 * len(legend))
    return axes.x + axes.width + 34 + max(width_of(name, SMALL) for name in legend), axes.y + height


def _draw_scatter(canvas: Canvas, panel: Scatter, x: float, y: float, levels: Sequence[str]) -> None:
    axes = _scatter_axes(panel, x, y)
    axes.draw(canvas)
    low, most = float(panel.colours.min()), float(np.ptp(panel.colours))
    for (a, b), value in zip(panel.points.tolist(), panel.colours.tolist(), strict=True):
        known = bool(panel.classes)
        colour = class_colour(int(value), len(panel.classes)) if known else shade((value - low) / (most or 1))
        canvas.dot(*axes.at(a, b), 2.2, colour)
    left, top = axes.x + axes.width + 14, axes.y
    canvas.text(left, top, panel.colour_label, SMALL, INK)
    for i, (name, colour) in enumerate(_legend(panel), 1):
        canvas.dot(left + 5, top + 16 * i + SMALL / 2, 4, colour)
        canvas.text(left + 15, top + 16 * i, name, SMALL, INK)


def _text_lines(panel: Text) -> list[str]:
    return [part for line in panel.lines for part in wrapped(line, PLAIN, PROSE)]


def _text_size(panel: Text) -> Size:
    return PROSE, 17 * len(_text_lines(panel))


def _draw_text(canvas: Canvas, panel: Text, x: float, y: float, levels: Sequence[str]) -> None:
    for i, line in enumerate(_text_lines(panel)):
        canvas.text(x, y + 17 * i, line)


_KINDS: dict[type, _Kind] = {
    Tiles: _Kind(_tiles_size, _draw_tiles),
    Heat: _Kind(_heat_size, _draw_heat),
    Line: _Kind(_line_size, _draw_line),
    Scatter: _Kind(_scatter_size, _draw_scatter),
    Text: _Kind(_text_size, _draw_text),
}
