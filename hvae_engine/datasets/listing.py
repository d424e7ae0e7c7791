"""Reads from the folders that images lie in what they are for and which classes they are of."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple, Protocol

from hvae_engine.datasets.dataset import Skipped

SUFFIXES = (
    *(".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".bmp", ".gif", ".webp"),
    *(".tif", ".tiff", ".pgm", ".ppm", ".pbm", ".pnm"),
)
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


DEEPEST_WRAPPING = 8


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


class Tree(Protocol):
    """Folders and the images in them, on the disk or in an archive.

    Attributes:
        root: where it begins; paths of images are counted from here.
        most: images after which it need not go on.
        skipped: what it had to leave out.
        complete: whether all of it was looked at.
    """

    root: Path
    most: int
    skipped: list[Skipped]
    complete: bool

    def look(self, folder: Path) -> tuple[list[Path], list[str]]:
        """Folders in `folder`, in natural order, and paths below the root of the images in it, in none."""
        ...

    def below(self, folder: Path, above: Path) -> Iterator[str]:
        """Images in `folder` and in the folders below it, but never in `above`."""
        ...


def list_tree(tree: Tree, sort: bool = True) -> Listing:
    """List the images of a tree.

    With a subfolder train/ (or training/), it and its neighbours for validation and test are kept apart. In each of
    them, subfolders are classes. A folder that holds nothing but one folder stands for that one.

    Args:
        tree: what holds them.
        sort: whether the files come in natural order (9.png before 10.png) or as the system gives them.
    """
    top = unwrap(tree)
    found = [
        found for part, place in places(tree, top) for found in islice(list_part(tree, part, place), tree.most + 1)
    ]
    files = found[: tree.most]
    groups = {found.group for found in files if found.part == "train"}
    labelled = None not in groups and len(groups) > 1
    names = {found.group for found in files if found.group is not None} if labelled else set()
    if sort:
        files.sort(key=lambda found: natural(found.path))
    return Listing(
        files, tuple(sorted(names, key=natural)), tuple(tree.skipped), tree.complete and len(found) <= tree.most
    )


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


def list_part(tree: Tree, part: str, place: Path) -> Iterator[Found]:
    """The images of one part: in classes if most of them lie in subfolders, all in no class otherwise."""
    folders, flat = tree.look(place)
    grouped = [(below.name, path) for below in folders for path in islice(tree.below(below, place), tree.most)]
    if len(flat) >= len(grouped):
        yield from (Found(path, part, None) for path in (*flat, *(path for _, path in grouped)))
        return
    for path in flat:
        leave_out(tree, tree.root / path, "The image lies beside the class folders and not in one of them.")
    yield from (Found(path, part, group) for group, path in grouped)


def leave_out(tree: Tree, path: Path, reason: str) -> None:
    """Remember what was left out, and why."""
    tree.skipped.append(Skipped(readable(os.path.relpath(path, tree.root)), reason))


def natural(name: str) -> tuple[tuple[int, str], ...]:
    """A key that sorts numbers inside names by their value and letters without regard to case."""
    pieces = re.split(r"(\d+)", name)
    return *((int(piece[:18]), "") if piece.isdecimal() else (0, piece.lower()) for piece in pieces), (0, name)


def readable(path: str) -> str:
    """A path for people, even if its bytes are no text."""
    return os.fsencode(path).decode("utf-8", "replace")
