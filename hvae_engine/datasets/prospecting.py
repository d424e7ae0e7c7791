"""The first images of a folder or an archive as an import would make them, before anything is imported."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from hvae_engine.datasets.dataset import held_out
from hvae_engine.datasets.decoding import choose
from hvae_engine.datasets.importing import Asking, find
from hvae_engine.datasets.limits import require_images
from hvae_engine.datasets.listed import Holding
from hvae_engine.datasets.listing import KINDS, Listing, list_tree
from hvae_engine.datasets.pictures import quiet_decoders, read_picture
from hvae_engine.datasets.pieces import Reader
from hvae_engine.errors import DataError


@dataclass(frozen=True)
class Prospect:
    """Images that may be imported, listed but not decoded.

    Attributes:
        folder: the folder or the archive that holds them, an absolute path.
        listing: the images.
        size: side in pixels that an import would choose by itself.
        colour: whether it would keep colours.
        tree: what holds them.
        facts: what people should know of them, in sentences.
    """

    folder: Path
    listing: Listing
    size: int
    colour: bool
    tree: Holding
    facts: tuple[str, ...] = ()

    @property
    def held_out(self) -> int:
        """Images that are held out of training: those of the folder for validation, else a share of the others."""
        train = self.listing.count("train")
        own = self.listing.count("validation")
        return own or held_out(train)

    @property
    def training(self) -> int:
        """Images that are trained on."""
        train = self.listing.count("train")
        return train if self.listing.count("validation") else train - self.held_out


def prospect(source: Asking) -> Prospect | None:
    """What an import of images would find; None where there is nothing to choose: built-in data and arrays.

    Raises:
        DataError: the source cannot be used.
    """
    opened = find(source)[2]
    if opened.tree is None:
        return None
    tree = opened.tree()
    listing = list_tree(tree)
    count = listing.count("train")
    require_images(tree.root, count, "" if count else f" ({KINDS})")
    Image.init()
    plan, facts = choose(tree, listing.files, None, None)
    return Prospect(tree.root, listing, plan.side, plan.colour, tree, facts)


def preview(found: Prospect, size: int, colour: bool, count: int, framing: str = "crop") -> np.ndarray:
    """A few of the images as they would be trained on, spread over the classes; those that cannot be read are left out.

    Args:
        found: the images.
        size: side in pixels.
        colour: three channels or one.
        count: images at most.
        framing: "crop" or "fit", as for `load_data`.

    Returns:
        uint8, (n, 3 or 1, size, size).
    """
    files = found.tree.handy([one for one in found.listing.files if one.part == "train"])
    rows = np.unique(np.linspace(0, len(files) - 1, count).astype(int))
    pictures = {}
    with quiet_decoders(), Reader() as reader:
        for row, piece, given in found.tree.contents([files[row].path for row in rows]):
            try:
                pictures[row] = read_picture(reader.readable(piece, given), size, colour, framing)
            except DataError:
                continue
    ordered = [pictures[row] for row in sorted(pictures)]
    return np.stack(ordered) if ordered else np.empty((0, 3 if colour else 1, size, size), np.uint8)


def decode_image(path: str | Path, height: int, width: int, colour: bool) -> np.ndarray:
    """One image file, cut to its middle and scaled to images of a data set.

    Args:
        path: of the file.
        height: in pixels.
        width: in pixels.
        colour: three channels or one.

    Returns:
        uint8, (3 or 1, height, width).

    Raises:
        DataError: the file cannot be used; the sentence names it.
    """
    side = max(height, width)
    try:
        with quiet_decoders():
            square = read_picture(Path(path), side, colour)
    except DataError as error:
        raise DataError(f"{Path(path).name} cannot be used. {error}") from error
    top, left = (side - height) // 2, (side - width) // 2
    return square[:, top : top + height, left : left + width]
