"""The card with the training: how long it goes on, and how steps are taken."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.panels.setting_rows import SettingRows
from app.state.experiment import Experiment
from app.state.permissions import Phase
from app.state.records import Settings
from app.widgets.card import Card
from app.widgets.fields import ChoiceField, NumberField, Range
from app.words import glossary

LENGTHS = {
    "epochs": Range(0, 1_000_000, above=True, step=10),
    "steps": Range(1, 1_000_000_000, whole=True, step=1000),
    "minutes": Range(0, 100_000, above=True, step=5),
}

MOST_KEPT = 0.999999
"""Of an average of the weights that would still move."""


class TrainingCard(Card):
    """The length may be moved while a run rests, the learning rate at any time; the others at the next start."""

    refused = Signal(str)

    def __init__(self, experiment: Experiment, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.set_title(self.tr("Training"))
        self._experiment = experiment
        rows = SettingRows(experiment, self)
        rows.refused.connect(self.refused)
        rows.form.add(glossary.term("length").title, self._length(), self._length_hint())
        self.rate = rows.number("lr", Range(0, 1, above=True, factor=2))
        self.schedule = rows.choice(
            "lr_schedule", {"constant": self.tr("constant"), "burda": self.tr("falling by stages")}
        )
        self.adam_eps = rows.number("adam_eps", Range(0, 1, above=True, factor=10))
        off = self.tr("off")
        self.skip_above = rows.number("skip_above", Range(0, 1e9, above=True, factor=2, word=off))
        self.ema = rows.number("ema", Range(0, MOST_KEPT, above=True, step=0.009, word=off))
        self.batch = rows.number("batch_size", Range(1, 65_536, whole=True, factor=2))
        self.seed = rows.number("seed", Range(0, 2**31 - 1, whole=True))
        self.device = rows.choice("device", {"auto": self.tr("auto")})
        self.body.addLayout(rows.form)
        experiment.phase_changed.connect(self._show_phase)
        experiment.families_changed.connect(self._list_devices)
        experiment.settings_changed.connect(self._show_length)
        self._show_length()

    def _length(self) -> QWidget:
        """A number for each unit, of which one shows, and the unit."""
        place = QWidget()
        line = QHBoxLayout(place)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        words = {"epochs": self.tr("epochs"), "steps": self.tr("steps"), "minutes": self.tr("minutes")}
        self.lengths: dict[str, NumberField] = {}
        for unit in Settings.PLANS:
            field = NumberField(words[unit], LENGTHS[unit])
            field.set_hint(self._length_hint())
            field.refused.connect(self.refused)
            field.chosen.connect(lambda value, unit=unit: self._experiment.change(**{unit: value}))
            line.addWidget(field, 1)
            self.lengths[unit] = field
        self.unit = ChoiceField(self.tr("Unit of the length"))
        self.unit.offer(words)
        self.unit.chosen.connect(lambda unit: self._experiment.change(plan=unit))
        line.addWidget(self.unit, 1)
        place.setFocusProxy(self.lengths["epochs"])
        return place

    def _length_hint(self) -> str:
        return self.tr("{} A run that rests goes on to a new length.").format(glossary.term("length").meaning)

    def _show_length(self) -> None:
        settings = self._experiment.settings
        for unit, field in self.lengths.items():
            field.setVisible(unit == settings.plan)
            field.show_value(getattr(settings, unit))
        self.unit.show_value(settings.plan)

    def _list_devices(self) -> None:
        found = self._experiment.devices
        self.device.offer({"auto": self.tr("auto"), **{name: name for name in found}})
        self.device.show_value(self._experiment.settings.device)

    def _show_phase(self, phase: Phase) -> None:
        self.set_caption(self.tr("live") if phase in (Phase.TRAINING, Phase.PAUSED) else "")
