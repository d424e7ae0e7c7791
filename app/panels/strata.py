"""The heart of the window: x on top, and under it a stratum for each level, nearest the pixels first."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.panels.label_row import LabelRow
from app.panels.level_row import LevelRow
from app.panels.x_row import XRow
from app.state.answers import Answers
from app.state.experiment import Experiment
from app.state.exploration import LABEL, Exploration
from app.state.permissions import Phase
from app.theme import Theme, Themes


class Strata(QFrame):
    """Rows are made when a run says which levels it has; x never scrolls away."""

    def __init__(
        self,
        experiment: Experiment,
        exploration: Exploration,
        answers: Answers,
        themes: Themes,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self._experiment, self._exploration, self._answers, self._themes = experiment, exploration, answers, themes
        self.x_row = XRow(experiment, exploration, answers, themes)
        self.rows: dict[str, LevelRow] = {}
        self.label_row: LabelRow | None = None
        self._hint = QLabel()
        self._hint.setProperty("role", "caption")
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._hint.setWordWrap(True)
        content = QWidget()
        content.setProperty("plain", True)
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self._hint, 1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(content)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(1, 1, 1, 1)
        whole.setSpacing(0)
        whole.addWidget(self.x_row)
        whole.addWidget(self._scroll, 1)
        experiment.run_changed.connect(self._build)
        experiment.progressed.connect(self._show_numbers)
        experiment.phase_changed.connect(self._show_hint)
        themes.changed.connect(self._dress)
        self._build()

    def _build(self) -> None:
        for row in self._strata():
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        levels = self._experiment.levels
        self.rows, self.label_row = {}, None
        for name in levels:
            row = self._row(name)
            row.addActions(self.x_row.actions())
            self._column.insertWidget(self._column.count() - 1, row)
        self._column.setStretch(self._column.count() - 1, 0 if levels else 1)
        if len(levels) == 1 and levels[0] in self.rows:
            self.rows[levels[0]].toggle()
        self._dress(self._themes.current)
        self._show_numbers()
        self._show_hint(self._experiment.phase)

    def _row(self, name: str) -> LevelRow | LabelRow:
        if name == LABEL:
            self.label_row = LabelRow(self._experiment, self._exploration, self._answers)
            return self.label_row
        self.rows[name] = LevelRow(name, self._experiment, self._exploration, self._answers)
        return self.rows[name]

    def _strata(self) -> list[LevelRow | LabelRow]:
        """Every row under x."""
        return [*self.rows.values(), *([] if self.label_row is None else [self.label_row])]

    def _dress(self, theme: Theme) -> None:
        levels = self._experiment.levels
        for row in self._strata():
            row.dress(theme.level(levels.index(row.head.name), len(levels)))

    def _show_numbers(self) -> None:
        for row in self._strata():
            row.show_numbers()

    def _show_hint(self, phase: Phase) -> None:
        words = {
            Phase.DATA: self.tr("The engine is loading …"),
            Phase.READY: self.tr(
                "Press Train: a stratum for each level appears here, and its sliders answer while it learns."
            ),
        }
        self._hint.setText("" if self.rows else words.get(phase, self.tr("Starting …")))
        self._hint.setVisible(not self.rows)
