"""Reads CIFAR's binary batches: records of one or two labels and 3072 bytes, red, green and blue planes of 32 x 32.

Format: A. Krizhevsky, "Learning Multiple Layers of Features from Tiny Images", https://www.cs.toronto.edu/~kriz/cifar.html.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch

from hvae_engine.datasets.array_files.fitting import fit
from hvae_engine.datasets.asking import Asked
from hvae_engine.datasets.dataset import Dataset, Images, carve
from hvae_engine.datasets.keeping.limits import require_images, require_memory, thousands
from hvae_engine.datasets.trees.archive_names import inner_name
from hvae_engine.datasets.trees.archives import entries
from hvae_engine.errors import DataError

SIDE, CHANNELS = 32, 3
PIXELS = CHANNELS * SIDE**2
CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
"""Of CIFAR-10, by label."""

LARGEST_NAMES = 64 * 1024
NAME_FILES = {"batches.meta.txt": 10, "fine_label_names.txt": 100}


@dataclass(frozen=True)
class Batch:
    """A file of records: its name, its length, and what reads its bytes."""

    name: str
    size: int
    read: Callable[[], bytes]

    @property
    def labels(self) -> int:
        """Labels before each image: one in CIFAR-10, a coarse and a fine one in CIFAR-100; 0: it is no such file."""
        return next((labels for labels in (1, 2) if self.size and not self.size % (labels + PIXELS)), 0)

    @property
    def images(self) -> int:
        """How many images it has."""
        return self.size // (self.labels + PIXELS)


class Batches(NamedTuple):
    """The files of one data set: to train on, for a test, and the names of the classes."""

    name: str
    train: list[Batch]
    test: list[Batch]
    classes: tuple[str, ...]


def in_files(paths: Sequence[Path]) -> Batches | None:
    """The batches among some files; None where there is none.

    Raises:
        DataError: a file's length is not that of CIFAR's records.
    """
    found = [Batch(path.name, path.stat().st_size, path.read_bytes) for path in paths if path.suffix.lower() == ".bin"]
    if not found:
        return None
    home = paths[0].parent
    names = {path.name: path.read_bytes for path in home.glob("*.txt") if path.name in NAME_FILES}
    return sorted_out(paths[0].name if len(paths) == 1 else home.name, str(home), found, names)


def in_archive(path: Path, asked: Callable[[], object]) -> Batches | None:
    """The batches in an archive, read into memory; None where there is none.

    Args:
        path: of the archive.
        asked: called many times a second; may raise to cancel.

    Raises:
        DataError: the archive is damaged.
    """
    found: list[Batch] = []
    names: dict[str, Callable[[], bytes]] = {}
    for entry in entries(path, asked):
        asked()
        name = inner_name(entry.name).rpartition("/")[2]
        if entry.piece is None or entry.reason:
            continue
        if name.endswith(".bin"):
            require_memory(3 * entry.piece.size, f"{name} in {path}")
            contents = entry.contents()
            found.append(Batch(name, len(contents), partial(bytes, contents)))
        elif name in NAME_FILES and entry.piece.size < LARGEST_NAMES:
            text = entry.contents()
            names[name] = partial(bytes, text)
    return sorted_out(path.name, str(path), found, names) if found else None


def sorted_out(name: str, home: str, found: list[Batch], names: dict[str, Callable[[], bytes]]) -> Batches:
    """The batches to train on and those for a test, by their names."""
    for batch in found:
        if not batch.labels:
            raise DataError(
                f"{batch.name} in {home} has {thousands(batch.size)} bytes, which are no records of CIFAR: these take"
                f" {1 + PIXELS} or {2 + PIXELS} bytes each; get it again."
            )
    if len({batch.labels for batch in found}) > 1:
        raise DataError(f"{home} holds files of CIFAR-10 and of CIFAR-100: choose those of one of them.")
    test = [batch for batch in found if batch.name.lower().startswith("test")]
    train = sorted((batch for batch in found if batch not in test), key=lambda batch: batch.name)
    if not train:
        train, test = test, []
    return Batches(name, train, test, class_names(names, found[0].labels))


def class_names(names: dict[str, Callable[[], bytes]], labels: int) -> tuple[str, ...]:
    """The names that lie beside the batches, or those that everybody knows, or numbers."""
    wanted = "batches.meta.txt" if labels == 1 else "fine_label_names.txt"
    if wanted in names:
        lines = names[wanted]().decode("utf-8", "replace").split()
        if len(lines) == NAME_FILES[wanted]:
            return tuple(lines)
    return CLASSES if labels == 1 else tuple(map(str, range(NAME_FILES["fine_label_names.txt"])))


def describe_batches(batches: Batches) -> str:
    """What a load would do, from the lengths of the files.

    Raises:
        DataError: there are too few images.
    """
    count, test = (sum(batch.images for batch in part) for part in (batches.train, batches.test))
    require_images(Path(batches.name), count)
    sentence = f"Import {thousands(count)} images in {len(batches.classes)} classes"
    return sentence + (f" and {thousands(test)} test images" if test else "")


def load_batches(batches: Batches, asked: Asked) -> Dataset:
    """Read batches into a data set; its validation images are carved.

    Raises:
        DataError: there are too few images, or a label that no class has.
    """
    describe_batches(batches)
    everything = [*batches.train, *batches.test]
    require_memory(3 * sum(batch.size for batch in everything), batches.name)
    read = []
    for done, batch in enumerate(everything):
        asked.progress(done, len(everything))
        read.append(read_batch(batch, len(batches.classes)))
    asked.progress(len(everything), len(everything))
    first = len(batches.train)
    train, test = (joined(part, asked) for part in (read[:first], read[first:]))
    assert train is not None
    learned, validation = carve(train, asked.seed, asked.held_out)
    return Dataset(asked.name, asked.source, learned, validation, test, batches.classes)


def read_batch(batch: Batch, classes: int) -> Images:
    """The images and labels of one file; of two labels the fine one, which comes last.

    Raises:
        DataError: a label is too large.
    """
    contents = batch.read()
    records = np.frombuffer(contents, np.uint8)[: batch.size].reshape(batch.images, batch.labels + PIXELS)
    labels = records[:, batch.labels - 1].astype(np.int64)
    if labels.max() >= classes:
        raise DataError(
            f"{batch.name} holds the label {labels.max()} and there are {classes} classes: it is no file of CIFAR, or"
            " damaged; get it again."
        )
    pixels = records[:, batch.labels :].reshape(-1, CHANNELS, SIDE, SIDE)
    return Images(torch.from_numpy(np.ascontiguousarray(pixels)), torch.from_numpy(labels))


def joined(parts: list[Images], asked: Asked) -> Images | None:
    """Several batches as one, at the size and in the colours asked for; None for none."""
    if not parts:
        return None
    labels = torch.cat([part.labels for part in parts if part.labels is not None])
    whole = Images(torch.cat([part.pixels for part in parts]), labels)
    return fit(whole, asked.size, asked.colour, asked.framing)
