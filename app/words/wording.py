"""How numbers are written in the window: a true minus, thin groups of digits, times that a person can read."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication

ASTRAY = 1e6
"""Nats that no model which still learns anything is away from its images."""


def nats(value: float, digits: int = 1) -> str:
    """`-98.42` as `−98.4`, and what only a model gone astray reaches as `8.7e11`, so that it fits into its place."""
    words = f"{value:.1e}".replace("e+", "e") if abs(value) >= ASTRAY else f"{value:.{digits}f}"
    return words.replace("-", "−")


def count(number: float) -> str:
    """`41200` as `41 200`, with spaces that do not break."""
    return f"{round(number):,}".replace(",", "\u202f")


def duration(seconds: float) -> str:
    """`430` as `7 min`."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    if seconds < 90 * 60:
        return f"{round(seconds / 60)} min"
    return f"{seconds / 3600:.1f} h"


def age(step: int, at: float) -> str:
    """`step 1 240, 3 s ago`, of what was made of the weights of a step at a moment of the monotonic clock."""
    seconds = time.monotonic() - at
    ago = _tr("just now") if seconds < 1.5 else _tr("{} ago").format(duration(seconds))
    return _tr("step {}, {}").format(count(step), ago)


def plural(number: int, one: str, many: str) -> str:
    """`1 class` or `10 classes`, from "{} class" and "{} classes"."""
    return (one if number == 1 else many).format(count(number))


def levels(names: Sequence[str], joint: str, span: str) -> str:
    """`z1, z2 and z3`, or `z1 to z44` where there are more than three, which always are neighbours."""
    return listing(names, joint) if len(names) < 4 else f"{names[0]} {span} {names[-1]}"


def listing(words: Sequence[str], joint: str) -> str:
    """`z1, z2 and z3`, with `joint` before the last word."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {joint} {words[-1]}"


def source(asked: str) -> str:
    """`photos` of a path, `a.png and 11 more` of several with line breaks between them."""
    first, *others = asked.split("\n")
    name = Path(first).name or first
    return _tr("{} and {} more").format(name, count(len(others))) if others else name


def megabytes(done: float, total: float) -> str:
    """`3.2 of 11.6 MB`."""
    return _tr("{:.1f} of {:.1f} MB").format(done / 1e6, total / 1e6)


def memory(size: float) -> str:
    """`9_408_000` as `9.4 MB`."""
    for unit, bytes_ in (("GB", 1e9), ("MB", 1e6)):
        if size >= bytes_:
            return f"{size / bytes_:.1f} {unit}"
    return f"{max(1, round(size / 1e3))} kB"


def _tr(text: str) -> str:
    return QCoreApplication.translate("Wording", text)
