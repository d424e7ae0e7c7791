"""What a card about a data set shows: how many images each class has, their mean, and images that are there twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor

from hvae_engine.datasets.dataset import Dataset, Images
from hvae_engine.datasets.keeping.limits import thousands

Tick = Callable[[int, int], object]
CHUNK = 1024
MOST_VALUES = 2**24
"""Values of pixels that are floating-point numbers at the same time."""

DIGEST = 16
"""Bytes by which images are compared: among a million of them, two that differ share one with a chance of 1e-27."""
UNEVEN = 0.5
"""The smallest class has at most this share of the images of the largest, where that is worth a word."""


Place = tuple[str, int]
"""Where an image is: "train", "validation" or "test", and the position in it."""


@dataclass(frozen=True, eq=False)
class Duplicates:
    """Images that are equal in every pixel.

    Attributes:
        sizes: images of each part, by its name: "train", "validation", "test".
        rows: of every picture that is there more than once, counted through all parts: int64, those that are equal
            beside one another, in the order of the first of them.
        starts: where in `rows` each such group begins, int64.
        copies: images that repeat an earlier one.
        leaked: images held out or for a test that a model is trained on as well.
    """

    sizes: Mapping[str, int]
    rows: np.ndarray
    starts: np.ndarray
    copies: int
    leaked: int

    def place(self, row: int) -> Place:
        """Where the image is that is counted as `row`."""
        for name, size in self.sizes.items():
            if row < size:
                return name, int(row)
            row -= size
        raise IndexError(row)

    @property
    def groups(self) -> tuple[tuple[Place, ...], ...]:
        """The places of each picture that is there more than once."""
        ends = pairwise(np.append(self.starts, len(self.rows)))
        return tuple(tuple(map(self.place, self.rows[first:end])) for first, end in ends)

    def pairs(self, most: int) -> tuple[tuple[Place, Place], ...]:
        """Some of the copies, each with the first image that it repeats; those first that a model is trained on."""
        firsts = np.repeat(self.rows[self.starts], np.diff(self.starts, append=len(self.rows)))
        copies = np.delete(np.arange(len(self.rows)), self.starts)
        trained = self.sizes["train"]
        harmless = ~((firsts[copies] < trained) & (self.rows[copies] >= trained))
        chosen = copies[np.argsort(harmless, kind="stable")][:most]
        return tuple((self.place(firsts[one]), self.place(self.rows[one])) for one in chosen)


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
    """The mean training image in 0..1, (C, H, W)."""
    return mean_of(dataset.train.pixels)


def mean_of(
    pixels: Tensor | np.ndarray, rows: Tensor | np.ndarray | None = None, tick: Tick = lambda done, total: None
) -> Tensor:
    """The mean of some images in 0..1, (C, H, W); added up in whole numbers, so that it is the same everywhere.

    Args:
        pixels: uint8, (N, C, H, W); read in pieces, since they may lie on the disk.
        rows: of the images, int64 (M,), at least one; None: all.
        tick: called with images done and images in all; may raise to cancel.
    """
    pixels = torch.as_tensor(pixels)
    total = torch.zeros(pixels[0].numel(), dtype=torch.float64)
    count = len(pixels) if rows is None else len(rows)
    step = max(1, min(CHUNK, MOST_VALUES // len(total)))
    for first in range(0, count, step):
        tick(first, count)
        piece = slice(first, first + step)
        some = (pixels[piece] if rows is None else pixels[rows[piece]]).flatten(1).float()
        total += (
            some.new_ones(len(some)) @ some
        )  # whole numbers below 2^24, which a float holds: ten times a sum's speed
    return (total / (255 * count)).float().view(pixels.shape[1:])


def duplicates(dataset: Dataset, tick: Tick = lambda done, total: None) -> Duplicates:
    """Find images that are equal in every pixel, by a digest of each; they are read in pieces.

    Args:
        dataset: whose images are compared across all splits.
        tick: called with images done and images in all; may raise to cancel.
    """
    parts = parts_of(dataset)
    sizes = {name: len(images) for name, images in parts.items()}
    first = first_equal(np.concatenate([*digests(list(parts.values()), tick)]).view(np.uint64).reshape(-1, 2))
    rows = np.flatnonzero(np.bincount(first)[first] > 1)
    rows = rows[np.argsort(first[rows], kind="stable")]
    starts = np.flatnonzero(first[rows] == rows)
    leaked = (first[rows] < sizes["train"]) & (rows >= sizes["train"])
    return Duplicates(sizes, rows, starts, len(rows) - len(starts), int(leaked.sum()))


def first_equal(keys: np.ndarray) -> np.ndarray:
    """The first row that is equal to each, itself where there is none before it: int64 (N,), of (N, 2)."""
    order = np.lexsort((keys[:, 1], keys[:, 0]))  # stable: equal ones stay in the order in which they lie
    new = np.append(True, (keys[order[1:]] != keys[order[:-1]]).any(1))
    first = np.empty_like(order)
    first[order] = order[new][np.cumsum(new) - 1]
    return first


def digests(parts: Sequence[Images], tick: Tick) -> Iterator[np.ndarray]:
    """A digest of the pixels of each image, uint8, (n, `DIGEST`), in pieces."""
    done, total = 0, sum(map(len, parts))
    for images in parts:
        for batch in torch.split(images.pixels, CHUNK):
            tick(done, total)
            done += len(batch)
            every = (blake2b(pixels.data, digest_size=DIGEST).digest() for pixels in batch.contiguous().numpy())
            yield np.frombuffer(b"".join(every), np.uint8).reshape(-1, DIGEST)


def remarks(dataset: Dataset) -> tuple[str, ...]:
    """What people should know of a data set, in sentences: what is known at once, and duplicates.

    Duplicates are not looked for among images that stay on the disk.
    """
    said = known_at_once(dataset)
    if not dataset.train.stored and (found := duplicates(dataset)).copies:
        said = (*said, duplicates_in_words(found))
    return said


def known_at_once(dataset: Dataset) -> tuple[str, ...]:
    """What people should know of a data set, in sentences: how it was read, and uneven classes."""
    said = [*dataset.facts]
    if "train" in (counts := class_counts(dataset)):
        fewest, most = counts["train"].min(), counts["train"].max()
        if fewest < UNEVEN * most:
            said.append(f"The classes have from {thousands(fewest)} to {thousands(most)} training images.")
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
