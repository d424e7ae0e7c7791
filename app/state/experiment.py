"""The data, the settings and the run that the window shows, and the phase they put it in."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, Slot

from app.state.curves import Curves
from app.state.permissions import Action, Phase, allowed
from app.state.records import FamilySpec, Pictures, RunRecord, Settings

if TYPE_CHECKING:
    from hvae_engine.training import events


@dataclass(frozen=True)
class RunStatus:
    """Where a run stands.

    Attributes:
        name: of the run's folder.
        device: "cpu", "cuda:0"; empty before the first start.
        images_per_s: training images a second, lately.
        beta: weight of the KL terms in the loss at the last step.
        skipped: steps not taken because they were not finite.
        saved_at: `time.monotonic()` of the last save, or None.
    """

    name: str = ""
    step: int = 0
    planned_steps: int = 0
    steps_per_epoch: int = 1
    device: str = ""
    threads: int = 0
    images_per_s: float = 0.0
    beta: float = 1.0
    skipped: int = 0
    saved_at: float | None = None


class Experiment(QObject):
    """The one place that knows what is loaded, chosen and running; panels read it and listen to its signals."""

    phase_changed = Signal(object)
    pictures_changed = Signal()
    families_changed = Signal()
    settings_changed = Signal()
    run_changed = Signal()
    progressed = Signal()
    evaluated = Signal()
    status_changed = Signal()
    problem = Signal(str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.phase = Phase.EMPTY
        self.pictures: Pictures | None = None
        self.families: Mapping[str, FamilySpec] = MappingProxyType({})
        self.settings = Settings()
        self.run_settings: Settings | None = None
        self.run_source = ""
        self.status = RunStatus()
        self.levels: tuple[str, ...] = ()
        self.curves = Curves(())
        self.active: Mapping[str, int] = MappingProxyType({})

    def allows(self, action: Action) -> bool:
        """Whether `action` is possible now."""
        return allowed(action, self.phase)

    @property
    def family(self) -> FamilySpec | None:
        """The family chosen for the next run; None until the engine is there."""
        return self.families.get(self.settings.family)

    @property
    def bound_name(self) -> str:
        """How the bound of the run, or of the next one, is written."""
        settings = self.run_settings or self.settings
        family = self.families.get(settings.family)
        return family.bound if family else "ELBO"

    @property
    def needs_new_run(self) -> bool:
        """Whether something was changed that a run which has begun cannot take over."""
        if self.run_settings is None or self.pictures is None:
            return False
        live = {name: getattr(self.settings, name) for name in (*Settings.LIVE, "epochs")}
        return replace(self.run_settings, **live) != self.settings or self.pictures.source != self.run_source

    def epochs_to_go_on(self) -> float | None:
        """Where a run that rests would end if it went on now, in epochs from its first step; None: as it is planned.

        At its end it goes on for as long again as a new run would take.
        """
        if self.run_settings is None or self.pictures is None:
            return None
        chosen = self.settings.epochs
        moved = chosen != self.run_settings.epochs
        done = self.status.step * self.run_settings.batch_size / self.pictures.training
        at_end = done >= chosen if moved else self.status.step >= self.status.planned_steps
        self.run_settings = replace(self.run_settings, epochs=chosen)
        if at_end:
            return round(done + chosen)
        return chosen if moved else None

    def set_phase(self, phase: Phase) -> None:
        """Enter a phase and say so."""
        if phase != self.phase:
            self.phase = phase
            self.phase_changed.emit(phase)

    @Slot(object)
    def set_pictures(self, pictures: Pictures) -> None:
        """Show other data. The run that was made of the former data is left behind."""
        self.pictures = pictures
        self.forget_run()
        self.pictures_changed.emit()

    @Slot(object)
    def set_families(self, families: Mapping[str, FamilySpec]) -> None:
        """Offer the engine's families; from now on training is possible."""
        self.families = families
        if self.settings.family not in families:
            self.settings = replace(self.settings, family=next(iter(families)), options=MappingProxyType({}))
        self.families_changed.emit()
        self.settings_changed.emit()
        if self.phase == Phase.DATA:
            self.set_phase(Phase.READY)

    def change(self, **values: Any) -> None:
        """Change settings by name."""
        changed = replace(self.settings, **values)
        if changed != self.settings:
            self.settings = changed
            self.settings_changed.emit()

    def forget_run(self) -> None:
        """Go back to data without a run."""
        self.run_settings = None
        self.begin_levels(())
        self.status = RunStatus()
        self.status_changed.emit()
        self.set_phase(Phase.READY if self.families else Phase.DATA)

    def begin_run(self, name: str, settings: Settings) -> None:
        """A run was created with `settings` of the data that is shown."""
        self.run_settings = settings
        self.run_source = self.pictures.source if self.pictures else ""
        self.status = RunStatus(name=name)
        self.begin_levels(())
        self.settings_changed.emit()

    def resume_run(self, name: str, settings: Settings, record: RunRecord) -> None:
        """A run was opened that has been trained before: show its curves and where it stands."""
        self.begin_run(name, settings)
        self.begin_levels(record.levels)
        self.curves.training.append(record.training)
        self.curves.validation.append(record.validation)
        self._update(step=record.step, planned_steps=record.planned_steps, steps_per_epoch=record.steps_per_epoch)
        self.set_phase(Phase.FINISHED if record.step >= record.planned_steps else Phase.STOPPED)
        self.progressed.emit()

    def begin_levels(self, levels: tuple[str, ...]) -> None:
        """Start empty curves for `levels`, named from the surface down."""
        self.levels, self.curves, self.active = levels, Curves(levels), MappingProxyType({})
        self.run_changed.emit()

    @Slot(object)
    def on_started(self, event: events.Started) -> None:
        if event.levels != self.levels:
            self.begin_levels(event.levels)
        self.curves.cut(event.step)
        self._update(
            step=event.step,
            planned_steps=event.planned_steps,
            steps_per_epoch=event.steps_per_epoch,
            device=event.device,
            threads=event.threads,
        )

    @Slot(object)
    def on_progress(self, event: events.Progress) -> None:
        self.curves.add_steps(event.steps, event.bound, event.log_px, event.kl)
        self.status = replace(
            self.status,
            step=int(event.steps[-1]),
            images_per_s=event.images_per_s,
            beta=event.beta,
            skipped=event.skipped,
        )
        self.progressed.emit()

    @Slot(object)
    def on_evaluated(self, event: events.Evaluated) -> None:
        self.curves.add_evaluation(event.step, event.bound, event.log_px, event.kl)
        self.active = MappingProxyType({name: int(n) for name, n in zip(self.levels, event.active, strict=True)})
        self.evaluated.emit()

    @Slot(object)
    def on_saved(self, event: events.Saved) -> None:
        del event
        self._update(saved_at=time.monotonic())

    @Slot(object)
    def on_paused(self, event: events.Paused) -> None:
        self._update(step=event.step)
        self.set_phase(Phase.PAUSED)

    @Slot(object)
    def on_resumed(self, event: events.Resumed) -> None:
        self._update(step=event.step)
        self.set_phase(Phase.TRAINING)

    @Slot(object)
    def on_stopped(self, event: events.Stopped) -> None:
        self._update(step=event.step)
        self.set_phase(Phase.STOPPED)

    @Slot(object)
    def on_finished(self, event: events.Finished) -> None:
        self._update(step=event.step)
        self.set_phase(Phase.FINISHED)

    @Slot(object)
    def on_failed(self, event: events.Failed) -> None:
        self._update(step=event.step)
        self.set_phase(Phase.FAILED)
        self.problem.emit(event.reason, event.details)

    def _update(self, **values: Any) -> None:
        self.status = replace(self.status, **values)
        self.status_changed.emit()
