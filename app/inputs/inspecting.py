"""What a person may ask of files before anything is opened: what they are, how they would look, one picture of them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QObject, Signal

from app.inputs import loading
from app.state.records import Prospect
from app.work.jobs import Jobs, sentence


class Inspecting(QObject):
    """Every answer comes later, on the window's thread; `refused` carries the sentence against a file.

    Args:
        jobs: of the window.
    """

    refused = Signal(str)

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs

    def describe(self, source: str, then: Callable[[str, bool], object]) -> None:
        """Find out what opening `source` would do, in one sentence, and whether it could be done."""

        def otherwise(error: Exception) -> None:
            then(sentence(error), False)

        self._jobs.do(lambda report: loading.describe(source), lambda words: then(words, True), otherwise)

    def look(self, source: str, then: Callable[[Prospect | None], object]) -> None:
        """Find out whether there is anything to choose before `source` is loaded; None: there is not."""
        self._jobs.do(lambda report: loading.prospect(source), then, self._refuse)

    def preview(self, prospect: Prospect, size: int, colour: bool, then: Callable[[np.ndarray], object]) -> None:
        """Make the first images as they would be trained on, (n, H, W) or (n, H, W, 3)."""
        self._jobs.do(lambda report: loading.preview(prospect, size, colour), then, self._refuse)

    def decode(self, path: str, shape: tuple[int, ...], then: Callable[[np.ndarray], object]) -> None:
        """Decode an image file as data of the (C, H, W) given are."""
        self._jobs.do(lambda report: loading.decode_image(path, shape), then, self._refuse)

    def _refuse(self, error: Exception) -> None:
        self.refused.emit(sentence(error))
