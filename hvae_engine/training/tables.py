"""A table of numbers that grows while a run trains: a CSV file, appended in blocks, cut back when a run goes on."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from hvae_engine.errors import RunError
from hvae_engine.training import files

TAIL = 1 << 16
"""Bytes from the end that hold a whole row of any table."""


class Table:
    """Rows of numbers under named columns, the first of which is `step`.

    Args:
        path: of the CSV file; it need not exist.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def append(self, columns: Sequence[str], rows: np.ndarray) -> None:
        """Add `rows`, (n, columns), with nine digits: a float32 comes back as it was."""
        head = b"" if self.path.exists() else (",".join(columns) + "\n").encode()
        if head or len(rows):
            files.append(self.path, head + _text(rows))

    def cut(self, step: int) -> None:
        """Drop the rows after `step`, and a last line that was torn by a crash."""
        if not self.path.exists():
            return
        columns, rows = self._parsed()
        head = (",".join(columns) + "\n").encode() if columns else b""
        if head:
            files.replace(self.path, head + _text(rows[rows[:, 0] <= step]))
        else:
            self.path.unlink()

    def read(self) -> dict[str, np.ndarray]:
        """Each column by name, float64, (n,); nothing where there is no file yet.

        Raises:
            RunError: the file holds something else than numbers.
        """
        if not self.path.exists():
            return {}
        columns, rows = self._parsed()
        return {name: rows[:, i] for i, name in enumerate(columns)}

    def last(self) -> dict[str, float]:
        """The last whole row by column, without reading what lies before it; nothing where there is none.

        Raises:
            RunError: the file holds something else than numbers.
        """
        if not self.path.exists():
            return {}
        with self.path.open("rb") as file:
            columns = file.readline().decode(errors="replace").strip().split(",")
            first = file.tell()
            file.seek(max(first, file.seek(0, io.SEEK_END) - TAIL))
            lines = file.read().decode(errors="replace").split("\n")[:-1]
        cells = lines[-1].split(",") if lines else []
        try:
            return dict(zip(columns, map(float, cells), strict=True)) if cells else {}
        except ValueError as error:
            raise RunError(f"{self.path} is not a table of numbers ({error}): move it away to go on.") from None

    def _parsed(self) -> tuple[list[str], np.ndarray]:
        """The columns and the whole rows; what follows the last line's end was torn off by a crash."""
        text = self.path.read_text(encoding="utf-8")
        lines = text[: text.rfind("\n") + 1].splitlines()
        columns = lines[0].split(",") if lines else []
        try:
            cells = [[float(cell) for cell in line.split(",")] for line in lines[1:]]
            rows = np.array(cells, dtype=np.float64).reshape(len(cells), len(columns))
        except ValueError as error:
            raise RunError(f"{self.path} is not a table of numbers ({error}): move it away to go on.") from None
        return columns, rows


def _text(rows: np.ndarray) -> bytes:
    out = io.BytesIO()
    np.savetxt(out, rows, fmt="%.9g", delimiter=",")
    return out.getvalue()
