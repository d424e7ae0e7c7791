"""Pixels that are more than memory should hold: one file of the cache, mapped into memory and read as it is needed."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

import numpy as np

from hvae_engine.datasets.keeping.cache import UNFINISHED, make_room
from hvae_engine.errors import DataError

SPARE = 256 * 2**20
"""Bytes of the disk that are left to others."""


class Store:
    """A file of pixels in the making: it appears under its name when it is whole, and not at all otherwise.

    Args:
        path: the .npy file.
    """

    def __init__(self, path: Path) -> None:
        self.path, self._part = path, path.with_name(f"{path.name}.{os.getpid()}{UNFINISHED}")
        self._pixels: np.memmap | None = None

    def allocate(self, shape: tuple[int, ...]) -> np.ndarray:
        """A writable uint8 array that lies in the file, whose place on the disk is reserved.

        Raises:
            DataError: there is no room for it.
        """
        needed = int(np.prod(shape))
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            make_room(self.path.parent, needed)
            free = shutil.disk_usage(self.path.parent).free
            if needed + SPARE > free:
                raise DataError(no_room(needed, free, self.path.parent))
            self._pixels = np.lib.format.open_memmap(self._part, "w+", np.uint8, shape)
            reserve(self._part)
        except OSError as error:
            self.discard()
            raise DataError(no_room(needed, 0, self.path.parent, error.strerror)) from error
        return self._pixels

    def finish(self) -> np.ndarray:
        """Put the file in its place, and give its pixels back; what is written to them from now on stays in memory."""
        if self._pixels is not None:
            self._pixels.flush()
        self._pixels = None
        os.replace(self._part, self.path)
        return open_stored(self.path)

    def discard(self) -> None:
        """Leave nothing behind."""
        self._pixels = None
        with suppress(OSError):
            self._part.unlink(missing_ok=True)


def open_stored(path: Path) -> np.ndarray:
    """The pixels of a file that `Store` wrote.

    Raises:
        OSError: it is gone.
        ValueError: it is damaged.
    """
    # Copy-on-write: torch wants arrays that may be written to, and the file never changes.
    pixels = np.lib.format.open_memmap(path, "c")
    os.utime(path)
    return pixels


def reserve(path: Path) -> None:
    """Take a file's place on the disk now: writing to a mapped file on a full disk would end the process.

    Raises:
        OSError: there is none.
    """
    if hasattr(os, "posix_fallocate"):
        with path.open("r+b") as file:
            os.posix_fallocate(file.fileno(), 0, os.path.getsize(path))


def no_room(needed: int, free: int, folder: Path, reason: str | None = None) -> str:
    """The sentence about pixels that fit neither into memory nor onto the disk."""
    found = f"there it says: {reason}" if reason else f"{max(0, free) / 1e9:.1f} GB are free there"
    return (
        f"The images would take {needed / 1e9:.1f} GB, more than memory is given for them, and need as much in the"
        f" cache folder {folder}; {found}: choose a smaller size, or another folder with STRATA_CACHE."
    )
