"""The traversal strip of one level: it shows the latest one, and is asked for only while a person can see it."""

from __future__ import annotations

from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from app.state.answers import Answers
from app.widgets.picture import Strip
from app.words import glossary


class StripView(Strip):
    """The row it lies in says what is traversed."""

    def __init__(self, name: str, answers: Answers, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._answers, self._seen = name, answers, True
        self.setToolTip(glossary.sentences("strip"))

    def come_into_sight(self, seen: bool) -> None:
        """A person sees the row it lies in, or does not."""
        self._seen = seen
        self._answers.want_strip(self._name, seen and self.isVisible())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._answers.want_strip(self._name, self._seen)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._answers.want_strip(self._name, False)
