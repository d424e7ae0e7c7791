"""The one door to data: a built-in name or a path goes in, a data set or a sentence comes out."""

from __future__ import annotations

import codecs
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from hvae_engine.datasets import folders, idx, idx_folders, scenes
from hvae_engine.datasets.dataset import Dataset
from hvae_engine.datasets.fitting import fit
from hvae_engine.datasets.limits import check_size, thousands
from hvae_engine.datasets.listing import SUFFIXES
from hvae_engine.errors import DataError, did_you_mean

BUILT_IN: Mapping[str, str] = {
    "scenes": "Strata scenes: shapes in ten arrangements, with known causes, 28 x 28, black and white",
    "scenes:colour": "Strata scenes in colour: the same in two hues, 32 x 32",
}
"""Data sets that are always there, by name, in a line for people."""

ACCEPTED = "a folder of images, MNIST's IDX files or a built-in name such as 'scenes'"
ARCHIVES = (".zip", ".tar", ".tgz", ".tar.gz", ".tar.bz2", ".tar.xz", ".7z", ".rar")

Progress = Callable[[int, int], None]
CALLED_IDX = re.compile(r"idx\d?(-ubyte)?(\.gz)?$")
"""Names of files that mean to be IDX: what is wrong with one is then said in the format's own terms."""


def load_data(
    source: str | Path,
    *,
    seed: int = 0,
    size: int | None = None,
    colour: bool | None = None,
    progress: Progress | None = None,
    cache: Path | None = None,
) -> Dataset:
    """Load a data set; the same source, seed, size and colour give the same one.

    Args:
        source: a name of `BUILT_IN`, a folder of images (subfolders are classes; train/, validation/ and test/ are kept
            apart), a folder of IDX files or the one above its raw/, or one IDX file of images.
        seed: decides which training images are held out for validation, where the source does not say.
        size: height and width in pixels, 8 to 256; None for the source's own or one that suits it.
        colour: three channels or one; None for what the source has.
        progress: called on this thread with work done and work in all; whatever it raises cancels the load, passes
            through, and leaves nothing half done behind.
        cache: a folder for what is kept between sessions, instead of `STRATA_CACHE` or the user's cache folder.

    Raises:
        DataError: the source does not exist or cannot be used; its text is the sentence to show.
    """
    check_size(size)
    progress = progress or (lambda done, total: None)
    if str(source) in BUILT_IN:
        dataset = scenes.load_scenes(str(source) == "scenes:colour", seed, progress, cache)
        return fitted(dataset, size, colour)
    path = existing(source)
    files = idx_files(path)
    if files is None:
        return folders.load_folder(path, seed, size, colour, progress, cache)
    return idx_folders.load_idx(files, str(path), seed, size, colour, progress)


def describe(source: str | Path) -> str:
    """What `load_data` would do, in a sentence without a full stop, found in a moment without decoding anything.

    Args:
        source: as for `load_data`.

    Raises:
        DataError: the source cannot be used; damage inside its files is only found by loading them.
    """
    if str(source) in BUILT_IN:
        count, test = thousands(scenes.TRAINING), thousands(scenes.TEST)
        return f"Draw {count} images in {len(scenes.CLASSES)} classes and {test} test images"
    path = existing(source)
    files = idx_files(path)
    return folders.describe_folder(path) if files is None else idx_folders.describe_idx(files)


def fitted(dataset: Dataset, size: int | None, colour: bool | None) -> Dataset:
    """A data set with all of its splits at the size and the channels asked for."""
    train, validation = fit(dataset.train, size, colour), fit(dataset.validation, size, colour)
    return replace(dataset, train=train, validation=validation, test=dataset.test and fit(dataset.test, size, colour))


def existing(source: str | Path) -> Path:
    """The absolute path that a person meant, which exists and may be read."""
    if not str(source).strip():
        raise DataError(f"Nothing was asked for: choose {ACCEPTED}.")
    try:
        path = Path(os.path.abspath(Path(source).expanduser()))
        found = path.exists()
    except (OSError, RuntimeError, ValueError):  # a name too long, an unknown ~user, a zero byte
        found = False
    if not found:
        typed = str(source)
        if any(separator in typed for separator in ("/", "\\", "~", ".")):
            raise DataError(f"{typed} does not exist: check the path, or choose {ACCEPTED}.")
        raise DataError(f"There is no built-in data set or file called {typed!r}: {did_you_mean(typed, BUILT_IN)}")
    if not os.access(path, os.R_OK | (os.X_OK if path.is_dir() else 0)):
        raise DataError(f"{path} cannot be read: check its permissions.")
    return path


def idx_files(path: Path) -> idx_folders.IdxFiles | None:
    """The IDX files that a path means; None for a folder that holds none.

    Raises:
        DataError: the path is a file, and no IDX file of images.
    """
    if path.is_dir():
        return idx_folders.find_idx(path)
    # A pipe or a device is not even opened: reading it could wait for ever.
    if path.is_file() and (CALLED_IDX.search(path.name.lower()) or idx.looks_like_idx(path)):
        return idx_folders.beside(path)
    raise refusal(path)


def refusal(path: Path) -> DataError:
    """The sentence about a file that is no IDX file: what it is instead."""
    if not path.is_file():
        return DataError(f"{path} is neither a file nor a folder: choose {ACCEPTED}.")
    if path.stat().st_size == 0:
        return DataError(f"{path} is empty: choose {ACCEPTED}.")
    if path.suffix.lower() in SUFFIXES:
        return DataError(f"{path} is a single image: choose the folder that holds it.")
    if path.name.lower().endswith(ARCHIVES):
        return DataError(f"{path} is an archive: unpack it and choose the folder that comes out.")
    kind = "a text file, not images" if is_text(path) else "of a kind that Strata does not read"
    return DataError(f"{path} is {kind}: choose {ACCEPTED}.")


def is_text(path: Path) -> bool:
    """Whether the beginning of a file is text."""
    with path.open("rb") as file:
        start = file.read(4096)
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start)  # the last character may be cut
    except UnicodeDecodeError:
        return False
    return b"\0" not in start
