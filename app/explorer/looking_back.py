"""Whose weights answer: those of a past moment, and those of a partner beside the model at hand."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, Slot

from app import translation
from app.bridge import Bridge
from app.state.answers import Extras
from app.state.beside import Beside, Partner
from app.state.experiment import Experiment
from app.state.exploration import Exploration
from app.state.moments import Moments
from app.work import workshop
from app.work.jobs import Report, sentence
from app.work.mailbox import Mailbox

if TYPE_CHECKING:
    from hvae_engine.exploring import Desk


class LookingBack(QObject):
    """Follows the run at hand; everything slow is done beside the window, and its threads end with `close`.

    `turned` says that the weights of another moment answer, `refused` carries a sentence about what could not be
    looked at.
    """

    turned = Signal()
    refused = Signal(str)

    def __init__(
        self, experiment: Experiment, exploration: Exploration, bridge: Bridge, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._experiment, self._exploration, self._bridge = experiment, exploration, bridge
        self.moments, self.beside = Moments(self), Beside(self)
        self._desk: Desk | None = None
        self._desks: list[Desk] = []
        self._shapes: dict[str, tuple[int, ...]] = {}
        self._replies = Mailbox(self._reply, latest_only=True, parent=self)
        self._run: Path | None = None
        experiment.run_changed.connect(self._follow_run)
        for signal in (bridge.saved, bridge.evaluated, bridge.progress, bridge.stopped, bridge.finished):
            signal.connect(self._list)
        bridge.furnished.connect(self._list)
        self.moments.chosen.connect(self._look)
        self.beside.changed.connect(self._change_partner)
        exploration.changed.connect(self._ask)

    def keep_beside(self, step: int) -> None:
        """Let a moment of the run at hand answer beside its other weights, which come back to the present."""
        if self._experiment.run_path is not None:
            self.beside.set_partner(Partner(self._experiment.run_path, step))
            self.moments.look_at(None)

    def compare(self, path: str) -> None:
        """Let the last weights of another run, in the folder `path`, answer beside those at hand."""
        self.beside.set_partner(Partner(Path(path)))

    def close(self) -> None:
        """Wait for every thread of a partner, also of one that came too late; the bridge's jobs are over by now."""
        self._replies.close()
        while self._desks:
            self._leave(self._desks[-1])

    @Slot()
    def _follow_run(self) -> None:
        if self._experiment.run_path != self._run:
            self._run = self._experiment.run_path
            self.moments.forget()
            self.beside.set_partner(None)

    @Slot()
    def _list(self) -> None:
        shop = self._bridge.shop
        self.moments.set_steps(() if shop is None else shop.run.moments.steps)

    @Slot()
    def _look(self) -> None:
        shop, step = self._bridge.shop, self.moments.step
        self._experiment.curves.until = step
        self._experiment.progressed.emit()
        if shop is None:
            return
        if step is None:
            shop.desk.let_go()
            self.turned.emit()
            return

        def take(weights: Any) -> None:
            if self.moments.step == step:  # a dragged line asks for many
                shop.desk.hold(step, weights)
                self.turned.emit()

        self._bridge.jobs.do(lambda report: workshop.weights_at(shop.run, step), take, self._refuse)

    def _change_partner(self) -> None:
        former, self._desk = self._desk, None
        if former is not None:
            self._leave(former)
        partner, pictures, shop = self.beside.partner, self._experiment.pictures, self._bridge.shop
        if partner is None or pictures is None:
            return
        shape = pictures.pixels.shape[1:]

        def take(made: tuple[Desk, dict[str, tuple[int, ...]]]) -> None:
            desk, shapes = made
            if self.beside.partner != partner:
                self._leave(desk)
                return
            self._desk, self._shapes = desk, shapes
            self._ask()

        def fail(error: Exception) -> None:
            self.beside.set_partner(None)
            self._refuse(error)

        def make(report: Report) -> tuple[Desk, dict[str, tuple[int, ...]]]:
            desk, shapes = workshop.partner(partner, shop, shape, self._replies.post)
            self._desks.append(desk)
            return desk, shapes

        self._bridge.jobs.do(make, take, fail)

    @Slot()
    def _ask(self) -> None:
        """The same question, of those levels and units that the partner has too."""
        pictures = self._experiment.pictures
        if self._desk is None or pictures is None:
            return
        question = translation.question_of(self._exploration.point, pictures, Extras())
        self._desk.ask(translation.shared_part(question, self._shapes))

    def _reply(self, told: tuple[Partner, Any]) -> None:
        partner, reply = told
        if partner != self.beside.partner:
            return
        if isinstance(reply, Exception):
            self._refuse(reply)
        else:
            self.beside.take(reply)

    def _leave(self, desk: Desk) -> None:
        desk.close()
        self._desks.remove(desk)

    def _refuse(self, error: Exception) -> None:
        self.refused.emit(sentence(error))
