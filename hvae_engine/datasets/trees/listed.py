"""A tree of images once it is listed: where each image lies, what it is for and which class it is of, as arrays."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, Protocol

import numpy as np

from hvae_engine.datasets.keeping.limits import require_images
from hvae_engine.datasets.pixels.decoding import Holder
from hvae_engine.datasets.trees.listing import KINDS, Listing, Tree, list_tree

PARTS = ("train", "validation", "test")


class Holding(Tree, Holder, Protocol):
    """A tree of images that says where they lie and whether they are still the same."""

    def fingerprint(self, paths: Iterable[str]) -> str:
        """The same one means the same pixels."""
        ...


class Listed(NamedTuple):
    """A tree and its images."""

    tree: Holding
    listing: Listing

    @classmethod
    def of(cls, tree: Holding, classes: bool = True) -> Listed:
        """List a tree; see `list_tree`.

        Raises:
            DataError: it holds too few images.
        """
        listing = list_tree(tree, classes=classes)
        count = listing.count("train")
        require_images(tree.root, count, "" if count else tree.instead() or f" ({KINDS})")
        return cls(tree, listing)

    @property
    def paths(self) -> list[str]:
        """Of the images."""
        return [found.path for found in self.listing.files]

    @property
    def fingerprint(self) -> str:
        """The same one means the same pixels."""
        return self.tree.fingerprint(self.paths)

    @property
    def parts(self) -> np.ndarray:
        """Position in `PARTS` of each image, (N,)."""
        return np.array([PARTS.index(found.part) for found in self.listing.files], np.int8)

    @property
    def labels(self) -> np.ndarray:
        """Class of each image, int64 (N,); -1: none."""
        numbers = {name: label for label, name in enumerate(self.listing.classes)}
        return np.array([numbers.get(found.group or "", -1) for found in self.listing.files], np.int64)
