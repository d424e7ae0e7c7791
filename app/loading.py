"""What the window asks of the engine on a job's thread: import it, describe data, load them, open a run."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from app import translation
from app.state.records import EngineOffer

if TYPE_CHECKING:
    from hvae_engine.datasets import Dataset
    from hvae_engine.training import Run

HEAVY = ("hvae_engine.datasets", "hvae_engine.exploring", "hvae_engine.training.session")
MOST_CARDS = 16
Report = Callable[[int, int], None]


def import_engine(report: Report) -> EngineOffer:
    """Import everything heavy, and say which families and devices there are."""
    del report
    for name in HEAVY:
        importlib.import_module(name)
    from hvae_engine.models import FAMILIES

    return EngineOffer(translation.families_of(FAMILIES), _devices())


def _devices() -> tuple[str, ...]:
    from hvae_engine.errors import OptionError
    from hvae_engine.training.devices import choose_device

    found = []
    for name in ("cpu", "mps", *(f"cuda:{number}" for number in range(MOST_CARDS))):
        try:
            choose_device(name)
        except OptionError:
            continue
        found.append(name)
    return tuple(found)


def describe(source: str) -> str:
    """What opening `source` would do, in one sentence.

    Raises:
        DataError: it would fail; the sentence says why.
    """
    if is_run(source):
        return f"Open the run {Path(source).name}"
    from hvae_engine.datasets import describe as describe_data

    return describe_data(source)


def is_run(source: str) -> bool:
    """Whether `source` is the folder of a run."""
    return (Path(source) / "run.json").is_file()


def load(source: str, report: Report) -> tuple[Dataset, None]:
    """Load data; there is no run yet.

    Raises:
        DataError: they cannot be used.
    """
    from hvae_engine.datasets import load_data

    return load_data(source, progress=report), None


def open_run(path: str, report: Report) -> tuple[Dataset, Run]:
    """Open a run and load its data.

    Raises:
        StrataError: there is no run, or its data have moved.
    """
    from hvae_engine.datasets import load_data
    from hvae_engine.training import Run

    spec = Run.open(path).spec
    dataset = load_data(spec.data, size=spec.size, colour=spec.colour, progress=report)
    return dataset, Run.open(path, dataset)
