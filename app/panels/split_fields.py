"""How the images are split: how many are learned from, held out and kept for a test, and fields that change it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from app.panels.data_card import MOST_LABELS
from app.panels.setting_rows import SettingRows
from app.state.experiment import Experiment
from app.state.permissions import Action, Phase
from app.state.records import Pictures
from app.widgets.amount_field import Amount
from app.widgets.fields import Range
from app.words import glossary, wording

CHANGED_HERE = ("held_out", "labels")


class SplitFields(QWidget):
    """Another share acts at once while there is no run; one that trains keeps its split, and the next one has it."""

    start_again_wanted = Signal()

    def __init__(self, experiment: Experiment, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._experiment = experiment
        self._sizes, self._note = self._caption(), self._caption()
        self._rows = rows = SettingRows(experiment, self)
        rows.refused.connect(self._refuse)
        self.held_out = rows.share("held_out", Range(0.01, 0.9, step=0.01, word=self.tr("as usual")))
        further = SettingRows(experiment, self)
        further.refused.connect(self._refuse)
        self.labels = further.amount("labels", Amount(1, MOST_LABELS, step=100, word=self.tr("10 a class")))
        self.labelled = QWidget()
        self.labelled.setLayout(further.form)
        self.again = QPushButton(self.tr("Start again with this"))
        self.again.setProperty("outlined", True)
        self.again.setAutoDefault(False)
        self.again.clicked.connect(self.start_again_wanted)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self._sizes)
        column.addLayout(rows.form)
        column.addWidget(self.labelled)
        column.addWidget(self._note)
        column.addWidget(self.again)
        for signal in (
            *(experiment.pictures_changed, experiment.settings_changed),
            *(experiment.phase_changed, experiment.families_changed),
        ):
            signal.connect(self._show)
        self._show()

    def _caption(self) -> QLabel:
        label = QLabel()
        label.setProperty("role", "caption")
        label.setWordWrap(True)
        return label

    def _refuse(self, complaint: str) -> None:
        """Say why what was typed does not fit, until something is chosen that does."""
        self._note.setText(complaint)
        self._note.show()

    def _show(self) -> None:
        pictures, family = self._experiment.pictures, self._experiment.family
        if pictures is None:
            return
        held = len(pictures) - pictures.training
        sizes = [
            self.tr("{} to learn from").format(wording.count(pictures.training)),
            self.tr("{} held out").format(wording.count(held)),
        ]
        if pictures.test:
            sizes.append(self.tr("{} for a test").format(wording.count(pictures.test)))
        self._sizes.setText(" · ".join(sizes))
        self.held_out.setEnabled(not pictures.fixed_split)
        self.held_out.set_hint(self._hint(pictures))
        self._rows.form.labelForField(self.held_out).setToolTip(self._hint(pictures))
        self.held_out.setAccessibleDescription(self._hint(pictures))
        self.labelled.setVisible(bool(family and family.needs_labels and pictures.classes))
        differing = [name for name in self._experiment.differing if name in CHANGED_HERE]
        self._note.setText(self._words(pictures, differing))
        self._note.setVisible(bool(self._note.text()))
        self.again.setVisible(bool(differing) and self._experiment.allows(Action.START_AGAIN))

    def _hint(self, pictures: Pictures) -> str:
        if pictures.fixed_split:
            return self.tr("The images held out come with the data, and cannot be mixed with the others.")
        usual = (
            self.tr("the {} that come with the data").format(wording.count(pictures.own_held_out))
            if pictures.own_held_out
            else self.tr("a twelfth, at most 10 000")
        )
        return self.tr(
            "Share of the images that nothing is learned from, so that models can be checked on them; as usual: {}."
        ).format(usual)

    def _words(self, pictures: Pictures, differing: list[str]) -> str:
        """What the data bring along themselves, and what waits for another run."""
        said = []
        if pictures.own_held_out and self._experiment.settings.held_out is None:
            said.append(self.tr("The images held out come with the data, which set them apart."))
        elif pictures.own_held_out and not pictures.fixed_split:
            said.append(self.tr("The images that the data set apart are mixed with the others."))
        if pictures.test:
            said.append(self.tr("The test images come with the data and stay apart."))
        if differing:
            names = wording.listing([glossary.term(name).title for name in differing], self.tr("and"))
            live = self._experiment.phase in (Phase.TRAINING, Phase.PAUSED)
            goes_on = self.tr("{}: changed for a new run; the present one goes on as it is, and is kept.")
            rests = self.tr("{}: changed for a new run; the present one is kept.")
            said.append((goes_on if live else rests).format(names[:1].upper() + names[1:]))
        return " ".join(said)
