"""The card with the model: its family, and a form made from the options that the family declares."""

from __future__ import annotations

from types import MappingProxyType

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton, QSizePolicy, QWidget

from app.state.experiment import Experiment
from app.state.permissions import Action
from app.widgets.card import Card
from app.widgets.option_form import OptionForm


class ModelCard(Card):
    """Choices stand for the next run; while a run exists that differs, the card says so and offers to start again."""

    start_again_wanted = Signal()
    refused = Signal(str)

    def __init__(self, experiment: Experiment, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.set_title(self.tr("Model"))
        self._experiment = experiment
        self._built = ""
        self._waiting = QLabel(self.tr("The engine is loading …"))
        self._waiting.setProperty("role", "caption")
        self.families = QComboBox()
        self.families.setAccessibleName(self.tr("Family of models"))
        self.families.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.families.activated.connect(self._choose)
        self.form = OptionForm()
        self.form.changed.connect(self._set_option)
        self.form.refused.connect(self.refused)
        self._differs = QLabel(self.tr("These choices need a new run; the present one is kept."))
        self._differs.setProperty("role", "caption")
        self._differs.setWordWrap(True)
        self.again = QPushButton(self.tr("Start again with this"))
        self.again.clicked.connect(self.start_again_wanted)
        for widget in (self._waiting, self.families, self.form, self._differs, self.again):
            self.body.addWidget(widget)
        experiment.families_changed.connect(self._list_families)
        experiment.settings_changed.connect(self._show_settings)
        experiment.phase_changed.connect(self._show_settings)
        experiment.pictures_changed.connect(self._list_families)
        self._list_families()

    def _list_families(self) -> None:
        families, pictures = self._experiment.families, self._experiment.pictures
        for widget in (self.families, self.form):
            widget.setVisible(bool(families))
        self._waiting.setVisible(not families)
        self.families.clear()
        labelled = pictures is None or bool(pictures.classes)
        for family in families.values():
            self.families.addItem(family.title, family.name)
            if family.needs_labels and not labelled:
                item = self.families.model().item(self.families.count() - 1)  # type: ignore[attr-defined]
                item.setEnabled(False)
                item.setToolTip(self.tr("Needs labelled images; these have no labels."))
        self._show_settings()

    def _choose(self, place: int) -> None:
        name = self.families.itemData(place)
        if name != self._experiment.settings.family:
            self._experiment.change(family=name, options=MappingProxyType({}))

    def _set_option(self, name: str, value: object) -> None:
        options = {**self._experiment.settings.options, name: value}
        family = self._experiment.family
        if family and value == next((f.shown for f in family.fields if f.name == name), None):
            del options[name]
        self._experiment.change(options=MappingProxyType(options))

    def _show_settings(self) -> None:
        family = self._experiment.family
        if family is not None and family.name != self._built:
            self._built = family.name
            self.form.build(family.fields, self._experiment.settings.options)
        if family is not None:
            self.families.setCurrentIndex(self.families.findData(family.name))
            self.set_caption(family.bound)
        differs = self._experiment.needs_new_run and self._experiment.allows(Action.START_AGAIN)
        self._differs.setVisible(differs)
        self.again.setVisible(differs)
