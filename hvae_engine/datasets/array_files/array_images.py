"""Makes a data set of the arrays in a .npy or .npz file: which are images, which are labels, which are for a test."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from hvae_engine.datasets.array_files.array_layout import Layout, chunks, layout_of, scale_of, to_bytes
from hvae_engine.datasets.array_files.arrays import StoredArray, find_arrays, shape_of
from hvae_engine.datasets.array_files.fitting import fit
from hvae_engine.datasets.asking import Asked
from hvae_engine.datasets.dataset import Dataset, Images, Skipped, numbered_classes
from hvae_engine.datasets.held_out import set_apart
from hvae_engine.datasets.keeping.limits import require_images, require_memory, thousands
from hvae_engine.errors import DataError

TEST = re.compile(r"(^|[^a-z])(test|testing)([^a-z]|$)")
VALIDATION = re.compile(r"(^|[^a-z])(val|valid|validation)([^a-z]|$)")
LABELS = re.compile(r"(^|[^a-z])(y|labels?|targets?|classes|class)([^a-z]|$)")
ALPHA = "Transparent parts show black."
MOST_CLASSES = 1000


class Part(NamedTuple):
    """The arrays of one split."""

    images: StoredArray
    labels: StoredArray | None


def parts_of(path: Path) -> tuple[dict[str, Part], list[Skipped]]:
    """Which arrays of a file are for what, by their names and shapes, and those that are for nothing.

    Raises:
        DataError: none of them can be images to train on.
    """
    arrays = find_arrays(path)
    images: dict[str, StoredArray] = {}
    labels: dict[str, StoredArray] = {}
    skipped = []
    for array in arrays:
        place = labels if is_labels(array) else images
        if (part := part_named(array.key)) in place:
            skipped.append(
                Skipped(array.key, f"The array {array.key} ({shape_of(array)}) is for nothing Strata knows.")
            )
        else:
            place[part] = array
    if "train" not in images:
        there = ", ".join(f"{array.key or 'an array'} ({shape_of(array)})" for array in arrays)
        raise DataError(f"{path} holds {there} and no images to train on: save them as one array, (N, H, W).")
    return {part: Part(array, labels.get(part)) for part, array in images.items()}, skipped


def part_named(key: str) -> str:
    """What an array of this name is for."""
    name = key.lower()
    return "test" if TEST.search(name) else "validation" if VALIDATION.search(name) else "train"


def is_labels(array: StoredArray) -> bool:
    """Whether an array holds a label for each image: one whole number, by its shape, or a name that says so."""
    column = len(array.shape) == 1 or (len(array.shape) == 2 and array.shape[1] == 1)
    return column or (len(array.shape) == 2 and bool(LABELS.search(array.key.lower())))


def describe_arrays(path: Path) -> str:
    """What a load would do, from the headers alone.

    Raises:
        DataError: a header is wrong, or there are no images.
    """
    parts, _ = parts_of(path)
    sentences = []
    for part, (images, labels) in parts.items():
        layout = layout_of(images)
        count, channels, height, width = layout.shape
        if part == "train":
            require_images(path, count)
            colour = "grey" if channels == 1 else "colour"
            sentences.append(f"Import {thousands(count)} images of {width} x {height} in {colour}")
            sentences.append(f"({images.dtype}, {layout.words}){' with labels' if labels else ''}")
        else:
            sentences.append(f"and {thousands(count)} {part} images")
    return " ".join(sentences)


def load_arrays(path: Path, asked: Asked) -> Dataset:
    """Load the arrays of a file.

    Args:
        path: of the .npy or .npz.
        asked: how the images are wanted.

    Raises:
        DataError: it holds no images, values that mean nothing, or more than memory.
    """
    parts, skipped = parts_of(path)
    require_images(path, layout_of(parts["train"].images).shape[0])
    splits, facts = {}, dict[str, None]()
    for done, (part, arrays) in enumerate(parts.items()):
        asked.progress(done, len(parts))
        split, said = read_part(arrays, asked)
        splits[part] = fit(split, asked.size, asked.colour, asked.framing)
        facts |= dict.fromkeys(said)
    asked.progress(len(parts), len(parts))
    if len({split.pixels.shape[1:] for split in splits.values()}) > 1:
        shapes = " and ".join(" x ".join(map(str, split.pixels.shape[1:])) for split in splits.values())
        raise DataError(f"{path} holds images of {shapes} (channels x height x width): give a size and colour or grey.")
    own = splits.get("validation")
    train, validation = set_apart(splits["train"], own, asked.seed, asked.held_out)
    classes = numbered_classes(list(splits.values()))
    return Dataset(
        *(asked.name, asked.source, train, validation, splits.get("test"), classes, tuple(skipped), tuple(facts)),
        own_validation=0 if own is None else len(own),
    )


def read_part(arrays: Part, asked: Asked) -> tuple[Images, list[str]]:
    """One split, and what was found out about it."""
    layout, found = layout_of(arrays.images), arrays.images.read()
    scale = scale_of(arrays.images.name, found)
    count, channels, height, width = layout.shape
    kept = 3 if channels == 4 else channels
    require_memory(2 * count * kept * height * width, f"{thousands(count)} images of {width} x {height}")
    pixels = np.empty((count, kept, height, width), np.uint8)
    for first, chunk in chunks(found):
        asked.progress(0, 1)
        pixels[first : first + len(chunk)] = opaque(to_bytes(layout.arranged(chunk), scale))
    facts = [scale.fact, ALPHA if channels == 4 else "", words_of(layout)]
    return Images(torch.from_numpy(pixels), labels_of(arrays, count)), [fact for fact in facts if fact]


def words_of(layout: Layout) -> str:
    """What was found out about the axes."""
    return f"The array was read as {layout.words}."


def opaque(pixels: np.ndarray) -> np.ndarray:
    """Images (n, C, H, W) without the fourth channel, over black."""
    if pixels.shape[1] != 4:
        return pixels
    return np.rint(pixels[:, :3].astype(np.float32) * (pixels[:, 3:] / np.float32(255))).astype(np.uint8)


def labels_of(arrays: Part, count: int) -> Tensor | None:
    """Labels, int64 (N,), from numbers or from rows with a single one among zeros; None where there are none.

    Raises:
        DataError: they do not fit the images.
    """
    if arrays.labels is None:
        return None
    name, values = arrays.labels.name, arrays.labels.read()
    if len(values) != count:
        raise DataError(
            f"{name} holds {thousands(len(values))} labels for the {thousands(count)} images of {arrays.images.name}:"
            " save as many."
        )
    if values.ndim == 2:
        values = values[:, 0] if values.shape[1] == 1 else values.argmax(1)
    whole = np.isfinite(values) & (values >= 0) & (values < MOST_CLASSES) & (values == np.floor(values))
    if not whole.all():
        raise DataError(f"{name} holds {values[~whole][0]} among the labels: give whole numbers from 0 to 999.")
    return torch.from_numpy(values.astype(np.int64))
