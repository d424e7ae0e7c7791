"""A small labelled data set, specs for it, and a listener that waits for events instead of sleeping."""

from __future__ import annotations

import queue
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from hvae_engine.datasets import Dataset, Images
from hvae_engine.training import Run, RunSpec
from hvae_engine.training.events import Event


def pictures(count: int, seed: int) -> Images:
    source = torch.Generator().manual_seed(seed)
    pixels = torch.rand(count, 1, 8, 8, generator=source).pow(3).mul(256).byte()
    return Images(pixels, torch.arange(count) % 4)


@pytest.fixture
def dataset() -> Dataset:
    """100 training images of 8 x 8 in 4 classes."""
    return Dataset("dots", "/nowhere/dots", pictures(100, 0), pictures(20, 1), None, ("a", "b", "c", "d"))


SMALL: dict[str, dict[str, Any]] = {
    "vae": {"units": 3, "width": 8},
    "ladder": {"units": (3, 2), "width": (8, 6), "depth": 1},
    "m2": {"units": 3, "width": 8},
    "m1m2": {"units": (3, 2), "width": (8, 6)},
}


@pytest.fixture
def make(tmp_path: Path, dataset: Dataset) -> Callable[..., Run]:
    """Make a run in `tmp_path`; what is not said is a small VAE of 12 steps in batches of 16."""

    def make(name: str = "run", family: str = "vae", overwrite: bool = False, **settings: Any) -> Run:
        length = {} if {"epochs", "minutes"} & settings.keys() else {"steps": 12}
        asked = {"batch_size": 16, "device": "cpu", "options": SMALL[family], **length, **settings}
        return Run.create(
            tmp_path / name, RunSpec(dataset.source, family, **asked), overwrite=overwrite, dataset=dataset
        )

    return make


class Listener:
    """Collects a session's events; `until` waits for one of a kind."""

    def __init__(self) -> None:
        self.all: list[Event] = []
        self._new: queue.SimpleQueue[Event] = queue.SimpleQueue()

    def __call__(self, event: Event) -> None:
        self._new.put(event)

    def until(self, kind: type) -> Any:
        while True:
            event = self._new.get(timeout=60)
            self.all.append(event)
            if isinstance(event, kind):
                return event


@pytest.fixture
def listener() -> Listener:
    return Listener()
