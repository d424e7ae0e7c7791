"""The row of one level: its nats, its share, its active units, its sliders and the traversal of one of its units."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app import wording
from app.state.answers import Answers
from app.state.experiment import Experiment
from app.state.exploration import Exploration
from app.widgets.picture import Strip
from app.widgets.slider_bank import CELL, GAP, SliderBank, Unit
from app.widgets.stratum import NAME_WIDTH, Stratum

MARGINS = 48
STRIP_SIZES = (9, 7, 5, 3)
UNUSED_NATS = 0.01


class LevelRow(Stratum):
    """Sliders keep their order while anything in the row is edited or the mouse is over them."""

    def __init__(
        self,
        name: str,
        experiment: Experiment,
        exploration: Exploration,
        answers: Answers,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.name = name
        self.setAccessibleName(self.tr("Level {}").format(name))
        self._experiment, self._exploration, self._answers = experiment, exploration, answers
        self.opened = False
        self.bank, self.strip = SliderBank(), Strip()
        self.body.setSpacing(0)
        self.body.addWidget(self._name_block())
        self.body.addWidget(self.bank, 1)
        self.body.addSpacing(14)
        self.body.addWidget(self.strip, 0, Qt.AlignmentFlag.AlignTop)
        self._connect()

    def _connect(self) -> None:
        explore = self._exploration
        self.bank.began.connect(explore.begin)
        self.bank.ended.connect(explore.end)
        self.bank.moved.connect(lambda unit, score: explore.edit(self.name, unit, score))
        self.bank.reset.connect(self._reset_unit)
        self.bank.more_wanted.connect(self.toggle)
        explore.changed.connect(self._show_edits)
        self._answers.arrived.connect(self.show_answer)

    def _name_block(self) -> QWidget:
        block = QWidget()
        block.setFixedWidth(NAME_WIDTH)
        column = QVBoxLayout(block)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(1)
        self._title = QLabel(self.name)
        self._title.setProperty("role", "wordmark")
        self._nats, self._active = QLabel(), QLabel()
        for label in (self._nats, self._active):
            label.setProperty("role", "caption")
        self.dice = self._button("⚄", self.tr("Draw {} from its prior").format(self.name), self._randomise)
        self.back = self._button(
            "↺", self.tr("Reset {}").format(self.name), lambda: self._exploration.reset_level(self.name)
        )
        self.fold = self._button("▾", self.tr("Show every unit of {}").format(self.name), self.toggle)
        line = QHBoxLayout()
        line.setSpacing(0)
        line.addWidget(self._title)
        line.addStretch(1)
        for button in (self.back, self.dice, self.fold):
            line.addWidget(button)
        column.addLayout(line)
        column.addWidget(self._nats)
        column.addWidget(self._active)
        column.addStretch(1)
        self.back.hide()
        return block

    def _button(self, caption: str, hint: str, act: object) -> QPushButton:
        button = QPushButton(caption)
        button.setProperty("quiet", True)
        button.setMaximumWidth(26)
        button.setToolTip(hint)
        button.setAccessibleName(hint)
        button.clicked.connect(act)
        return button

    def toggle(self) -> None:
        """Open the row to all its units, or fold it."""
        self.opened = not self.opened
        self.fold.setText("▴" if self.opened else "▾")
        self.bank.set_open(self.opened)
        self.updateGeometry()

    def dress(self, colour: QColor) -> None:
        """Use the colour of the level."""
        self.set_colour(colour)
        self.bank.set_colour(colour)
        self._title.setStyleSheet(f"color: {colour.name()};")

    def show_numbers(self) -> None:
        """Write the level's nats and its share of all nats, means over the last steps."""
        recent, levels = self._experiment.curves.recent(), self._experiment.levels
        if recent is not None and self.name in levels:
            kl = recent[2:]
            mine, total = kl[levels.index(self.name)], max(float(kl.sum()), 1e-9)
            share = f" · {max(0.0, mine / total):.0%}" if len(levels) > 1 else ""
            self._nats.setText(self.tr("{} nats{}").format(wording.nats(float(mine)), share))

    def show_answer(self) -> None:
        """Show the latest answer: sliders, activity and strip."""
        answer = self._answers.level(self.name)
        if answer is None:
            return
        self._active.setText(self.tr("{} of {} active").format(answer.active, len(answer.order)))
        units = [self._unit(unit, float(answer.kl[unit])) for unit in self._answers.order(self.name)]
        self.bank.set_units(units, answer.active, self._idle_words(float(answer.unit_kl.sum())))
        self._show_edits()
        if strip := self._answers.strip(self.name):
            self.strip.show_pixels(strip.pictures, self.tr("unit {}").format(strip.unit))
        busy = self.bank.held or self.bank.underMouse() or self.name in self._exploration.point.edits
        self._answers.hold_order(self.name, busy)

    def _idle_words(self, nats: float) -> str:
        """What is said in place of sliders where no unit is active."""
        if nats < UNUSED_NATS:
            return self.tr("{} is unused: its posterior equals its prior.").format(self.name)
        return self.tr("No unit of {} is active: none depends on the image enough.").format(self.name)

    def _unit(self, number: int, kl: float) -> Unit:
        hint = self.tr("Unit {} of {}: {} nats for this image. Shift: fine; double click: reset.")
        name = self.tr("{} unit {}").format(self.name, number)
        return Unit(number, kl, name, hint.format(number, self.name, wording.nats(kl, 2)))

    def _show_edits(self) -> None:
        answer, edits = self._answers.level(self.name), self._exploration.point.edits.get(self.name, {})
        if answer is not None:
            self.bank.show_scores(answer.scores.tolist(), edits)
        self.back.setVisible(bool(edits))

    def _reset_unit(self, unit: int) -> None:
        self._exploration.reset_unit(self.name, unit)
        self._exploration.end()

    def _randomise(self) -> None:
        if order := self._answers.order(self.name):
            self._exploration.randomise(self.name, len(order))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        tile = self.strip.sizeHint().width() / max(1, self.strip.most)
        room = self.width() - NAME_WIDTH - 2 * CELL.width() - GAP - MARGINS
        self.strip.set_most(next((n for n in STRIP_SIZES if n * tile <= room), STRIP_SIZES[-1]))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._exploration.look_at(self.name)
        super().mousePressEvent(event)
