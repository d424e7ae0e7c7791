"""What was found out about the data at hand, as far as somebody looked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from app.state.records import Pictures
from app.state.sifting import EVERY


@dataclass(frozen=True, eq=False)
class Copy:
    """Two images that are equal in every pixel.

    Attributes:
        pixels: of both, uint8, (2, H, W) or (2, H, W, 3).
        parts: where each is: "train", "validation" or "test".
        numbers: of each among the pictures of the window; None: it is kept for a test.
    """

    pixels: np.ndarray
    parts: tuple[str, str]
    numbers: tuple[int | None, int | None]


@dataclass(frozen=True, eq=False)
class Copies:
    """Images that are there more than once.

    Attributes:
        count: images that repeat an earlier one.
        sentence: how many there are, and how many of them tell a model what it is checked on.
        shown: some of them, each beside the first image that it repeats.
    """

    count: int
    sentence: str
    shown: tuple[Copy, ...]


@dataclass(frozen=True, eq=False)
class Found:
    """What was counted and found so far.

    Attributes:
        counts: images of each class by part, int64, (classes,); none: nobody counted, or there are no labels.
        means: the mean image of a part and a class, as in `Sifting.key`: uint8, (H, W) or (H, W, 3).
        copies: None: nobody looked for them.
    """

    counts: Mapping[str, np.ndarray]
    means: Mapping[tuple[str, int], np.ndarray]
    copies: Copies | None = None


def name_of(pictures: Pictures, label: int) -> str:
    """A class in words; empty: all of them."""
    if label == EVERY:
        return ""
    return pictures.classes[label] if label < len(pictures.classes) else str(label)
