"""The line of a group of levels: what they hold together; a click or Enter shows the row of each."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QWidget

from app.state.answers import Answers
from app.state.equation import Group
from app.state.experiment import Experiment
from app.widgets.level_bars import LevelBars
from app.widgets.stratum import NAME_WIDTH, Stratum
from app.words import glossary, wording

FOLDED, OPEN = "▸", "▾"


class GroupRow(Stratum):
    """Knows nothing of the rows that it stands for; `toggled` says whether they are wanted."""

    toggled = Signal(bool)

    def __init__(self, group: Group, experiment: Experiment, answers: Answers, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.group, self.opened = group, False
        self._experiment, self._answers = experiment, answers
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.body.setContentsMargins(18, 3, 12, 4)
        self.fold = QPushButton(FOLDED)
        self.fold.setProperty("quiet", True)
        self.fold.setFixedWidth(26)
        self.fold.clicked.connect(self.toggle)
        self._title, self._facts, self._nats, self._active = QLabel(group.name), QLabel(), QLabel(), QLabel()
        self._title.setProperty("role", "wordmark")
        self._title.setMinimumWidth(NAME_WIDTH - 36)
        self.bars = LevelBars()
        for widget in (self.fold, self._title, self._facts, self._nats, self._active, self.bars):
            self.body.addWidget(widget)
        for label, width in ((self._facts, 116), (self._nats, 132), (self._active, 104)):
            label.setProperty("role", "caption")
            label.setMinimumWidth(width)  # so that the groups' words stand in columns
        self.body.addStretch(1)
        self._nats.setToolTip(glossary.sentences("nats", "share"))
        self._active.setToolTip(glossary.sentences("active_units"))
        self._facts.setText(self._describe())
        self._say()
        answers.arrived.connect(self._count_active)

    @property
    def numbers(self) -> str:
        """What is said about the nats and the active units."""
        return f"{self._nats.text()} {self._active.text()}".strip()

    def toggle(self) -> None:
        """Open the group to its levels, or fold it."""
        self.opened = not self.opened
        self._say()
        self.toggled.emit(self.opened)

    def dress(self, colours: Mapping[str, QColor]) -> None:
        """Use the colours of the levels, by name."""
        colour = colours[self.group.middle]
        self.set_colour(colour)
        self._title.setStyleSheet(f"color: {colour.name()};")
        self.bars.dress([colours[name] for name in self.group.levels])

    def show_numbers(self) -> None:
        """Write the sum of the levels' nats and its share of all nats, means over the last steps."""
        recent, levels = self._experiment.curves.recent(), self._experiment.levels
        if recent is None or not set(self.group.levels) <= set(levels):
            return
        kl = dict(zip(levels, (max(0.0, float(nats)) for nats in recent[2:]), strict=True))
        mine, total, most = (sum(kl[name] for name in self.group.levels), sum(kl.values()), max(kl.values()))
        self._nats.setText(self.tr("{} nats · {:.0%}").format(wording.nats(mine), mine / max(total, 1e-9)))
        self.bars.show_shares([kl[name] / max(most, 1e-9) for name in self.group.levels])

    def _describe(self) -> str:
        count, size = len(self.group.levels), self.group.size
        words = wording.plural(count, self.tr("{} level"), self.tr("{} levels"))
        return f"{words} · {size[0]} × {size[1]}" if size else words

    def _say(self) -> None:
        words = self.tr("Fold {} to one line") if self.opened else self.tr("Show the levels of {}")
        hint = words.format(self.group.name)
        self.fold.setText(OPEN if self.opened else FOLDED)
        self.fold.setAccessibleName(hint)
        self.fold.setToolTip(hint)
        self.setAccessibleName(self.tr("{}, {}").format(self.group.name, self._describe()))
        self.setAccessibleDescription(hint)

    def _count_active(self) -> None:
        found = [level for name in self.group.levels if (level := self._answers.level(name)) is not None]
        if found:
            active, units = sum(level.active for level in found), sum(len(level.order) for level in found)
            words = self.tr("{} of {} active").format(active, units)
            answer = self._answers.latest
            locked = 0 if answer is None else len(answer.question.locked & {*self.group.levels})
            self._active.setText(self.tr("{} · {} locked").format(words, locked) if locked else words)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if event.button() == Qt.MouseButton.LeftButton:
            self.toggle()
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.toggle()
        else:
            super().keyPressEvent(event)
