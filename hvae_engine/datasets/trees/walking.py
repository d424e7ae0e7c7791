"""Looks into the folders of a disk for images, through links, but never round in circles."""

from __future__ import annotations

import hashlib
import math
import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from hvae_engine.datasets.dataset import Skipped
from hvae_engine.datasets.trees.listing import (
    EVERY,
    FOREIGN,
    JUNK,
    KINDS,
    MOST,
    SUFFIXES,
    Found,
    Tick,
    kind_of,
    kinds_of,
    leave_out,
    natural,
    unread,
)
from hvae_engine.datasets.trees.pieces import Piece


class Walk:
    """A folder as a `listing.Tree`, and where its images lie; each folder in it is looked into once.

    Args:
        root: an existing folder.
        most: images after which to stop.
        seconds: after which to look no further, because only a rough answer is wanted.
        tick: see `listing.Tick`.
    """

    def __init__(self, root: Path, most: int = MOST, seconds: float = math.inf, tick: Tick = bool) -> None:
        self.root, self.most, self.complete, self.tick = root, most, True, tick
        self._until, self._seen = time.monotonic() + seconds, 0
        self._others: Counter[str] = Counter()
        self.prefix = len(os.path.join(root, ""))
        self.known: dict[Path, tuple[list[Path], list[str]]] = {}
        self.skipped: list[Skipped] = []

    @classmethod
    def of(
        cls,
        paths: Sequence[Path],
        most: int = MOST,
        seconds: float = math.inf,
        tick: Tick = bool,
        root: Path | None = None,
    ) -> Walk:
        """Some files and folders as if nothing else lay in the folder that holds them all.

        Args:
            paths: absolute ones.
            most: images after which to stop.
            seconds: see `Walk`, as for the next.
            tick: called now and then.
            root: that folder; None: the lowest that does.
        """
        walk = cls(root or Path(os.path.commonpath([path.parent for path in paths])), most, seconds, tick)
        folders = sorted((path for path in paths if path.is_dir()), key=lambda path: natural(path.name))
        images = [str(path)[walk.prefix :] for path in paths if not path.is_dir()]
        walk.known[walk.root] = folders, images
        return walk

    def look(self, folder: Path) -> tuple[list[Path], list[str]]:
        """See `listing.Tree`."""
        if folder not in self.known:
            if self._hurried(0):
                return [], []
            folders: list[Path] = []
            images: list[str] = []
            try:
                with os.scandir(folder) as entries:
                    for number, entry in enumerate(entries):
                        self._sort_out(entry, folders, images)
                        if len(images) > self.most or (number % EVERY == EVERY - 1 and self._hurried(len(images))):
                            break
            except OSError as error:
                leave_out(self, folder, f"The folder cannot be read ({error.strerror}).")
            self._seen += len(images)
            self.known[folder] = sorted(folders, key=lambda path: natural(path.name)), images
        return self.known[folder]

    def _hurried(self, images: int) -> bool:
        """Let others know of the images so far, and whether it is time to stop."""
        self.tick(self._seen + images)
        late = time.monotonic() > self._until
        self.complete = self.complete and not late
        return late

    def below(self, folder: Path, above: Path) -> Iterator[str]:
        """See `listing.Tree`; links are followed, but into no folder twice."""
        waiting, seen = [folder], {identity(above)}
        while waiting:
            here = waiting.pop()
            if (itself := identity(here)) not in seen:
                seen.add(itself)
                folders, images = self.look(here)
                yield from images
                waiting += folders

    def _sort_out(self, entry: os.DirEntry[str], folders: list[Path], images: list[str]) -> None:
        """Append an entry to the list it belongs to, if any."""
        if entry.name.startswith(".") or entry.name in JUNK:
            return
        if entry.name.lower().endswith(SUFFIXES) and entry.is_file():
            images.append(entry.path[self.prefix :])
        elif entry.is_dir():
            folders.append(Path(entry))
        else:
            self._others[kind_of(entry.name)] += 1
            if entry.name.lower().endswith(FOREIGN):
                leave_out(self, Path(entry), unread(entry.name))

    def instead(self) -> str:
        """See `listing.Tree`."""
        kinds = kinds_of(self._others)
        return f"{kinds[:-1]}; Strata reads {KINDS})" if kinds else ""

    def contents(self, paths: Sequence[str], tick: Callable[[], object] = bool) -> Iterator[tuple[int, Piece, bytes]]:
        """Where each of some images lies: its number among `paths`, its piece, and no bytes; no tick is needed."""
        del tick
        for row, path in enumerate(paths):
            yield row, Piece("file", os.path.join(self.root, path)), b""

    def handy(self, files: Sequence[Found]) -> Sequence[Found]:
        """Those of the files that are quick to reach, spread evenly: all of them."""
        return files

    def fingerprint(self, paths: Iterable[str]) -> str:
        """A digest of the names, sizes and times of images: the same one means the same pixels."""
        digest = hashlib.sha256()
        for number, path in enumerate(paths):
            if number % EVERY == 0:
                self.tick(self._seen)
            try:
                status = os.stat(os.path.join(self.root, path))
            except OSError:
                continue  # gone since it was listed: decoding will say so
            digest.update(os.fsencode(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\0"))
        return digest.hexdigest()


def identity(folder: Path) -> tuple[int, int]:
    """What tells a folder from all others, however it was reached."""
    try:
        status = folder.stat()
    except OSError:
        return (-1, -1)  # gone since it was listed
    return status.st_dev, status.st_ino
