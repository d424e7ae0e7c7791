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
from app.words import wording

if TYPE_CHECKING:
    from hvae_engine.datasets import Dataset
    from hvae_engine.training import Run

OF_A_RUN = ("run.json", "checkpoint.safetensors", "best.safetensors", "history.csv", "evaluations.csv")
"""Files that stand for the folder of the run they lie in."""
HEAVY = ("hvae_engine.datasets", "hvae_engine.exploring", "hvae_engine.training.session")
MOST_CARDS = 16
PREVIEWS = 20
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


def describe(source: str, report: Report) -> str:
    """What opening `source` would do, in one sentence.

    Raises:
        DataError: it would fail; the sentence says why.
    """
    if run := run_of(source):
        return f"Open the run {Path(run).name}"
    from hvae_engine.datasets import describe as describe_data

    report(0, 0)
    return describe_data(source)


def run_of(source: str) -> str:
    """The folder of the run that `source` is, or one of whose files it is; empty: neither."""
    path = Path(source)
    folder = path.parent if path.name in OF_A_RUN else path
    try:
        return str(folder) if (folder / "run.json").is_file() else ""
    except (OSError, ValueError):  # several paths in one text are a name too long; a zero byte is none
        return ""


def prospect(source: str, report: Report) -> Prospect | None:
    """The images that `source` holds, listed; None where there is nothing to choose before it is loaded.

    Raises:
        DataError: it cannot be used.
    """
    from hvae_engine.datasets import prospect as look

    found = None if run_of(source) else look(source, lambda found: report(found, 0))
    if found is None:
        return None
    skipped = (*found.left_out, *found.listing.skipped)
    return Prospect(
        name=wording.source(source),
        training=found.training,
        held_out=found.held_out,
        own_held_out=found.count("validation"),
        test=found.count("test"),
        classes=found.sizes,
        size=found.size,
        colour=found.colour,
        budget=found.budget,
        facts=found.facts,
        skipped=tuple((one.path, one.reason) for one in skipped),
        found=found,
    )


def preview(prospect: Prospect, asked: DataSource, report: Report) -> np.ndarray:
    """The first images as they would be trained on, uint8, (n, H, W) or (n, H, W, 3)."""
    from hvae_engine.datasets import preview as decode

    size, colour = asked.size or prospect.size, prospect.colour if asked.colour is None else asked.colour
    pixels = decode(prospect.found, size, colour, PREVIEWS, asked.framing or "crop", lambda: report(0, 0))
    return pixels.transpose(0, 2, 3, 1) if colour else pixels[:, 0]


def missing(source: str) -> str:
    """What people call the data that `source` asks for by name and that are not on the disk yet; empty: nothing."""
    from hvae_engine.datasets import OFFERS
    from hvae_engine.datasets.remote.catalogue import offered
    from hvae_engine.datasets.remote.downloads import on_disk

    name = offered(source)
    return "" if name is None or name in on_disk() else OFFERS[name].title


def download(source: str, report: Report) -> None:
    """Fetch the data that `source` asks for by name; `report` gets bytes.

    Raises:
        DataError: they cannot be reached, or not be written.
    """
    from hvae_engine.datasets.remote.catalogue import offered
    from hvae_engine.datasets.remote.downloads import download as fetch

    name = offered(source)
    assert name is not None
    fetch(name, report)


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
    """Data as they were asked for, the run that they came with, if any, and what people should know of them.

    Where the data of the run are gone these are the images that its folder keeps, and `gone` says why.
    """

    dataset: Dataset
    asked: DataSource
    run: Run | None = None
    remarks: tuple[str, ...] = ()
    gone: str = ""


def load(asked: DataSource, report: Report) -> Loaded:
    """Load data, or a run with its data.

    Raises:
        StrataError: the data cannot be used, or there is no run.
    """
    from hvae_engine.datasets import known_at_once, load_data

    if folder := run_of(asked.path):
        return _load_run(folder, report)
    dataset = load_data(
        asked.path,
        size=asked.size,
        colour=asked.colour,
        framing=asked.framing,
        held_out=asked.held_out,
        folder_classes=asked.folder_classes,
        progress=report,
    )
    return Loaded(dataset, asked, None, known_at_once(dataset))


def _load_run(folder: str, report: Report) -> Loaded:
    from hvae_engine.datasets import known_at_once
    from hvae_engine.errors import DataError
    from hvae_engine.training import Run
    from hvae_engine.training.run import load_data_of

    run = Run.open(folder)
    spec = run.spec
    asked = DataSource(spec.data, spec.size, spec.colour, spec.framing, spec.held_out, spec.folder_classes)
    try:
        dataset = load_data_of(spec, report)
        return Loaded(dataset, asked, Run.open(folder, dataset), known_at_once(dataset))
    except DataError as error:
        return Loaded(run.kept, asked, run, gone=str(error))
