"""A session that a benchmark can let run for a while, and images to feed it."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import torch
from torch import Tensor

from hvae_engine.datasets import Dataset, Images
from hvae_engine.exploring import Desk
from hvae_engine.models import WeightSlot
from hvae_engine.training.events import Event, Failed, Paused, Progress
from hvae_engine.training.run import Run
from hvae_engine.training.session import Session
from hvae_engine.training.spec import RunSpec

IMAGES, HELD_OUT, CLASSES = 60_000, 1_000, 10
ENDLESS = 2**40
"""Steps that no benchmark lives to see."""
POLL = 0.01


def dataset() -> Dataset:
    """Images of 28 by 28 in ten classes, drawn by chance and mostly dark, as those of handwritten digits are."""
    train, held_out = (Images(_pixels(count), torch.arange(count) % CLASSES) for count in (IMAGES, HELD_OUT))
    return Dataset("bench", "bench", train, held_out, None, tuple(str(one) for one in range(CLASSES)))


def _pixels(count: int) -> Tensor:
    source = torch.Generator().manual_seed(0)
    return torch.rand(count, 1, 28, 28, generator=source).pow(3).mul(256).byte()


class Engine:
    """A session that trains while it is called, and is paused otherwise; an explorer that is asked nothing looks on.

    Args:
        folder: of its run, new.
        spec: of its run.
        data: what it trains on.
    """

    def __init__(self, folder: Path, spec: RunSpec, data: Dataset) -> None:
        self.batch_size, self.reports, self.still = spec.batch_size, list[tuple[float, int]](), threading.Event()
        self.failure: Failed | None = None
        run, slot = Run.create(folder, spec, dataset=data), WeightSlot()
        self.explorer = Desk(run.build(), data.validation.pixels[:64, 0].numpy(), slot, _ignore, _ignore)
        self.session = Session(run, slot, self._on_event)

    def __enter__(self) -> Engine:
        self.session.step()
        self._wait()
        return self

    def __exit__(self, *_: object) -> None:
        self.session.stop()
        self.session.join()
        self.explorer.close()

    def __call__(self, seconds: float) -> float:
        """Train for so long; images a second between the first report and the last, by the clock on the wall."""
        self.reports.clear()
        self.session.resume()
        time.sleep(seconds)
        while len(self.reports) < 2 and self.failure is None:  # a step may take longer than a turn
            time.sleep(POLL)
        self.session.pause()
        self._wait()
        (begun, first), (ended, last) = self.reports[0], self.reports[-1]
        return (last - first) * self.batch_size / (ended - begun)

    def _wait(self) -> None:
        self.still.wait()
        self.still.clear()
        if self.failure is not None:
            raise RuntimeError(self.failure.reason + self.failure.details)

    def _on_event(self, event: Event) -> None:
        if isinstance(event, Progress):
            self.reports.append((time.perf_counter(), int(event.steps[-1])))
        elif isinstance(event, Paused | Failed):
            self.failure = event if isinstance(event, Failed) else None
            self.still.set()


def _ignore(answer: object) -> None:
    """An explorer that is asked nothing answers nothing."""
