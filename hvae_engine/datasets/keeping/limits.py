"""What is too few, too large or too much, said in one sentence before memory is taken."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from hvae_engine.errors import DataError

FEWEST = 10
"""Images to train on, before some of them are held out, below which nothing can be learned or compared."""

SMALLEST, LARGEST = 8, 256
"""Sides of an image in pixels."""

LARGEST_NATIVE = 64
"""Side up to which images keep the size they have where none is asked for."""

UNKNOWN_MEMORY = 4 * 2**30
"""Bytes supposed to be free where the system does not say."""


def thousands(count: int) -> str:
    """A count for people, as in 10 000."""
    return f"{count:,}".replace(",", " ")


def require_images(path: Path, count: int, because: str = "") -> None:
    """Refuse a source with too few images.

    Args:
        path: the source.
        count: images to train on that can be used.
        because: why there are not more, in brackets; empty if there is nothing to say.

    Raises:
        DataError: there are fewer than `FEWEST`.
    """
    if count < FEWEST:
        images = "no images" if count == 0 else "1 image" if count == 1 else f"{count} images"
        raise DataError(
            f"{path} holds {images}{because}; Strata needs at least {FEWEST}: add more or choose another source."
        )


def check_size(size: int | None) -> None:
    """Refuse a side that no model here can take.

    Raises:
        DataError: the side is outside 8 to 256 pixels.
    """
    if size is not None and not SMALLEST <= size <= LARGEST:
        raise DataError(
            f"A size of {size} pixels is out of range: choose a side from {SMALLEST} to {LARGEST}, such as 28 or 64."
        )


def require_memory(needed: int, what: str) -> None:
    """Refuse what would not fit.

    Args:
        needed: bytes.
        what: whose they are: the beginning of the sentence.

    Raises:
        DataError: fewer than `needed` bytes are free.
    """
    free = free_memory()
    if needed > free:
        raise DataError(
            f"{what} would take {needed / 1e9:.1f} GB of memory and {free / 1e9:.1f} GB are free:"
            " choose a smaller size or fewer images."
        )


def memory_budget() -> int:
    """Bytes of pixels that are kept in memory, beyond which they stay on the disk.

    `STRATA_MEMORY` says it in GB; else it is a third of what is free, since training and the window want some too.

    Raises:
        DataError: `STRATA_MEMORY` is no number.
    """
    asked = os.environ.get("STRATA_MEMORY")
    if not asked:
        return free_memory() // 3
    try:
        return int(float(asked) * 1e9)
    except (ValueError, OverflowError):
        raise DataError(f"STRATA_MEMORY is {asked!r}: give the memory for images in GB, such as 4.") from None


def free_memory() -> int:
    """Bytes that can be taken without swapping, as far as the system says."""
    with suppress(OSError, ValueError):  # not Linux
        for line in Path("/proc/meminfo").read_text().splitlines():
            name, value = line.split(":")
            if name == "MemAvailable":
                return int(value.split()[0]) * 1024
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
    except (AttributeError, OSError, ValueError):
        return UNKNOWN_MEMORY
