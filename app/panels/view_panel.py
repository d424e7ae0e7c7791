"""A view of whole levels: its controls, its figure, and how old that is."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.panels import view_words
from app.panels.figure_view import FigureView
from app.panels.view_controls import ViewControls
from app.state.experiment import Experiment
from app.state.exploration import Exploration
from app.state.view_specs import CARD, LEVELS
from app.state.viewing import Viewing
from app.theme import Theme, Themes
from app.words import wording

TICK_MS = 1000
ROOMY = 320
"""With less height than this the figure takes the line that says what the view is."""
SLOW_S = 0.4
"""What takes longer to make has a progress bar, also where an older figure is in sight."""


class ViewPanel(QWidget):
    """`export_wanted` asks for the menu of ways to keep the figure, `refused` carries a sentence about a field."""

    export_wanted = Signal(QWidget)
    refused = Signal(str)

    def __init__(
        self,
        experiment: Experiment,
        exploration: Exploration,
        viewing: Viewing,
        themes: Themes,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._viewing, self._themes = viewing, themes
        self._began = 0.0
        self.controls = ViewControls(experiment, exploration, viewing)
        self.controls.refused.connect(self.refused)
        self.figure = FigureView(experiment, exploration)
        self._note = QLabel()
        self._note.setWordWrap(True)
        self._age, self._meaning = QLabel(), QLabel()
        for label in (self._age, self._meaning):
            label.setProperty("role", "caption")
        self._meaning.setWordWrap(True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(120)
        self.bar.setAccessibleName(self.tr("How much of the view is made"))
        self.cancel = self._button(self.tr("Cancel"), self.tr("Measure nothing more now"), viewing.cancel)
        self.again = self._button(
            self.tr("Measure again"), self.tr("Measure the levels with the weights as they are now"), viewing.measure
        )
        self.export = self._button(
            self.tr("Export ▾"), self.tr("Keep the figure as a picture, a drawing, a film or numbers"), self._ask_export
        )
        self._lay_out()
        self._clock = QTimer(self, interval=TICK_MS)
        self._clock.timeout.connect(self._tell_age)
        viewing.opened.connect(self._enter)
        viewing.arrived.connect(self._show)
        for signal in (exploration.changed, exploration.base_changed, exploration.level_changed, viewing.changed):
            signal.connect(self._show_values)
        for signal in (experiment.run_changed, experiment.families_changed, experiment.pictures_changed):
            signal.connect(self._build)
        themes.changed.connect(self._dress)

    def _lay_out(self) -> None:
        head, left, right, buttons, news = QHBoxLayout(), QVBoxLayout(), QVBoxLayout(), QHBoxLayout(), QHBoxLayout()
        head.setContentsMargins(18, 6, 12, 0)
        head.setSpacing(10)
        for column in (left, right):
            column.setSpacing(2)
        left.addWidget(self.controls)
        left.addWidget(self._meaning)
        buttons.addStretch(1)
        for widget in (self.cancel, self.again, self.export):
            buttons.addWidget(widget)
        news.addStretch(1)
        news.addWidget(self.bar)
        news.addWidget(self._age)
        for line in (buttons, news):
            line.setSpacing(6)
            right.addLayout(line)
        right.addStretch(1)
        head.addLayout(left, 1)
        head.addLayout(right)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        self._note.setContentsMargins(18, 10, 12, 10)
        column.addWidget(self._note)
        column.addWidget(self.figure, 1)

    def _button(self, words: str, hint: str, act: Callable[[], object]) -> QPushButton:
        button = QPushButton(words)
        button.setProperty("quiet", True)
        button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        button.setToolTip(hint)
        button.setAccessibleDescription(hint)
        button.clicked.connect(lambda: act())
        return button

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._meaning.setVisible(self.height() >= ROOMY)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._clock.start()
        self._show()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._clock.stop()

    @property
    def age(self) -> str:
        """What is said of when the figure was made."""
        return self._age.text()

    @property
    def note(self) -> str:
        """What is said in place of a figure."""
        return self._note.text()

    def _ask_export(self) -> None:
        self.export_wanted.emit(self.export)

    def _enter(self, name: str) -> None:
        if name != LEVELS:
            self._meaning.setText(view_words.tab(name).meaning)
            self._build()
            self._show()

    def _build(self) -> None:
        if self._viewing.current != LEVELS:
            self.controls.build()

    def _show_values(self) -> None:
        if self.isVisible():
            self.controls.show_values()

    def _dress(self, theme: Theme) -> None:
        self.figure.show_figure(self.figure.figure, theme)

    def _show(self) -> None:
        """Show what came of the view, unless nobody sees it."""
        if not self.isVisible() or self._viewing.current == LEVELS:
            return
        shown = self._viewing.shown
        if shown.figure is not self.figure.figure:
            self.figure.show_figure(shown.figure, self._themes.current)
            self.controls.show_values()
        self.figure.setVisible(shown.figure is not None)
        self._note.setText(shown.complaint or ("" if shown.figure is not None else self._waiting()))
        self._note.setVisible(bool(self._note.text()))
        self.export.setEnabled(shown.figure is not None and not shown.unfinished)
        self._show_progress(shown.done, shown.total)
        self._tell_age()

    def _waiting(self) -> str:
        measured = self._viewing.current == CARD and self._viewing.wish is None
        return self.tr("Nothing was measured yet.") if measured else self.tr("Being made …")

    def _show_progress(self, done: int, total: int) -> None:
        now = time.monotonic()
        self._began = 0.0 if not total else self._began or now
        slow = total > 0 and (self.figure.figure is None or now - self._began > SLOW_S)
        self.bar.setVisible(slow)
        if total:
            self.bar.setRange(0, total)
            self.bar.setValue(done)
        measuring = self._viewing.current == CARD and self._viewing.wish is not None
        self.cancel.setVisible(measuring)
        self.again.setVisible(self._viewing.current == CARD and not measuring)

    def _tell_age(self) -> None:
        shown = self._viewing.shown
        self._age.setText("" if shown.figure is None else wording.age(shown.step, shown.at))
