"""The first images of a folder or an archive as an import would make them, before anything is imported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

import numpy as np
from PIL import Image

from hvae_engine.datasets.dataset import Skipped, held_out
from hvae_engine.datasets.importing import Asking, find
from hvae_engine.datasets.keeping.limits import memory_budget, require_images
from hvae_engine.datasets.pixels.crew import cores
from hvae_engine.datasets.pixels.decoding import choose
from hvae_engine.datasets.pixels.pictures import quiet_decoders, read_picture
from hvae_engine.datasets.trees.listed import Holding
from hvae_engine.datasets.trees.listing import BESIDE_CLASSES, KINDS, Found, Listing, Tick, list_tree
from hvae_engine.datasets.trees.pieces import Piece, Reader
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
        budget: bytes of pixels beyond which they would stay on the disk.
        facts: what people should know of them, in sentences.
        left_out: what was chosen together with them and cannot be used.
    """

    folder: Path
    listing: Listing
    size: int
    colour: bool
    tree: Holding
    budget: int
    facts: tuple[str, ...] = ()
    left_out: tuple[Skipped, ...] = ()

    def count(self, part: str, classes: bool = True) -> int:
        """Images for `part`: "train", "validation" or "test"; without classes those beside the class folders too."""
        return self._parts[part] + (0 if classes or part != "train" else self._beside)

    def held_out(self, share: float | None = None, classes: bool = True) -> int:
        """Images that would be held out of training.

        Args:
            share: of all but the test images; None: those of the folder for validation, else a twelfth.
            classes: whether folders are classes.
        """
        train, own = self.count("train", classes), self.count("validation")
        return own if own and share is None else held_out(train + own, share)

    def training(self, share: float | None = None, classes: bool = True) -> int:
        """Images that would be trained on; see `held_out`."""
        return self.count("train", classes) + self.count("validation") - self.held_out(share, classes)

    @cached_property
    def _parts(self) -> Mapping[str, int]:
        return Counter(found.part for found in self.listing.files)

    @cached_property
    def _beside(self) -> int:
        """Images that are left out only because they lie beside class folders."""
        return sum(one.reason == BESIDE_CLASSES for one in self.listing.skipped)

    @property
    def sizes(self) -> Mapping[str, int]:
        """Images to train on and to check on in each class, by its name, in the order of the labels."""
        counts = Counter(found.group for found in self.listing.files if found.part != "test")
        return {name: counts[name] for name in self.listing.classes}


def prospect(source: Asking, tick: Tick = bool) -> Prospect | None:
    """What an import of images would find; None where there is nothing to choose: built-in data and arrays.

    Args:
        source: as for `load_data`.
        tick: called now and then with the images found so far; may raise to cancel.

    Raises:
        DataError: the source cannot be used.
    """
    opened = find(source)[2]
    if opened.tree is None:
        return None
    tree = opened.tree(tick=tick)
    listing = list_tree(tree)
    tree.tick = bool  # nobody waits for what is done with it later
    count = listing.count("train")
    require_images(tree.root, count, "" if count else tree.instead() or f" ({KINDS})")
    Image.init()
    plan, facts, _ = choose(tree, listing.files, None, None, tick=partial(tick, count))
    facts = (*opened.facts, *facts)
    return Prospect(tree.root, listing, plan.side, plan.colour, tree, memory_budget(), facts, opened.left_out)


def preview(
    found: Prospect,
    size: int,
    colour: bool,
    count: int,
    framing: str = "crop",
    tick: Callable[[], object] = bool,
) -> np.ndarray:
    """A few of the images as they would be trained on, spread over the classes; those that cannot be read are left out.

    Args:
        found: the images.
        size: side in pixels.
        colour: three channels or one.
        count: images at most.
        framing: "crop" or "fit", as for `load_data`.
        tick: called now and then; may raise to cancel.

    Returns:
        uint8, (n, 3 or 1, size, size).
    """
    files = found.tree.handy([one for one in found.listing.files if one.part == "train"])
    chosen = spread(files, count)

    def decode(place: tuple[int, Piece, bytes]) -> tuple[int, np.ndarray | None]:
        row, piece, given = place
        try:
            with Reader() as reader:
                return row, read_picture(reader.readable(piece, given), size, colour, framing)
        except DataError:
            return row, None

    decoded = {}
    with quiet_decoders(), ThreadPoolExecutor(cores()) as pool:
        for row, pixels in pool.map(decode, found.tree.contents([one.path for one in chosen], tick)):
            tick()
            decoded[row] = pixels
    ordered = [pixels for row in sorted(decoded) if (pixels := decoded[row]) is not None]
    return np.stack(ordered) if ordered else np.empty((0, 3 if colour else 1, size, size), np.uint8)


def spread(files: Sequence[Found], count: int) -> list[Found]:
    """At most `count` of the files, evenly spread, and so over the classes."""
    return [files[row] for row in np.unique(np.linspace(0, len(files) - 1, count).astype(int))]


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
