"""Finds the images below a folder, and reads from its subfolders what they are for and which classes they are of."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple

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


class Walk:
    """Looks into folders, each only once, and remembers what it had to leave out."""

    def __init__(self, root: Path, most: int) -> None:
        self.root = root
        self.most = most
        self.prefix = len(os.path.join(root, ""))
        self.known: dict[Path, tuple[list[Path], list[str]]] = {}
        self.skipped: list[Skipped] = []

    def look(self, folder: Path) -> tuple[list[Path], list[str]]:
        """Visible folders in `folder`, in natural order, and paths below the root of the images in it, in none."""
        if folder not in self.known:
            folders: list[Path] = []
            images: list[str] = []
            try:
                with os.scandir(folder) as entries:
                    for entry in entries:
                        self.sort_out(entry, folders, images)
                        if len(images) > self.most:
                            break
            except OSError as error:
                self.skip(folder, f"The folder cannot be read ({error.strerror}).")
            self.known[folder] = sorted(folders, key=lambda path: natural(path.name)), images
        return self.known[folder]

    def sort_out(self, entry: os.DirEntry[str], folders: list[Path], images: list[str]) -> None:
        """Append an entry to the list it belongs to, if any."""
        if entry.name.startswith((".", "__MACOSX")):
            return
        if entry.name.lower().endswith(SUFFIXES) and entry.is_file():
            images.append(entry.path[self.prefix :])
        elif entry.is_dir():
            folders.append(Path(entry))

    def below(self, folder: Path, seen: set[tuple[int, int]]) -> Iterator[str]:
        """Images in `folder` and in the folders below it, following links but into no folder twice."""
        waiting = [folder]
        while waiting:
            here = waiting.pop()
            if (itself := identity(here)) not in seen:
                seen.add(itself)
                folders, images = self.look(here)
                yield from images
                waiting += folders

    def skip(self, path: Path, reason: str) -> None:
        """Remember what was left out, and why."""
        self.skipped.append(Skipped(readable(os.path.relpath(path, self.root)), reason))


def list_folder(folder: Path, most: int = MOST, sort: bool = True) -> Listing:
    """List the images of a folder.

    With a subfolder train/ (or training/), it and its neighbours for validation and test are kept apart. In each of
    them, subfolders are classes. A folder that holds nothing but one folder stands for that one.

    Args:
        folder: an existing folder.
        most: images after which to stop.
        sort: whether the files come in natural order (9.png before 10.png) or as the system gives them.
    """
    walk = Walk(folder, most)
    top = unwrap(walk, folder)
    found = [found for part, place in places(walk, top) for found in islice(list_part(walk, part, place), most + 1)]
    files = found[:most]
    groups = {found.group for found in files if found.part == "train"}
    labelled = None not in groups and len(groups) > 1
    names = {found.group for found in files if found.group is not None} if labelled else set()
    if sort:
        files.sort(key=lambda found: natural(found.path))
    return Listing(files, tuple(sorted(names, key=natural)), tuple(walk.skipped), len(found) <= most)


def unwrap(walk: Walk, folder: Path) -> Path:
    """The first folder on the way down with more in it than a single folder."""
    for _ in range(DEEPEST_WRAPPING):
        folders, images = walk.look(folder)
        if len(folders) != 1 or images:
            break
        folder = folders[0]
    return folder


def places(walk: Walk, top: Path) -> list[tuple[str, Path]]:
    """The folders for training, validation and test; the top itself is for training if no subfolder is."""
    folders, images = walk.look(top)
    if not any(PARTS.get(place.name.lower()) == "train" for place in folders):
        return [("train", top)]
    for place in folders:
        if place.name.lower() not in PARTS:
            walk.skip(place, "The folder lies beside train/ and is neither for validation nor for test.")
    for path in images:
        walk.skip(walk.root / path, "The image lies beside train/ and not in it.")
    return [(PARTS[place.name.lower()], place) for place in folders if place.name.lower() in PARTS]


def list_part(walk: Walk, part: str, place: Path) -> Iterator[Found]:
    """The images of one part: in classes if most of them lie in subfolders, all in no class otherwise."""
    folders, flat = walk.look(place)
    itself = identity(place)
    grouped = [(below.name, path) for below in folders for path in islice(walk.below(below, {itself}), walk.most)]
    if len(flat) >= len(grouped):
        yield from (Found(path, part, None) for path in (*flat, *(path for _, path in grouped)))
        return
    for path in flat:
        walk.skip(walk.root / path, "The image lies beside the class folders and not in one of them.")
    yield from (Found(path, part, group) for group, path in grouped)


def identity(folder: Path) -> tuple[int, int]:
    """What tells a folder from all others, however it was reached."""
    try:
        status = folder.stat()
    except OSError:
        return (-1, -1)  # gone since it was listed
    return status.st_dev, status.st_ino


def natural(name: str) -> tuple[tuple[int, str], ...]:
    """A key that sorts numbers inside names by their value and letters without regard to case."""
    pieces = re.split(r"(\d+)", name)
    return *((int(piece), "") if piece.isdecimal() else (0, piece.lower()) for piece in pieces), (0, name)


def readable(path: str) -> str:
    """A path for people, even if its bytes are no text."""
    return os.fsencode(path).decode("utf-8", "replace")
