"""What a figure is made of before anybody draws it: arrays, labels and a caption; no torch, nothing drawn yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Tiles:
    """Pictures in rows and columns.

    Attributes:
        pictures: uint8, (rows, columns, H, W) or (rows, columns, H, W, 3).
        rows: a label for each row; empty: none.
        columns: a label for each column; empty: none.
        title: of the panel; empty: none.
        level: whose colour marks it; empty: none.
        moments: the columns are moments of a movement, which can be shown one after the other.
    """

    pictures: np.ndarray
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    title: str = ""
    level: str = ""
    moments: bool = False


@dataclass(frozen=True)
class Heat:
    """A map of one number a pixel.

    Attributes:
        values: (H, W), from 0 up.
        unit: what the numbers are.
        title: of the panel.
        level: whose colour marks it; empty: none.
    """

    values: np.ndarray
    unit: str
    title: str = ""
    level: str = ""


@dataclass(frozen=True)
class Line:
    """A curve.

    Attributes:
        x: places, (N,).
        y: heights, (N,).
        x_label: what x is.
        y_label: what y is.
        mark: a place on x to point out, and its label; None: none.
        title: of the panel.
        level: whose colour it has; empty: none.
    """

    x: np.ndarray
    y: np.ndarray
    x_label: str
    y_label: str
    mark: tuple[float, str] | None = None
    title: str = ""
    level: str = ""


@dataclass(frozen=True)
class Scatter:
    """Points in a plane, coloured.

    Attributes:
        points: (N, 2).
        ids: number of each point's image, (N,).
        colours: a class of each, whole numbers (N,), where `classes` names them; else numbers to shade by.
        classes: names of the classes; empty: shades.
        colour_label: what the colours are.
        x_label: what the first axis is.
        y_label: what the second is.
        title: of the panel.
        level: whose colour marks it; empty: none.
    """

    points: np.ndarray
    ids: np.ndarray
    colours: np.ndarray
    classes: tuple[str, ...]
    colour_label: str
    x_label: str
    y_label: str
    title: str = ""
    level: str = ""


@dataclass(frozen=True)
class Text:
    """Lines of words.

    Attributes:
        lines: each is wrapped where it is too long.
        title: of the panel.
        level: whose colour marks it; empty: none.
    """

    lines: tuple[str, ...]
    title: str = ""
    level: str = ""


Panel = Tiles | Heat | Line | Scatter | Text


@dataclass(frozen=True)
class Figure:
    """A whole figure.

    Attributes:
        rows: its panels, from the top, each row from the left.
        levels: names of the model's levels from the surface down: a level has the same colour in every figure.
        caption: what it shows, of which run and step, and the command that makes it again.
        settings: the view's name and parameters, plain values.
        run: name of the run.
        step: the weights' step.
        data: figures behind it, plain values, where a view has some.
    """

    rows: tuple[tuple[Panel, ...], ...]
    levels: tuple[str, ...]
    caption: tuple[str, ...]
    settings: Mapping[str, Any]
    run: str
    step: int
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def moves(self) -> bool:
        """Whether it can be shown as a movement."""
        return any(isinstance(panel, Tiles) and panel.moments for row in self.rows for panel in row)
