"""How far loading data is: one line that is drawn over on a terminal, one every few seconds elsewhere."""

from __future__ import annotations

import time
from typing import TextIO

SOON, EVERY = 1.0, 5.0
"""Seconds before the first line, since most data are there at once, and between lines where they stay."""


class LoadingLine:
    """Shows work done as a share of work in all.

    Args:
        stream: where to; a terminal or not.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream, self._live = stream, stream.isatty()
        self._next, self._drawn = time.monotonic() + SOON, False

    def show(self, done: int, total: int) -> None:
        """Take note of work done; draw if it is time to."""
        now = time.monotonic()
        if now < self._next or not total:
            return
        self._next, self._drawn = now + (0.1 if self._live else EVERY), True
        self._stream.write(f"\rloading {done / total:4.0%}" if self._live else f"loading {done / total:4.0%}\n")
        self._stream.flush()

    def end(self) -> None:
        """Leave the line."""
        if self._drawn and self._live:
            self._stream.write("\n")
