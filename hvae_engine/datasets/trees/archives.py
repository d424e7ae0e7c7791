"""An archive as a tree of folders and images, read in place: nothing in it is ever written to the disk."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import NamedTuple

from hvae_engine.datasets.dataset import Skipped
from hvae_engine.datasets.keeping.limits import FEWEST
from hvae_engine.datasets.trees.archive_names import HIDDEN, LONGEST_NAME, folders_of, place_of, strange
from hvae_engine.datasets.trees.listing import (
    EVERY,
    FOREIGN,
    MOST,
    SUFFIXES,
    Found,
    Tick,
    kind_of,
    kinds_of,
    readable,
    unread,
)
from hvae_engine.datasets.trees.pieces import Piece, bytes_of
from hvae_engine.datasets.trees.tar_members import packing, tar_members
from hvae_engine.datasets.trees.zip_members import zip_members
from hvae_engine.errors import DataError

TARS = (".tar", ".tgz", ".tbz2", ".txz", ".tzst", ".tar.gz", ".tar.bz2", ".tar.xz", ".tar.zst")
ENDINGS = (".zip", *TARS)
"""How the names of archives end that are read."""

ZIP_MAGICS = (b"PK\3\4", b"PK\5\6")
TAR_MAGIC, TAR_MAGIC_AT = b"ustar", 257

ENDINGS_SEEN = (*SUFFIXES, *FOREIGN)
HANDY = 256
"""Images at the beginning of a packed archive that stand for all of it."""

NEVER = float("inf")


class Entry(NamedTuple):
    """A member of an archive: its name, where it lies (None for a folder), why it is left out (empty: it is not)."""

    name: str
    piece: Piece | None
    reason: str
    contents: Callable[[], bytes]


def is_archive(path: Path) -> bool:
    """Whether a file is an archive that is read: it begins as one, or its name says so."""
    with path.open("rb") as file:
        start = file.read(TAR_MAGIC_AT + len(TAR_MAGIC))
    return (
        start.startswith(ZIP_MAGICS) or start[TAR_MAGIC_AT:] == TAR_MAGIC or path.name.lower().endswith(ENDINGS)
    ) and not path.name.lower().endswith((".npz", ".pt", ".pth"))


def entries(path: Path, tick: Callable[[], object] = bool) -> Iterator[Entry]:
    """The files in an archive, in the order in which it has them.

    Args:
        path: of the archive.
        tick: called many times a second while something long is unpacked; may raise to cancel.

    Raises:
        DataError: it is damaged, or wants too much.
    """
    with path.open("rb") as file:
        zipped = file.read(4).startswith(ZIP_MAGICS)
    if zipped or (path.name.lower().endswith(".zip") and not packing(path)):
        yield from (Entry(*one, contents=partial(_unpacked, one.piece)) for one in zip_members(path))
    else:
        yield from (Entry(one.name, one.piece, one.reason, one.contents) for one in tar_members(path, tick))


def _unpacked(piece: Piece | None) -> bytes:
    """The bytes of a zip's member; none of a folder."""
    return b"" if piece is None else bytes_of(piece)


class EnoughError(Exception):
    """No more of an archive is wanted."""


