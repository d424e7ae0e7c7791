"""Lists what a zip holds from its central directory, without zipfile's object for every member, and never trusting it.

Format: PKWARE, APPNOTE.TXT 6.3.10, sections 4.3.12 to 4.3.16 (directory, zip64 records) and 4.5.3 (zip64 sizes).
"""

from __future__ import annotations

import os
import stat
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from hvae_engine.datasets.trees.pieces import DEFLATED, STORED, Piece, too_large
from hvae_engine.errors import DataError

ENTRY = struct.Struct("<4s6H3I5H2I")
END = struct.Struct("<4s4H2IH")
END_64 = struct.Struct("<4sQ2H2I4Q")
LOCATOR_64 = struct.Struct("<4sIQI")
ENTRY_MAGIC, END_MAGIC, END_64_MAGIC, LOCATOR_MAGIC = b"PK\1\2", b"PK\5\6", b"PK\6\6", b"PK\6\7"

LONGEST_COMMENT = 0xFFFF
DIRECTORY_LIMIT = 128 * 2**20
"""Bytes of the largest directory that is read: about a million names."""

ENCRYPTED, UTF_8 = 0x1, 0x800
"""Bits of a member's flags."""

FULL_16, FULL_32 = 0xFFFF, 0xFFFFFFFF
"""Values that say: the real one is in the zip64 record."""


class Member(NamedTuple):
    """One member: its name, where it lies (None for a folder), and why it is left out (empty: it is not)."""

    name: str
    piece: Piece | None
    reason: str


class Directory(NamedTuple):
    """Where the central directory is: its first byte, its length, and the bytes that lie before the archive."""

    start: int
    length: int
    shift: int


def zip_members(path: Path) -> Iterator[Member]:
    """The members of a zip, in the order of its directory.

    Raises:
        DataError: it is no zip, it is damaged, or its directory is too long.
    """
    try:
        with path.open("rb") as file:
            place = find_directory(path, file)
            if place.length > DIRECTORY_LIMIT:
                raise DataError(
                    f"{path} lists too many files: its directory takes {place.length / 1e6:.0f} MB, more than"
                    f" {DIRECTORY_LIMIT / 1e6:.0f} MB: divide it into several archives."
                )
            file.seek(place.start)
            directory = file.read(place.length)
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror}): check its permissions.") from error
    yield from entries(path, directory, place.shift)


def find_directory(path: Path, file: BinaryIO) -> Directory:
    """Find the central directory from the record at the end of the file."""
    length = file.seek(0, os.SEEK_END)
    start = max(0, length - LONGEST_COMMENT - END.size)
    file.seek(start)
    tail = file.read()
    found = tail.rfind(END_MAGIC)
    if found < 0 or len(tail) - found < END.size:
        raise DataError(f"{path} is damaged or truncated: no zip directory is at its end; get it again.")
    *_, count, size, offset, _ = END.unpack_from(tail, found)
    end = start + found
    if count == FULL_16 or FULL_32 in (size, offset):
        end, size, offset = read_zip64(file, end, size, offset)
    first = end - size
    if first < 0 or offset > first:
        raise DataError(f"{path} is damaged: its directory lies outside the file; get it again.")
    return Directory(first, size, first - offset)


def read_zip64(file: BinaryIO, end: int, size: int, offset: int) -> tuple[int, int, int]:
    """End, size and offset of the directory from the zip64 record, if one lies before `end`."""
    file.seek(max(0, end - LOCATOR_64.size))
    locator = file.read(LOCATOR_64.size)
    if len(locator) < LOCATOR_64.size or not locator.startswith(LOCATOR_MAGIC):
        return end, size, offset
    record_at = end - LOCATOR_64.size - END_64.size
    file.seek(max(0, record_at))
    record = file.read(END_64.size)
    if record_at < 0 or not record.startswith(END_64_MAGIC):
        return end, size, offset
    *_, size, offset = END_64.unpack(record)
    return record_at, size, offset


def entries(path: Path, directory: bytes, shift: int) -> Iterator[Member]:
    """The members that a directory lists."""
    home = str(path)
    at = 0
    while at < len(directory):
        if len(directory) - at < ENTRY.size or directory[at : at + 4] != ENTRY_MAGIC:
            raise DataError(f"{path} is damaged: its directory breaks off; get it again.")
        fields = ENTRY.unpack_from(directory, at)
        _, made_by, _, flags, method, _, _, crc, packed, size, name, extra, comment, _, _, external, offset = fields
        at += ENTRY.size
        raw, more = directory[at : at + name], directory[at + name : at + name + extra]
        at += name + extra + comment
        if FULL_32 in (size, packed, offset):
            size, packed, offset = large_sizes(more, size, packed, offset)
        text = raw.decode("utf-8" if flags & UTF_8 else "cp437", "replace").replace("\\", "/")
        mode = external >> 16 if made_by >> 8 == 3 else 0
        if text.endswith("/") or stat.S_ISDIR(mode):
            yield Member(text, None, "")
            continue
        piece = Piece("zip", home, offset + shift, packed, size, method, crc)
        yield Member(text, piece, left_out(piece, flags, mode))


def large_sizes(extra: bytes, size: int, packed: int, offset: int) -> tuple[int, int, int]:
    """The 64-bit sizes and offset of a member, for those of its fields that are full."""
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, at)
        if kind == 1:
            values = iter(struct.unpack_from(f"<{min(length, len(extra) - at - 4) // 8}Q", extra, at + 4))
            size, packed, offset = (
                next(values, field) if field == FULL_32 else field for field in (size, packed, offset)
            )
        at += 4 + length
    return size, packed, offset


def left_out(piece: Piece, flags: int, mode: int) -> str:
    """Why a member is not read; empty if it is."""
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return "It is a link or a device, and no file."
    if flags & ENCRYPTED:
        return "It is encrypted: make an archive without a password."
    if piece.method not in (STORED, DEFLATED):
        return f"It is packed by method {piece.method}, which Strata does not read: pack it as zip usually does."
    return too_large(piece.size, piece.packed)
