"""How numbers are written in the window: a true minus, thin groups of digits, times that a person can read."""

from __future__ import annotations

from collections.abc import Sequence


def nats(value: float, digits: int = 1) -> str:
    """`-98.42` as `−98.4`."""
    return f"{value:.{digits}f}".replace("-", "−")


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


def plural(number: int, one: str, many: str) -> str:
    """`1 class` or `10 classes`, from "{} class" and "{} classes"."""
    return (one if number == 1 else many).format(count(number))


def listing(words: Sequence[str], joint: str) -> str:
    """`z1, z2 and z3`, with `joint` before the last word."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {joint} {words[-1]}"
