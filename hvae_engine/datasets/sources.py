"""Tells what kind of source some paths are, and hands back what describes and loads it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from hvae_engine.datasets import folders
from hvae_engine.datasets.array_files import array_images, cifar, idx, idx_folders
from hvae_engine.datasets.array_files.arrays import MAGIC
from hvae_engine.datasets.asking import Asked
from hvae_engine.datasets.dataset import Dataset, Skipped
from hvae_engine.datasets.keeping.limits import FEWEST
from hvae_engine.datasets.pixels.pictures import quiet_decoders, survey_picture
from hvae_engine.datasets.refusals import refusal, refuse_foreign, refuse_pickle
from hvae_engine.datasets.trees.archives import Archive, is_archive, no_images_in, stamp
from hvae_engine.datasets.trees.listed import Holding
from hvae_engine.datasets.trees.listing import KINDS, SUFFIXES, Tick, readable
from hvae_engine.datasets.trees.several import Together
from hvae_engine.datasets.trees.walking import Walk
from hvae_engine.errors import DataError

CALLED_IDX = re.compile(r"idx\d?(-ubyte)?(\.gz)?$")
"""Names of files that mean to be IDX: what is wrong with one is then said in the format's own terms."""

CALLED_CIFAR = re.compile(r"(data_batch_\d+|test_batch|train|test)\.bin", re.IGNORECASE)
COPIES = 12
"""Images that few ones are made into by taking each several times, so that a twelfth of them is one."""

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
        tree: gives its images where size and colour can be chosen by looking at them, and takes a `tick`; None: as they
            are is best.
        left_out: what was chosen together with it and cannot be used, each with the reason.
        facts: what people should know of it, in sentences.
    """

    describe: Callable[[], str]
    load: Callable[[Asked], Dataset]
    tree: Callable[..., Holding] | None = None
    left_out: tuple[Skipped, ...] = ()
    facts: tuple[str, ...] = ()


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
    return of_images(partial(Walk, path), partial(Walk, path, COUNTED, HURRY))


def of_file(path: Path) -> Source:
    """One file: what it begins with counts more than its name."""
    # A pipe or a device is not even opened: reading it could wait for ever.
    if not path.is_file() or path.stat().st_size == 0:
        raise refusal(path)
    refuse_pickle(path)
    refuse_foreign(path)
    if CALLED_IDX.search(path.name.lower()) or idx.looks_like_idx(path):
        return of_idx(idx_folders.beside(path))
    if path.suffix.lower() in (".npy", ".npz") or begins_with(path, MAGIC):
        return Source(partial(array_images.describe_arrays, path), partial(array_images.load_arrays, path))
    if path.suffix.lower() == ".bin" and (CALLED_CIFAR.fullmatch(path.name) or is_records(path)):
        batches = cifar.in_files([path])
        assert batches is not None
        return of_batches(batches)
    if path.suffix.lower() in SUFFIXES:
        return of_few([path])
    if is_archive(path):
        return of_archive(path)
    raise refusal(path)


def of_archive(path: Path) -> Source:
    """An archive of images, or of CIFAR's batches where there are none."""

    def tree(tick: Tick = bool) -> Holding:
        archive = Archive(path, tick=tick)
        if not archive.pieces and archive.skipped:
            one, *others = archive.skipped
            beside = f" and {len(others)} more" if others else ""
            raise DataError(f"{path} holds no images that can be used, but {one.path}{beside}. {one.reason}")
        if not archive.pieces:
            raise DataError(
                f"{path} holds no images{no_images_in(path) or ''}: pack images into it ({KINDS}), or unpack it and"
                " choose what comes out."
            )
        return archive

    def batches(tick: Tick) -> cifar.Batches | None:
        return None if Archive(path, most=0, tick=tick).pieces else cifar.in_archive(path, partial(tick, 0))

    def describe() -> str:
        quick = Archive(path, COUNTED, HURRY)
        if not quick.pieces and quick.complete and (found := cifar.in_archive(path, bool)) is not None:
            return cifar.describe_batches(found)
        return folders.describe_images(quick if quick.pieces or not quick.complete else tree(), NO_IMAGES)

    def load(asked: Asked) -> Dataset:
        found = batches(asked.looking)
        return (
            folders.load_images(tree, asked, partial(stamp, [path]))
            if found is None
            else cifar.load_batches(found, asked)
        )

    return Source(describe, load, tree)


