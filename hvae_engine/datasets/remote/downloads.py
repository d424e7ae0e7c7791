"""Data sets by name: found on the disk where torchvision or an earlier download put them, or fetched."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

from hvae_engine.datasets import folders
from hvae_engine.datasets.asking import Asked, Progress
from hvae_engine.datasets.dataset import Dataset
from hvae_engine.datasets.keeping.cache import cache_folder
from hvae_engine.datasets.remote.catalogue import OFFERS, Offer
from hvae_engine.datasets.remote.fetching import fetch
from hvae_engine.datasets.sources import Source, source_of
from hvae_engine.datasets.trees.archives import Archive, stamp
from hvae_engine.datasets.trees.listed import Holding
from hvae_engine.datasets.trees.listing import Tick

UNPACKED = {"cifar-10-binary.tar.gz": "cifar-10-batches-bin"}
"""Folders that stand for an archive which somebody unpacked."""


def source_by_name(name: str) -> Source:
    """A data set of `OFFERS`: what is on the disk of it, or what fetching it would do.

    Args:
        name: as `offered` gives it.
    """
    offer = OFFERS[name]
    if (there := found(offer)) is not None:
        return opened(offer, there)

    def load(asked: Asked) -> Dataset:
        return opened(offer, fetched(offer, asked.progress, asked.cache)).load(asked)

    return Source(lambda: f"Download {offer.title} ({offer.size / 1e6:.0f} MB): {offer.words}", load)


def found(offer: Offer) -> Path | None:
    """The folder where all files of a data set are, packed or not; None if they are nowhere."""
    for place in places():
        folder = place / offer.folder
        if all(at(folder, file.name) is not None for file in offer.files):
            return folder
    return None


def places() -> list[Path]:
    """Folders in which data sets may be: `STRATA_DATA`, ./data and ~/data as torchvision's examples do, our own."""
    named = os.environ.get("STRATA_DATA")
    return [*([Path(named).expanduser()] if named else []), Path("data").absolute(), Path.home() / "data", own_place()]


def own_place(cache: Path | None = None) -> Path:
    """Where downloads are put."""
    return cache_folder(cache) / "downloads"


def at(folder: Path, name: str) -> Path | None:
    """A file or what came out of it."""
    for path in (folder / name, folder / name.removesuffix(".gz"), folder / UNPACKED.get(name, name)):
        if path.exists():
            return path
    return None


def on_disk() -> tuple[str, ...]:
    """The names of `OFFERS` that need no download."""
    return tuple(name for name, offer in OFFERS.items() if found(offer) is not None)


def download(name: str, progress: Progress) -> None:
    """Fetch a data set unless it is on the disk.

    Args:
        name: of `OFFERS`.
        progress: called with bytes there are and bytes in all; may raise to cancel.

    Raises:
        DataError: it cannot be reached or written.
    """
    if found(OFFERS[name]) is None:
        fetched(OFFERS[name], progress)


def fetched(offer: Offer, progress: Progress, cache: Path | None = None) -> Path:
    """Download what is missing of a data set; see `download`."""
    folder, before = own_place(cache) / offer.folder, 0
    for file in offer.files:
        if not (folder / file.name).exists():
            fetch(file, folder / file.name, lambda there, before=before: progress(before + there, offer.size))  # type: ignore[misc]
        before += file.size
    return folder


def opened(offer: Offer, folder: Path) -> Source:
    """What is in the folder of a data set."""
    paths = [path for file in offer.files if (path := at(folder, file.name)) is not None]
    if offer is not OFFERS["omniglot"]:
        return source_of(paths)

    def tree(tick: Tick = bool) -> Holding:
        return Archive(folder, tick=tick, inside=dict(zip(("train/", "test/"), paths, strict=True)))

    return Source(
        lambda: folders.describe_images(tree(), ""),
        partial(folders.load_images, tree, stamp=partial(stamp, paths)),
        tree,
    )
