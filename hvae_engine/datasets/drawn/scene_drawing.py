"""Draws Strata scenes: each known cause (layout, shape, place, texture, ...) becomes pixels through signed distances.

Lengths are in units of 1/28 of a picture's side, whatever its size in pixels. The canvas runs from -14 to 14, x to the
right and y down. A signed distance is negative inside.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

CANVAS = 28.0
Floats = NDArray[np.floating]

LAYOUTS: Mapping[str, tuple[tuple[float, float, float], ...]] = {
    "one": ((0.0, 0.0, 9.0),),
    "side by side": ((-6.0, 0.0, 5.5), (6.0, 0.0, 5.5)),
    "stacked": ((0.0, -6.0, 5.5), (0.0, 6.0, 5.5)),
    "rising pair": ((-5.2, 5.2, 5.6), (5.2, -5.2, 5.6)),
    "falling pair": ((-5.2, -5.2, 5.6), (5.2, 5.2, 5.6)),
    "three": ((0.0, -5.6, 4.9), (-6.0, 5.2, 4.9), (6.0, 5.2, 4.9)),
    "four": ((-5.8, -5.8, 4.9), (5.8, -5.8, 4.9), (-5.8, 5.8, 4.9), (5.8, 5.8, 4.9)),
    "hollow": (),
    "framed": ((0.0, 0.0, 7.0),),
    "on the ground": ((0.0, -3.2, 6.8),),
}
"""Centre x, centre y and radius of each shape of a layout; the last three have something else, drawn by `extra`."""

POLYGONS: Mapping[str, tuple[int, float, float, float]] = {
    "square": (4, 1.25, np.cos(np.pi / 4), np.pi / 4),
    "triangle": (3, 1.35, np.cos(np.pi / 3), 0.0),
}
"""Corners, circumradius, inner over outer radius, and turn of each shape with corners, in radii of the disc."""

SHAPES = ("disc", "square", "triangle", "cross")
TEXTURES = ("rows", "columns", "slanted", "dots")
RIM = 1.2
"""Width of the edge of a shape that no texture is cut into: it keeps the shape whole."""
FRAME = 2.0


def draw(causes: Mapping[str, NDArray[np.generic]], side: int) -> Iterator[tuple[NDArray[np.intp], Floats]]:
    """Draw pictures a group at a time: those of a group share layout, shape and texture.

    Args:
        causes: the factors of `scenes.FACTORS`, each (N,).
        side: height and width of a picture in pixels.

    Yields:
        Positions among the N, (n,), and their ink from 0 to 1, (n, side, side).
    """
    kinds = np.stack([causes["layout"], causes["shape"], causes["texture"]], axis=1)
    groups, member = np.unique(kinds, axis=0, return_inverse=True)
    for number, (layout, shape, texture) in enumerate(groups):
        rows = np.flatnonzero(member.ravel() == number)
        some = {name: values[rows].astype(np.float32)[:, None, None] for name, values in causes.items()}
        yield rows, draw_group(list(LAYOUTS)[layout], SHAPES[shape], TEXTURES[texture], some, side)


def draw_group(layout: str, shape: str, texture: str, causes: Mapping[str, Floats], side: int) -> Floats:
    """Ink of pictures of one layout, shape and texture, (n, side, side); the causes are (n, 1, 1)."""
    line = (np.arange(side, dtype=np.float32) + 0.5) * (CANVAS / side) - CANVAS / 2
    x, y = line[None, None, :], line[None, :, None]
    ink = cover(extra(layout, shape, texture, causes, x, y), side)
    for centre_x, centre_y, radius in LAYOUTS[layout]:
        solid = placed(shape, causes, x - centre_x, y - centre_y, radius)
        ink = np.maximum(ink, cover(textured(solid, texture, causes, x, y), side))
    return ink


def extra(layout: str, shape: str, texture: str, causes: Mapping[str, Floats], x: Floats, y: Floats) -> Floats:
    """Distance to what a layout has besides its shapes: a shape with a hole, a frame, the ground, or nothing."""
    if layout == "hollow":
        ring = np.maximum(placed(shape, causes, x, y, 10.2), -placed(shape, causes, x, y, 4.8))
        return textured(ring, texture, causes, x, y)
    if layout == "framed":
        frame: Floats = CANVAS / 2 - FRAME - np.maximum(np.abs(x), np.abs(y)) + 0.0 * causes["x"]
        return frame
    if layout == "on the ground":
        return textured(7.0 + causes["y"] - y + 0.0 * x, texture, causes, x, y)
    return np.full_like(causes["x"] + x + y, np.inf)


def placed(shape: str, causes: Mapping[str, Floats], x: Floats, y: Floats, radius: float) -> Floats:
    """Distance to a shape moved and sized by its causes."""
    radii = radius * causes["size"]
    return radii * distance(shape, (x - causes["x"]) / radii, (y - causes["y"]) / radii)


def distance(shape: str, x: Floats, y: Floats) -> Floats:
    """Signed distance to an upright shape of unit radius at the origin.

    A polygon or star is folded into half of one of its sectors, where its edge is a single line; beyond a corner this
    is the distance to that line, which is good enough for ink.
    """
    if shape == "disc":
        disc: Floats = np.hypot(x, y) - 1
        return disc
    if shape == "cross":
        wide, narrow = np.maximum(np.abs(x), np.abs(y)), np.minimum(np.abs(x), np.abs(y))
        return np.maximum(wide - 1.12, narrow - 0.5)
    corners, outer, inner, turn = POLYGONS[shape]
    sector = 2 * np.pi / corners
    angle = np.abs((np.arctan2(x, -y) + turn + sector / 2) % sector - sector / 2)
    along, across = np.hypot(x, y) * np.cos(angle), np.hypot(x, y) * np.sin(angle)
    edge = np.array([inner * np.cos(sector / 2) - 1, inner * np.sin(sector / 2)]) * outer
    normal_along, normal_across = np.array([edge[1], -edge[0]], np.float32) / np.float32(np.hypot(*edge))
    polygon: Floats = (along - outer) * normal_along + across * normal_across
    return polygon


def textured(solid: Floats, texture: str, causes: Mapping[str, Floats], x: Floats, y: Floats) -> Floats:
    """Distance to the inked part of a solid: lines or dots are cut out of it, fixed to the canvas; its rim stays."""
    stroke, period, phase = causes["stroke"], causes["period"], causes["phase"]
    if texture == "dots":
        from_centre: Floats = np.hypot(to_line(x, period, phase), to_line(y, period, phase))
        uncut = 0.75 * stroke - from_centre
    else:
        across = {"rows": y, "columns": x, "slanted": (x + y) / np.float32(np.sqrt(2))}[texture]
        uncut = stroke / 2 - to_line(across, period, phase)
    inked: Floats = np.maximum(solid, np.minimum(uncut, -solid - RIM))
    return inked


def to_line(across: Floats, period: Floats, phase: Floats) -> Floats:
    """Distance to the nearest of parallel lines a period apart, moved by a phase in turns."""
    nearest: Floats = np.abs((across / period + phase + 0.5) % 1 - 0.5) * period
    return nearest


def cover(distances: Floats, side: int) -> Floats:
    """Share of a pixel that is inked, 0 to 1, from the distance of its centre to an edge."""
    ink: Floats = np.clip(0.5 - distances * np.float32(side / CANVAS), 0, 1)
    return ink
