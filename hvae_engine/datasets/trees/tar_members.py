"""Walks through a tar, packed or not, in one pass and within bounds: names, places and contents, nothing extracted."""

from __future__ import annotations

import bz2
import gzip
import importlib
import lzma
import os
import sys
import tarfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from hvae_engine.datasets.trees.pieces import TRUNCATED, Piece, too_large
from hvae_engine.errors import DataError

MOST_AT_ONCE = 2**20
"""Bytes that a header of the archive may have: what makes longer ones wants memory, not names."""

SKIPPED_AT_ONCE = 2**18
UNPACKED_FLOOR, UNPACKED_RATIO = 2**30, 100
"""A packed archive may unpack to so many bytes, and beyond them to so many times its size."""

MAGICS = {b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"\xfd7zXZ\0": "xz", b"\x28\xb5\x2f\xfd": "zstd"}
ZSTD_MODULES = ("compression.zstd", "backports.zstd")
"""Where Python has Zstandard: from 3.14 on, or in the package that brings it to older ones."""

DAMAGE = (tarfile.TarError, EOFError, OSError, zlib.error, lzma.LZMAError, ValueError, OverflowError)
"""What the readers raise on damaged archives."""


class Passing(NamedTuple):
    """A member as it comes by: its name, its size, where it lies, and why it is left out (empty: it is not)."""

    name: str
    piece: Piece
    reason: str
    stream: BinaryIO

    def contents(self) -> bytes:
        """Its bytes, which must be asked for before the next member.

        Raises:
            DataError: the archive breaks off.
        """
        try:
            self.stream.seek(self.piece.offset)
            return self.stream.read(self.piece.size)
        except (TooMuchError, *DAMAGE) as error:
            raise DataError(TRUNCATED) from error


class TooMuchError(Exception):
    """An archive wants more than it may have; the text ends a sentence."""


class Bounded:
    """A stream that can be read and wound forward, up to `limit` bytes, and gives `MOST_AT_ONCE` at a time to a header.

    Args:
        stream: what is read.
        limit: bytes from its beginning that may be read.
        forward: whether it can only go forward, because it is unpacked on the way.
        tick: called on the way, before every stretch that is dropped; may raise to cancel.
    """

    def __init__(self, stream: BinaryIO, limit: int, forward: bool, tick: Callable[[], object] = bool) -> None:
        self.stream, self.limit, self.forward, self.tick = stream, limit, forward, tick
        self.most, self._at = MOST_AT_ONCE, 0

    def read(self, size: int = -1) -> bytes:
        """Bytes from here on."""
        if not 0 <= size <= self.most:
            raise TooMuchError(f"a header in it claims {size / 1e6:.0f} MB")
        contents = self.stream.read(size)
        self._at += len(contents)
        self._check()
        return contents

    def seek(self, place: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place counted from the beginning; what is packed is unpacked and dropped on the way."""
        if not self.forward:
            self._at = self.stream.seek(place, whence)
            return self._at
        if place < self._at:
            raise tarfile.ReadError("the archive would have to be read backwards")
        while self._at < place:
            self.tick()
            dropped = len(self.stream.read(min(SKIPPED_AT_ONCE, place - self._at)))
            if not dropped:
                break
            self._at += dropped
            self._check()
        return self._at

    def tell(self) -> int:
        """Bytes from the beginning."""
        return self._at

    def _check(self) -> None:
        if self._at > self.limit:
            raise TooMuchError(f"it unpacks to more than {self.limit / 1e9:.0f} GB, far more than images do")


def packing(path: Path) -> str:
    """How a file is packed: "gzip", "bzip2", "xz", "zstd", or "" for not at all.

    Raises:
        DataError: it cannot be opened.
    """
    try:
        with path.open("rb") as file:
            start = file.read(6)
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror}): check its permissions.") from error
    return next((kind for magic, kind in MAGICS.items() if start.startswith(magic)), "")


def tar_members(path: Path, tick: Callable[[], object] = bool) -> Iterator[Passing]:
    """The files in a tar as they come by, those that are left out with the reason.

    Args:
        path: of the tar.
        tick: called many times a second while it is unpacked; may raise to cancel.

    Raises:
        DataError: it is no tar, it is damaged, or it wants more time and memory than images do.
    """
    kind = packing(path)
    with unpacking(path, kind) as stream:
        limit = UNPACKED_FLOOR + UNPACKED_RATIO * path.stat().st_size if kind else sys.maxsize
        bounded = Bounded(stream, limit, forward=bool(kind), tick=tick)
        try:
            yield from walk(path, bounded, kind)
        except TooMuchError as error:
            raise DataError(f"{path} is not read, because {error}: pack the images anew.") from error
        except DAMAGE as error:
            raise DataError(f"{path} is damaged or truncated, or no archive at all: get it again.") from error


def walk(path: Path, bounded: Bounded, kind: str) -> Iterator[Passing]:
    """The files behind a bounded stream."""
    archive = tarfile.TarFile(fileobj=cast(BinaryIO, bounded), errorlevel=0)
    while (info := archive.next()) is not None:
        archive.members.clear()  # type: ignore[attr-defined]  # tarfile would keep every one
        if info.isdir():
            continue
        piece = Piece("stream" if kind else "stretch", str(path), info.offset_data, info.size, info.size)
        bounded.most = max(info.size, MOST_AT_ONCE)
        yield Passing(info.name, piece, left_out(info), cast(BinaryIO, bounded))
        bounded.most = MOST_AT_ONCE


def left_out(info: tarfile.TarInfo) -> str:
    """Why a member is not read; empty if it is."""
    if not info.isreg() or info.issparse():
        return "It is a link or a device, and no file."
    return too_large(info.size, info.size)


@contextmanager
def unpacking(path: Path, kind: str) -> Iterator[BinaryIO]:
    """The bytes of a file, unpacked on the way.

    Raises:
        DataError: this Python cannot unpack it.
    """
    try:
        if kind == "zstd":
            stream = open_zstd(path)
        else:
            openers: dict[str, Callable[[Path], object]] = {"gzip": gzip.open, "bzip2": bz2.open, "xz": lzma.open}
            stream = cast(BinaryIO, openers[kind](path) if kind else path.open("rb"))
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror}): check its permissions.") from error
    with stream:
        yield stream


def open_zstd(path: Path) -> BinaryIO:
    """A file packed with Zstandard."""
    for name in ZSTD_MODULES:
        try:
            return cast(BinaryIO, importlib.import_module(name).open(path, "rb"))
        except ImportError:
            continue
    raise DataError(
        f"{path} is packed with Zstandard, which this Python cannot unpack: install the package backports.zstd, or pack"
        " it as .tar.gz."
    )
