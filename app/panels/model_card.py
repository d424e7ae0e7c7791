"""The card with the model: a preset, the family, what it learns, and a form made from the family's own options."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.panels.preset_rows import PresetRows
from app.state import presets
from app.state.code_runs import with_codes, without_day
from app.state.experiment import Experiment
from app.state.offers import FamilySpec
from app.state.run_list import RunEntry
from app.widgets.card import Card
from app.widgets.fields import ChoiceField
from app.widgets.option_form import OptionForm, as_text
from app.words import glossary


class ModelCard(Card):
    """Choices stand for the next run; `runs_wanted` asks for a list of those whose codes might be learned."""

    refused = Signal(str)
    runs_wanted = Signal()

    def __init__(self, experiment: Experiment, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.set_title(self.tr("Model"))
        self._experiment = experiment
        self._built, self._asked = "", ""
        self._all = True
        self._runs: tuple[RunEntry, ...] = ()
        self._waiting = _caption(self.tr("The engine is loading …"))
        self.remark = _caption("")
        self.presets = PresetRows(experiment)
        self.further = self._further()
        self.form = OptionForm()
        self.form.changed.connect(self._set_option)
        self.form.refused.connect(self.refused)
        for widget in (self._waiting, self.presets, self.further, self.form, self.remark):
            self.body.addWidget(widget)
        experiment.families_changed.connect(self._list_families)
        experiment.settings_changed.connect(self._show_settings)
        experiment.pictures_changed.connect(self._rule_out)
        experiment.pictures_changed.connect(self._show_settings)
        experiment.phase_changed.connect(self._forget_list)
        self._list_families()

    def unfold_all(self, wanted: bool) -> None:
        """Show every option of the family, or the preset alone."""
        self._all = wanted
        there = bool(self._experiment.families)
        self.presets.setVisible(there)
        for widget in (self.further, self.form):
            widget.setVisible(wanted and there)
        self._ask_for_runs()

    def offer_codes(self, runs: Iterable[RunEntry]) -> None:
        """List the runs on the disk: those of the same data whose codes can be learned are offered."""
        self._runs = tuple(runs)
        self._list_sources()

    def _further(self) -> QWidget:
        """The family, and what it learns where there is a choice."""
        place = QWidget()
        column = QVBoxLayout(place)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self.families, self.source = (ChoiceField(glossary.term(name).title) for name in ("family", "codes_of"))
        self.families.chosen.connect(self._experiment.choose_family)
        self.source.chosen.connect(self._choose_source)
        for name, field in (("family", self.families), ("codes_of", self.source)):
            field.setToolTip(glossary.term(name).meaning)
            field.setAccessibleDescription(glossary.term(name).meaning)
            column.addWidget(field)
        return place

    def _choose_source(self, path: str) -> None:
        """Learn the codes of a run, whose deviation is 1 and where sigma therefore starts; or pixels."""
        options = {"sigma": "1", **self._experiment.settings.options}
        if not path and options["sigma"] == "1":
            del options["sigma"]
        self._experiment.change(codes_of=path or None, options=MappingProxyType(options))

    def _list_families(self) -> None:
        families = self._experiment.families
        self._waiting.setVisible(not families)
        self.families.offer({family.name: family.title for family in families.values()})
        self.unfold_all(self._all)
        self._rule_out()
        self._show_settings()

    def _rule_out(self) -> None:
        for name, reason in self._experiment.unfit_families().items():
            self.families.rule_out(name, reason)

    def _ask_for_runs(self) -> None:
        """Ask once for each family and state of the window: folders are read beside it."""
        family, phase = self._experiment.family, self._experiment.phase
        if self._all and family is not None and family.learns_codes and self._asked != (asked := f"{phase}"):
            self._asked = asked
            self.runs_wanted.emit()

    def _forget_list(self) -> None:
        """A run that has just ended may be among those that can be learned."""
        self._asked = ""
        self._ask_for_runs()

    def _list_sources(self) -> None:
        experiment = self._experiment
        chosen, pictures = experiment.settings.codes_of, experiment.pictures
        found = with_codes(self._runs, experiment.families, pictures) if pictures else []
        names = {entry.path: entry.name for entry in found}
        if chosen is not None:
            names.setdefault(chosen, Path(chosen).name)
        words = self.tr("learns codes of {}")
        coded = {path: words.format(without_day(name)) for path, name in names.items()}
        self.source.offer({"": self.tr("learns pixels"), **coded})
        self.source.show_value(chosen or "")

    def _set_option(self, name: str, value: object) -> None:
        options = {**self._experiment.settings.options, name: value}
        family = self._experiment.family
        others = {one: chosen for one, chosen in options.items() if one != name}
        if family and presets.plain(_standing(family, others).get(name)) == presets.plain(value):
            options = others
        self._experiment.change(options=MappingProxyType(options))

    def _show_settings(self) -> None:
        family, settings = self._experiment.family, self._experiment.settings
        if family is None:
            return
        if family.name != self._built:
            self._built = family.name
            self.form.build(family.fields, _standing(family, settings.options))
        else:
            self.form.show_values(_standing(family, settings.options))
        self.families.show_value(family.name)
        self.set_caption(family.title)
        self.source.setVisible(family.learns_codes)
        self._ask_for_runs()
        self._list_sources()
        pictures = self._experiment.pictures
        remark = family.remark(settings.options, len(pictures.classes) if pictures else 0)
        self.remark.setText(remark)
        self.remark.setVisible(bool(remark))


def _standing(family: FamilySpec, options: Mapping[str, Any]) -> Mapping[str, Any]:
    """What each field shows where some options were chosen: lists of sizes that were not chosen follow."""
    in_effect = family.in_effect(options)
    fields = {one.name: one for one in family.fields}
    follow = {
        name: as_text(in_effect[name]) for name, one in fields.items() if one.kind == "sizes" and name in in_effect
    }
    return {**{name: one.shown for name, one in fields.items()}, **follow, **options}


def _caption(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "caption")
    label.setWordWrap(True)
    return label
