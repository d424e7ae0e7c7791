"""Training on images that stay on the disk beside training on the same ones in memory."""

from __future__ import annotations

import dataclasses
import os
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from hvae_engine.bench.engine import ENDLESS, Engine, dataset
from hvae_engine.datasets import Dataset, Images
from hvae_engine.datasets.keeping.stored import Store
from hvae_engine.training.devices import use_threads
from hvae_engine.training.spec import RunSpec

OPTIONS = {"units": 32, "width": 512, "depth": 1}


def bench_data(rounds: int = 5, seconds: float = 3.0, batch_size: int = 128) -> dict[str, Any]:
    """Images a second of a VAE 784-512-32 on 60,000 images in memory and in a mapped file, taking turns on the CPU.

    memory: the images are one tensor in memory.
    stored: they are a file that the system has read before and keeps as it likes.
    cold: the same, but before each turn the system is asked to forget the file.

    Args:
        rounds: turns of each; the medians are returned.
        seconds: of each turn.
        batch_size: images in a step.

    Returns:
        images_per_s by kind, ratio_to_memory of the stored kinds, megabytes of pixels, threads.
    """
    threads = use_threads(spare_core=False)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data = dataset()
        stored = on_disk(data, folder / "pixels.npy")
        with opened(folder / "a", data, batch_size) as memory, opened(folder / "b", stored, batch_size) as disk:

            def cold(length: float) -> float:
                forget(folder / "pixels.npy")
                return disk(length)

            kinds: dict[str, Callable[[float], float]] = {"memory": memory, "stored": disk, "cold": cold}
            turns = [{kind: run(seconds) for kind, run in kinds.items()} for _ in range(rounds + 1)][1:]
    return {
        "images_per_s": {kind: statistics.median(turn[kind] for turn in turns) for kind in kinds},
        "ratio_to_memory": {
            kind: statistics.median(turn[kind] / turn["memory"] for turn in turns) for kind in ("stored", "cold")
        },
        "megabytes": data.train.pixels.nbytes / 1e6,
        "threads": threads,
    }


def opened(folder: Path, data: Dataset, batch_size: int) -> Engine:
    """A session on some data."""
    return Engine(folder, RunSpec("bench", "vae", OPTIONS, steps=ENDLESS, batch_size=batch_size, device="cpu"), data)


def on_disk(data: Dataset, path: Path) -> Dataset:
    """The same data with the training images in a mapped file."""
    store = Store(path)
    store.allocate(tuple(data.train.pixels.shape))[:] = data.train.pixels.numpy()
    images = Images(torch.from_numpy(store.finish()), data.train.labels, stored=True)
    return dataclasses.replace(data, train=images)


def forget(path: Path) -> None:
    """Ask the system to drop what it keeps of a file in memory, where it can be asked."""
    if hasattr(os, "posix_fadvise"):
        with path.open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
