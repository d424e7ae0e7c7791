"""Tells what kind of source some paths are, and hands back what describes and loads it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from hvae_engine.datasets import array_images, cifar, folders, idx, idx_folders
from hvae_engine.datasets.archives import Archive, is_archive, no_images_in, stamp
from hvae_engine.datasets.arrays import MAGIC
from hvae_engine.datasets.asking import Asked
from hvae_engine.datasets.dataset import Dataset
from hvae_engine.datasets.limits import FEWEST
from hvae_engine.datasets.listed import Holding
from hvae_engine.datasets.listing import KINDS, SUFFIXES
from hvae_engine.datasets.refusals import ACCEPTED, refusal, refuse_pickle
from hvae_engine.datasets.walking import Walk
from hvae_engine.errors import DataError

CALLED_IDX = re.compile(r"idx\d?(-ubyte)?(\.gz)?$")
"""Names of files that mean to be IDX: what is wrong with one is then said in the format's own terms."""

CALLED_CIFAR = re.compile(r"(data_batch_\d+|test_batch|train|test)\.bin", re.IGNORECASE)
COUNTED = 100_000
"""Images after which a description stops counting."""

HURRY = 1.0
"""Seconds after which it stops, too."""

NO_IMAGES = f" ({KINDS})"


class Source(NamedTuple):
    """What can be done with a source.

    Attributes:
        describe: says what a load would do.
        load: does it.
        tree: gives its images where size and colour can be chosen by looking at them; None: as they are is best.
    """

    describe: Callable[[], str]
    load: Callable[[Asked], Dataset]
    tree: Callable[[], Holding] | None = None


def source_of(paths: Sequence[Path]) -> Source:
    """What some paths are, one or several.

    Raises:
        DataError: nothing that can be used.
    """
    if len(paths) > 1:
        return of_several(paths)
    return of_folder(paths[0]) if paths[0].is_dir() else of_file(paths[0])


def of_folder(path: Path) -> Source:
    """A folder of IDX files, of CIFAR's batches or of images."""
    if (files := idx_folders.find_idx(path)) is not None:
        return of_idx(files)
    called = [file for file in idx_folders.first_files(path) if CALLED_CIFAR.fullmatch(file.name)]
    if called and (batches := cifar.in_files(called)) is not None:
        return of_batches(batches)
    return of_images(partial(Walk, path), partial(Walk, path, COUNTED))


def of_file(path: Path) -> Source:
    """One file: what it begins with counts more than its name."""
    # A pipe or a device is not even opened: reading it could wait for ever.
    if not path.is_file() or path.stat().st_size == 0:
        raise refusal(path)
    refuse_pickle(path)
    if CALLED_IDX.search(path.name.lower()) or idx.looks_like_idx(path):
        return of_idx(idx_folders.beside(path))
    if path.suffix.lower() in (".npy", ".npz") or begins_with(path, MAGIC):
        return Source(partial(array_images.describe_arrays, path), partial(array_images.load_arrays, path))
    if path.suffix.lower() == ".bin" and (CALLED_CIFAR.fullmatch(path.name) or is_records(path)):
        batches = cifar.in_files([path])
        assert batches is not None
        return of_batches(batches)
    if path.suffix.lower() in SUFFIXES:
        raise DataError(
            f"{path} is a single image and Strata needs at least {FEWEST}: choose the folder that holds it, or several"
            " at once."
        )
    if is_archive(path):
        return of_archive(path)
    raise refusal(path)


def of_archive(path: Path) -> Source:
    """An archive of images, or of CIFAR's batches where there are none."""

    def tree() -> Holding:
        archive = Archive(path)
        if not archive.pieces:
            raise DataError(
                f"{path} holds no images{no_images_in(path) or ''}: pack images into it ({KINDS}), or unpack it and"
                " choose what comes out."
            )
        return archive

    def batches(tick: Callable[[], object] = bool) -> cifar.Batches | None:
        return None if Archive(path, most=0).pieces else cifar.in_archive(path, tick)

    def describe() -> str:
        quick = Archive(path, COUNTED, HURRY)
        if not quick.pieces and quick.complete and (found := cifar.in_archive(path, bool)) is not None:
            return cifar.describe_batches(found)
        return folders.describe_images(quick if quick.pieces else tree(), NO_IMAGES)

    def load(asked: Asked) -> Dataset:
        found = batches(lambda: asked.progress(0, 1))
        return (
            folders.load_images(tree, asked, partial(stamp, [path]))
            if found is None
            else cifar.load_batches(found, asked)
        )

    return Source(describe, load, tree)


def of_several(paths: Sequence[Path]) -> Source:
    """Several files or folders: images, IDX files that belong together, or CIFAR's batches."""
    home = paths[0].parent
    if (files := idx_folders.idx_among(home, [path for path in paths if path.is_file()])) is not None:
        return of_idx(files)
    if all(path.suffix.lower() == ".bin" for path in paths) and (batches := cifar.in_files(paths)) is not None:
        return of_batches(batches)
    for path in paths:
        if path.is_file() and path.suffix.lower() not in SUFFIXES:
            raise DataError(
                f"{path} is no image ({KINDS}), and several things can only be opened together if all are images."
            )
        if not path.exists():
            raise DataError(f"{path} does not exist: check the path, or choose {ACCEPTED}.")
    if len(paths) < FEWEST and all(path.is_file() for path in paths):
        raise DataError(
            f"{len(paths)} images were chosen and Strata needs at least {FEWEST}: choose more, or the folder that holds"
            " them."
        )
    return of_images(partial(Walk.of, paths), partial(Walk.of, paths, COUNTED))


def of_images(tree: Callable[[], Holding], quick: Callable[[], Holding]) -> Source:
    """Image files.

    Args:
        tree: gives all of them.
        quick: gives as many as a description counts.
    """
    return Source(lambda: folders.describe_images(quick(), NO_IMAGES), partial(folders.load_images, tree), tree)


def of_idx(files: idx_folders.IdxFiles) -> Source:
    """IDX files that belong together."""
    return Source(partial(idx_folders.describe_idx, files), partial(idx_folders.load_idx, files))


def of_batches(batches: cifar.Batches) -> Source:
    """CIFAR's batches."""
    return Source(partial(cifar.describe_batches, batches), partial(cifar.load_batches, batches))


def is_records(path: Path) -> bool:
    """Whether a file's length is that of CIFAR's records."""
    return bool(cifar.Batch(path.name, path.stat().st_size, bytes).labels)


def begins_with(path: Path, magic: bytes) -> bool:
    """Whether these are the first bytes of a file."""
    with path.open("rb") as file:
        return file.read(len(magic)) == magic
