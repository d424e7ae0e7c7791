"""Reads the pixels of the next batches from the disk on a thread of its own, while others are learned from."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
import torch
from torch import Tensor

AHEAD, AHEAD_BYTES = 16, 32 * 2**20
"""Batches that are read at once, and bytes of their pixels, at most: one such block is used, another on its way."""


class ReadAhead:
    """The batches of a stored data set, in the order of their steps.

    Args:
        pixels: uint8, (N, C, H, W), in a mapped file.
        rows_at: the positions of the images of a step, int64, (B,).
        seen: makes of images and their positions what is learned from, on the thread that reads them.
    """

    def __init__(
        self,
        pixels: Tensor,
        rows_at: Callable[[int], Tensor],
        seen: Callable[..., Tensor] = lambda pixels, rows: pixels,
    ) -> None:
        self._pixels: np.ndarray = pixels.numpy()
        self._rows_at, self._seen = rows_at, seen
        self._size = len(rows_at(0))
        batch = self._size * pixels[0].numel()
        self._steps = max(1, min(AHEAD, AHEAD_BYTES // batch))
        self._thread = ThreadPoolExecutor(1, "read-ahead")  # ends with this object
        self._block: tuple[int, Tensor] = (-1, torch.empty(0))
        self._coming: tuple[int, Future[Tensor]] | None = None

    def batch(self, step: int) -> Tensor:
        """The images of a step, counted from 0: uint8, (B, C, H, W)."""
        number, place = divmod(step, self._steps)
        if self._block[0] != number:
            if self._coming is None or self._coming[0] != number:
                self._coming = self._read(number)
            self._block = number, self._coming[1].result()
            self._coming = self._read(number + 1)
        return self._block[1][place * self._size : (place + 1) * self._size]

    def _read(self, number: int) -> tuple[int, Future[Tensor]]:
        first = number * self._steps
        rows = torch.cat([self._rows_at(step) for step in range(first, first + self._steps)])
        return number, self._thread.submit(lambda: self._seen(gather(self._pixels, rows), rows=rows))


def gather(pixels: np.ndarray, rows: Tensor) -> Tensor:
    """Some images, read in the order in which they lie in the file."""
    wanted = rows.numpy()
    order = np.argsort(wanted)
    images = np.empty((len(wanted), *pixels.shape[1:]), np.uint8)
    images[order] = np.take(pixels, wanted[order], axis=0)
    return torch.from_numpy(images)
