"""The curves of several runs as one table of text: a row for each training step and for each validation of each run."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, TextIO

import numpy as np

from app.state.curves import Curves

HEAD = ("run", "split", "step", "seconds", "bound", "log_px")
TAIL = ("exact", "error", "weight_prior")


class Content(NamedTuple):
    """What a run's curves hold at one moment: rows that come later are not in it.

    Attributes:
        run: its name.
        levels: names from the surface down.
        tables: the tables of `Curves` by name.
    """

    run: str
    levels: tuple[str, ...]
    tables: Mapping[str, np.ndarray]


def content_of(run: str, curves: Curves) -> Content:
    """The present content of a run's curves, for another thread to write."""
    names = ("training", "clock", "validation", "activity", *TAIL)
    return Content(run, curves.levels, {name: getattr(curves, name).values for name in names})


def write(runs: Sequence[Content], file: TextIO) -> None:
    """Write comma-separated values with a head; a cell that a row has no figure for stays empty."""
    levels = list(dict.fromkeys(name for run in runs for name in run.levels))
    columns = [*HEAD, *(f"kl_{name}" for name in levels), *(f"active_{name}" for name in levels), *TAIL]
    writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
    writer.writeheader()
    for run in runs:
        writer.writerows(_training(run))
        writer.writerows(_validation(run))


def _training(run: Content) -> Iterator[dict[str, str]]:
    clock, weighed = run.tables["clock"][:, 0], _by_step(run.tables["weight_prior"])
    timed = len(clock) == len(run.tables["training"])
    for number, row in enumerate(run.tables["training"]):
        cells = _cells(run, "training", row)
        if timed:
            cells["seconds"] = _text(clock[number])
        if row[0] in weighed:
            cells["weight_prior"] = _text(weighed[row[0]])
        yield cells


def _validation(run: Content) -> Iterator[dict[str, str]]:
    known = {name: _by_step(run.tables[name]) for name in ("exact", "error")}
    active = {row[0]: row[1:] for row in run.tables["activity"]}
    for row in run.tables["validation"]:
        cells = _cells(run, "validation", row)
        cells |= {name: _text(values[row[0]]) for name, values in known.items() if row[0] in values}
        units = active.get(row[0], np.empty(0))
        cells |= {f"active_{name}": _text(count) for name, count in zip(run.levels, units, strict=False)}
        yield cells


def _cells(run: Content, split: str, row: np.ndarray) -> dict[str, str]:
    names = ("step", "bound", "log_px", *(f"kl_{name}" for name in run.levels))
    return {"run": run.run, "split": split} | dict(zip(names, map(_text, row), strict=True))


def _by_step(table: np.ndarray) -> dict[float, float]:
    return dict(zip(table[:, 0].tolist(), table[:, 1].tolist(), strict=True))


def _text(value: float) -> str:
    return f"{value:.9g}"
