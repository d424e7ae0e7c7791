"""The choice of a paper's preset, where it is from, and what has been changed since it filled in the settings."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from app.state import presets
from app.state.experiment import Experiment
from app.widgets.fields import ChoiceField
from app.words import glossary, wording


class PresetRows(QWidget):
    """A preset fills in every form; what is edited afterwards is named, and can be taken back at once."""

    def __init__(self, experiment: Experiment, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._experiment = experiment
        term = glossary.term("preset")
        self.choice = ChoiceField(term.title)
        self.choice.chosen.connect(experiment.choose_preset)
        self.choice.setToolTip(term.meaning)
        self.choice.setAccessibleDescription(term.meaning)
        self.about, self.changed = QLabel(), QLabel()
        self.restore = QPushButton(self.tr("Back to the preset"))
        self.restore.setProperty("quiet", True)
        self.restore.setToolTip(self.tr("Fill in the settings of the preset again; seed and device stay."))
        self.restore.clicked.connect(lambda: experiment.choose_preset(experiment.preset.name))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.choice)
        for label in (self.about, self.changed):
            label.setProperty("role", "caption")
            label.setWordWrap(True)
            column.addWidget(label)
        column.addWidget(self.restore, 0, Qt.AlignmentFlag.AlignLeft)
        experiment.families_changed.connect(self._list)
        experiment.pictures_changed.connect(self._rule_out)
        experiment.settings_changed.connect(self._show)
        self._list()

    def _list(self) -> None:
        titles = {name: preset.title for name, preset in self._experiment.presets.items()}
        self.choice.offer({"": self.tr("Strata's own preset"), **titles})
        self._rule_out()
        self._show()

    def _rule_out(self) -> None:
        unfit = self._experiment.unfit_families()
        for name, preset in self._experiment.presets.items():
            self.choice.rule_out(name, unfit.get(preset.settings.family, ""))

    def _show(self) -> None:
        preset, settings = self._experiment.preset, self._experiment.settings
        self.choice.show_value(preset.name)
        own = self.tr("Five levels that are all used after a few minutes on a processor.")
        left = settings.family != preset.settings.family
        self.about.setText(
            self.tr("Your own choices: the preset is of another family.") if left else preset.source or own
        )
        self.about.setToolTip("" if left else preset.note)
        names = presets.changed(preset, settings, self._experiment.family, self._experiment.channels)
        words = [glossary.term(name).title if glossary.has(name) else name.replace("_", " ") for name in names]
        self.changed.setText(self.tr("Changed: {}.").format(wording.listing(words, self.tr("and"))) if words else "")
        self.changed.setVisible(bool(names) and not left)
        self.restore.setVisible(bool(names))
