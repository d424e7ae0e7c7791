"""An archive as a tree of folders and images, read in place: nothing in it is ever written to the disk."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from hvae_engine.datasets.dataset import Skipped
from hvae_engine.datasets.limits import FEWEST
from hvae_engine.datasets.listing import MOST, SUFFIXES, Found, natural, readable
from hvae_engine.datasets.pieces import Piece, bytes_of
from hvae_engine.datasets.tar_members import packing, tar_members
from hvae_engine.datasets.zip_members import zip_members
from hvae_engine.errors import DataError

TARS = (".tar", ".tgz", ".tbz2", ".txz", ".tzst", ".tar.gz", ".tar.bz2", ".tar.xz", ".tar.zst")
ENDINGS = (".zip", *TARS)
"""How the names of archives end that are read."""

ZIP_MAGICS = (b"PK\3\4", b"PK\5\6")
TAR_MAGIC, TAR_MAGIC_AT = b"ustar", 257

OUTSIDE = "Its name leads out of the archive."
DEEPEST, LONGEST_NAME = 64, 4096
LONG = f"Its name is longer than {LONGEST_NAME} letters or {DEEPEST} folders deep."
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


def entries(path: Path) -> Iterator[Entry]:
    """The files in an archive, in the order in which it has them.

    Raises:
        DataError: it is damaged, or wants too much.
    """
    with path.open("rb") as file:
        zipped = file.read(4).startswith(ZIP_MAGICS)
    if zipped or (path.name.lower().endswith(".zip") and not packing(path)):
        yield from (Entry(*one, contents=partial(_unpacked, one.piece)) for one in zip_members(path))
    else:
        yield from (Entry(one.name, one.piece, one.reason, one.contents) for one in tar_members(path))


def _unpacked(piece: Piece | None) -> bytes:
    """The bytes of a zip's member; none of a folder."""
    return b"" if piece is None else bytes_of(piece)


class Archive:
    """An archive as a `listing.Tree`, and where its images lie.

    What comes after a damage is left out, unless too little comes before it.

    Args:
        path: of the archive, absolute.
        most: images after which to stop.
        seconds: after which to stop, because only a rough answer is wanted.
        inside: archives that are folders of this one, by name with a slash at its end, instead of the one at `path`;
            each holds one folder that stands for all of it.

    Raises:
        DataError: it is damaged, or wants too much.
    """

    def __init__(
        self, path: Path, most: int = MOST, seconds: float = NEVER, inside: Mapping[str, Path] | None = None
    ) -> None:
        self.root, self.most, self.complete = path, most, True
        self.skipped: list[Skipped] = []
        self.pieces: dict[str, Piece] = {}
        self._inside = inside or {"": path}
        self._until = time.monotonic() + seconds
        for folder, archive in self._inside.items():
            self._list(folder, archive)
        self._folders = folders_of(self.pieces)

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

    def contents(self, paths: Sequence[str]) -> Iterator[tuple[int, Piece, bytes]]:
        """Where each of some images lies: its number among `paths`, its piece, and its bytes if it is streamed.

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
                for entry in entries(archive):
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
            for entry in entries(archive):
                if len(self.pieces) > self.most or time.monotonic() > self._until:
                    self.complete = False
                    return
                self._sort_out(folder, entry)
        except DataError as error:
            if len(self.pieces) < FEWEST:
                raise
            self.skipped.append(Skipped(".", str(error)))

    def _sort_out(self, folder: str, entry: Entry) -> None:
        """Keep an image, or remember why it is left out; other files and hidden ones are passed over."""
        if entry.piece is None or not entry.name.lower().endswith(SUFFIXES):
            return
        parts = entry.name.split("/")
        if any((part[:1] == "." and part not in (".", "..")) or part == "__MACOSX" for part in parts):
            return
        if reason := entry.reason or strange(entry.name, parts):
            self.skipped.append(Skipped(readable(entry.name[:LONGEST_NAME]), reason))
        else:
            self.pieces[place_of(folder, entry.name)] = entry.piece


def stamp(archives: Iterable[Path]) -> str:
    """A digest of sizes and times of archives."""
    states = [archive.stat() for archive in archives]
    return hashlib.sha256(" ".join(f"{one.st_size} {one.st_mtime_ns}" for one in states).encode()).hexdigest()


def inner_name(name: str) -> str:
    """The name of a member without a dot and slashes before it or between its parts doubled."""
    if "//" not in name and "./" not in name and not name.startswith("/"):
        return name
    parts = [part for part in name.split("/") if part not in ("", ".")]
    return ("/" if name.startswith("/") else "") + "/".join(parts)


def place_of(folder: str, name: str) -> str:
    """The path of a member below the root: in `folder` the folder is left out that it lies in itself."""
    name = inner_name(name)
    return folder + (name.partition("/")[2] or name) if folder else name


def strange(name: str, parts: Sequence[str]) -> str:
    """Why a member is left out because of its name alone; empty if it is not.

    Args:
        name: of the member.
        parts: between its slashes.
    """
    if len(name) > LONGEST_NAME or len(parts) > DEEPEST:
        return LONG
    return OUTSIDE if name[0] == "/" or name[1:2] == ":" or ".." in parts or "\0" in name else ""


def folders_of(names: Iterable[str]) -> dict[str, tuple[list[str], list[str]]]:
    """Folders, in natural order, and images in each folder of an archive, by its name; the archive itself is ""."""
    known: dict[str, tuple[list[str], list[str]]] = {"": ([], [])}
    for name in names:
        folder = name.rpartition("/")[0]
        fresh = []
        above = folder
        while above not in known:
            known[above] = [], []
            fresh.append(above)
            above = above.rpartition("/")[0]
        for one in fresh:
            known[one.rpartition("/")[0]][0].append(one)
        known[folder][1].append(name)
    for folders, _ in known.values():
        folders.sort(key=natural)
    return known


def no_images_in(path: Path) -> str:
    """Why an archive without images has none: what it holds instead, in brackets; empty if it holds nothing.

    Raises:
        DataError: it is damaged.
    """
    endings: dict[str, int] = {}
    for entry, _ in zip(entries(path), range(1000), strict=False):
        ending = PurePosixPath(entry.name).suffix.lower() or "unnamed"
        endings[ending] = endings.get(ending, 0) + (entry.piece is not None)
    commonest = sorted((count, ending) for ending, count in endings.items() if count)[-3:]
    return f" (but {', '.join(ending for _, ending in reversed(commonest))} files)" if commonest else ""
