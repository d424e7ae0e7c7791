"""Reads from the folders that images lie in what they are for and which classes they are of."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple, Protocol

from hvae_engine.datasets.dataset import Skipped

SUFFIXES = (
    *(".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".bmp", ".gif", ".webp"),
    *(".tif", ".tiff", ".pgm", ".ppm", ".pbm", ".pnm"),
)
FOREIGN = (".heic", ".heif", ".avif", ".svg", ".psd", ".jp2", ".jxl", ".tga", ".exr", ".dng", ".cr2", ".nef", ".arw")
"""How the names of pictures end that Strata does not read, and says so."""

JUNK = ("__MACOSX", "@eaDir", "$RECYCLE.BIN", "System Volume Information")
"""Folders that a system makes and nobody means."""

CALLED_PICKLES = re.compile(r"data_batch_\d+|test_batch")
PICKLES = "CIFAR as pickles for Python, which can run code when they are opened: get its binary version"
"""What is said of files with such names."""

KINDS = "PNG, JPEG, BMP, GIF, WebP, TIFF, PGM or PPM"
PARTS = {
    "train": "train",
    "training": "train",
    "val": "validation",
    "valid": "validation",
    "validation": "validation",
    "test": "test",
    "testing": "test",
}
"""What a subfolder of this name, in any case, is for."""

MOST = 1_000_000
"""Images that are listed; those beyond are left out."""

SORTED_AT_ONCE = 20_000
DEEPEST_WRAPPING = 8
NUMBER = re.compile(r"\d+")
BESIDE_CLASSES = "The image lies beside the class folders and not in one of them."


class Found(NamedTuple):
    """An image file: where it is below the folder, what it is for, and the class it lies in (None: in no class)."""

    path: str
    part: str
    group: str | None


@dataclass(frozen=True)
class Listing:
    """The images of a folder.

    Attributes:
        files: in natural order if `sort` was asked for.
        classes: names of the class folders, in natural order; empty without labels.
        skipped: folders and files left out before anything was decoded.
        complete: whether every image was listed.
    """

    files: list[Found]
    classes: tuple[str, ...]
    skipped: tuple[Skipped, ...]
    complete: bool

    def count(self, part: str) -> int:
        """Images that are for `part`: "train", "validation" or "test"."""
        return sum(found.part == part for found in self.files)


Tick = Callable[[int], object]
"""Called many times a second with the images found so far; whatever it raises ends the work and passes through."""

EVERY = 1024
"""Names that are looked at between two ticks."""


def unread(name: str) -> str:
    """Why a picture is left out that ends as one of `FOREIGN`."""
    return f"It is of a kind that Strata does not read ({name.rpartition('.')[2].upper()}): save it as PNG or JPEG."


class Tree(Protocol):
    """Folders and the images in them, on the disk or in an archive.

    Attributes:
        root: where it begins; paths of images are counted from here.
        most: images after which it need not go on.
        skipped: what it had to leave out.
        tick: see `Tick`.
    """

    root: Path
    most: int
    skipped: list[Skipped]
    tick: Tick

    @property
    def complete(self) -> bool:
        """Whether all of it was looked at."""
        ...

    def instead(self) -> str:
        """What it holds where it holds no images, in brackets; empty for nothing."""
        ...

    def look(self, folder: Path) -> tuple[list[Path], list[str]]:
        """Folders in `folder`, in natural order, and paths below the root of the images in it, in none."""
        ...

    def below(self, folder: Path, above: Path) -> Iterator[str]:
        """Images in `folder` and in the folders below it, but never in `above`."""
        ...


def list_tree(tree: Tree, sort: bool = True, classes: bool = True) -> Listing:
    """List the images of a tree.

    With a subfolder train/ (or training/), it and its neighbours for validation and test are kept apart. In each of
    them, subfolders are classes. A folder that holds nothing but one folder stands for that one.

    Args:
        tree: what holds them.
        sort: whether the files come in natural order (9.png before 10.png) or as the system gives them.
        classes: whether folders may be classes; else all images are taken, and none has a class.
    """
    top = unwrap(tree)
    found: list[Found] = []
    for part, place in places(tree, top):
        for number, one in enumerate(islice(list_part(tree, part, place, classes), tree.most + 1)):
            found.append(one)
            if number % EVERY == 0:
                tree.tick(len(found))
    files = found[: tree.most]
    groups = {found.group for found in files if found.part == "train"}
    labelled = None not in groups and len(groups) > 1
    names = {found.group for found in files if found.group is not None} if labelled else set()
    if sort:
        files = in_order(files, tree.tick)
    return Listing(
        files, tuple(sorted(names, key=natural)), tuple(tree.skipped), tree.complete and len(found) <= tree.most
    )


def in_order(files: Sequence[Found], tick: Tick) -> list[Found]:
    """Files in natural order, sorted in runs so that nobody who cancels has to wait for all of them."""
    keyed: list[tuple[str, int]] = []
    for first in range(0, len(files), SORTED_AT_ONCE):
        tick(len(files))
        some = enumerate(files[first : first + SORTED_AT_ONCE], first)
        keyed += sorted((natural(found.path), number) for number, found in some)
    keyed.sort()  # which merges the runs
    tick(len(files))
    return [files[number] for _, number in keyed]


def unwrap(tree: Tree) -> Path:
    """The first folder on the way down with more in it than a single folder."""
    folder = tree.root
    for _ in range(DEEPEST_WRAPPING):
        folders, images = tree.look(folder)
        if len(folders) != 1 or images:
            break
        folder = folders[0]
    return folder


def places(tree: Tree, top: Path) -> list[tuple[str, Path]]:
    """The folders for training, validation and test; the top itself is for training if no subfolder is."""
    folders, images = tree.look(top)
    if not any(PARTS.get(place.name.lower()) == "train" for place in folders):
        return [("train", top)]
    for place in folders:
        if place.name.lower() not in PARTS:
            leave_out(tree, place, "The folder lies beside train/ and is neither for validation nor for test.")
    for path in images:
        leave_out(tree, tree.root / path, "The image lies beside train/ and not in it.")
    return [(PARTS[place.name.lower()], place) for place in folders if place.name.lower() in PARTS]


def list_part(tree: Tree, part: str, place: Path, classes: bool = True) -> Iterator[Found]:
    """The images of one part: in classes if most of them lie in several subfolders, all in no class otherwise."""
    folders, flat = tree.look(place)
    grouped = [(below.name, path) for below in folders for path in islice(tree.below(below, place), tree.most)]
    alone = bool(flat) and len({name for name, _ in grouped}) == 1
    if not classes or alone or len(flat) >= len(grouped):
        yield from (Found(path, part, None) for path in (*flat, *(path for _, path in grouped)))
        return
    for path in flat:
        leave_out(tree, tree.root / path, BESIDE_CLASSES)
    yield from (Found(path, part, group) for group, path in grouped)


def kind_of(name: str) -> str:
    """What a file is by its name: its ending, or one of Python's files of CIFAR."""
    return PICKLES if CALLED_PICKLES.fullmatch(name) else os.path.splitext(name)[1].lower() or "unnamed"


def kinds_of(endings: Mapping[str, int]) -> str:
    """The commonest kinds of file among some, in brackets; empty for none."""
    if PICKLES in endings:
        return f" (but {PICKLES})"
    commonest = sorted((count, ending) for ending, count in endings.items() if count)[-3:]
    return f" (but {', '.join(ending for _, ending in reversed(commonest))} files)" if commonest else ""


def leave_out(tree: Tree, path: Path, reason: str) -> None:
    """Remember what was left out, and why."""
    tree.skipped.append(Skipped(readable(os.path.relpath(path, tree.root)), reason))


def natural(name: str) -> str:
    """A key that sorts numbers inside names by their value and letters without regard to case."""
    return f"{NUMBER.sub(padded, name.lower())}\0\0{name}"


def padded(number: re.Match[str]) -> str:
    """A number in a name so that it sorts by its value, and before all letters."""
    return f"\0{int(number[0][:18]):018}"


def readable(path: str) -> str:
    """A path for people, even if its bytes are no text."""
    return os.fsencode(path).decode("utf-8", "replace")
