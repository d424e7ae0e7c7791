"""What it takes to make a run's folder: room for it, a spec that fits its data, and the files it starts with."""

from __future__ import annotations

import io
import platform
import zipfile
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from hvae_engine.datasets import Dataset
from hvae_engine.datasets.figures import mean_image
from hvae_engine.errors import DataError, RunError
from hvae_engine.models import FAMILIES, DataInfo, drawing
from hvae_engine.training.codes import Stage
from hvae_engine.training.devices import choose_device
from hvae_engine.training.folder import IMAGES, read_about
from hvae_engine.training.inputs import labelled_in_batch, labelled_rows
from hvae_engine.training.resolution import first_model, objective
from hvae_engine.training.seeds import Purpose, generator
from hvae_engine.training.spec import RunSpec

SAMPLE_IMAGES = 64


def check_room(path: Path, overwrite: bool) -> None:
    """Make sure that a run may be put into the folder `path`.

    Raises:
        RunError: something is there that is not to be replaced.
    """
    if path.exists() and not path.is_dir():
        raise RunError(f"{path} is a file: give a new folder for the run.")
    if not path.is_dir() or not any(path.iterdir()):
        return
    if read_about(path) is None:
        raise RunError(f"The folder {path} is not empty and holds no run of Strata: choose a new one.")
    if not overwrite:
        raise RunError(f"The folder {path} holds a run already: resume it, overwrite it, or choose a new folder.")


def description(spec: RunSpec, dataset: Dataset, stage: Stage | None = None) -> dict[str, Any]:
    """What run.json says of a resolved spec, once everything that is asked for has been tried.

    Args:
        spec: resolved.
        dataset: the images.
        stage: the first of two, whose codes are learned.

    Raises:
        StrataError: it does not fit the data, the family or this machine.
    """
    classes = len(dataset.classes)
    info = DataInfo(dataset.shape, classes, mean_image(dataset)) if stage is None else stage.codes.info(classes)
    model = first_model(spec, info)
    if spec.estimator != "plain":  # some are biased for some families, which a walk shows
        blank = torch.zeros(2, *info.shape)
        objective(spec, 1)(model, blank, draw=drawing(generator(0, Purpose.WEIGHTS)))
    choose_device(spec.device)
    if FAMILIES[spec.family].semi_supervised:
        labelled_in_batch(spec.batch_size, len(labelled_rows(dataset, spec)), len(dataset.train))
    first = {} if stage is None else {"codes": stage.about()}
    return {
        "strata": version("strata-hvae"),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "spec": spec.to_json(),
        "data": {
            "name": dataset.name,
            "shape": list(dataset.shape),
            "classes": list(dataset.classes),
            "train": len(dataset.train),
            "validation": len(dataset.validation),
            "version": dataset.version,
        },
        **first,
        "levels": {name: list(shape) for name, shape in model.shapes.items()},
        "parameters": sum(parameter.numel() for parameter in model.parameters()),
    }


def check_version(about: Mapping[str, Any], dataset: Dataset) -> None:
    """Make sure that images which Strata draws itself are still those that a run learns.

    Args:
        about: what run.json says.
        dataset: the images as they are drawn now.

    Raises:
        DataError: they are drawn otherwise.
    """
    then = about["data"].get("version")
    if then != dataset.version:
        known = "an earlier version" if then is None else f"version {then}"
        raise DataError(
            f"The images of {dataset.name!r} have changed since this run: it learned {known} and they are version "
            f"{dataset.version} now; start a new run on them."
        )


def images_file(dataset: Dataset) -> bytes:
    """Some validation images, their labels and the mean training image: what exploring a run needs of its data."""
    rows = torch.linspace(0, len(dataset.validation) - 1, min(SAMPLE_IMAGES, len(dataset.validation))).long()
    some = dataset.validation.take(rows)
    arrays = {"images": some.pixels.numpy(), "mean": mean_image(dataset).numpy()}
    if some.labels is not None:
        arrays["labels"] = some.labels.numpy()
    out = io.BytesIO()
    np.savez_compressed(out, **arrays)  # type: ignore[arg-type]
    return out.getvalue()


def read_images(path: Path) -> dict[str, Tensor]:
    """What `images_file` wrote, by name.

    Raises:
        RunError: it is missing or torn.
    """
    try:
        with (path / IMAGES).open("rb") as file, np.load(file, allow_pickle=False) as archive:
            return {name: torch.from_numpy(archive[name]) for name in archive}
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise RunError(f"{path / IMAGES} cannot be read ({error}): the run cannot be opened without it.") from None
