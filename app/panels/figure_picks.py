"""What a click on a tile of a figure means to the explorer: another base image, moved sliders, or another class."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from PySide6.QtCore import QCoreApplication

from app.state.exploration import LABEL, Exploration

FARTHEST = 3.0
"""Standard deviations at the ends of a traversal."""


def hint(view: str) -> str:
    """What a click does, in a sentence; empty where there is nothing to click on."""
    hints = {
        "traversal": _tr("A click, or Enter, moves the sliders of the level to where the picture was made."),
        "progressive": _tr("A click, or Enter, makes the image of the row the base image."),
        "mixing": _tr("A click, or Enter, on an image at the left or at the top makes it the base image."),
        "interpolation": _tr("A click, or Enter, on an end makes its image the base image."),
    }
    return hints.get(view, "")


def act(settings: Mapping[str, Any], data: Mapping[str, Any], row: int, column: int, explore: Exploration) -> None:
    """Do what a click on a tile means.

    Args:
        settings: of the figure: the view's name and parameters.
        data: behind the figure.
        row: of the tile, from the top.
        column: from the left.
        explore: what is told of it.
    """
    view = settings["view"]
    if view == "traversal":
        _move(settings, data, row, column, explore)
        return
    image = _image(settings, row, column)
    if image is not None:
        explore.pick(image)


def _move(settings: Mapping[str, Any], data: Mapping[str, Any], row: int, column: int, explore: Exploration) -> None:
    level, point = settings["level"], explore.point
    if level == LABEL:
        explore.choose_class(column)
        return
    moves = data[level]["moves"][row][column]
    if level not in point.along:  # what else was moved of the level was so in the picture
        explore.move(level, {**moves, **{unit: score for unit, score in point.of(level).items() if unit not in moves}})
    elif settings["direction"]:
        explore.edit(level, *_along(settings, row, column, explore))
    else:
        explore.move(level, moves)


def _along(settings: Mapping[str, Any], row: int, column: int, explore: Exploration) -> tuple[int, float]:
    """The direction of a row, and where the picture stands along it as the sliders have it."""
    direction = settings["direction"][row]
    signs = explore.signs.get(settings["level"])
    sign = 1.0 if signs is None or direction >= len(signs) else float(signs[direction])
    return direction, sign * float(np.linspace(-FARTHEST, FARTHEST, settings["steps"])[column])


def _image(settings: Mapping[str, Any], row: int, column: int) -> int | None:
    """The image that a tile shows or was made of; None where it is of none or of several."""
    view, images = settings["view"], settings["image"]
    found = None
    if view == "progressive":
        found = images[row]
    elif view == "mixing":
        if column == 0 and row > 0:
            found = images[row - 1]
        elif row == 0 and column > 0:
            found = settings["other"][column - 1]
    else:
        found = {0: images, settings["steps"] - 1: settings["to"]}.get(column)
    return found if isinstance(found, int) else None  # what has no number is the base already


def _tr(text: str) -> str:
    return QCoreApplication.translate("FigurePicks", text)
