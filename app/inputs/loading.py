"""What the window asks of the engine on a job's thread: import it, describe data, load them, open a run."""

from __future__ import annotations

import gc
import importlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from app import offering, translation
from app.state.offers import EngineOffer
from app.state.records import DataSource, Prospect

if TYPE_CHECKING:
    from hvae_engine.datasets import Dataset
    from hvae_engine.training import Run

HEAVY = ("hvae_engine.datasets", "hvae_engine.exploring", "hvae_engine.training.session")
MOST_CARDS = 16
PREVIEWS = 24
Report = Callable[[int, int], None]


def import_engine(report: Report) -> EngineOffer:
    """Import everything heavy, and say which families and devices there are."""
    del report
    for name in HEAVY:
        importlib.import_module(name)
    from hvae_engine.models import FAMILIES

    families = offering.families_of(FAMILIES)
    gc.freeze()  # modules stay: looking through them all for garbage again would stop the window for a few frames
    return EngineOffer(families, _devices(), offering.presets_of(families), translation.views_of())


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


def prospect(source: str) -> Prospect | None:
    """The folder of images that `source` is, listed; None where there is nothing to choose before it is loaded.

    Raises:
        DataError: it cannot be used.
    """
    from hvae_engine.datasets import prospect as look

    found = None if is_run(source) else look(source)
    if found is None:
        return None
    listing = found.listing
    return Prospect(
        name=found.folder.name,
        training=found.training,
        held_out=found.held_out,
        test=listing.count("test"),
        classes=len(listing.classes),
        size=found.size,
        colour=found.colour,
        found=found,
    )


def preview(prospect: Prospect, size: int, colour: bool) -> np.ndarray:
    """The first images as they would be trained on, uint8, (n, H, W) or (n, H, W, 3)."""
    from hvae_engine.datasets import preview as decode

    pixels = decode(prospect.found, size, colour, PREVIEWS)
    return pixels.transpose(0, 2, 3, 1) if colour else pixels[:, 0]


def decode_image(path: str, shape: tuple[int, ...]) -> np.ndarray:
    """One image file as the data are, of the (C, H, W) given: uint8, (H, W) or (H, W, 3).

    Raises:
        DataError: it cannot be used.
    """
    from hvae_engine.datasets import decode_image as decode

    channels, height, width = shape
    pixels = decode(path, height, width, channels == 3)
    return np.ascontiguousarray(pixels.transpose(1, 2, 0)) if channels == 3 else pixels[0]


class Loaded(NamedTuple):
    """Data as they were asked for, the run that they came with, if any, and what people should know of them."""

    dataset: Dataset
    asked: DataSource
    run: Run | None = None
    remarks: tuple[str, ...] = ()


def load(asked: DataSource, report: Report) -> Loaded:
    """Load data, or a run with its data.

    Raises:
        StrataError: the data cannot be used; or there is no run, or its data have moved.
    """
    from hvae_engine.datasets import load_data, remarks
    from hvae_engine.training import Run
    from hvae_engine.training.run import load_data_of

    run = Run.open(asked.path).spec if is_run(asked.path) else None
    if run is not None:
        data = DataSource(run.data, run.size, run.colour, run.framing, run.held_out)
        dataset = load_data_of(run, report)
        return Loaded(dataset, data, Run.open(asked.path, dataset), remarks(dataset, lambda: report(99, 100)))
    dataset = load_data(
        asked.path,
        size=asked.size,
        colour=asked.colour,
        framing=asked.framing,
        held_out=asked.held_out,
        progress=report,
    )
    return Loaded(dataset, asked, None, remarks(dataset, lambda: report(99, 100)))
