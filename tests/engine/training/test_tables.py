"""Tables on disk: float32 comes back as it was, and a torn end is cut off."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hvae_engine.errors import RunError
from hvae_engine.training.tables import Table, _text


@given(st.floats(width=32))
def test_a_float32_comes_back_as_it_was(value: float) -> None:
    back = np.float32(float(_text(np.array([[value]])).decode()))
    assert np.array_equal(back, np.float32(value), equal_nan=True)


def rows(first: int, last: int) -> np.ndarray:
    return np.array([[step, step / 4] for step in range(first, last + 1)], dtype=np.float64)


@pytest.fixture
def table(tmp_path: Path) -> Table:
    made = Table(tmp_path / "t.csv")
    made.append(["step", "bound"], rows(1, 3))
    made.append(["step", "bound"], rows(4, 6))
    return made


def test_blocks_make_one_table(table: Table) -> None:
    assert table.path.read_text().splitlines()[:2] == ["step,bound", "1,0.25"]
    assert table.read()["step"].tolist() == [1, 2, 3, 4, 5, 6]


def test_cutting_drops_what_is_later_and_what_is_torn(table: Table) -> None:
    with table.path.open("a") as file:
        file.write("7,1.7")
    table.cut(4)
    table.append(["step", "bound"], rows(5, 5))
    assert table.read()["step"].tolist() == [1, 2, 3, 4, 5]


def test_a_torn_head_is_no_table_yet(tmp_path: Path) -> None:
    table = Table(tmp_path / "t.csv")
    table.path.write_text("step,bo")
    table.cut(3)
    table.append(["step", "bound"], rows(1, 1))
    assert table.read()["bound"].tolist() == [0.25]


def test_without_a_file_there_is_nothing(tmp_path: Path) -> None:
    assert Table(tmp_path / "t.csv").read() == {}


def test_words_among_the_numbers_are_a_mistake(table: Table) -> None:
    table.path.write_text("step,bound\n1,many\n")
    with pytest.raises(RunError, match="is not a table of numbers"):
        table.read()
