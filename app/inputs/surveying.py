"""Figures of the data at hand, made on a job's thread when somebody looks at them, and kept while the data stay."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from app.bridge import Bridge
from app.state.experiment import Experiment
from app.state.figures import Copies, Copy, Found
from app.state.records import Pictures
from app.state.sifting import Sifting
from app.work.jobs import Report

if TYPE_CHECKING:
    import asyncio

    from hvae_engine.datasets import Dataset

NOTHING = Found({}, {})
MOST_COPIES, MOST_BYTES = 500, 32 << 20
"""Copies that are shown, and bytes of their pixels, at most."""


class Surveying(QObject):
    """`changed` says that `found` has more, or less; `searching` how far the search for duplicates is, of how many.

    A piece of work that is under way is not begun a second time; a mean that is wanted no more is given up.
    """

    changed = Signal()
    searching = Signal(int, int)

    def __init__(self, experiment: Experiment, sifting: Sifting, bridge: Bridge, parent: QObject) -> None:
        super().__init__(parent)
        self._experiment, self._sifting, self._bridge = experiment, sifting, bridge
        self.found = NOTHING
        self._under_way: dict[str, asyncio.Task[Any]] = {}
        self._words = self.tr("looking for duplicates …")
        experiment.pictures_changed.connect(self._forget)
        bridge.worked.connect(self._tell)

    @property
    def is_searching(self) -> bool:
        """Whether duplicates are being looked for."""
        return "copies" in self._under_way

    def want_counts(self) -> None:
        """Count the images of each class."""
        if (dataset := self._bridge.dataset) is not None and not self.found.counts:
            self._begin("counts", lambda report: _counts(dataset), lambda counts: self._add(counts=counts))

    def want_means(self, *keys: tuple[str, int]) -> None:
        """Make the mean images of what `Sifting` calls by these keys, and of nothing else any more."""
        wanted = {f"mean of {part} {label}": (part, label) for part, label in keys}
        for name in [one for one in self._under_way if one.startswith("mean") and one not in wanted]:
            self._leave(name)
        for name, key in wanted.items():
            if key not in self.found.means:
                self._begin_mean(name, key)

    def _begin_mean(self, name: str, key: tuple[str, int]) -> None:
        pictures, rows = self._experiment.pictures, self._sifting.rows_of(*key)
        if pictures is not None and len(rows):
            work = partial(_mean, pictures, rows)
            self._begin(name, work, lambda mean: self._add(means={**self.found.means, key: mean}))

    def want_copies(self) -> None:
        """Look for images that are there more than once."""
        if (dataset := self._bridge.dataset) is not None and self.found.copies is None:
            self._begin("copies", partial(_copies, dataset), lambda copies: self._add(copies=copies), self._words)

    def cancel(self) -> None:
        """Give up whatever is under way."""
        for name in [*self._under_way]:
            self._leave(name)
        self.changed.emit()

    def _begin(self, name: str, work: Callable[[Report], Any], then: Callable[[Any], object], words: str = "") -> None:
        if name in self._under_way:
            return

        def ended() -> bool:
            """Whether somebody still waits for it: work may end in the moment in which it is given up."""
            waiting = self._under_way.get(name) is task
            if waiting:
                del self._under_way[name]
            return waiting

        def done(result: Any) -> None:
            if ended():
                then(result)

        def failed(error: Exception) -> None:
            ended()
            raise error

        task = self._under_way[name] = self._bridge.jobs.do(work, done, failed, words)

    def _leave(self, name: str) -> None:
        self._under_way.pop(name).cancel()

    def _add(self, **more: Any) -> None:
        self.found = replace(self.found, **more)
        self.changed.emit()

    def _forget(self) -> None:
        self.found = NOTHING
        self.cancel()

    def _tell(self, words: str, done: int, total: int) -> None:
        if words == self._words:
            self.searching.emit(done, total)


def _counts(dataset: Dataset) -> dict[str, np.ndarray]:
    from hvae_engine.datasets import class_counts

    return class_counts(dataset)


def _mean(pictures: Pictures, rows: Sequence[int] | np.ndarray, report: Report) -> np.ndarray:
    """The mean of some images, uint8, (H, W) or (H, W, 3)."""
    from hvae_engine.datasets import mean_of

    if isinstance(rows, range):  # a stretch is read where it lies
        mean = mean_of(pictures.pixels[rows.start : rows.stop], None, report)
    else:
        mean = mean_of(pictures.pixels, np.asarray(rows), report)
    return _plain(np.rint(255 * mean.numpy()).astype(np.uint8))


def _copies(dataset: Dataset, report: Report) -> Copies:
    from hvae_engine.datasets import duplicates
    from hvae_engine.datasets.figures import duplicates_in_words, parts_of

    found, parts, trained = duplicates(dataset, report), parts_of(dataset), len(dataset.train)
    most = max(1, min(MOST_COPIES, MOST_BYTES // (2 * dataset.train.pixels[0].numel())))
    numbers = {"train": 0, "validation": trained}

    def number(part: str, position: int) -> int | None:
        return numbers[part] + position if part in numbers else None

    def pixels(part: str, position: int) -> np.ndarray:
        return _plain(parts[part].pixels[position].numpy())

    shown = [
        Copy(np.stack([pixels(*one), pixels(*other)]), (one[0], other[0]), (number(*one), number(*other)))
        for one, other in found.pairs(most)
    ]
    return Copies(found.copies, duplicates_in_words(found) if found.copies else "", tuple(shown))


def _plain(pixels: np.ndarray) -> np.ndarray:
    """(C, H, W) as (H, W) or (H, W, 3)."""
    return pixels[0] if len(pixels) == 1 else np.ascontiguousarray(pixels.transpose(1, 2, 0))
