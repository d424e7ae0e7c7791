"""The card with the model: its family, and a form made from the options that the family declares."""

from __future__ import annotations

from types import MappingProxyType

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QWidget

from app import glossary
from app.state.experiment import Experiment
from app.widgets.card import Card
from app.widgets.fields import ChoiceField
from app.widgets.option_form import OptionForm


class ModelCard(Card):
    """Choices stand for the next run."""

    refused = Signal(str)

    def __init__(self, experiment: Experiment, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.set_title(self.tr("Model"))
        self._experiment = experiment
        self._built = ""
        self._all = True
        self._waiting = QLabel(self.tr("The engine is loading …"))
        self._waiting.setProperty("role", "caption")
        self.families = ChoiceField(self.tr("Family of models"))
        self.families.setToolTip(glossary.term("family").meaning)
        self.families.chosen.connect(experiment.choose_family)
        self.form = OptionForm()
        self.form.changed.connect(self._set_option)
        self.form.refused.connect(self.refused)
        for widget in (self._waiting, self.families, self.form):
            self.body.addWidget(widget)
        experiment.families_changed.connect(self._list_families)
        experiment.settings_changed.connect(self._show_settings)
        experiment.pictures_changed.connect(self._rule_out)
        self._list_families()

    def unfold_all(self, wanted: bool) -> None:
        """Show every option of the family, or the family alone."""
        self._all = wanted
        self.form.setVisible(wanted and bool(self._experiment.families))

    def _list_families(self) -> None:
        families = self._experiment.families
        self._waiting.setVisible(not families)
        self.families.setVisible(bool(families))
        self.families.offer({family.name: family.title for family in families.values()})
        self.unfold_all(self._all)
        self._rule_out()
        self._show_settings()

    def _rule_out(self) -> None:
        for name, reason in self._experiment.unfit_families().items():
            self.families.rule_out(name, reason)

    def _set_option(self, name: str, value: object) -> None:
        options = {**self._experiment.settings.options, name: value}
        family = self._experiment.family
        if family and value == next((f.shown for f in family.fields if f.name == name), None):
            del options[name]
        self._experiment.change(options=MappingProxyType(options))

    def _show_settings(self) -> None:
        family, settings = self._experiment.family, self._experiment.settings
        if family is None:
            return
        if family.name != self._built:
            self._built = family.name
            self.form.build(family.fields, settings.options)
        else:
            self.form.show_values(settings.options)
        self.families.show_value(family.name)
