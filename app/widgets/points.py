"""Points in a plane with what their colours stand for, and how that is said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtGui import QColor

SIGNS = ("●", "■", "▼", "◆", "★")
"""Shapes of points in a text: more classes than colours differ in shape too."""
HUES = 5
"""Classes of one shape."""


@dataclass(frozen=True)
class Points:
    """What is shown.

    Attributes:
        places: (N, 2).
        ids: number of each point's image, (N,).
        values: a class of each, whole numbers (N,), where `classes` names them; else numbers to shade by.
        classes: names of the classes; empty: shades.
        value_label: what the colours are.
        labels: what the axes are.
        title: over the points.
    """

    places: np.ndarray
    ids: np.ndarray
    values: np.ndarray
    classes: tuple[str, ...]
    value_label: str
    labels: tuple[str, str]
    title: str


def shades(values: np.ndarray, ends: Sequence[QColor]) -> list[QColor]:
    """A colour between two for each number."""
    low, high = float(values.min()), float(values.max())
    shares = (values - low) / (high - low) if high > low else np.zeros(len(values))
    first, last = (np.array((one.redF(), one.greenF(), one.blueF())) for one in (ends[0], ends[-1]))
    return [QColor.fromRgbF(*((1 - share) * first + share * last).tolist()) for share in shares]


def legend(points: Points, colours: Sequence[QColor]) -> str:
    """What the colours stand for, as rich text."""
    if points.classes:
        used = sorted({int(value) for value in points.values})
        named = [
            f'<span style="color:{colours[kind % len(colours)].name()}">{SIGNS[kind // HUES % len(SIGNS)]}</span>'
            f"&nbsp;{points.classes[kind % len(points.classes)]}"
            for kind in used
        ]
        return f"{points.value_label}: " + " &nbsp; ".join(named)
    low, high = float(points.values.min()), float(points.values.max())
    ends = (f'<span style="color:{one.name()}">●</span>' for one in (colours[0], colours[-1]))
    return f"{points.value_label}: {next(ends)} {low:.3g} … {next(ends)} {high:.3g}"
