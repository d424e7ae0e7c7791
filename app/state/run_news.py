"""What a run in training says, taken into the state of the experiment: curves, phase and where it stands."""

from __future__ import annotations

import time
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from app.state.experiment import Experiment
from app.state.permissions import Phase

if TYPE_CHECKING:
    from hvae_engine.training import events


class RunNews(QObject):
    """A slot for each kind of event, named as the bridge names its signals."""

    def __init__(self, experiment: Experiment, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._experiment = experiment

    @Slot(object)
    def started(self, event: events.Started) -> None:
        if event.levels != self._experiment.levels:
            self._experiment.begin_levels(event.levels, dict(zip(event.levels, event.shapes, strict=True)))
        self._experiment.curves.cut(event.step)
        self._experiment.update_status(
            step=event.step,
            planned_steps=event.planned_steps,
            steps_per_epoch=event.steps_per_epoch,
            device=event.device,
            threads=event.threads,
        )

    @Slot(object)
    def progress(self, event: events.Progress) -> None:
        curves = self._experiment.curves
        curves.add_steps(event.steps, event.bound, event.log_px, event.kl, event.seconds, event.weight_prior)
        self._experiment.status = replace(
            self._experiment.status,
            step=int(event.steps[-1]),
            images_per_s=event.images_per_s,
            beta=event.beta,
            seconds=float(event.seconds[-1]),
            skipped=event.skipped + event.too_steep,
        )
        self._experiment.progressed.emit()

    @Slot(object)
    def evaluated(self, event: events.Evaluated) -> None:
        figures = (event.bound, event.log_px, event.kl, event.active, event.exact, event.error)
        self._experiment.curves.add_evaluation(event.step, *figures)
        active = zip(self._experiment.levels, event.active, strict=True)
        self._experiment.active = MappingProxyType({name: int(units) for name, units in active})
        self._experiment.evaluated.emit()

    @Slot(object)
    def saved(self, event: events.Saved) -> None:
        del event
        self._experiment.update_status(saved_at=time.monotonic())

    @Slot(object)
    def paused(self, event: events.Paused) -> None:
        self._experiment.update_status(step=event.step)
        self._experiment.set_phase(Phase.PAUSED)

    @Slot(object)
    def resumed(self, event: events.Resumed) -> None:
        self._experiment.update_status(step=event.step)
        self._experiment.set_phase(Phase.TRAINING)

    @Slot(object)
    def stopped(self, event: events.Stopped) -> None:
        self._experiment.update_status(step=event.step)
        self._experiment.set_phase(Phase.STOPPED)

    @Slot(object)
    def finished(self, event: events.Finished) -> None:
        self._experiment.update_status(step=event.step)
        self._experiment.set_phase(Phase.FINISHED)

    @Slot(object)
    def failed(self, event: events.Failed) -> None:
        self._experiment.update_status(step=event.step)
        self._experiment.set_phase(Phase.FAILED)
        self._experiment.problem.emit(event.reason, event.details)
