"""Another share of the images held out, of data that are decoded already: at once, or together with the next run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PySide6.QtCore import QObject, Slot

from app import translation
from app.state.records import Pictures
from app.words import topics
from app.work.jobs import sentence

if TYPE_CHECKING:
    import asyncio
    from typing import Any

    from app.bridge import Bridge
    from app.state.experiment import Experiment
    from hvae_engine.datasets import Dataset


class Split(NamedTuple):
    """Data with another share held out.

    Attributes:
        of: the data as they were.
        dataset: as they are now.
        pictures: the same for the window.
        numbers: int64, (N,): the new number of each image.
    """

    of: Dataset
    dataset: Dataset
    pictures: Pictures
    numbers: np.ndarray


def split(dataset: Dataset, pictures: Pictures, share: float | None) -> Split | None:
    """Hold another share out; None: it is held out already.

    Args:
        dataset: the data.
        pictures: the same for the window.
        share: above 0 and below 1; None: the images that the source holds out itself, or a twelfth.

    Raises:
        DataError: there is no room for the images in another order.
    """
    from hvae_engine.datasets import known_at_once, part_again

    if share == pictures.held_out:
        return None
    parted, numbers = part_again(dataset, share)
    asked = replace(pictures.asked, held_out=share)
    return Split(dataset, parted, translation.pictures_of(parted, asked, known_at_once(parted)), numbers)


class Splitting(QObject):
    """While no run is at hand another share is held out at once; a run keeps its split, the next one has the other."""

    def __init__(self, experiment: Experiment, bridge: Bridge, parent: QObject) -> None:
        super().__init__(parent)
        self._experiment, self._bridge = experiment, bridge
        self._task: asyncio.Task[Any] | None = None
        experiment.settings_changed.connect(self._follow)
        experiment.phase_changed.connect(self._follow)

    @Slot()
    def _follow(self) -> None:
        experiment, dataset = self._experiment, self._bridge.dataset
        pictures, share = experiment.pictures, experiment.settings.held_out
        if self._task is not None:
            self._task.cancel()
            self._task = None
        if dataset is None or pictures is None or experiment.run_settings is not None or share == pictures.held_out:
            return
        jobs, words = self._bridge.jobs, self.tr("holding other images out …")

        def take(made: Split | None) -> None:
            if self._task is task:  # it may end in the moment in which another share is asked for
                self._task = None
                self._bridge.take_split(made)

        task = self._task = jobs.do(lambda report: split(dataset, pictures, share), take, self._refuse, words)

    def _refuse(self, error: Exception) -> None:
        self._task = None
        words = sentence(error)
        if self._experiment.pictures is not None:
            self._experiment.change(held_out=self._experiment.pictures.held_out)
        self._bridge.noted.emit(words, True, topics.DATA)
