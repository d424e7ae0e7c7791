"""The card with the training: what a hand may change while steps are taken, and what stands for the next run."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDoubleSpinBox, QFrame, QLineEdit, QSpinBox, QWidget

from app.state.experiment import Experiment
from app.state.permissions import Phase
from app.widgets.card import Card
from app.widgets.form import Form

MARGINS = (6, 0, 0, 0)
"""Spin boxes leave none of their own beside their text once a style sheet dresses them."""


class TrainingCard(Card):
    """Learning rate, beta and free bits act at once; epochs, batch and seed at the next start."""

    refused = Signal(str)

    def __init__(self, experiment: Experiment, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.set_title(self.tr("Training"))
        self._experiment = experiment
        settings = experiment.settings
        self.rate = QLineEdit(f"{settings.lr:g}")
        self.rate.editingFinished.connect(self._take_rate)
        self.beta = self._number(settings.beta, 0.0, 100.0, 0.05)
        self.beta.valueChanged.connect(lambda value: experiment.change(beta=value))
        self.free_bits = self._number(settings.free_bits or 0.0, 0.0, 100.0, 0.25)
        self.free_bits.setSpecialValueText(self.tr("off"))
        self.free_bits.valueChanged.connect(lambda value: experiment.change(free_bits=value or None))
        self.epochs = self._whole(round(settings.epochs), 1, 100_000)
        self.epochs.valueChanged.connect(lambda value: experiment.change(epochs=float(value)))
        self.batch = self._whole(settings.batch_size, 1, 65_536)
        self.batch.valueChanged.connect(lambda value: experiment.change(batch_size=value))
        self.seed = self._whole(settings.seed, 0, 2**31 - 1)
        self.seed.valueChanged.connect(lambda value: experiment.change(seed=value))
        self.body.addLayout(self._live_form())
        self.body.addWidget(_rule())
        self.body.addLayout(self._fixed_form())
        experiment.phase_changed.connect(self._show_phase)

    def _live_form(self) -> Form:
        form = Form()
        form.add(self.tr("learning rate"), self.rate, self.tr("How far Adam moves the weights in one step."))
        form.add(self.tr("beta"), self.beta, self.tr("Weight of the KL terms in the loss once the warm-up is over."))
        form.add(
            self.tr("free bits"),
            self.free_bits,
            self.tr("Nats that each level may spend before its KL is charged; it keeps levels from collapsing."),
        )
        return form

    def _fixed_form(self) -> Form:
        form = Form()
        form.add(self.tr("epochs"), self.epochs, self.tr("Passes through the training images."))
        form.add(self.tr("batch"), self.batch, self.tr("Images in one step. Takes effect in a new run."))
        form.add(self.tr("seed"), self.seed, self.tr("Of everything that is drawn. Takes effect in a new run."))
        return form

    def _number(self, value: float, low: float, high: float, step: float) -> QDoubleSpinBox:
        box = QDoubleSpinBox()
        box.setRange(low, high)
        box.setSingleStep(step)
        box.setValue(value)
        box.lineEdit().setTextMargins(*MARGINS)
        return box

    def _whole(self, value: int, low: int, high: int) -> QSpinBox:
        box = QSpinBox()
        box.setRange(low, high)
        box.setValue(value)
        box.setKeyboardTracking(False)
        box.lineEdit().setTextMargins(*MARGINS)
        return box

    def _take_rate(self) -> None:
        text = self.rate.text().strip().replace(",", ".")
        try:
            rate = float(text)
        except ValueError:
            rate = -1.0
        if 0 < rate <= 1:
            self._experiment.change(lr=rate)
        else:
            self.rate.setText(f"{self._experiment.settings.lr:g}")
            self.refused.emit(
                self.tr("The learning rate is a number above 0 and at most 1, not “{}”: try 0.001.").format(text)
            )

    def _show_phase(self, phase: Phase) -> None:
        self.set_caption(self.tr("live") if phase in (Phase.TRAINING, Phase.PAUSED) else "")


def _rule() -> QFrame:
    line = QFrame()
    line.setProperty("rule", True)
    return line
