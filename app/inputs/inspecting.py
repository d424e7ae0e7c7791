"""What a person may ask of files before anything is opened: what they are, how they would look, one picture of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QCoreApplication, QObject, Signal

from app.inputs import loading
from app.inputs.fetching import fetch
from app.state.records import DataSource, Prospect
from app.words import wording
from app.work.jobs import Jobs, sentence

if TYPE_CHECKING:
    import asyncio


class Inspecting(QObject):
    """Every answer comes later, on the window's thread; `refused` carries the sentence against a file.

    A new question of a kind takes the place of the former one, whose answer nobody hears.

    Args:
        jobs: of the window.
    """

    refused = Signal(str)

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._under_way: dict[str, asyncio.Task[Any]] = {}

    def describe(self, source: str, then: Callable[[str, bool], object]) -> None:
        """Find out what opening `source` would do, in one sentence, and whether it could be done."""

        def otherwise(error: Exception) -> None:
            then(sentence(error), False)

        self._do(
            "describe", lambda report: loading.describe(source, report), lambda words: then(words, True), otherwise
        )

    def look(self, source: str, then: Callable[[Prospect | None], object]) -> None:
        """Find out whether there is anything to choose before `source` is loaded; None: there is not.

        What is asked for by name and not on the disk is downloaded first.
        """
        words = self.tr("looking through {} …").format(wording.source(source))

        async def action() -> None:
            await fetch(self._jobs, source)
            then(await self._jobs.work(lambda report: loading.prospect(source, report), words, _found))

        self.forget("look")
        self._under_way["look"] = self._jobs.begin(action, self._refuse)

    def preview(self, prospect: Prospect, asked: DataSource, then: Callable[[np.ndarray], object]) -> None:
        """Make the first images as they would be trained on, (n, H, W) or (n, H, W, 3)."""
        self._do("preview", lambda report: loading.preview(prospect, asked, report), then, self._refuse)

    def decode(self, path: str, shape: tuple[int, ...], then: Callable[[np.ndarray], object]) -> None:
        """Decode an image file as data of the (C, H, W) given are."""
        self._do("decode", lambda report: loading.decode_image(path, shape), then, self._refuse)

    def forget(self, *questions: str) -> None:
        """Give up what is being found out.

        Args:
            questions: names of the methods that asked.
        """
        for question in questions:
            if (task := self._under_way.pop(question, None)) is not None:
                task.cancel()

    def _do(
        self,
        question: str,
        work: Callable[[loading.Report], Any],
        then: Callable[[Any], object],
        otherwise: Callable[[Exception], object],
    ) -> None:
        self.forget(question)
        self._under_way[question] = self._jobs.do(work, then, otherwise)

    def _refuse(self, error: Exception) -> None:
        self.refused.emit(sentence(error))


def _found(images: int, total: int) -> str:
    del total  # nobody knows it before all are found
    return wording.plural(images, _tr("{} image"), _tr("{} images")) if images else ""


def _tr(text: str) -> str:
    return QCoreApplication.translate("Inspecting", text)
