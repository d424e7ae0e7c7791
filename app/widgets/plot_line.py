"""One line of a plot: how it looks, and the item that pyqtgraph draws."""

from __future__ import annotations

from typing import NamedTuple

import pyqtgraph as pg
from PySide6.QtGui import QColor, QPen


class Style(NamedTuple):
    """How a line looks.

    Attributes:
        colour: of the line, or of the area when it is filled.
        width: in pixels.
        filled: paint the area down to zero instead of a line.
        dash: lengths of strokes and gaps in widths of the line; empty: unbroken.
        still: it seldom changes: it is painted once and kept as a picture.
    """

    colour: QColor
    width: float = 1.5
    filled: bool = False
    dash: tuple[float, ...] = ()
    still: bool = False


def made(style: Style) -> pg.PlotCurveItem:
    """A line without points."""
    pen = pg.mkPen(style.colour, width=style.width)
    if style.dash:
        pen.setDashPattern(list(style.dash))
    line = pg.PlotCurveItem(pen=pen, connect="finite", antialias=True)
    if style.still:
        line.setCacheMode(line.CacheMode.DeviceCoordinateCache)
    if style.filled:
        line.setPen(None)
        line.setFillLevel(0.0)
        line.setBrush(style.colour)
    return line


def recolour(line: pg.PlotCurveItem, colour: QColor) -> None:
    """Change the colour and nothing else."""
    if line.opts["fillLevel"] is not None:
        line.setBrush(colour)
    else:
        pen = QPen(line.opts["pen"])
        pen.setColor(colour)
        line.setPen(pen)
