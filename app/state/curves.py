"""The curves of a run as growing float64 columns: steps are appended in blocks, views are handed out without a copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from app.state.records import RunRecord

_TABLES = ("training", "clock", "validation", "activity", "exact", "error", "weight_prior")


class Columns:
    """A table that grows at its end: the memory doubles, so that appending stays cheap over millions of steps.

    Running sums grow with it, so that a mean over any stretch of rows costs two look-ups and not the stretch.
    """

    def __init__(self, width: int) -> None:
        self._rows = np.empty((1024, width))
        self._sums = np.zeros((1025, width))
        self._finite = np.zeros(1025)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    @property
    def values(self) -> np.ndarray:
        """The rows so far, (n, width): a view that later rows do not change."""
        return self._rows[: self._count]

    def append(self, rows: np.ndarray) -> None:
        """Add `rows`, (m, width). Rows that are not finite are kept, and left out of every mean."""
        start, wanted = self._count, self._count + len(rows)
        if wanted > len(self._rows):
            self._grow(max(wanted, 2 * len(self._rows)))
        self._rows[start:wanted] = rows
        finite = np.isfinite(rows).all(axis=1)
        self._sums[start + 1 : wanted + 1] = self._sums[start] + np.cumsum(np.where(finite[:, None], rows, 0.0), axis=0)
        self._finite[start + 1 : wanted + 1] = self._finite[start] + np.cumsum(finite)
        self._count = wanted

    def truncate(self, count: int) -> None:
        """Keep the first `count` rows; views of the others stay as they are."""
        if count < self._count:
            self._rows, self._count = self._rows[:count].copy(), count
            self._sums, self._finite = self._sums[: count + 1].copy(), self._finite[: count + 1].copy()

    def means(self, first: np.ndarray, last: np.ndarray) -> np.ndarray:
        """Means over the rows `first` to `last` (without it), (m, width); not a number where none is finite."""
        counts = (self._finite[last] - self._finite[first])[:, None]
        sums = self._sums[last] - self._sums[first]
        return np.asarray(np.divide(sums, counts, out=np.full_like(sums, np.nan), where=counts > 0))

    def smoothed(self, places: np.ndarray, share: float = 0.01, most: int = 500) -> np.ndarray:
        """A moving average of every row, (m, width), evaluated at the rows `places` alone.

        It is centred, but for the last rows: there it looks back, or the end of a line would jump with every step.

        Args:
            places: (m,) numbers of rows.
            share: half the window, as a share of all rows; the window shrinks towards the beginning.
            most: half the window at most, in rows.
        """
        reach = np.minimum(min(most, int(share * self._count)), places // 4)
        return self.means(places - reach, np.minimum(places + reach + 1, self._count))

    def _grow(self, room: int) -> None:
        rows, sums = np.empty((room, self._rows.shape[1])), np.empty((room + 1, self._rows.shape[1]))
        finite = np.empty(room + 1)
        rows[: self._count] = self.values
        sums[: self._count + 1] = self._sums[: self._count + 1]
        finite[: self._count + 1] = self._finite[: self._count + 1]
        self._rows, self._sums, self._finite = rows, sums, finite


class Curves:
    """Bound, log p(x|z) and KL of each level by step, in training and on held-out images, in nats per image.

    Attributes:
        levels: names from the surface down, one KL column for each.
        training: columns step, bound, log_px, KL of each level.
        clock: one column, the training time in seconds of each row of `training`; empty where it is not known.
        validation: the same columns as `training`, a row for each evaluation.
        activity: columns step, active units of each level, a row for each evaluation that counted them.
        exact: columns step, exact mean log p(x) of the held-out images; rows only where the model has one.
        error: columns step, share of held-out images whose class was guessed wrong; rows only where classes are.
        weight_prior: columns step, log p(theta) / N in nats per image; rows only where a weight prior is on.
        until: the step whose figures are shown while a person looks back; None: the last one.
    """

    HEAD = 3

    def __init__(self, levels: tuple[str, ...]) -> None:
        self.levels = levels
        self.training = Columns(self.HEAD + len(levels))
        self.clock = Columns(1)
        self.validation = Columns(self.HEAD + len(levels))
        self.activity = Columns(1 + len(levels))
        self.exact, self.error, self.weight_prior = Columns(2), Columns(2), Columns(2)
        self.until: int | None = None

    def take(self, record: RunRecord) -> None:
        """Append all that a run's folder tells of its past."""
        for name in _TABLES:
            getattr(self, name).append(getattr(record, name))

    @property
    def timed(self) -> bool:
        """Whether every training step has its time."""
        return 0 < len(self.training) == len(self.clock)

    def add_steps(
        self,
        steps: np.ndarray,
        bound: np.ndarray,
        log_px: np.ndarray,
        kl: np.ndarray,
        seconds: np.ndarray | None = None,
        weight_prior: np.ndarray | None = None,
    ) -> None:
        """Append training steps: (n,) arrays and kl, (n, L); an empty `weight_prior` is none."""
        self.training.append(np.column_stack([steps, bound, log_px, kl]))
        if seconds is not None:
            self.clock.append(np.asarray(seconds, dtype=float)[:, None])
        if weight_prior is not None and len(weight_prior):
            self.weight_prior.append(np.column_stack([steps, weight_prior]))

    def add_evaluation(
        self,
        step: int,
        bound: float,
        log_px: float,
        kl: np.ndarray,
        active: np.ndarray | None = None,
        exact: float | None = None,
        error: float | None = None,
    ) -> None:
        """Append one scoring of the held-out images; kl and active are (L,)."""
        self.validation.append(np.concatenate([[step, bound, log_px], kl])[None])
        if active is not None:
            self.activity.append(np.concatenate([[step], active])[None])
        for table, value in ((self.exact, exact), (self.error, error)):
            if value is not None:
                table.append(np.array([[step, value]], dtype=float))

    def cut(self, step: int) -> None:
        """Forget what came after `step`: a run that goes on from its last save takes those steps again."""
        for table in (getattr(self, name) for name in _TABLES if name != "clock"):
            table.truncate(int(np.searchsorted(table.values[:, 0], step, side="right")))
        self.clock.truncate(len(self.training))

    def past(self, table: Columns) -> np.ndarray:
        """The rows of a table up to the step whose figures are shown."""
        rows = table.values
        return rows if self.until is None else rows[: int(np.searchsorted(rows[:, 0], self.until, side="right"))]

    def recent(self, share: float = 0.02, least: int = 20) -> np.ndarray | None:
        """The mean bound, log_px and KLs, (2 + L,), over the last steps: steadier than one batch. None before any.

        While a person looks back they are those of the curve at that step.
        """
        rows = self.past(self.training)
        if not len(rows):
            return None
        if self.until is not None:
            return np.asarray(self.training.smoothed(np.array([len(rows) - 1]))[0, 1:])
        return np.asarray(rows[-max(least, int(share * len(rows))) :, 1:].mean(axis=0))
