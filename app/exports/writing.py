"""What is done beside the window when a view leaves it: the engine's writers, for a job's thread."""

from __future__ import annotations

import shlex
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

import numpy as np

from app.work.jobs import Report
from app.work.workshop import Workshop

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

    from hvae_engine.exploring.figures import Figure
    from hvae_engine.exploring.sights import Look
    from hvae_engine.exploring.subject import Gallery, Subject

MOMENTS = 25
"""Pictures of a film, as `strata explore` makes it."""
PATIENCE_S = 0.05
"""How long is waited between two looks whether the film is still wanted."""


def write_figure(figure: Figure, path: Path, scale: int, report: Report) -> None:
    """Write a figure in the format its name ends with, a .json with the figures behind it.

    Raises:
        OptionError: it cannot be written.
    """
    from hvae_engine.exploring.figures.numbers import save_numbers
    from hvae_engine.exploring.figures.saving import save

    _make_room(path)
    if path.suffix.lower() == ".json":
        save_numbers(figure, path)
    else:
        save(figure, path, scale, report)


def finer(shop: Workshop, figure: Figure, gallery: Gallery, report: Report) -> Figure:
    """The figure of a view that moves with as many pictures as a film has, made by the desk that made it.

    Args:
        shop: of the run.
        figure: as it is in sight.
        gallery: the images that it was made with.
        report: called now and then; raises when nobody wants the film any more.

    Raises:
        OptionError: it cannot be made.
    """
    from hvae_engine.exploring.views import asked

    settings = {name: value for name, value in figure.settings.items() if name != "view"}
    if settings["steps"] >= MOMENTS:
        return figure
    view = asked(str(figure.settings["view"]), {**settings, "steps": MOMENTS})
    looks: SimpleQueue[Look] = SimpleQueue()
    sight = shop.desk.make(view, gallery, shop.run.path.name, looks.put)
    try:
        while True:
            report(0, 0)
            try:
                look = looks.get(timeout=PATIENCE_S)
            except Empty:
                continue
            if look.error is not None:
                raise look.error
            if look.figure is not None:
                return look.figure
    finally:
        shop.desk.give_up(sight)


def write_latents(shop: Workshop, path: Path, report: Report) -> None:
    """Write the posterior means and draws of every level, from a copy of the weights that the explorer has.

    Raises:
        OptionError: it cannot be written.
    """
    from hvae_engine.exploring.latents import latents, write_latents

    _make_room(path)
    write_latents(latents(_subject(shop), progress=report), path)


def picture(figure: Figure, scale: int) -> np.ndarray:
    """A figure as pixels, uint8, (H, W, 3)."""
    from hvae_engine.exploring.figures.page import as_raster

    return np.asarray(as_raster(figure, scale).image)


def to_qimage(pixels: Any) -> QImage:
    """These pixels as Qt has them."""
    from app.widgets.picture import to_image

    return to_image(pixels)


def command(figure: Figure, run: Path) -> str:
    """The command line that makes a figure again, with the whole path of its run and a file to write."""
    from hvae_engine.exploring.views import asked

    settings = {name: value for name, value in figure.settings.items() if name != "view"}
    view = asked(str(figure.settings["view"]), settings)
    return f"{view.command(shlex.quote(str(run)))} --out {view.name}.png"


def _subject(shop: Workshop) -> Subject:
    """A model of one's own with the weights that the explorer has, and every held-out image."""
    from hvae_engine.exploring import Explorer
    from hvae_engine.exploring.subject import Subject
    from hvae_engine.galleries import gallery

    model, latest = shop.run.build(), shop.slot.latest()
    assert latest is not None  # they were put there when the workshop was furnished
    step, weights = latest
    model.load_state_dict(weights)
    return Subject(Explorer(model), gallery(shop.run, None), shop.run.path.name, step)


def _make_room(path: Path) -> None:
    """Make the folder of a file.

    Raises:
        OptionError: it cannot be made.
    """
    from hvae_engine.errors import OptionError

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OptionError(f"{path.parent} cannot be made ({error.strerror}): choose another place.") from None
