"""Rows of a form that are tied to settings of the experiment: what is typed goes in, what changes elsewhere shows."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication, QObject, Signal, Slot

from app.state.experiment import Experiment
from app.state.records import Settings
from app.widgets.amount_field import Amount, AmountField, ShareField
from app.widgets.fields import ChoiceField, NumberField, Range
from app.widgets.form import Form
from app.words import glossary


class SettingRows(QObject):
    """Makes the fields of one form; `refused` carries the sentence against a typed value."""

    refused = Signal(str)

    def __init__(self, experiment: Experiment, parent: QObject) -> None:
        super().__init__(parent)
        self._experiment = experiment
        self._fields: dict[str, NumberField | ChoiceField] = {}
        self.form = Form()
        experiment.settings_changed.connect(self._show)  # a method's tie ends with its object, a lambda's does not

    def number(self, name: str, allowed: Range) -> NumberField:
        """Add a row for the number that the setting `name` holds."""
        return self._number(name, NumberField(glossary.term(name).title, allowed))

    def amount(self, name: str, allowed: Amount) -> NumberField:
        """Add a row for the count, or the share of all, that the setting `name` holds."""
        return self._number(name, AmountField(glossary.term(name).title, allowed))

    def share(self, name: str, allowed: Range) -> NumberField:
        """Add a row for the share that the setting `name` holds."""
        return self._number(name, ShareField(glossary.term(name).title, allowed))

    def _number(self, name: str, field: NumberField) -> NumberField:
        field.refused.connect(self.refused)
        field.set_hint(hint(name))
        self._tie(name, field)
        return field

    def choice(self, name: str, choices: Mapping[str, str]) -> ChoiceField:
        """Add a row for the setting `name`, one of `choices`, words by key."""
        field = ChoiceField(glossary.term(name).title)
        field.offer(choices)
        self._tie(name, field)
        return field

    def _tie(self, name: str, field: NumberField | ChoiceField) -> None:
        experiment = self._experiment
        self.form.add(glossary.term(name).title, field, hint(name), live=name in Settings.LIVE)
        field.chosen.connect(lambda value: experiment.change(**{name: value}))
        self._fields[name] = field
        field.show_value(getattr(experiment.settings, name))

    @Slot()
    def _show(self) -> None:
        for name, field in self._fields.items():
            field.show_value(getattr(self._experiment.settings, name))


def hint(name: str) -> str:
    """What a setting means, and when a change of it takes effect."""
    when = (
        QCoreApplication.translate("SettingRows", "Acts at once, while steps are taken.")
        if name in Settings.LIVE
        else QCoreApplication.translate("SettingRows", "Takes effect in a new run.")
    )
    return f"{glossary.term(name).meaning} {when}"
