"""Makes a data set of a folder of images: split by its subfolders, cached, the files that could not be used listed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch

from hvae_engine.datasets.cache import cache_folder, recall, remember
from hvae_engine.datasets.dataset import Dataset, Images, Skipped, carve
from hvae_engine.datasets.decoding import VERSION, Decoded, decode
from hvae_engine.datasets.limits import require_images, thousands
from hvae_engine.datasets.listing import KINDS, MOST, Found, Listing, list_folder, readable

COUNTED = 100_000
"""Images after which a description stops counting."""

Progress = Callable[[int, int], None]


def describe_folder(folder: Path) -> str:
    """What a load would do, from names alone.

    Raises:
        DataError: the folder holds too few images.
    """
    listing = list_folder(folder, COUNTED, sort=False)
    count = listing.count("train")
    require_images(folder, count, no_images(count))
    more = "" if listing.complete else "more than "
    sentence = f"Import {more}{thousands(count)} images"
    sentence += f" in {len(listing.classes)} classes" if listing.classes else ""
    others = [(listing.count(part), part) for part in ("validation", "test")]
    return sentence + "".join(f" and {thousands(many)} {part} images" for many, part in others if many)


def load_folder(
    folder: Path, seed: int, size: int | None, colour: bool | None, progress: Progress, cache: Path | None
) -> Dataset:
    """Load a folder of images; see `listing.list_folder` for what its subfolders mean.

    Args:
        folder: an absolute path.
        seed: of the carving, if there is no folder for validation.
        size: side in pixels; None for the one the files share if it is small, else 28 in grey and 32 in colour.
        colour: three channels or one; None for what a sample of the files really shows.
        progress: called with files decoded and files in all; may raise to cancel, and nothing is kept then.
        cache: a cache folder other than the user's.

    Raises:
        DataError: the folder holds too few images that can be read, or they do not fit into memory.
    """
    listing = list_folder(folder)
    count = listing.count("train")
    require_images(folder, count, no_images(count))
    asked = f"{VERSION} {size} {colour}"
    key = hashlib.sha256(os.fsencode(f"{folder} {asked}")).hexdigest()[:32]
    path, fingerprint = cache_folder(cache) / f"folder-{key}.npz", f"{asked} {fingerprint_of(folder, listing.files)}"
    arrays = recall(path, fingerprint)
    if arrays is None:
        decoded = decode(folder, [found.path for found in listing.files], size, colour, progress)
        remember(path, fingerprint, decoded._asdict())
    else:
        decoded = Decoded(**arrays)
        progress(len(listing.files), len(listing.files))
    return assemble(folder, listing, decoded, seed)


def no_images(count: int) -> str:
    """Why a folder may hold no images at all."""
    return "" if count else f" ({KINDS})"


def fingerprint_of(folder: Path, files: Sequence[Found]) -> str:
    """A digest of the names, sizes and times of files: the same one means the same pixels."""
    digest = hashlib.sha256()
    for found in files:
        try:
            status = os.stat(os.path.join(folder, found.path))
        except OSError:
            continue  # gone since it was listed: decoding will say so
        digest.update(os.fsencode(f"{found.path}\0{status.st_size}\0{status.st_mtime_ns}\0"))
    return digest.hexdigest()


def assemble(folder: Path, listing: Listing, decoded: Decoded, seed: int) -> Dataset:
    """Put the decoded files where their folders said they belong."""
    files = [listing.files[row] for row in decoded.kept]
    numbers = {name: label for label, name in enumerate(listing.classes)}
    parts: dict[str, Images] = {}
    for part in ("train", "validation", "test"):
        rows = np.array([row for row, found in enumerate(files) if found.part == part], np.int64)
        groups = [numbers.get(files[row].group or "") for row in rows]
        known = [label for label in groups if label is not None]
        labels = torch.tensor(known) if known and len(known) == len(groups) else None
        parts[part] = Images(torch.from_numpy(decoded.pixels[rows]), labels)
    train, validation, test = parts.values()
    require_images(folder, len(train), f" that can be read and {len(decoded.failed)} that cannot")
    if not len(validation):
        train, validation = carve(train, seed)
    failures = zip(decoded.failed, decoded.reasons, strict=True)
    skipped = tuple(Skipped(readable(listing.files[row].path), str(reason)) for row, reason in failures)
    if not listing.complete:
        skipped += (Skipped(".", f"Images after the first {thousands(MOST)} are left out."),)
    return Dataset(
        folder.name or str(folder),
        str(folder),
        train,
        validation,
        test if len(test) else None,
        listing.classes,
        listing.skipped + skipped,
    )
