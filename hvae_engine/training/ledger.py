"""What every step scored, on its way from the device to a `Progress` and to history.csv."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from hvae_engine.training.events import Progress
from hvae_engine.training.scores import ScoreBuffer
from hvae_engine.training.stepper import NOT_FINITE, TOO_STEEP


class Stamp(NamedTuple):
    """What the host knows of a step when it issues it."""

    step: int
    seconds: float
    beta: float
    lr: float


class Ledger:
    """Keeps one row a step until it has been reported and written.

    Args:
        names: of the levels, from the surface down.
        labelled: whether steps score labelled images too.
        weight_prior: whether they score the weights.
        images: in a step.
        device: where steps are taken.

    Attributes:
        columns: of history.csv.
        skipped: steps that were not taken since loss or gradient was not finite, as far as rows have arrived.
        too_steep: steps that were not taken since the gradient was too long.
        streak: how many of both at the end, without a good one between.
        reason: why the last step of that streak was not taken; 0 where it was.
    """

    def __init__(
        self, names: Sequence[str], *, labelled: bool, weight_prior: bool, images: int, device: torch.device
    ) -> None:
        self.levels, self.images = len(names), images
        self.skipped, self.too_steep, self.streak, self.reason = 0, 0, 0, 0
        self.ends = ["labelled", "error"] * labelled + ["weight_prior"] * weight_prior
        shown = ["bound", "log_px", *(f"kl_{name}" for name in names)]
        self.columns = ["step", "seconds", *shown, "loss", "beta", "lr", *self.ends]
        self._buffer = ScoreBuffer(4 + self.levels + len(self.ends), device)
        self._stamps: list[Stamp] = []
        self._unreported, self._unwritten = [self._no_rows()], [self._no_rows()]
        self._reported_at = 0.0

    def go_on(self, seconds: float, skipped: int, too_steep: int) -> None:
        """Take up the count of a run that has trained for so many seconds and skipped so many steps of both kinds."""
        self._reported_at, self.skipped, self.too_steep = seconds, skipped, too_steep

    def write(self, row: Tensor, stamp: Stamp) -> None:
        """Keep the scores of one step as `Stepper.take` returned them; nobody waits for the device."""
        if self._buffer.full:
            self._collect()
        self._buffer.write(row)
        self._stamps.append(stamp)

    def report(self, wait: bool = False) -> Progress | None:
        """Every step that has arrived since the last report; None if there is none.

        Args:
            wait: for every step that was issued.
        """
        self._collect(wait)
        rows, self._unreported = np.concatenate(self._unreported), [self._no_rows()]
        if not len(rows):
            return None
        kl = slice(4, 4 + self.levels)
        loss, beta, lr = rows[:, kl.stop : kl.stop + 3].T
        ends = dict(zip(self.ends, rows[:, kl.stop + 3 :].T, strict=True))
        none = np.empty(0)
        elapsed, self._reported_at = rows[-1, 1] - self._reported_at, rows[-1, 1]
        return Progress(
            steps=rows[:, 0].astype(np.int64),
            seconds=rows[:, 1],
            bound=rows[:, 2],
            log_px=rows[:, 3],
            kl=rows[:, kl],
            loss=loss,
            beta=float(beta[-1]),
            lr=float(lr[-1]),
            images_per_s=len(rows) * self.images / max(float(elapsed), 1e-9),
            skipped=self.skipped,
            too_steep=self.too_steep,
            labelled=ends.get("labelled", none),
            error=ends.get("error", none),
            weight_prior=ends.get("weight_prior", none),
        )

    def unwritten(self) -> np.ndarray:
        """Every step since the last call, waiting for the device: float64, (n, columns)."""
        self._collect(wait=True)
        rows, self._unwritten = np.concatenate(self._unwritten), [self._no_rows()]
        return rows

    def _no_rows(self) -> np.ndarray:
        return np.empty((0, len(self.columns)))

    def _collect(self, wait: bool = False) -> None:
        scores = self._buffer.read(wait)
        stamps = np.array(self._stamps[: len(scores)], dtype=np.float64).reshape(-1, len(Stamp._fields))
        del self._stamps[: len(scores)]
        refused, loss, shown, ends = np.split(scores, [1, 2, 4 + self.levels], axis=1)
        rows = np.concatenate([stamps[:, :2], shown, loss, stamps[:, 2:], ends], axis=1)
        self._unreported.append(rows)
        self._unwritten.append(rows)
        good = np.flatnonzero(refused[:, 0] == 0)
        self.skipped += int((refused == NOT_FINITE).sum())
        self.too_steep += int((refused == TOO_STEEP).sum())
        self.reason = int(refused[-1, 0]) if len(rows) else self.reason
        self.streak = len(rows) - 1 - int(good[-1]) if len(good) else self.streak + len(rows)