def of_several(paths: Sequence[Path]) -> Source:
    """Several things: IDX files that belong together, CIFAR's batches, or images, folders and archives of images."""
    home = paths[0].parent
    if (files := idx_folders.idx_among(home, [path for path in paths if path.is_file()])) is not None:
        return of_idx(files)
    if all(path.suffix.lower() == ".bin" for path in paths) and (batches := cifar.in_files(paths)) is not None:
        return of_batches(batches)
    kinds = {path: kind_of(path) for path in paths}
    loose = [path for path, kind in kinds.items() if kind in (FOLDER, IMAGE)]
    archives = [path for path, kind in kinds.items() if kind == ARCHIVE]
    others = {path: kind for path, kind in kinds.items() if kind not in (FOLDER, IMAGE, ARCHIVE)}
    left_out = tuple(Skipped(readable(path.name), reason) for path, reason in others.items())
    if not loose and not archives:
        raise DataError(f"None of these {len(paths)} files is an image ({KINDS}), a folder or an archive of images.")
    if len(loose) + len(archives) == 1:
        return source_of([*loose, *archives])._replace(left_out=left_out)
    if archives:
        quick = partial(Together, loose, archives, COUNTED, HURRY)
        return of_images(partial(Together, loose, archives), quick)._replace(left_out=left_out)
    if len(loose) < FEWEST and all(kinds[path] == IMAGE for path in loose):
        few = of_few(loose)
        return few._replace(left_out=(*left_out, *few.left_out))
    return of_images(partial(Walk.of, loose), partial(Walk.of, loose, COUNTED, HURRY))._replace(left_out=left_out)


FOLDER, IMAGE, ARCHIVE = "folder", "image", "archive"


def kind_of(path: Path) -> str:
    """`FOLDER`, `IMAGE` or `ARCHIVE`, or why it cannot be opened together with others."""
    if path.is_dir():
        return FOLDER
    if path.is_file() and path.suffix.lower() in SUFFIXES:
        return IMAGE
    try:
        if path.is_file() and is_archive(path):
            return ARCHIVE
    except OSError as error:
        return f"It cannot be read ({error.strerror})."
    return f"It is no image ({KINDS}), folder or archive."


def of_few(chosen: Sequence[Path]) -> Source:
    """Fewer images than are needed, which are taken several times; those that cannot be read are left out.

    Raises:
        DataError: none of them can.
    """
    reasons = {path: reason for path in chosen if (reason := why_unreadable(path))}
    paths = [path for path in chosen if path not in reasons]
    if not paths:
        raise DataError(f"{chosen[0].name} cannot be used. {reasons[chosen[0]]}")
    count, times = len(paths), -(-COPIES // len(paths))
    words = f"Import 1 image, taken {times} times" if count == 1 else f"Import {count} images, each {times} times"
    whose = "The one image is" if count == 1 else f"Each of the {count} images is"
    fact = f"{whose} taken {times} times, since at least {FEWEST} are needed; what is held out is learned from too."
    tree = partial(Walk.of, [path for path in paths for _ in range(times)])
    left_out = tuple(Skipped(readable(path.name), reason) for path, reason in reasons.items())
    return of_images(tree, tree)._replace(describe=lambda: words, left_out=left_out, facts=(fact,))


def why_unreadable(path: Path) -> str:
    """Why an image cannot be used, found out by looking into it; empty if it can."""
    try:
        with quiet_decoders():
            survey_picture(path)
    except DataError as error:
        return str(error)
    return ""


def of_images(tree: Callable[..., Holding], quick: Callable[..., Holding]) -> Source:
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
