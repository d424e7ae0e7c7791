"""Where the bytes of one picture lie: in a file of its own, in a stretch of an archive, or in a member of a zip."""

from __future__ import annotations

import io
import struct
import zlib
from contextlib import AbstractContextManager
from typing import BinaryIO, NamedTuple

from hvae_engine.errors import DataError

LARGEST_FILE = 256 * 2**20
"""Bytes of the largest picture file that is unpacked from an archive."""

BOMB_RATIO, BOMB_SIZE = 200, 64 * 2**20
"""A member larger than this many bytes must not be as many times larger than what it is packed into."""

STORED, DEFLATED = 0, 8
"""The ways of packing a zip's member that are read (APPNOTE 4.4.5)."""

LOCAL_HEADER = struct.Struct("<4s5H3I2H")
LOCAL_MAGIC = b"PK\3\4"

GONE = "It is gone: it was there when the images were listed."
TRUNCATED = "It is damaged or truncated."


class Piece(NamedTuple):
    """Where a picture lies.

    Attributes:
        kind: "file": a file of its own; "stretch": `packed` bytes of a file; "zip": the member of a zip whose local
            header is at `offset`; "stream": inside a packed archive, which hands it over as it comes by.
        path: of the file.
        offset: where it begins, in bytes.
        packed: bytes it takes there.
        size: bytes it is when unpacked.
        method: how a zip packed it.
        crc: CRC-32 of its unpacked bytes, in a zip.
    """

    kind: str
    path: str
    offset: int = 0
    packed: int = 0
    size: int = 0
    method: int = STORED
    crc: int = 0


class Reader(AbstractContextManager["Reader"]):
    """Reads pieces, and keeps the archive open that it read from last."""

    def __init__(self) -> None:
        self._path = ""
        self._file: BinaryIO | None = None

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def readable(self, piece: Piece, given: bytes = b"") -> str | BinaryIO:
        """What a decoder reads a picture from: the path of its file, or its bytes.

        Args:
            piece: where it lies.
            given: its bytes, if it is of the kind "stream".

        Raises:
            DataError: its bytes are not what the archive says; the sentence is about "it".
        """
        if piece.kind == "file":
            return piece.path
        if piece.kind == "stream":
            return io.BytesIO(given)
        if reason := too_large(piece.size, piece.packed):
            raise DataError(reason)
        return io.BytesIO(self.everything(piece))

    def everything(self, piece: Piece) -> bytes:
        """The unpacked bytes of a member of an archive, as many as it states.

        Raises:
            DataError: they are not what the archive says.
        """
        packed = self._packed(piece, piece.packed)
        if len(packed) < piece.packed:
            raise DataError(TRUNCATED)
        return packed if piece.kind == "stretch" else unpacked(piece, packed)

    def beginning(self, piece: Piece, most: int) -> bytes:
        """The first bytes of a member, unpacked: `most` of them, or fewer where it is shorter or damaged.

        Raises:
            DataError: it cannot be read.
        """
        packed = self._packed(piece, min(piece.packed, most + 1024))
        if piece.kind == "zip" and piece.method == DEFLATED:
            try:
                return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, most)
            except zlib.error as error:
                raise DataError(TRUNCATED) from error
        return packed[:most]

    def _packed(self, piece: Piece, most: int) -> bytes:
        """The bytes of a member as they lie in the archive, the first `most` of them."""
        try:
            if self._file is None or self._path != piece.path:
                self.__exit__()
                self._path, self._file = piece.path, open(piece.path, "rb")  # noqa: SIM115  # __exit__ closes it
            self._file.seek(data_offset(self._file, piece))
            return self._file.read(most)
        except FileNotFoundError as error:
            raise DataError(GONE) from error
        except OSError as error:
            raise DataError(f"It cannot be read ({error.strerror}).") from error


def bytes_of(piece: Piece) -> bytes:
    """The unpacked bytes of a member of an archive, unless it is too large to be a picture.

    Raises:
        DataError: it is, or they are not what the archive says.
    """
    if reason := too_large(piece.size, piece.packed):
        raise DataError(reason)
    with Reader() as reader:
        return reader.everything(piece)


def data_offset(file: BinaryIO, piece: Piece) -> int:
    """Where a member's bytes begin in its archive."""
    return piece.offset + (local_length(file, piece) if piece.kind == "zip" else 0)


def too_large(size: int, packed: int) -> str:
    """Why a member of an archive is not unpacked, by its stated sizes; empty if it is."""
    if size > LARGEST_FILE:
        return f"It is too large: {size / 1e9:.1f} GB, more than {LARGEST_FILE / 1e9:.1f} GB."
    if size > BOMB_SIZE and size > BOMB_RATIO * packed:
        return f"It would unpack to {size // max(packed, 1)} times its size, as archives do that are meant to harm."
    return ""


def local_length(file: BinaryIO, piece: Piece) -> int:
    """Bytes of the header before a zip's member.

    Raises:
        DataError: there is no such header.
    """
    file.seek(piece.offset)
    header = file.read(LOCAL_HEADER.size)
    if len(header) < LOCAL_HEADER.size or not header.startswith(LOCAL_MAGIC):
        raise DataError(TRUNCATED)
    *_, name, extra = LOCAL_HEADER.unpack(header)
    return LOCAL_HEADER.size + int(name) + int(extra)


def unpacked(piece: Piece, packed: bytes) -> bytes:
    """What a zip's member holds, unpacked no further than its stated size."""
    if piece.method == STORED:
        contents = packed
    else:
        try:
            contents = zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, piece.size + 1)
        except zlib.error as error:
            raise DataError(TRUNCATED) from error
    if len(contents) != piece.size or zlib.crc32(contents) != piece.crc:
        raise DataError(TRUNCATED)
    return contents
