"""What a data set is once it has been read: pixels in one tensor, labels and known factors beside them."""

from __future__ import annotations

from collections.abc import Mapping
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
    """

    pixels: Tensor
    labels: Tensor | None = None
    factors: Mapping[str, np.ndarray] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.pixels)

    def take(self, index: Tensor) -> Images:
        """The images at the positions `index`, int64, (M,), with their labels and factors."""
        labels = None if self.labels is None else self.labels[index]
        rows = index.numpy()
        return Images(self.pixels[index], labels, {name: values[rows] for name, values in self.factors.items()})


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
    """

    name: str
    source: str
    train: Images
    validation: Images
    test: Images | None = None
    classes: tuple[str, ...] = ()
    skipped: tuple[Skipped, ...] = ()

    @property
    def shape(self) -> tuple[int, int, int]:
        """Channels, height and width of an image."""
        channels, height, width = self.train.pixels.shape[1:]
        return channels, height, width


def carve(images: Images, seed: int) -> tuple[Images, Images]:
    """Split training images into those to learn from and those held out: a twelfth, at most 10,000, at least one.

    The order of the images that stay is kept; the same seed gives the same split on every machine.

    Args:
        images: the whole training set, at least two images.
        seed: which of the possible splits.
    """
    count = max(1, min(round(len(images) * VALIDATION_SHARE), VALIDATION_LIMIT))
    order = torch.from_numpy(np.random.default_rng(seed).permutation(len(images)))
    return images.take(order[count:].sort().values), images.take(order[:count].sort().values)
