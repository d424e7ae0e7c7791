"""The scores of steps, kept on the device and read out now and then without waiting for it."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

ROWS = 4096


class ScoreBuffer:
    """Rows of numbers, one a step, from the device to numpy in the order they were written.

    On CUDA a read-out starts a copy to pinned memory and returns what the one before brought: nobody waits, and
    a reader is one read-out behind. Elsewhere rows arrive at once.

    Args:
        columns: numbers in a row.
        device: where rows are written.
    """

    def __init__(self, columns: int, device: torch.device) -> None:
        self._rows = torch.zeros(ROWS, columns, device=device)
        self._count = 0
        self._travelling: _Copy | None = None

    @property
    def full(self) -> bool:
        """Whether rows must be read out before another is written."""
        return self._count == len(self._rows)

    def write(self, row: Tensor) -> None:
        """Keep one row, (columns,), of a buffer that is not full."""
        self._rows[self._count] = row
        self._count += 1

    def read(self, wait: bool = False) -> np.ndarray:
        """The rows that have arrived since the last call, float32 (n, columns).

        Args:
            wait: for every row that was written.
        """
        wait = wait or self.full
        arrived = self._landed(wait)
        if self._travelling is None and self._count:
            self._travelling = _Copy(self._rows[: self._count])
            self._count = 0
            arrived += self._landed(wait)
        return np.concatenate([np.empty((0, self._rows.shape[1]), np.float32), *arrived])

    def _landed(self, wait: bool) -> list[np.ndarray]:
        copy = self._travelling
        if copy is None or not (wait or copy.arrived):
            return []
        self._travelling = None
        return [copy.rows()]


class _Copy:
    """Rows on their way to the host. Later writes to the same rows queue up behind the copy."""

    def __init__(self, rows: Tensor) -> None:
        self._event = torch.cuda.Event() if rows.is_cuda else None
        if self._event is None:
            self._host = rows.to("cpu", copy=True)
        else:
            self._host = torch.empty(rows.shape, pin_memory=True)
            self._host.copy_(rows, non_blocking=True)
            self._event.record()

    @property
    def arrived(self) -> bool:
        return self._event is None or self._event.query()

    def rows(self) -> np.ndarray:
        if self._event is not None:
            self._event.synchronize()
        return self._host.numpy()
