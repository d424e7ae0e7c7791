"""The left end of a level's row: its name, its nats, its share of them, and the buttons that act on all of it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.state.experiment import Experiment
from app.widgets.stratum import NAME_WIDTH
from app.words import glossary, wording


class LevelName(QWidget):
    """Buttons are added by the row, from left to right."""

    def __init__(self, name: str, experiment: Experiment, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedWidth(NAME_WIDTH)
        self.name, self._experiment = name, experiment
        self._title = QLabel(name)
        self._title.setProperty("role", "wordmark")
        self._nats, self._note = QLabel(), QLabel()
        self._nats.setToolTip(glossary.sentences("nats", "share"))
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(0)
        self._buttons.addWidget(self._title)
        self._buttons.addStretch(1)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(1)
        column.addLayout(self._buttons)
        for label in (self._nats, self._note):
            label.setProperty("role", "caption")
            column.addWidget(label)
        column.addStretch(1)

    @property
    def note(self) -> str:
        """What is said under the nats."""
        return self._note.text()

    def add_button(self, caption: str, hint: str, act: Callable[[], object]) -> QPushButton:
        """Offer something to do with the level."""
        button = QPushButton(caption)
        button.setProperty("quiet", True)
        button.setMaximumWidth(26)
        button.setToolTip(hint)
        button.setAccessibleName(hint)
        button.clicked.connect(lambda: act())
        self._buttons.addWidget(button)
        return button

    def put_under(self, widget: QWidget) -> None:
        """Lay a line under the words."""
        self._column.insertWidget(self._column.count() - 1, widget)

    def lie_low(self, low: bool) -> None:
        """Leave out what is said under the nats."""
        self._note.setVisible(not low)

    def dress(self, colour: QColor) -> None:
        """Write the name in the colour of the level."""
        self._title.setStyleSheet(f"color: {colour.name()};")

    def say(self, note: str, hint: str = "") -> None:
        """Say something under the nats."""
        self._note.setText(note)
        self._note.setToolTip(hint)

    def show_numbers(self) -> None:
        """Write the level's nats and its share of all nats, means over the last steps."""
        recent, levels = self._experiment.curves.recent(), self._experiment.levels
        if recent is None or self.name not in levels:
            return
        kl = recent[2:]
        mine, total = kl[levels.index(self.name)], max(float(kl.sum()), 1e-9)
        share = f" · {max(0.0, mine / total):.0%}" if len(levels) > 1 else ""
        self._nats.setText(self.tr("{} nats{}").format(wording.nats(float(mine)), share))
