"""What a run is looked at with: its weights, and its images under the numbers that the window gives them too."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable

import numpy as np
import torch

from hvae_engine.datasets import Dataset, Images, decode_image
from hvae_engine.errors import DataError
from hvae_engine.exploring import Explorer
from hvae_engine.exploring.subject import Gallery, Subject
from hvae_engine.training import Run
from hvae_engine.training.binarisation import drawn_once
from hvae_engine.training.seeds import Purpose, key

HELD, FITTED = 1000, 2000
"""Images a level is measured on, and those a probe is fitted on."""


def _silent(words: str) -> None:
    del words


def subject(
    run: Run, *, best: bool = False, held: int | None = HELD, tell: Callable[[str], object] = _silent
) -> Subject:
    """A run as a view looks at it: its weights, and images that it did not learn from.

    Args:
        run: the run.
        best: the weights with the best validation bound, not the last.
        held: validation images to measure on, spread over all of them; None: all.
        tell: as in `gallery`.

    Raises:
        RunError: its weights cannot be read.
    """
    model = run.build()
    step = run.load_weights(model, best=best)
    return Subject(Explorer(model), gallery(run, held, tell), run.path.name, step, best)


def with_guests(of: Subject, files: Iterable[str]) -> Subject:
    """The same with images of a person's own to start from, brought to the shape of the others.

    Raises:
        DataError: a file cannot be used.
    """
    channels, height, width = of.gallery.shown.pixels.shape[1:]
    pixels = {file: decode_image(file, height, width, channels == 3) for file in files}
    guests = {file: np.array(np.moveaxis(one, 0, -1) if channels == 3 else one[0]) for file, one in pixels.items()}
    return dataclasses.replace(of, gallery=dataclasses.replace(of.gallery, guests=guests))


def gallery(run: Run, held: int | None = HELD, tell: Callable[[str], object] = _silent) -> Gallery:
    """A run's images: number 0 is the first training image, and the held-out ones follow after the last of these.

    Where the data have moved these are the images that the run's folder keeps, too few to fit a probe on.

    Args:
        run: the run.
        held: validation images to measure on, spread over all of them; None: all.
        tell: called with a sentence where the data have moved.
    """
    classes = tuple(run.about["data"]["classes"])
    try:
        data = run.dataset
    except DataError as error:
        tell(f"{error} The images kept in the run's folder are used instead.")
        return Gallery(run.images, _seen(run, run.images, 0), np.arange(len(run.images)), None, classes)
    rows = _spread(len(data.validation), held)
    measured = _seen(run, data.validation.take(rows), 0)
    trained = len(data.train)
    return Gallery(Images(data.pixels), measured, trained + rows.numpy(), _fitted(run, data), classes, trained)


def _fitted(run: Run, data: Dataset) -> Images:
    return _seen(run, data.train.take(_spread(len(data.train), FITTED)), 1)


def _spread(total: int, count: int | None) -> torch.Tensor:
    """Some of `total` positions, the same ones every time, in no order: images often lie sorted by class."""
    return torch.randperm(total, generator=torch.Generator().manual_seed(0))[:count]


def _seen(run: Run, images: Images, turn: int) -> Images:
    """Images as the model sees them: drawn 0 or 1, always alike, where training does that."""
    pixels = drawn_once(images.pixels, run.spec.binarise or "none", key(0, Purpose.VALIDATION_PIXELS, turn))
    return dataclasses.replace(images, pixels=pixels)
