"""Finds the IDX files that belong together, by the names MNIST gave them, and makes a data set of them."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from hvae_engine.datasets.array_files.fitting import fit
from hvae_engine.datasets.array_files.idx import Header, read_header, read_idx
from hvae_engine.datasets.asking import Asked
from hvae_engine.datasets.dataset import Dataset, Images, carve, numbered_classes
from hvae_engine.datasets.keeping.limits import LARGEST, require_images, thousands
from hvae_engine.errors import DataError

NAME = re.compile(
    r"(?P<set>.*?)(?P<part>train|t10k|test)[-.](?P<what>images|labels)[-.]idx\d-ubyte(\.gz)?", re.IGNORECASE
)
IMAGE_AXES = (3, 4)
LABEL_AXES = (1,)
MANY = 1000
"""Entries of a folder that are looked at: with more it is no folder of IDX files."""


class IdxFiles(NamedTuple):
    """Files of one data set; the images to train on are there, the others may be missing."""

    name: str
    images: Path
    labels: Path | None = None
    test_images: Path | None = None
    test_labels: Path | None = None


def find_idx(folder: Path) -> IdxFiles | None:
    """The IDX files of a folder or of `raw/` inside it (torchvision's layout), or None if it holds none.

    Raises:
        DataError: several data sets lie there, or images to train on are missing.
    """
    for place in (folder, folder / "raw"):
        if (files := idx_among(folder, first_files(place))) is not None:
            return files
    return None


def idx_among(folder: Path, paths: Sequence[Path]) -> IdxFiles | None:
    """The IDX files among some, or None if none is.

    Args:
        folder: what people call the data set by.
        paths: of the files.

    Raises:
        DataError: as `find_idx`.
    """
    found: dict[str, dict[str, Path]] = {}
    for path in paths:
        if match := NAME.fullmatch(path.name):
            part = "train" if match["part"].lower() == "train" else "test"
            found.setdefault(match["set"], {})[f"{part} {match['what'].lower()}"] = path
    return one_set(folder, found) if found else None


def first_files(folder: Path) -> list[Path]:
    """Some files of a folder, a gzipped one before its unpacked twin, which then takes its place."""
    if not folder.is_dir():
        return []
    try:
        with os.scandir(folder) as entries:
            return sorted((Path(entry) for entry in islice(entries, MANY) if entry.is_file()), reverse=True)
    except OSError as error:
        raise DataError(f"{folder} cannot be read ({error.strerror}): check its permissions.") from error


def one_set(folder: Path, found: dict[str, dict[str, Path]]) -> IdxFiles:
    """The only data set among those found."""
    if len(found) > 1:
        names = ", ".join(sorted(name.rstrip("-._") or "unnamed" for name in found))
        raise DataError(f"{folder} holds {len(found)} IDX data sets ({names}): open the images file of one of them.")
    (files,) = found.values()
    if "train images" not in files:
        there = ", ".join(sorted(path.name for path in files.values()))
        raise DataError(f"{folder} holds {there} and no images to train on: add train-images-idx3-ubyte.")
    name = folder.parent.name if folder.name == "raw" else folder.name
    others = [files.get(what) for what in ("train labels", "test images", "test labels")]
    return IdxFiles(name or str(folder), files["train images"], *others)


def beside(path: Path) -> IdxFiles:
    """One images file, and its labels file if it lies beside it under the name that belongs to it.

    Raises:
        DataError: the file holds labels.
    """
    if len(read_header(path).shape) == 1:
        raise DataError(f"{path} holds labels, not images: choose the images file that belongs to them.")
    bare = path.name.removesuffix(".gz")
    for name in (labels := re.sub("images([-.])idx[34]", r"labels\1idx1", bare), labels + ".gz"):
        if labels != bare and (path.parent / name).is_file():
            return IdxFiles(path.name, path, path.parent / name)
    return IdxFiles(path.name, path)


def describe_idx(files: IdxFiles) -> str:
    """What a load would do, from the headers alone.

    Raises:
        DataError: a header is wrong.
    """
    count = images_header(files.images).shape[0]
    require_images(files.images, count)
    test = images_header(files.test_images).shape[0] if files.test_images else 0
    sentence = f"Import {thousands(count)} images" + (f" and {thousands(test)} test images" if test else "")
    return sentence + (" with labels" if files.labels else "")


def load_idx(files: IdxFiles, asked: Asked) -> Dataset:
    """Read the files into a data set; its validation images are carved.

    Args:
        files: what `find_idx` or `beside` found.
        asked: how the images are wanted.

    Raises:
        DataError: a file is damaged, or the files do not fit one another.
    """
    require_images(files.images, images_header(files.images).shape[0])
    parts = [(files.images, files.labels)]
    if files.test_images:
        parts.append((files.test_images, files.test_labels if files.labels else None))
    splits = []
    for done, (images, labels) in enumerate(parts):
        asked.progress(done, len(parts))
        splits.append(fit(read_split(images, labels), asked.size, asked.colour, asked.framing))
    asked.progress(len(parts), len(parts))
    if splits[0].pixels.shape[1:] != splits[-1].pixels.shape[1:]:
        shapes = [" x ".join(map(str, split.pixels.shape[2:])) for split in splits]
        raise DataError(
            f"{files.images} holds images of {shapes[0]} and {files.test_images} of {shapes[1]}: give a size."
        )
    train, validation = carve(splits[0], asked.seed, asked.held_out)
    test = splits[1] if len(splits) > 1 else None
    return Dataset(files.name, asked.source, train, validation, test, numbered_classes(splits))


def read_split(images: Path, labels: Path | None) -> Images:
    """One images file and the labels that belong to it."""
    images_header(images)
    pixels = torch.from_numpy(read_idx(images))
    pixels = pixels[:, None] if pixels.ndim == 3 else pixels.movedim(3, 1).contiguous()
    return Images(pixels, None if labels is None else read_labels(labels, len(pixels), images))


def images_header(path: Path) -> Header:
    """The header of a file that must hold images, (N, H, W) or (N, H, W, 1 or 3)."""
    header = read_header(path)
    check_axes(path, header, IMAGE_AXES, "images")
    _, height, width, *channels = header.shape
    if channels not in ([], [1], [3]):
        raise DataError(
            f"{path} holds images of {channels[0]} channels: Strata reads one (grey) or three (colour), last."
        )
    if not 1 <= min(height, width) <= max(height, width) <= LARGEST:
        raise DataError(f"{path} holds images of {height} x {width} pixels: Strata reads sides from 1 to {LARGEST}.")
    return header


def read_labels(path: Path, count: int, images: Path) -> Tensor:
    """Labels, int64 (N,), that must be as many as the images."""
    check_axes(path, read_header(path), LABEL_AXES, "labels")
    labels = read_idx(path)
    if len(labels) != count:
        raise DataError(
            f"{path} holds {thousands(len(labels))} labels for the {thousands(count)} images of {images.name}:"
            " get the files of one data set."
        )
    return torch.from_numpy(labels.astype(np.int64))


def check_axes(path: Path, header: Header, wanted: tuple[int, ...], what: str) -> None:
    """Refuse images where labels should be, and the other way round."""
    if len(header.shape) not in wanted:
        magic = f"0x{0x800 + len(header.shape):08x}"
        expected = " or ".join(f"0x{0x800 + axes:08x}" for axes in wanted)
        raise DataError(f"{path} does not hold {what}: its magic number is {magic} instead of {expected}.")
