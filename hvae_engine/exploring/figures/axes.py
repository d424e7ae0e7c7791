"""A frame with two axes, and where numbers lie in it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from hvae_engine.exploring.figures.canvas import SMALL, Canvas, width_of
from hvae_engine.exploring.figures.palette import DIM, INK, RULE

TICKS = 5


@dataclass(frozen=True)
class Axis:
    """One direction of a plot.

    Attributes:
        low: number at its beginning.
        high: number at its end, above `low`.
        label: what the numbers are.
    """

    low: float
    high: float
    label: str

    def share(self, value: float) -> float:
        """Where a number lies, 0 at the beginning and 1 at the end."""
        return (value - self.low) / (self.high - self.low)

    @property
    def ticks(self) -> list[float]:
        """Round numbers within, about `TICKS` of them."""
        rough = (self.high - self.low) / TICKS
        power = 10.0 ** math.floor(math.log10(rough))
        step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return [step * i for i in range(first, last + 1)]


@dataclass(frozen=True)
class Axes:
    """A plot's frame; `x`, `y`, `width`, `height` are those of the area inside the axes, in points.

    Attributes:
        x: left edge.
        y: upper edge.
        width: of the area.
        height: of the area.
        across: the axis to the right.
        up: the axis upwards.
    """

    x: float
    y: float
    width: float
    height: float
    across: Axis
    up: Axis

    def at(self, x: float, y: float) -> tuple[float, float]:
        """The point of two numbers."""
        return self.x + self.across.share(x) * self.width, self.y + (1 - self.up.share(y)) * self.height

    def draw(self, canvas: Canvas) -> None:
        """Rules, numbers and labels."""
        bottom, right = self.y + self.height, self.x + self.width
        for value in self.across.ticks:
            place = self.at(value, self.up.low)[0]
            canvas.line([(place, bottom), (place, bottom + 4)], DIM)
            canvas.text(place, bottom + 5, f"{value:g}", SMALL, DIM, "middle")
        for value in self.up.ticks:
            place = self.at(self.across.low, value)[1]
            canvas.line([(self.x, place), (right, place)], RULE)
            canvas.text(self.x - 5, place - SMALL / 2, f"{value:g}", SMALL, DIM, "end")
        canvas.line([(self.x, self.y), (self.x, bottom), (right, bottom)], DIM)
        canvas.text(self.x + self.width / 2, bottom + 18, self.across.label, SMALL, INK, "middle")
        canvas.text(self.x - self.room, self.y - 15, self.up.label, SMALL, INK)

    @property
    def room(self) -> float:
        """Points that the numbers at the left take."""
        return numbers_room(self.up)


def numbers_room(up: Axis) -> float:
    """Points to leave at the left of an upward axis."""
    return 8 + max(width_of(f"{value:g}", SMALL) for value in up.ticks)


def span(values: list[float], label: str, room: float = 0.04) -> Axis:
    """An axis on which all of these fit, with a little room at both ends."""
    low, high = min(values), max(values)
    extra = room * (high - low) or 0.5
    return Axis(low - extra, high + extra, label)
