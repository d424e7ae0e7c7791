"""Decodes many image files at once, and finds out which size and how many channels suit them."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

from hvae_engine.datasets.limits import LARGEST_NATIVE, SMALLEST, require_memory, thousands
from hvae_engine.datasets.pictures import quiet_decoders, read_picture, survey_picture
from hvae_engine.errors import DataError

VERSION = 1
"""Goes up whenever the same files would become other pixels, so that no cache holds the old ones."""

GREY_SIDE, COLOUR_SIDE = 28, 32
"""Sides in pixels where nothing is asked and the files do not agree on a small one: those of MNIST and CIFAR."""

SAMPLE = 64
BATCH = 32

Progress = Callable[[int, int], None]


class Decoded(NamedTuple):
    """What came of a list of files: pixels (M, C, S, S), which of the files they are, (M,), and what was left out."""

    pixels: np.ndarray
    kept: np.ndarray
    failed: np.ndarray
    reasons: np.ndarray


def decode(folder: Path, paths: Sequence[str], size: int | None, colour: bool | None, progress: Progress) -> Decoded:
    """Decode files on all cores.

    Args:
        folder: where the paths begin.
        paths: of the files.
        size: side in pixels; None for the one they share if it is small, else 28 in grey and 32 in colour.
        colour: three channels or one; None for what a sample of them really shows.
        progress: called with files decoded and files in all; may raise to cancel.

    Raises:
        DataError: the pixels do not fit into memory.
    """
    Image.init()
    with quiet_decoders(), ThreadPoolExecutor(os.cpu_count()) as pool:
        if size is None or colour is None:
            size, colour = choose(folder, paths, size, colour, pool)
        shape = (len(paths), 3 if colour else 1, size, size)
        require_memory(2 * int(np.prod(shape)), f"{thousands(len(paths))} images of {size} x {size}")
        pixels = np.empty(shape, np.uint8)
        reasons: dict[int, str] = {}

        def work(start: int) -> int:
            for row in range(start, min(start + BATCH, len(paths))):
                try:
                    pixels[row] = read_picture(folder / paths[row], size, colour)
                except DataError as error:
                    reasons[row] = str(error)
            return min(BATCH, len(paths) - start)

        done = 0
        futures = [pool.submit(work, start) for start in range(0, len(paths), BATCH)]
        try:
            for future in as_completed(futures):
                done += future.result()
                progress(done, len(paths))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    failed = sorted(reasons)
    kept = np.setdiff1d(np.arange(len(paths)), failed)
    left = pixels[kept] if failed else pixels
    return Decoded(left, kept, np.array(failed, np.int64), np.array([reasons[row] for row in failed], str))


def choose(
    folder: Path, paths: Sequence[str], size: int | None, colour: bool | None, pool: ThreadPoolExecutor
) -> tuple[int, bool]:
    """Side and colour for a folder, from a sample of its files."""

    def look(path: str) -> tuple[tuple[int, int], bool] | None:
        try:
            return survey_picture(folder / path)
        except DataError:
            return None

    spread = np.unique(np.linspace(0, len(paths) - 1, SAMPLE).astype(int))
    seen = [result for result in pool.map(look, [paths[row] for row in spread]) if result is not None]
    if colour is None:
        colour = sum(coloured for _, coloured in seen) > len(seen) / 20
    sizes = {shape for shape, _ in seen}
    if size is None and len(sizes) == 1:
        (width, height) = sizes.pop()
        if SMALLEST <= min(width, height) <= LARGEST_NATIVE and max(width, height) <= 1.25 * min(width, height):
            size = min(width, height)
    return size or (COLOUR_SIDE if colour else GREY_SIDE), colour
