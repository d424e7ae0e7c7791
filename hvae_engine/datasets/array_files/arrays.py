"""Finds the arrays in .npy and .npz files and reads them without ever unpickling; sizes are checked, not believed.

Format: NumPy Enhancement Proposal 1, "A simple file format for NumPy arrays"; a .npz is a zip of such files.
"""

from __future__ import annotations

import io
import math
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np

from hvae_engine.datasets.keeping.limits import require_memory, thousands
from hvae_engine.datasets.trees.pieces import STORED, Piece, Reader, data_offset
from hvae_engine.datasets.trees.zip_members import zip_members
from hvae_engine.errors import DataError

MAGIC = b"\x93NUMPY"
LONGEST_HEADER = 64 * 1024
KINDS = {"b": "booleans", "u": "whole numbers", "i": "whole numbers", "f": "floating-point numbers"}
MOST_ARRAYS = 64

PICKLED = (
    "{name} holds Python objects, which are pickled and can run code when they are opened: save an array of numbers"
    " instead."
)


class StoredArray(NamedTuple):
    """An array that lies in a file.

    Attributes:
        name: for people: of the file, and of the array in it.
        key: of the array in a .npz; empty in a .npy.
        piece: where it lies, its header first.
        header: bytes of its header.
        shape: as saved.
        dtype: a number type.
        fortran: whether the first axis runs fastest.
    """

    name: str
    key: str
    piece: Piece
    header: int
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    fortran: bool

    def read(self) -> np.ndarray:
        """The array, read-only: mapped where it lies unpacked on the disk, otherwise in memory.

        Raises:
            DataError: it is damaged, or does not fit into memory.
        """
        if 0 in self.shape:
            return np.empty(self.shape, self.dtype)
        order: Literal["F", "C"] = "F" if self.fortran else "C"
        if self.piece.kind == "zip" and self.piece.method != STORED:
            require_memory(2 * self.piece.size, self.name)
            try:
                with Reader() as reader:
                    contents = reader.everything(self.piece)
            except DataError as error:
                raise DataError(f"{self.name} is damaged or truncated: get it again.") from error
            flat: np.ndarray = np.frombuffer(contents, self.dtype, math.prod(self.shape), self.header)
            return flat.reshape(self.shape, order=order)
        with open(self.piece.path, "rb") as file:
            start = data_offset(file, self.piece) + self.header
        return np.memmap(self.piece.path, self.dtype, mode="r", offset=start, shape=self.shape, order=order)


def find_arrays(path: Path) -> list[StoredArray]:
    """The arrays of numbers in a .npy or .npz file, from their headers alone.

    Raises:
        DataError: it is damaged, or holds something else.
    """
    try:
        with path.open("rb") as file:
            bare = file.read(len(MAGIC)) == MAGIC
        if bare:
            return [read_header(str(path), "", Piece("stretch", str(path), 0, *[path.stat().st_size] * 2))]
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror}): check its permissions.") from error
    found = []
    for member in zip_members(path):
        if member.piece is None or not member.name.endswith(".npy"):
            continue
        if member.reason and member.piece.method not in (STORED, 8):
            raise DataError(f"{member.name} in {path} cannot be read. {member.reason}")
        key = member.name.removesuffix(".npy")
        found.append(read_header(f"{key} in {path}", key, member.piece))
        if len(found) > MOST_ARRAYS:
            raise DataError(f"{path} holds more than {MOST_ARRAYS} arrays: save the images as one array, (N, H, W).")
    if not found:
        raise DataError(f"{path} holds no arrays: save the images as one array, (N, H, W) or (N, H, W, 3).")
    return found


def read_header(name: str, key: str, piece: Piece) -> StoredArray:
    """What the header of an array says, checked against the bytes that follow it.

    Raises:
        DataError: it holds no numbers, or its header does not fit the file.
    """
    try:
        with Reader() as reader:
            start = reader.beginning(piece, LONGEST_HEADER)
    except DataError as error:
        raise DataError(f"{name} is damaged or truncated: get it again.") from error
    stream = io.BytesIO(start)
    try:
        version = np.lib.format.read_magic(stream)
        readers = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
        if version not in readers:
            raise ValueError(f"version {version}")
        shape, fortran, dtype = readers[version](stream)
    except Exception as error:  # headers are Python literals: damage shows in many ways
        raise DataError(f"{name} is damaged or no array of NumPy: its header cannot be read; save it again.") from error
    if dtype.hasobject:
        raise DataError(PICKLED.format(name=name))
    if dtype.kind not in KINDS or dtype.itemsize > 8:
        raise DataError(f"{name} holds values of type {dtype}: save the images as numbers, best as uint8.")
    found = StoredArray(name, key, piece, stream.tell(), shape, dtype, fortran)
    check_length(found)
    return found


def check_length(array: StoredArray) -> None:
    """Refuse an array whose data are shorter or longer than its header says."""
    if any(size < 0 for size in array.shape):
        raise DataError(f"{array.name} is damaged: its header claims a shape of {shape_of(array)}; save it again.")
    claimed, real = math.prod(array.shape) * array.dtype.itemsize, array.piece.size - array.header
    if claimed != real:
        verb = "is truncated" if real < claimed else "is damaged"
        raise DataError(
            f"{array.name} {verb}: its header claims {shape_of(array)} of {array.dtype}, {thousands(claimed)} bytes,"
            f" and {thousands(max(0, real))} are there; save it again."
        )


def shape_of(array: StoredArray) -> str:
    """The shape of an array for people."""
    return " x ".join(map(str, array.shape)) or "no axes"
