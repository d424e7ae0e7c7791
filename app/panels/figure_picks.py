"""What a click on a tile of a figure means to the explorer: another base image, moved sliders, or another class."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QCoreApplication

from app.state.exploration import LABEL, Exploration


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
    level = settings["level"]
    if level == LABEL:
        explore.choose_class(column)
    else:
        explore.move(level, data[level]["moves"][row][column])


def _image(settings: Mapping[str, Any], row: int, column: int) -> int | None:
    """The image that a tile shows or was made of; None where it is of none or of several."""
    view, images = settings["view"], settings["image"]
    if view == "progressive":
        return int(images[row])
    if view == "mixing":
        if column == 0 and row > 0:
            return int(images[row - 1])
        return int(settings["other"][column - 1]) if row == 0 and column > 0 else None
    return {0: int(images), settings["steps"] - 1: int(settings["to"])}.get(column)


def _tr(text: str) -> str:
    return QCoreApplication.translate("FigurePicks", text)
