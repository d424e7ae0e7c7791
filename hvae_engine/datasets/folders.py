"""Makes a data set of the images in a folder or an archive: cached, and the files that could not be used listed."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch

from hvae_engine.datasets.asking import Asked
from hvae_engine.datasets.dataset import Dataset, Images, Skipped, carving_order, held_out
from hvae_engine.datasets.held_out import set_apart
from hvae_engine.datasets.keeping.cache import cache_folder, recall, remember
from hvae_engine.datasets.keeping.limits import FEWEST, memory_budget, require_images, thousands
from hvae_engine.datasets.keeping.stored import Store, open_stored
from hvae_engine.datasets.pixels.decoding import VERSION, Choice, choose, decode
from hvae_engine.datasets.trees.listed import PARTS, Holding, Listed
from hvae_engine.datasets.trees.listing import MOST, Tree, list_tree, readable


class Imported(NamedTuple):
    """What came of the images of a tree, all in arrays, as the cache keeps them.

    Attributes:
        pixels: uint8, (M, C, S, S), the images of each part side by side.
        parts: position in `PARTS` of each, (M,); -1: there is no image in this place.
        labels: class of each, int64 (M,); -1: none.
        names: of the classes, as `written`.
        left_out: paths of what was left out, and with each the sentence on it, as `written`.
        facts: what people should know of the others, in sentences.
    """

    pixels: np.ndarray
    parts: np.ndarray
    labels: np.ndarray
    names: np.ndarray
    left_out: np.ndarray
    facts: np.ndarray


def describe_images(tree: Tree, no_images: str) -> str:
    """What a load would do, from names alone.

    Args:
        tree: what holds the images.
        no_images: why there may be none, in brackets.

    Raises:
        DataError: there are too few.
    """
    listing = list_tree(tree, sort=False)
    count = listing.count("train")
    if listing.complete:
        require_images(tree.root, count, "" if count else tree.instead() or no_images)
        sentence = f"Import {thousands(count)} images"
        sentence += f" in {len(listing.classes)} classes" if listing.classes else ""
    elif count < FEWEST:  # there was no time to look further
        sentence = f"Import the images in {tree.root.name}"
    else:
        whole = count - count % 10 ** max(1, len(str(count)) - 2)  # how far one came in a second is no round number
        sentence = f"Import more than {thousands(whole)} images"
    others = [(listing.count(part), part) for part in ("validation", "test")]
    return sentence + "".join(f" and {thousands(many)} {part} images" for many, part in others if many)


def load_images(tree: Callable[..., Holding], asked: Asked, stamp: Callable[[], str] | None = None) -> Dataset:
    """Load the images of a tree; see `listing.list_tree` for what its folders mean.

    While they are listed, nothing of as many as were found is reported as done.

    Args:
        tree: gives what holds the images, taking a `tick` as `listing.Tick`.
        asked: how they are wanted.
        stamp: says, where something can, without a look at every image whether they are the same as before.

    Raises:
        DataError: there are too few images that can be read, or there is no room for them.
    """
    wanted = f"{VERSION} {asked.size} {asked.colour} {asked.framing}" + ("" if asked.folder_classes else " no classes")
    key = hashlib.sha256(os.fsencode(f"{asked.source} {wanted}")).hexdigest()[:32]
    path = cache_folder(asked.cache) / f"images-{key}.npz"
    look = partial(tree, tick=asked.looking)
    found = None if stamp is not None else Listed.of(look(), asked.folder_classes)
    fingerprint = f"{wanted} {found.fingerprint if found is not None else stamp and stamp()}"
    imported = kept_before(path, fingerprint, asked.seed)
    if imported is None:
        imported = import_images(found or Listed.of(look(), asked.folder_classes), asked, path, fingerprint)
    asked.progress(len(imported.parts), len(imported.parts))
    return assemble(imported, asked)


def kept_before(path: Path, fingerprint: str, seed: int) -> Imported | None:
    """What an earlier import kept, if these are still the same images and no more than memory is given for them."""
    stored = path.with_suffix(".npy")
    if path.is_file() and not stored.exists() and path.stat().st_size > memory_budget():
        return None
    arrays = recall(path, fingerprint)
    if arrays is None:
        return None
    if "pixels" not in arrays:
        if int(arrays.pop("seed", -1)) != seed:  # the order of stored pixels is that of the split
            return None
        try:
            arrays["pixels"] = open_stored(stored)
        except (OSError, ValueError):
            return None
    try:
        return Imported(**arrays)
    except TypeError:
        return None


def import_images(found: Listed, asked: Asked, path: Path, fingerprint: str) -> Imported:
    """Decode all images and keep them for the next time, on the disk alone if they are more than memory should hold."""
    files = found.listing.files
    asked.progress(0, len(files))
    tick = partial(asked.progress, 0, len(files))
    choice = choose(found.tree, files, asked.size, asked.colour, asked.framing, tick)
    side, channels = choice.plan.side, 3 if choice.plan.colour else 1
    budget = memory_budget()
    if len(files) * channels * side**2 <= budget:
        imported = in_memory(found, asked, choice)
        if remember(path, fingerprint, imported._asdict()):
            return imported
        fact = f"The cache folder {path.parent} could not be written: opening these images again takes as long."
        return imported._replace(facts=np.append(imported.facts, fact))
    store = Store(path.with_suffix(".npy"))
    try:
        imported = on_disk(found, asked, choice, store, budget)
    except BaseException:
        store.discard()
        raise
    rest = {name: values for name, values in imported._asdict().items() if name != "pixels"}
    remember(path, fingerprint, {**rest, "seed": np.array(asked.seed)})
    return imported


def in_memory(found: Listed, asked: Asked, choice: Choice) -> Imported:
    """Decode into memory; the images of each part stay in the order of the files."""
    owners = np.argsort(found.parts, kind="stable")
    pixels, reasons = decode(found.tree, found.paths, choice, np.argsort(owners), empty, asked.progress)
    if reasons:
        good = ~np.isin(owners, list(reasons))
        pixels, owners = pixels[good], owners[good]
    return gathered(found, pixels, owners, reasons, choice.facts)


def on_disk(found: Listed, asked: Asked, choice: Choice, store: Store, budget: int) -> Imported:
    """Decode into a file, the training images in an order in which any share of them can be cut off as held out."""
    training, *others = (np.flatnonzero(found.parts == part) for part in range(len(PARTS)))
    owners = np.concatenate([training[carving_order(len(training), asked.seed)[::-1]], *others])
    pixels, reasons = decode(found.tree, found.paths, choice, np.argsort(owners), store.allocate, asked.progress)
    close_gaps(pixels, owners, found.parts, reasons)
    size = pixels.nbytes / 1e9
    del pixels
    fact = (
        f"The pixels take {size:.1f} GB and {budget / 1e9:.1f} GB of memory are given for them: they are read from the"
        " cache as needed."
    )
    return gathered(found, store.finish(), owners, reasons, (*choice.facts, fact))


def close_gaps(pixels: np.ndarray, owners: np.ndarray, parts: np.ndarray, reasons: dict[int, str]) -> None:
    """Move the last images of each part to where nothing came of one; places left over at its end get the owner -1."""
    failed = np.isin(owners, list(reasons))
    first = 0
    for part in range(len(PARTS)):
        end = first + int((parts == part).sum())
        good = end - int(failed[first:end].sum())
        gaps, last = first + np.flatnonzero(failed[first:good]), good + np.flatnonzero(~failed[good:end])
        for gap, place in zip(gaps, last, strict=True):
            pixels[gap], owners[gap] = pixels[place], owners[place]
        owners[good:end] = -1
        first = end


def empty(shape: tuple[int, ...]) -> np.ndarray:
    """Room for pixels in memory."""
    return np.empty(shape, np.uint8)


def gathered(
    found: Listed, pixels: np.ndarray, owners: np.ndarray, reasons: Mapping[int, str], facts: Sequence[str]
) -> Imported:
    """The record of what came of the images; `owners` says which of them is in each place, -1: none."""
    parts, labels = (np.where(owners < 0, -1, values[owners]) for values in (found.parts, found.labels))
    listing = found.listing
    skipped = [*listing.skipped, *(Skipped(readable(found.paths[row]), reasons[row]) for row in sorted(reasons))]
    if not listing.complete:
        skipped.append(Skipped(".", f"Images after the first {thousands(MOST)} are left out."))
    require_images(found.tree.root, int((parts == 0).sum()), f" that can be read and {len(reasons)} that cannot")
    table = written([(one.path, one.reason) for one in skipped])
    return Imported(pixels, parts, labels, written(listing.classes), table, np.array(facts, str))


def written(texts: Sequence[object]) -> np.ndarray:
    """Texts as bytes of JSON: an array of strings would give each of them the room of the longest."""
    return np.frombuffer(json.dumps(texts).encode(), np.uint8)


def assemble(imported: Imported, asked: Asked) -> Dataset:
    """The data set: its parts lie side by side already."""
    train, validation, test = (part_of(imported, part) for part in range(len(PARTS)))
    own = len(validation)
    train, validation = split(train, validation if own else None, asked)
    return Dataset(
        name=asked.name,
        source=asked.source,
        train=train,
        validation=validation,
        test=test if len(test) else None,
        classes=tuple(json.loads(imported.names.tobytes())),
        skipped=tuple(Skipped(*one) for one in json.loads(imported.left_out.tobytes())),
        facts=tuple(map(str, imported.facts)),
        own_validation=own,
    )


def part_of(imported: Imported, part: int) -> Images:
    """The images of one part, and their labels if each has one."""
    places = np.flatnonzero(imported.parts == part)
    first, end = (int(places[0]), int(places[-1]) + 1) if len(places) else (0, 0)
    labels = imported.labels[first:end]
    known = None if not len(labels) or labels.min() < 0 else torch.from_numpy(labels)
    stored = isinstance(imported.pixels, np.memmap)
    return Images(torch.from_numpy(imported.pixels[first:end]), known, stored=stored)


def split(images: Images, own: Images | None, asked: Asked) -> tuple[Images, Images]:
    """Training and held-out images; those in a file lie in the order of the split already."""
    if not images.stored:
        return set_apart(images, own, asked.seed, asked.held_out)
    if own is not None:
        return images, own
    kept = len(images) - held_out(len(images), asked.held_out)
    return images.between(0, kept), images.between(kept, len(images))
