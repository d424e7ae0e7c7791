"""The axes of a plot: values with a true minus, over plain steps, powers of ten, or a time that a person can read."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pyqtgraph as pg

from app.words import wording

LEAST_WIDTH, DIGIT_WIDTH = 44, 10
TICKS = 6
TIMES = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400, 172800, 604800)


class ValueAxis(pg.AxisItem):  # type: ignore[misc]
    """The vertical axis."""

    def __init__(self) -> None:
        super().__init__("left")
        self.enableAutoSIPrefix(False)
        self.setWidth(LEAST_WIDTH)

    def make_room(self, low: float, high: float) -> None:
        """Be as wide as the numbers between two values are."""
        longest = max(len(f"{low:.0f}"), len(f"{high:.0f}"))
        width = max(LEAST_WIDTH, longest * DIGIT_WIDTH)
        if width != self.width():
            self.setWidth(width)

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        """The words at the ticks."""
        return [word.replace("-", "−") for word in super().tickStrings(values, scale, spacing)]


class PlaceAxis(pg.AxisItem):  # type: ignore[misc]
    """`unit` is "steps" (plain numbers), "log" (their decimal logarithms) or "time" (seconds)."""

    def __init__(self) -> None:
        super().__init__("bottom")
        self.unit = "steps"
        self.enableAutoSIPrefix(False)

    def set_unit(self, unit: str) -> None:
        """Number the axis in another unit."""
        self.unit = unit
        self.picture = None
        self.update()

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        """Where ticks lie, by falling importance, each with the distance between them."""
        if self.unit == "log":
            return _log_ticks(low, high)
        if self.unit == "time" and high > low:
            spacing = next((time for time in TIMES if (high - low) / time <= TICKS), TIMES[-1])
            first = math.ceil(low / spacing)
            return [(spacing, [spacing * n for n in range(first, math.floor(high / spacing) + 1)])]
        major: list[tuple[float, list[float]]] = super().tickValues(low, high, size)
        return major[:1] if major and len(major[0][1]) > 2 else major[:2]

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        """The words at the ticks."""
        if self.unit == "log":
            return [wording.count(10**value) for value in values]
        if self.unit == "time":
            return ["0" if value == 0 else wording.duration(value) for value in values]
        if spacing >= 1:
            return [wording.count(value) for value in values]
        plain: list[str] = super().tickStrings(values, scale, spacing)
        return plain


def _log_ticks(low: float, high: float) -> list[tuple[float, list[float]]]:
    factors = (1, 2, 5) if high - low < 2.5 else (1,)
    powers = range(math.floor(low), math.ceil(high) + 1)
    places = [power + math.log10(factor) for power in powers for factor in factors]
    return [(1.0, [place for place in places if low <= place <= high])]
