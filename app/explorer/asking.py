"""Questions to the explorer of the run at hand, and its answers: the pictures of x at once, the rest afterwards."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from app import translation
from app.state.answers import Answers, Extras
from app.state.experiment import Experiment
from app.state.exploration import Exploration
from app.work import workshop
from app.work.jobs import sentence
from app.work.mailbox import Mailbox


class Asking(QObject):
    """`refused` carries a sentence about a question that could not be answered.

    Attributes:
        shop: of the run at hand; None: there is nobody to ask.
    """

    refused = Signal(str)

    def __init__(self, experiment: Experiment, exploration: Exploration, answers: Answers, parent: QObject) -> None:
        super().__init__(parent)
        self._experiment, self._exploration, self._answers = experiment, exploration, answers
        self.shop: workshop.Workshop | None = None
        self._replies = Mailbox(self._reply, latest_only=True, parent=self)
        for signal in (exploration.changed, exploration.aimed, answers.wants_changed):
            signal.connect(self.ask)

    def post(self, told: tuple[Path, Any]) -> None:
        """Leave the path of a run and its desk's answer, or what went wrong, here; called from any thread."""
        self._replies.post(told)

    def close(self) -> None:
        """Take no further answer."""
        self._replies.close()

    @Slot()
    def ask(self) -> None:
        """Ask about the present point."""
        self._ask(Extras())

    @Slot()
    def refresh(self) -> None:
        """Fresh weights are there."""
        if self.shop is not None:
            self.shop.desk.refresh()

    def _reply(self, told: tuple[Path, Any]) -> None:
        path, reply = told
        if self.shop is None or path != self.shop.run.path:
            return
        if isinstance(reply, Exception):
            self.refused.emit(sentence(reply))
            return
        self._answers.take(reply)
        self._exploration.signs = self._answers.signs
        extras = self._extras_wanted()
        if not self._exploration.moving and translation.extras_of(reply.question) != extras:
            self._ask(extras)

    def _ask(self, extras: Extras) -> None:
        pictures = self._experiment.pictures
        if self.shop is not None and pictures is not None:
            self.shop.desk.ask(translation.question_of(self._exploration.point, pictures, extras))

    def _extras_wanted(self) -> Extras:
        """The strip of each level's unit moved last, else of its most informative one; effects; draws."""

        def first(name: str) -> int:
            return 0 if name in explore.point.along else self._answers.order(name)[0]

        latest, explore = self._answers.latest, self._exploration
        names = () if latest is None else tuple(level.name for level in latest.levels)
        seen = (name for name in names if name in self._answers.stripped)
        strips = tuple((name, explore.traversed(name, first(name))) for name in seen)
        effects = tuple(name for name in names if name in self._answers.mapped)
        return Extras(strips, effects, explore.seeds(self._answers.samples_wanted))
