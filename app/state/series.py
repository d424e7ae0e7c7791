"""What of a run's curves is drawn: as many points as the screen has room for, averaged before they are thinned."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

import numpy as np

from app.state.curves import Columns, Curves

Line = tuple[np.ndarray, np.ndarray]


class Axis(StrEnum):
    """What a curve runs over: steps, their decimal logarithm, or seconds of training."""

    STEPS = "steps"
    LOG = "log"
    TIME = "time"


class Shape(StrEnum):
    """How the KLs of the levels are drawn: side by side, on top of each other, or as shares of their sum in percent."""

    LINES = "lines"
    STACKED = "stacked"
    SHARE = "share"


class View(NamedTuple):
    """The stretch of an axis that is in sight, in the axis' own unit, and how many points it has room for."""

    axis: Axis
    low: float
    high: float
    points: int


def positions(curves: Curves, axis: Axis, steps: np.ndarray) -> np.ndarray:
    """Where `steps`, (n,), lie on an axis, in its own unit."""
    if axis == Axis.LOG:
        return np.asarray(np.log10(np.maximum(steps, 1.0)))
    if axis == Axis.TIME:
        return np.asarray(np.interp(steps, curves.training.values[:, 0], curves.clock.values[:, 0]))
    return np.asarray(steps, dtype=float)


def end(curves: Curves, axis: Axis) -> float:
    """Where the last training step lies on an axis; 0 before any."""
    if not len(curves.training):
        return 0.0
    return float(positions(curves, axis, curves.training.values[-1:, 0])[0])


def row_at(curves: Curves, axis: Axis, place: float) -> int:
    """The training row nearest to a place on an axis."""
    table, wanted = _sorted(curves, axis, np.array([place]))
    after = int(np.clip(np.searchsorted(table, wanted[0]), 0, len(table) - 1))
    return after - 1 if after and wanted[0] - table[after - 1] < table[after] - wanted[0] else after


def rows_in_sight(curves: Curves, view: View) -> np.ndarray:
    """Numbers of the training rows to draw, rising: about one a point, and one beyond either edge."""
    table, wanted = _sorted(curves, view.axis, np.linspace(view.low, view.high, max(2, view.points)))
    if not len(table):
        return np.empty(0, dtype=int)
    rows = np.searchsorted(table, wanted)
    return np.unique(np.clip([rows[0] - 1, *rows, rows[-1] + 1], 0, len(table) - 1))


def bound_lines(curves: Curves, view: View) -> dict[str, Line]:
    """The lines "bound raw", "bound", "log_px", "bound held" and "exact"."""
    rows = rows_in_sight(curves, view)
    smooth = curves.training.smoothed(rows)
    x = positions(curves, view.axis, curves.training.values[rows, 0])
    return {
        "bound raw": _extremes(curves.training.values[:, 1], rows, x),
        "log_px": (x, smooth[:, 2]),
        "bound": (x, smooth[:, 1]),
        "bound held": evaluated_line(curves, view.axis, curves.validation),
        "exact": evaluated_line(curves, view.axis, curves.exact),
    }


def kl_lines(curves: Curves, view: View, shape: Shape, hidden: frozenset[str] = frozenset()) -> dict[str, Line]:
    """A line for each level; on top of each other, hidden levels take no room."""
    rows = rows_in_sight(curves, view)
    x = positions(curves, view.axis, curves.training.values[rows, 0])
    kl = curves.training.smoothed(rows)[:, curves.HEAD :]
    if shape != Shape.LINES:
        kl = np.cumsum(np.maximum(kl, 0.0) * [name not in hidden for name in curves.levels], axis=1)
    if shape == Shape.SHARE and kl.shape[1]:
        kl = 100 * kl / np.maximum(kl[:, -1:], 1e-12)
    return {name: (x, kl[:, place]) for place, name in enumerate(curves.levels)}


def active_lines(curves: Curves, axis: Axis) -> dict[str, Line]:
    """Active units of each level, a point for each evaluation."""
    rows = curves.activity.values
    x = positions(curves, axis, rows[:, 0]) if len(rows) else rows[:, 0]
    return {name: (x, rows[:, 1 + place]) for place, name in enumerate(curves.levels)}


def evaluated_line(curves: Curves, axis: Axis, table: Columns, factor: float = 1.0) -> Line:
    """The second column of a table with a row an evaluation, times a factor."""
    rows = table.values
    return positions(curves, axis, rows[:, 0]) if len(rows) else rows[:, 0], factor * rows[:, 1]


def speed_line(curves: Curves, view: View, batch: int) -> Line:
    """Training images a second, over windows of a fiftieth of the run; nothing where times are not known."""
    if not curves.timed:
        return np.empty(0), np.empty(0)
    rows = rows_in_sight(curves, view)
    return positions(curves, view.axis, curves.training.values[rows, 0]), speeds(curves, rows, batch)


def speeds(curves: Curves, rows: np.ndarray, batch: int) -> np.ndarray:
    """Training images a second around each of `rows`, (m,); not a number where no time passed."""
    steps, seconds = curves.training.values[:, 0], curves.clock.values[:, 0]
    reach = max(1, min(500, len(steps) // 50))
    first, last = np.maximum(rows - reach, 0), np.minimum(rows + reach, len(steps) - 1)
    spent = seconds[last] - seconds[first]
    done = (steps[last] - steps[first]) * batch
    return np.asarray(np.divide(done, spent, out=np.full(len(rows), np.nan), where=spent > 0))


def _sorted(curves: Curves, axis: Axis, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The rising column that an axis shows, and `places` on that axis in the column's unit."""
    if axis == Axis.TIME:
        return curves.clock.values[:, 0], places
    return curves.training.values[:, 0], 10**places if axis == Axis.LOG else places


def _extremes(values: np.ndarray, rows: np.ndarray, x: np.ndarray) -> Line:
    """The least and the greatest value from each drawn row to the next: thinned without losing a peak."""
    if not len(rows):
        return x, x
    whole = values[: rows[-1] + 1]
    low, high = np.fmin.reduceat(whole, rows), np.fmax.reduceat(whole, rows)
    return np.repeat(x, 2), np.column_stack([low, high]).ravel()
