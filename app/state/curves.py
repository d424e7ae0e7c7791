"""The curves of a run as growing float64 columns: steps are appended in blocks, views are handed out without a copy."""

from __future__ import annotations

import numpy as np


class Columns:
    """A table that grows at its end: the memory doubles, so that appending stays cheap over millions of steps."""

    def __init__(self, width: int) -> None:
        self._rows = np.empty((1024, width))
        self._count = 0

    def __len__(self) -> int:
        return self._count

    @property
    def values(self) -> np.ndarray:
        """The rows so far, (n, width): a view that later rows do not change."""
        return self._rows[: self._count]

    def append(self, rows: np.ndarray) -> None:
        """Add `rows`, (m, width)."""
        wanted = self._count + len(rows)
        if wanted > len(self._rows):
            grown = np.empty((max(wanted, 1024, 2 * len(self._rows)), self._rows.shape[1]))
            grown[: self._count] = self.values
            self._rows = grown
        self._rows[self._count : wanted] = rows
        self._count = wanted

    def truncate(self, count: int) -> None:
        """Keep the first `count` rows; views of the others stay as they are."""
        if count < self._count:
            self._rows, self._count = self._rows[:count].copy(), count


class Curves:
    """Bound, log p(x|z) and KL of each level by step, in training and on held-out images, in nats per image.

    Attributes:
        levels: names from the surface down, one KL column for each.
        training: columns step, bound, log_px, KL of each level.
        validation: the same columns, a row for each evaluation.
    """

    HEAD = 3

    def __init__(self, levels: tuple[str, ...]) -> None:
        self.levels = levels
        self.training = Columns(self.HEAD + len(levels))
        self.validation = Columns(self.HEAD + len(levels))

    def add_steps(self, steps: np.ndarray, bound: np.ndarray, log_px: np.ndarray, kl: np.ndarray) -> None:
        """Append training steps: three (n,) arrays and kl, (n, L)."""
        self.training.append(np.column_stack([steps, bound, log_px, kl]))

    def add_evaluation(self, step: int, bound: float, log_px: float, kl: np.ndarray) -> None:
        """Append one scoring of the held-out images; kl is (L,)."""
        self.validation.append(np.concatenate([[step, bound, log_px], kl])[None])

    def cut(self, step: int) -> None:
        """Forget what came after `step`: a run that goes on from its last save takes those steps again."""
        for table in (self.training, self.validation):
            table.truncate(int(np.searchsorted(table.values[:, 0], step, side="right")))

    def recent(self, share: float = 0.02, least: int = 20) -> np.ndarray | None:
        """The mean bound, log_px and KLs, (2 + L,), over the last steps: steadier than one batch. None before any."""
        rows = self.training.values
        if not len(rows):
            return None
        return np.asarray(rows[-max(least, int(share * len(rows))) :, 1:].mean(axis=0))


def smooth(values: np.ndarray, share: float = 0.01, most: int = 500) -> np.ndarray:
    """A centred moving average, (n,), over a share of the values; the window shrinks towards both ends.

    It is taken before any thinning for the screen, so that what is drawn is an average of every step.
    """
    half = min(most, int(share * len(values)))
    if half < 1:
        return values
    finite = np.isfinite(values)
    sums = np.concatenate([[0.0], np.cumsum(np.where(finite, values, 0.0))])
    counts = np.concatenate([[0], np.cumsum(finite)])
    places = np.arange(len(values))
    reach = np.minimum(half, np.minimum(places, len(values) - 1 - places))
    first, last = places - reach, places + reach + 1
    return np.asarray((sums[last] - sums[first]) / np.maximum(counts[last] - counts[first], 1))
