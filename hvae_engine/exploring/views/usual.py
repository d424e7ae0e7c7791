"""What a view is asked where nobody says otherwise: its defaults, with held-out images in place of the first ones."""

from __future__ import annotations

import dataclasses
from typing import Any

from hvae_engine.exploring.views.view import IMAGES, View

SPREAD = 8
"""Images that views have as a default at most, numbered from 0."""


def usual(kind: type[View], first: int, held: int) -> dict[str, Any]:
    """Every parameter of a view.

    Args:
        kind: of view.
        first: number of the first held-out image.
        held: how many there are; those taken lie all over them, since images are often sorted by class.
    """
    made = {field.name: field.default for field in dataclasses.fields(kind)}
    for name in IMAGES:
        value = made.get(name)
        if isinstance(value, tuple):
            made[name] = tuple(dict.fromkeys(_spread(one, first, held) for one in value))
        elif isinstance(value, int):
            made[name] = _spread(value, first, held)
    return made


def _spread(number: int, first: int, held: int) -> int:
    return first + number * held // SPREAD
