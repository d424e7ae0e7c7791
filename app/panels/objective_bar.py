"""The objective as an equation with live numbers in nats, of which images it is, and what there is to say about it."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.panels import objective_words
from app.panels.curve_card import switch
from app.panels.objective_line import ObjectiveLine
from app.state import objective, series
from app.state.experiment import Experiment
from app.state.objective import HELD_OUT, TRAINING
from app.state.series import Axis, View
from app.theme import Themes
from app.widgets.remarks import Remarks
from app.widgets.spark import Spark
from app.words import glossary

PAUSE_MS = 250
"""Between two sets of numbers: quicker ones nobody reads."""
HEIGHT = 58
EDGE = 12


class ObjectiveBar(QFrame):
    """The equation, of training or of held-out images, with what there is to say about it below.

    `toggled` says that a term's curve is wanted, or no longer; `curves_wanted` that the folded curves are.
    """

    toggled = Signal(str, bool)
    curves_wanted = Signal()

    def __init__(self, experiment: Experiment, themes: Themes, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.setFixedHeight(HEIGHT)
        self._experiment, self._themes = experiment, themes
        self._folded = False
        self.equation = ObjectiveLine(experiment, themes)
        self.equation.toggled.connect(self.toggled)
        self.remarks = Remarks()
        self.spark = Spark()
        self.spark.wanted.connect(self.curves_wanted)
        self.spark.hide()
        self._place()
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._write_all)
        experiment.run_changed.connect(self._start)
        experiment.evaluated.connect(self._write_all)
        experiment.settings_changed.connect(self._write_all)
        experiment.families_changed.connect(self.equation.build)
        self.equation.rebuilt.connect(self._write_all)
        self._write_all()

    @property
    def terms(self) -> tuple[str, ...]:
        """The names of the terms, in order."""
        return self.equation.names

    @property
    def split(self) -> str:
        """Of which images the equation is: TRAINING or HELD_OUT."""
        return self.splits.current if self.splits.button(HELD_OUT).isEnabled() else TRAINING

    def term(self, name: str) -> QPushButton:
        """The term "bound", "log_px", "gain", the name of a level, or that of a group such as "z1–z3"."""
        return self.equation.term(name)

    def take_in_curves(self, folded: bool) -> None:
        """Show the bound as a small curve while the large ones are folded away."""
        self.spark.setVisible(folded and self._experiment.run_settings is not None)
        self._folded = folded
        self._write_all()

    def hide_terms(self, names: Iterable[str]) -> None:
        """Show as hidden those whose curves are hidden already."""
        self.equation.hide_terms(names)

    def show_numbers(self) -> None:
        """Write the present numbers, if they were not written just now."""
        if not self._pause.isActive():
            self._pause.start()
            self._write_all()

    def _place(self) -> None:
        hints = {TRAINING: glossary.term("training_bound").meaning, HELD_OUT: glossary.term("held_out").meaning}
        captions = {TRAINING: self.tr("Training"), HELD_OUT: self.tr("Held out")}
        self.splits = switch(captions, hints, self.tr("Of which images the equation is"))
        self.splits.chosen.connect(self._write_all)
        below = QHBoxLayout()
        below.setContentsMargins(5, 0, 0, 0)
        below.addWidget(self.remarks, 1)
        below.addWidget(self.splits)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(EDGE - 4, 3, EDGE, 4)
        whole.setSpacing(EDGE)
        column = QVBoxLayout()
        column.setSpacing(0)
        whole.addLayout(column, 1)
        whole.addWidget(self.spark)
        whole.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)  # the window may always become narrower
        column.addWidget(self.equation, 1)
        column.addLayout(below)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def _start(self) -> None:
        self.equation.fold()
        self.spark.setVisible(self._folded and self._experiment.run_settings is not None)
        self.equation.build()

    def _write_all(self) -> None:
        self.splits.rule_out(HELD_OUT, "" if len(self._experiment.curves.validation) else self.tr("No validation yet."))
        if self.equation.stale:
            self.equation.build()
            return
        aside = self.spark.width() + EDGE if self._folded else 0
        self.equation.write(objective.figures(self._experiment.curves, self.split), self.width() - aside)
        if self.spark.isVisibleTo(self):
            self._draw_spark()
        self.remarks.say(tuple(objective_words.remarks(self._experiment, self.split)))

    def _draw_spark(self) -> None:
        curves = self._experiment.curves
        view = View(Axis.STEPS, 0.0, series.end(curves, Axis.STEPS), self.spark.width())
        y = series.bound_lines(curves, view)["bound"][1]
        self.spark.show_line(y[len(y) // 10 :], QColor(self._themes.current.accent))
        words = self.tr("The {} so far, {}; a click shows the curves (F10)")
        self.spark.setToolTip(words.format(self._experiment.bound_name, self.tr("training images")))
        self.spark.setAccessibleName(self.spark.toolTip())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._write_all()
