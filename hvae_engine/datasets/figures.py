"""What a card about a data set shows: how many images each class has, their mean, and images that are there twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
import torch
from torch import Tensor

from hvae_engine.datasets.dataset import Dataset, Images
from hvae_engine.datasets.limits import thousands

CHUNK = 1024
UNEVEN = 0.5
"""The smallest class has at most this share of the images of the largest, where that is worth a word."""


@dataclass(frozen=True)
class Duplicates:
    """Images that are equal in every pixel.

    Attributes:
        groups: for each picture that is there more than once, where: (part, position) of each, part being "train",
            "validation" or "test"; in the order of the first of them.
        copies: images that repeat an earlier one.
        leaked: images held out or for a test that a model is trained on as well.
    """

    groups: tuple[tuple[tuple[str, int], ...], ...]
    copies: int
    leaked: int


def parts_of(dataset: Dataset) -> dict[str, Images]:
    """The splits that a data set has, by name."""
    parts = {"train": dataset.train, "validation": dataset.validation}
    return parts if dataset.test is None else {**parts, "test": dataset.test}


def class_counts(dataset: Dataset) -> dict[str, np.ndarray]:
    """Images of each class: int64, (classes,), by the name of the split; those without labels are left out."""
    return {
        name: np.bincount(images.labels.numpy(), minlength=len(dataset.classes))
        for name, images in parts_of(dataset).items()
        if images.labels is not None
    }


def mean_image(dataset: Dataset) -> Tensor:
    """The mean training image in 0..1, (C, H, W); added up in whole numbers, so that it is the same everywhere."""
    total = torch.zeros(dataset.shape, dtype=torch.int64)
    for batch in torch.split(dataset.train.pixels, CHUNK):
        total += batch.sum(0)
    return (total.double() / (255 * len(dataset.train))).float()


def duplicates(dataset: Dataset, tick: Callable[[], object] = bool) -> Duplicates:
    """Find images that are equal in every pixel, by a digest of each.

    Args:
        dataset: whose images are compared across all splits.
        tick: called now and then; may raise to cancel.
    """
    seen: dict[bytes, list[tuple[str, int]]] = {}
    for name, images in parts_of(dataset).items():
        for position, digest in enumerate(digests(images, tick)):
            seen.setdefault(digest, []).append((name, position))
    groups = tuple(tuple(places) for places in seen.values() if len(places) > 1)
    leaked = sum(name != "train" for places in groups if places[0][0] == "train" for name, _ in places)
    return Duplicates(groups, sum(len(places) - 1 for places in groups), leaked)


def digests(images: Images, tick: Callable[[], object]) -> Iterator[bytes]:
    """A digest of the pixels of each image."""
    for batch in torch.split(images.pixels, CHUNK):
        tick()
        for pixels in batch.contiguous().numpy():
            yield blake2b(pixels.data, digest_size=16).digest()


def remarks(dataset: Dataset, tick: Callable[[], object] = bool) -> tuple[str, ...]:
    """What people should know of a data set, in sentences: how it was read, uneven classes, and duplicates.

    Duplicates are not looked for among images that stay on the disk.

    Args:
        dataset: what was loaded.
        tick: called now and then; may raise to cancel.
    """
    said = [*dataset.facts]
    if "train" in (counts := class_counts(dataset)):
        fewest, most = counts["train"].min(), counts["train"].max()
        if fewest < UNEVEN * most:
            said.append(f"The classes have from {thousands(fewest)} to {thousands(most)} training images.")
    if not dataset.train.stored and (found := duplicates(dataset, tick)).copies:
        said.append(duplicates_in_words(found))
    return tuple(said)


def duplicates_in_words(found: Duplicates) -> str:
    """How many images repeat others, and how many of them tell a model what it is checked on."""
    images = "1 image repeats" if found.copies == 1 else f"{thousands(found.copies)} images repeat"
    sentence = f"{images} another one in every pixel"
    return (
        f"{sentence}; {thousands(found.leaked)} held out or for a test are trained on as well."
        if found.leaked
        else f"{sentence}."
    )
