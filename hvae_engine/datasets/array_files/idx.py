"""Reads one IDX file, the format of MNIST: a magic number, the sizes, then bytes; gzipped or not, and never trusted.

Format: Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits". The magic number is two zero bytes,
a type (0x08: unsigned byte) and the number of axes; each size is a big-endian 32-bit integer.
"""

from __future__ import annotations

import gzip
import math
import struct
import sys
import zlib
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

import numpy as np

from hvae_engine.datasets.keeping.limits import require_memory, thousands
from hvae_engine.errors import DataError

UNSIGNED_BYTE = 0x08
OTHER_TYPES = {
    0x09: "signed bytes",
    0x0B: "16-bit integers",
    0x0C: "32-bit integers",
    0x0D: "32-bit floats",
    0x0E: "64-bit floats",
}
GZIP_MAGIC = b"\x1f\x8b"
DEFLATE_LIMIT = 1032
"""Bytes that one compressed byte can become at most (zlib's technical details)."""

CHUNK = 1 << 20
MOST_AXES = 4


class Header(NamedTuple):
    """What an IDX file says of itself: its sizes, and the bytes before its data."""

    shape: tuple[int, ...]
    length: int

    @property
    def claimed(self) -> int:
        """Bytes of data claimed."""
        return math.prod(self.shape)


def open_idx(path: Path) -> BinaryIO:
    """Open a file for reading, through gzip if it is gzipped, whatever its name says.

    Raises:
        DataError: it cannot be opened.
    """
    try:
        with path.open("rb") as file:
            packed = file.read(2) == GZIP_MAGIC
        return cast(BinaryIO, gzip.open(path)) if packed else path.open("rb")
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror}): check its permissions.") from error


def looks_like_idx(path: Path) -> bool:
    """Whether a file begins as IDX files do, with two zeros, a known type and one to four axes."""
    try:
        with open_idx(path) as file:
            start = file.read(4)
    except (DataError, OSError, EOFError, zlib.error):
        return False
    kinds = {UNSIGNED_BYTE, *OTHER_TYPES}
    return len(start) == 4 and start[:2] == b"\0\0" and start[2] in kinds and 1 <= start[3] <= MOST_AXES


def read_header(path: Path) -> Header:
    """The header of an IDX file of unsigned bytes, checked against the file's real length where that is known.

    Raises:
        DataError: it is no such file, or its length does not fit its header.
    """
    with open_idx(path) as file:
        header = parse_header(path, file)
        real = path.stat().st_size
        if isinstance(file, gzip.GzipFile):
            if header.claimed > real * DEFLATE_LIMIT:
                raise DataError(
                    f"{path} is damaged: {claim(header)}, more than {thousands(real)} compressed bytes can hold;"
                    " get it again."
                )
        else:
            check_length(path, header, real - header.length)
    return header


def read_idx(path: Path) -> np.ndarray:
    """The array of an IDX file of unsigned bytes, with the axes its header gives; writable.

    Memory grows with what really arrives and never beyond what the header claims.

    Raises:
        DataError: it is no such file, it is truncated, or more follows its data.
    """
    header = read_header(path)
    require_memory(2 * header.claimed, str(path))
    data = bytearray()
    with open_idx(path) as file:
        wanted = header.length + header.claimed
        try:
            with suppress(EOFError):  # a gzip stream that stops early: the length says so
                while len(data) <= wanted and (chunk := file.read(min(CHUNK, wanted + 1 - len(data)))):
                    data += chunk
        except (OSError, zlib.error) as error:
            raise DataError(f"{path} is damaged: its gzip data cannot be unpacked; get it again.") from error
    check_length(path, header, len(data) - header.length)
    return np.frombuffer(data, np.uint8, header.claimed, header.length).reshape(header.shape)


def parse_header(path: Path, file: BinaryIO) -> Header:
    """Magic number and sizes from the beginning of an open file."""
    try:
        start = file.read(4)
        if start[:2] != b"\0\0" or len(start) < 4 or start[2] not in {UNSIGNED_BYTE, *OTHER_TYPES}:
            raise DataError(
                f"{path} is not an IDX file: it begins with {shown(start)} instead of 0x0000 08 (images: 0x00000803)."
            )
        if start[2] != UNSIGNED_BYTE:
            raise DataError(
                f"{path} holds {OTHER_TYPES[start[2]]} (magic number {shown(start)}): Strata reads IDX files of"
                " unsigned bytes, 0x0000 08."
            )
        axes = start[3]
        if not 1 <= axes <= MOST_AXES:
            raise DataError(
                f"{path} has {axes} axes (magic number {shown(start)}):"
                " Strata reads images, of 3 or 4, and labels, of 1."
            )
        sizes = file.read(4 * axes)
    except (EOFError, OSError, zlib.error) as error:
        raise DataError(f"{path} is damaged: its gzip data cannot be unpacked; get it again.") from error
    if len(sizes) < 4 * axes:
        raise DataError(f"{path} is truncated: it ends inside its header; get it again.")
    shape = struct.unpack(f">{axes}I", sizes)
    if math.prod(size or 1 for size in shape) > sys.maxsize:  # no array has such a shape, even if a size is zero
        raise DataError(f"{path} is damaged: its header claims {' x '.join(map(str, shape))}; get it again.")
    return Header(shape, 4 + 4 * axes)


def check_length(path: Path, header: Header, real: int) -> None:
    """Refuse a file whose data are shorter or longer than its header says."""
    if real < header.claimed:
        raise DataError(f"{path} is truncated: {claim(header)} and only {thousands(real)} are there; get it again.")
    if real > header.claimed:
        raise DataError(f"{path} is damaged: {claim(header)} and more follow them; get it again.")


def claim(header: Header) -> str:
    """What a header promises, in words."""
    return f"its header claims {' x '.join(map(str, header.shape))}, {thousands(header.claimed)} bytes"


def shown(start: bytes) -> str:
    """The first bytes of a file in hexadecimal."""
    return f"0x{start.hex()}" if start else "nothing"
