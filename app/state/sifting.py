"""Which of the images somebody looks through: of one part or of both, of one class or of all."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QObject, Signal

from app.state.experiment import Experiment

EVERY = -1
"""Stands for all classes."""
PARTS = ("all", "train", "validation")
"""Training and held-out images, those alone, these alone."""


class Sifting(QObject):
    """Other data are looked through whole; another split of the same ones keeps what was chosen."""

    changed = Signal()

    def __init__(self, experiment: Experiment, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._experiment = experiment
        self.part, self.label = PARTS[0], EVERY
        self._rows: Sequence[int] | np.ndarray | None = None
        experiment.opened.connect(self._start)
        experiment.pictures_changed.connect(self._forget)

    @property
    def key(self) -> tuple[str, int]:
        """What was chosen."""
        return self.part, self.label

    @property
    def rows(self) -> Sequence[int] | np.ndarray:
        """The numbers of the images, rising."""
        if self._rows is None:
            self._rows = self.rows_of(self.part, self.label)
        return self._rows

    def rows_of(self, part: str, label: int) -> Sequence[int] | np.ndarray:
        """The numbers of the images of one part and one class, rising."""
        pictures = self._experiment.pictures
        if pictures is None:
            return range(0)
        first = pictures.training if part == "validation" else 0
        end = pictures.training if part == "train" else len(pictures)
        if label == EVERY or pictures.labels is None:
            return range(first, end)
        return first + np.flatnonzero(pictures.labels[first:end] == label)

    def place_of(self, number: int | None) -> int:
        """At which place among `rows` an image is; -1: it is not among them."""
        rows = self.rows
        if number is None:
            return -1
        if isinstance(rows, range):
            return number - rows.start if number in rows else -1
        place = int(np.searchsorted(rows, number))
        return place if place < len(rows) and rows[place] == number else -1

    def choose(self, *, part: str | None = None, label: int | None = None) -> None:
        """Look through one of `PARTS`, or one class; what is not given stays."""
        chosen = self.part if part is None else part, self.label if label is None else label
        if chosen != self.key:
            self.part, self.label = chosen
            self._forget()

    def _start(self) -> None:
        self.part, self.label = PARTS[0], EVERY

    def _forget(self) -> None:
        self._rows = None
        self.changed.emit()
