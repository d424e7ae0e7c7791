"""The row of a label: a button for each class with its probability; choosing one draws the present style as it."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFocusEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.panels.effect_view import EffectView
from app.panels.level_grip import LevelGrip
from app.panels.level_name import LevelName
from app.state.answers import Answers
from app.state.experiment import Experiment
from app.state.exploration import LABEL, Exploration
from app.state.units import channel_of
from app.widgets.class_choice import ClassChoice
from app.widgets.slider_bank import CELL
from app.widgets.stratum import NAME_WIDTH, Stratum
from app.words import glossary

MARGINS = 72
"""What a level's row spends on its edges and between its parts: both fold their maps at the same width."""


class LabelRow(Stratum):
    """The label stands at its place among the levels; it has classes instead of units."""

    def __init__(
        self, experiment: Experiment, exploration: Exploration, answers: Answers, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Class {}").format(LABEL))
        self._experiment, self._exploration, self._answers = experiment, exploration, answers
        self.head = LevelName(LABEL, experiment)
        self.back = self.head.add_button("↺", self._back_words, lambda: exploration.reset_level(LABEL))
        self.back.hide()
        self.grip = LevelGrip(LABEL, exploration)
        self.head.put_under(self.grip)
        self.choice = ClassChoice()
        self.choice.setToolTip(glossary.sentences("label"))
        self.choice.chosen.connect(exploration.choose_class)
        self.effect = EffectView(LABEL, answers)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.body.addWidget(self.head)
        self.body.addWidget(self.choice, 1, Qt.AlignmentFlag.AlignTop)
        self.body.addWidget(self.effect, 0, Qt.AlignmentFlag.AlignTop)
        exploration.changed.connect(self._show)
        answers.arrived.connect(self._show)

    def dress(self, colour: QColor) -> None:
        """Use the colour of the level."""
        self.set_colour(colour)
        self.head.dress(colour)
        self.grip.dress(colour)
        self.choice.set_colour(colour)
        self.effect.set_colour(colour)

    def show_numbers(self) -> None:
        """Write the level's nats."""
        self.head.show_numbers()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.effect.fold(self.width() - NAME_WIDTH - 2 * CELL.width() - MARGINS)

    def _show(self) -> None:
        level, pictures, answer = self._answers.level(LABEL), self._experiment.pictures, self._answers.latest
        if level is None or pictures is None or answer is None:
            return
        self.choice.set_classes(pictures.classes)
        edits = self._exploration.point.edits.get(LABEL, {})
        moved = channel_of(max(edits, key=lambda number: edits[number])) if edits else None
        chosen = int(np.argmax(level.scores)) if moved is None else moved
        self.choice.show_shares(None if answer.classes is None else answer.classes.tolist(), chosen)
        self.head.say(self._note(answer.classes, pictures.classes[chosen], bool(edits)))
        self.back.setVisible(bool(edits))
        locked = self.grip.reason
        for widget, words in ((self.choice, glossary.sentences("label")), (self.back, self._back_words)):
            widget.setEnabled(not locked)
            widget.setToolTip(locked or words)

    @property
    def _back_words(self) -> str:
        return self.tr("Back to the class found in the image")

    def _note(self, classes: np.ndarray | None, name: str, edited: bool) -> str:
        if edited:
            return self.tr("drawn as “{}”").format(name)
        return self.tr("drawn from the prior") if classes is None else self.tr("q(y|x)")

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._exploration.look_at(LABEL)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._exploration.look_at(LABEL)
        super().mousePressEvent(event)