class Archive:
    """An archive as a `listing.Tree`, and where its images lie.

    What comes after a damage is left out, unless too little comes before it.

    Args:
        path: of the archive, absolute.
        most: images after which to stop.
        seconds: after which to stop, because only a rough answer is wanted.
        tick: see `listing.Tick`.
        inside: archives that are folders of this one, by name with a slash at its end, instead of the one at `path`;
            each holds one folder that stands for all of it.

    Raises:
        DataError: it is damaged, or wants too much.
    """

    def __init__(
        self,
        path: Path,
        most: int = MOST,
        seconds: float = NEVER,
        tick: Tick = bool,
        inside: Mapping[str, Path] | None = None,
    ) -> None:
        self.root, self.most, self.complete, self.tick = path, most, True, tick
        self.skipped: list[Skipped] = []
        self.pieces: dict[str, Piece] = {}
        self._inside = inside or {"": path}
        self._until = time.monotonic() + seconds
        for folder, archive in self._inside.items():
            self._list(folder, archive)
        self._folders = folders_of(self.pieces, partial(tick, len(self.pieces)))

    @property
    def streamed(self) -> bool:
        """Whether its members can only be had in their order, because all of it is packed as one."""
        return any(piece.kind == "stream" for piece in self.pieces.values())

    def look(self, folder: Path) -> tuple[list[Path], list[str]]:
        """See `listing.Tree`."""
        inside = folder.relative_to(self.root).as_posix()
        folders, images = self._folders.get("" if inside == "." else inside, ([], []))
        return [self.root / name for name in folders], images

    def below(self, folder: Path, above: Path) -> Iterator[str]:
        """See `listing.Tree`."""
        del above  # no link leads back to it
        waiting = [folder]
        while waiting:
            folders, images = self.look(waiting.pop())
            yield from images
            waiting += folders

    def instead(self) -> str:
        """See `listing.Tree`."""
        return no_images_in(self.root)

    def contents(self, paths: Sequence[str], tick: Callable[[], object] = bool) -> Iterator[tuple[int, Piece, bytes]]:
        """Where each of some images lies: its number among `paths`, its piece, and its bytes if it is streamed.

        Args:
            paths: of the images.
            tick: as for `entries`.

        Raises:
            DataError: the archive breaks off.
        """
        if not self.streamed:
            for row, path in enumerate(paths):
                yield row, self.pieces[path], b""
            return
        rows = {path: row for row, path in enumerate(paths)}
        for folder, archive in self._inside.items():
            with suppress(DataError):  # what comes after a damage was never listed, or is missed
                for entry in entries(archive, tick):
                    row = rows.pop(place_of(folder, entry.name), -1)
                    if row >= 0 and entry.piece is not None and not entry.reason:
                        yield row, entry.piece, entry.contents()
                    if not rows:
                        return

    def handy(self, files: Sequence[Found]) -> Sequence[Found]:
        """Those of the files that are quick to reach, spread evenly: all of them, or the first where it is packed."""
        if not self.streamed:
            return files
        order = {path: row for row, path in enumerate(self.pieces)}
        return sorted(files, key=lambda found: order[found.path])[:HANDY]

    def fingerprint(self, paths: Iterable[str]) -> str:
        """A digest of size and time of the archive: the same one means the same pixels."""
        del paths
        return stamp(self._inside.values())

    def _list(self, folder: str, archive: Path) -> None:
        """Go through one archive, whose images lie in `folder`."""
        try:
            for number, entry in enumerate(entries(archive, self._hurry)):
                if number % EVERY == 0:
                    self._hurry()
                if len(self.pieces) > self.most:
                    raise EnoughError
                self._sort_out(folder, entry)
        except EnoughError:
            self.complete = False
        except DataError as error:
            if len(self.pieces) < FEWEST:
                raise
            self.skipped.append(Skipped(".", str(error)))

    def _hurry(self) -> None:
        """Let others know of the images so far, and end the work when it is time."""
        self.tick(len(self.pieces))
        if time.monotonic() > self._until:
            raise EnoughError

    def _sort_out(self, folder: str, entry: Entry) -> None:
        """Keep an image, or remember why it is left out; other files and hidden ones are passed over."""
        ending = entry.name.lower()
        if entry.piece is None or not ending.endswith(ENDINGS_SEEN) or HIDDEN.search(entry.name):
            return
        foreign = "" if ending.endswith(SUFFIXES) else unread(entry.name[-8:])
        if reason := foreign or entry.reason or strange(entry.name):
            self.skipped.append(Skipped(readable(entry.name[:LONGEST_NAME]), reason))
        else:
            self.pieces[place_of(folder, entry.name)] = entry.piece


def stamp(archives: Iterable[Path]) -> str:
    """A digest of sizes and times of archives.

    Raises:
        DataError: one of them is gone.
    """
    try:
        states = [archive.stat() for archive in archives]
    except OSError as error:
        raise DataError(f"{error.filename} cannot be read ({error.strerror}): choose it again.") from error
    return hashlib.sha256(" ".join(f"{one.st_size} {one.st_mtime_ns}" for one in states).encode()).hexdigest()


def no_images_in(path: Path) -> str:
    """Why an archive without images has none: what it holds instead, in brackets; empty if it holds nothing.

    Raises:
        DataError: it is damaged.
    """
    endings: Counter[str] = Counter()
    for entry, _ in zip(entries(path), range(1000), strict=False):
        endings[kind_of(entry.name.rpartition("/")[2])] += entry.piece is not None
    return kinds_of(endings)
