"""What a data set is once it has been read: pixels in one tensor, labels and known factors beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

VALIDATION_SHARE = 1 / 12
VALIDATION_LIMIT = 10_000


@dataclass(frozen=True)
class Images:
    """One split of a data set.

    Attributes:
        pixels: uint8, (N, C, H, W), 0 to 255.
        labels: int64, (N,), or None where nobody labelled them.
        factors: known causes of each image by name, each (N,); empty where nobody knows them.
        stored: whether the pixels lie in a file and are read from it as they are needed.
    """

    pixels: Tensor
    labels: Tensor | None = None
    factors: Mapping[str, np.ndarray] = field(default_factory=dict)
    stored: bool = False

    def __len__(self) -> int:
        return len(self.pixels)

    def take(self, index: Tensor) -> Images:
        """The images at the positions `index`, int64, (M,), with their labels and factors."""
        labels = None if self.labels is None else self.labels[index]
        rows = index.numpy()
        return Images(self.pixels[index], labels, {name: values[rows] for name, values in self.factors.items()})

    def between(self, first: int, end: int) -> Images:
        """The images from position `first` to before `end`, in the same memory."""
        rows = slice(first, end)
        labels = None if self.labels is None else self.labels[rows]
        factors = {name: values[rows] for name, values in self.factors.items()}
        return Images(self.pixels[rows], labels, factors, self.stored)


@dataclass(frozen=True)
class Skipped:
    """A file that was left out, and the sentence that says why."""

    path: str
    reason: str


@dataclass(frozen=True)
class Dataset:
    """Images to train on, images held out of them, and a test set that only an evaluation touches.

    Attributes:
        name: how people call it: a built-in name or the last part of a path.
        source: what was asked for (a built-in name or an absolute path): asking again gives the same data.
        train: the images a model learns from.
        validation: images carved out of the training set, by seed.
        test: the data set's own test images, or None.
        classes: names of the classes by label; empty without labels.
        skipped: files that could not be used.
        facts: what was found out about the images and done to them, in sentences.
        version: of the drawing, where Strata draws the images itself: another version has other images.
        seed: which of the possible splits `validation` was carved by.
        held_out: share that was asked to be held out; None: nobody asked.
        own_validation: images that the source itself holds out of training; 0: none, they are carved.
    """

    name: str
    source: str
    train: Images
    validation: Images
    test: Images | None = None
    classes: tuple[str, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    facts: tuple[str, ...] = ()
    version: int | None = None
    seed: int = 0
    held_out: float | None = None
    own_validation: int = 0

    @property
    def shape(self) -> tuple[int, int, int]:
        """Channels, height and width of an image."""
        channels, height, width = self.train.pixels.shape[1:]
        return channels, height, width

    @property
    def pixels(self) -> Tensor:
        """Training images and after them the held-out ones, in their own memory where they lie side by side."""
        return side_by_side(self.train.pixels, self.validation.pixels)


def side_by_side(first: Tensor, second: Tensor) -> Tensor:
    """Pixels of some images and after them those of others, in their own memory where they lie side by side."""
    together = first.untyped_storage().data_ptr() == second.untyped_storage().data_ptr()
    if together and second.storage_offset() == first.storage_offset() + first.numel():
        shape = (len(first) + len(second), *first.shape[1:])
        return first.as_strided(shape, first.stride(), first.storage_offset())
    return torch.cat([first, second])


def held_out(count: int, share: float | None = None) -> int:
    """How many of `count` images are held out: a share of them, or a twelfth but at most 10,000; at least one.

    Args:
        count: images, at least two.
        share: above 0 and below 1; None: a twelfth with the limit.
    """
    wanted = min(round(count * VALIDATION_SHARE), VALIDATION_LIMIT) if share is None else round(count * share)
    return max(1, min(wanted, count - 1))


def carve(images: Images, seed: int, share: float | None = None) -> tuple[Images, Images]:
    """Split training images into those to learn from and those held out, which lie side by side.

    The order of the images that stay is kept; the same seed gives the same split on every machine.

    Args:
        images: the whole training set, at least two images.
        seed: which of the possible splits.
        share: how many are held out; see `held_out`.
    """
    count = held_out(len(images), share)
    order = carving_order(len(images), seed)
    both = images.take(torch.from_numpy(np.concatenate([np.sort(order[count:]), np.sort(order[:count])])))
    kept = len(images) - count
    return both.between(0, kept), both.between(kept, len(images))


def carving_order(count: int, seed: int) -> np.ndarray:
    """Positions of images in the order in which they are held out: int64, (count,)."""
    return np.random.default_rng(seed).permutation(count)


def numbered_classes(splits: Sequence[Images]) -> tuple[str, ...]:
    """Names of classes that have numbers alone, as far as the largest one; empty without labels."""
    largest = max((int(split.labels.max()) for split in splits if split.labels is not None and len(split)), default=-1)
    return tuple(str(label) for label in range(largest + 1))
