"""The data, the settings and the run that the window shows, and the phase they put it in."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, Signal, Slot

from app.state import going_on, presets
from app.state.curves import Curves
from app.state.equation import Group, groups_of
from app.state.offers import EngineOffer, FamilySpec, PresetSpec
from app.state.permissions import Action, Phase, allowed
from app.state.records import Guest, Pictures, RunRecord, Settings
from app.state.run_status import RunStatus
from app.state.view_specs import ViewSpec


class Experiment(QObject):
    """The one place that knows what is loaded, chosen and running; panels read it and listen to its signals.

    `opened` tells of other data, `pictures_changed` of these and of another split of the same ones.
    """

    phase_changed = Signal(object)
    opened = Signal()
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
        self.devices: tuple[str, ...] = ()
        self.presets: Mapping[str, PresetSpec] = MappingProxyType({})
        self.views: Mapping[str, ViewSpec] = MappingProxyType({})
        self.preset = presets.OWN
        self.settings = Settings()
        self.run_settings: Settings | None = None
        self.run_path: Path | None = None
        self.status = RunStatus()
        self.levels: tuple[str, ...] = ()
        self.shapes: Mapping[str, tuple[int, ...]] = MappingProxyType({})
        self.groups: tuple[Group, ...] = ()
        self.curves = Curves(())
        self.active: Mapping[str, int] = MappingProxyType({})

    def allows(self, action: Action) -> bool:
        """Whether `action` is possible now."""
        return allowed(action, self.phase)

    @property
    def family(self) -> FamilySpec | None:
        """The family chosen for the next run; None until the engine is there."""
        return self.families.get(self.settings.family)

    def unfit_families(self) -> Mapping[str, str]:
        """Why the data that are shown rule a family out, by its name; empty: they do not."""
        labelled = self.pictures is None or bool(self.pictures.classes)
        reason = QCoreApplication.translate("Experiment", "Needs labelled images; these have no labels.")
        return {name: reason if one.needs_labels and not labelled else "" for name, one in self.families.items()}

    @property
    def dimensions(self) -> int | None:
        """Channels times pixels, over which bits per dimension are counted; None: the pixels are not 8-bit values."""
        settings = self.run_settings or self.settings
        grey = settings.binarise in (None, "none") and settings.codes_of is None
        if self.pictures is None or not grey or not str(settings.options.get("likelihood")).startswith("logistic"):
            return None
        return math.prod(self.pictures.pixels.shape[1:])

    @property
    def channels(self) -> int | None:
        """1 for grey images, 3 for coloured ones; None: nothing is loaded."""
        return None if self.pictures is None else self.pictures.pixels.shape[1]

    @property
    def bound_name(self) -> str:
        """How the bound of the run, or of the next one, is written: "ELBO" or "IWAE-5"."""
        settings = self.run_settings or self.settings
        family = self.families.get(settings.family)
        if family is None or (bound := settings.bound or family.bound) == "elbo":
            return "ELBO"
        return f"IWAE-{settings.samples or family.samples[bound]}"

    @property
    def differing(self) -> tuple[str, ...]:
        """Names of the settings that a run which has begun cannot take over; empty: all is well."""
        if self.run_settings is None or not (found := going_on.differing(self.settings, self.run_settings)):
            return ()
        settled = presets.settled(self.settings, self.run_settings, self.family, self.channels)
        return tuple(name for name in found if name in going_on.differing(*settled))

    @property
    def needs_new_run(self) -> bool:
        """Whether something was changed that a run which has begun cannot take over."""
        return bool(self.differing)

    def plan_to_go_on(self) -> Mapping[str, Any] | None:
        """The length of a run that rests if it went on now, see `length_to_go_on`; from now on it is the run's own."""
        if self.run_settings is None or self.pictures is None:
            return None
        chosen, of_run, finished = self.settings, self.run_settings, self.phase == Phase.FINISHED
        unit = chosen.plan
        self.run_settings = replace(of_run, plan=unit, **{unit: getattr(chosen, unit)})
        return going_on.length_to_go_on(chosen, of_run, self.status, self.pictures.training, finished)

    def set_phase(self, phase: Phase) -> None:
        """Enter a phase and say so."""
        if phase != self.phase:
            self.phase = phase
            self.phase_changed.emit(phase)

    @Slot(object)
    def set_pictures(self, pictures: Pictures) -> None:
        """Show other data. The run that was made of the former data is left behind."""
        self.pictures = pictures
        self.settings = replace(self.settings, codes_of=None, held_out=pictures.held_out)
        self.forget_run()
        self.opened.emit()
        self.pictures_changed.emit()
        self.settings_changed.emit()

    def part_again(self, pictures: Pictures) -> None:
        """The same images with others held out; images that a person brought along stay."""
        guests = () if self.pictures is None else self.pictures.guests
        self.pictures = replace(pictures, guests=guests)
        self.pictures_changed.emit()

    def add_guest(self, guest: Guest) -> int:
        """Take in an image that is not of the data and return its number."""
        assert self.pictures is not None
        self.pictures = replace(self.pictures, guests=(*self.pictures.guests, guest))
        return len(self.pictures) + len(self.pictures.guests) - 1

    @Slot(object)
    def set_engine(self, offer: EngineOffer) -> None:
        """The engine is there, with what it offers."""
        self.devices, self.presets, self.views = offer.devices, offer.presets, offer.views
        self.set_families(offer.families)

    def set_families(self, families: Mapping[str, FamilySpec]) -> None:
        """Offer the engine's families; from now on training is possible."""
        self.families = families
        if self.settings.family not in families:
            self.settings = replace(self.settings, family=next(iter(families)), options=MappingProxyType({}))
        self.families_changed.emit()
        self.settings_changed.emit()
        if self.phase == Phase.DATA:
            self.set_phase(Phase.READY)

    def choose_family(self, name: str) -> None:
        """Take another family, with its own options and its own bound."""
        if name != self.settings.family:
            own = Settings()
            names = ("options", "bound", "samples", "estimator", "codes_of")
            self.change(family=name, **{one: getattr(own, one) for one in names})

    def choose_preset(self, name: str) -> None:
        """Fill in all settings as a preset has them; an empty name: as the window starts with."""
        self.preset = self.presets.get(name, presets.OWN)
        self.settings = presets.filled(self.preset, self.settings)
        self.settings_changed.emit()

    def change(self, **values: Any) -> None:
        """Change settings by name."""
        changed = replace(self.settings, **values)
        if changed != self.settings:
            self.settings = changed
            self.settings_changed.emit()

    def forget_run(self) -> None:
        """Go back to data without a run."""
        self.run_settings = self.run_path = None
        self.begin_levels(())
        self.status = RunStatus()
        self.status_changed.emit()
        self.set_phase(Phase.READY if self.families else Phase.DATA)

    def begin_run(self, path: Path, settings: Settings) -> None:
        """A run in the folder `path` was created with `settings` of the data that is shown."""
        self.run_settings = settings
        self.run_path = path
        self.status = RunStatus(name=path.name)
        self.begin_levels(())
        self.settings_changed.emit()

    def resume_run(self, path: Path, settings: Settings, record: RunRecord) -> None:
        """A run was opened that has been trained before: show its curves and where it stands."""
        family = self.families.get(settings.family)
        self.preset = presets.fitting((presets.OWN, *self.presets.values()), settings, family, self.channels)
        self.begin_run(path, settings)
        self.begin_levels(tuple(record.shapes), record.shapes)
        self.curves.take(record)
        self.update_status(
            step=record.step,
            seconds=record.seconds,
            planned_steps=record.planned_steps,
            steps_per_epoch=record.steps_per_epoch,
        )
        at_end = 0 < record.planned_steps <= record.step
        self.set_phase(Phase.FINISHED if at_end else Phase.STOPPED)
        self.progressed.emit()

    def begin_levels(self, levels: tuple[str, ...], shapes: Mapping[str, tuple[int, ...]] | None = None) -> None:
        """Start empty curves.

        Args:
            levels: named from the surface down.
            shapes: of one z of each; where they are not known, neighbours are grouped evenly.
        """
        self.shapes = MappingProxyType(dict(shapes or {}))
        self.groups = groups_of(levels, self.shapes)
        self.levels, self.curves, self.active = levels, Curves(levels), MappingProxyType({})
        self.run_changed.emit()

    def update_status(self, **values: Any) -> None:
        """Where the run stands now, by the names of `RunStatus`."""
        self.status = replace(self.status, **values)
        self.status_changed.emit()
