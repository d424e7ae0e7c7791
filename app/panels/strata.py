"""The heart of the window: x on top, and under it a stratum for each level, nearest the pixels first."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.panels.group_row import GroupRow
from app.panels.label_row import LabelRow
from app.panels.level_row import LevelRow
from app.panels.level_stack import LevelStack
from app.panels.rows_and_view import RowsAndView
from app.panels.x_row import XRow
from app.state.answers import Answers
from app.state.experiment import Experiment
from app.state.exploration import Exploration
from app.state.permissions import Phase
from app.theme import Themes


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
        self._experiment, self._exploration, self._themes = experiment, exploration, themes
        self.x_row = XRow(experiment, exploration, answers, themes)
        self._stack = LevelStack(experiment, exploration, answers)
        self._hint = QLabel()
        self._hint.setProperty("role", "caption")
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._hint.setWordWrap(True)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(self._stack)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(1, 1, 1, 1)
        whole.setSpacing(0)
        self._under_x = QVBoxLayout()
        self.room = RowsAndView(self._scroll)
        self._viewed, self._follows = False, True
        whole.addWidget(self.x_row)
        whole.addLayout(self._under_x)
        for widget in (self._hint, self.room):
            whole.addWidget(widget, 1)
        self._glance = QTimer(self, singleShot=True, interval=0)
        self._glance.timeout.connect(self._look)
        self._goal: QWidget | None = None
        self._connect()
        self._build()

    @property
    def rows(self) -> dict[str, LevelRow]:
        """The rows of the levels by name; those of a group are there once it has been opened."""
        return self._stack.rows

    @property
    def groups(self) -> dict[str, GroupRow]:
        """The lines of the groups by name, where there are more levels than rows would fit."""
        return self._stack.groups

    @property
    def label_row(self) -> LabelRow | None:
        """The row of the label, where the model has one."""
        return self._stack.label_row

    def put_under_x(self, widget: QWidget) -> None:
        """Keep `widget` in sight between x and the levels, below what was put there before."""
        self._under_x.addWidget(widget)

    def put_view(self, widget: QWidget) -> None:
        """Keep `widget` ready to lie beside the rows, see `view`."""
        self.room.put_view(widget)

    def view(self, viewed: bool, follows: bool = True) -> None:
        """Show the view beside the rows, with the row at hand in sight, or the rows alone again.

        Args:
            viewed: whether there is a view.
            follows: it starts from where the sliders are.
        """
        self._viewed, self._follows = viewed, follows
        self._show_hint(self._experiment.phase)
        if viewed:
            self._show_level_at_hand()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._glance.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._glance.start()

    def _connect(self) -> None:
        experiment, bar = self._experiment, self._scroll.verticalScrollBar()
        experiment.run_changed.connect(self._build)
        experiment.progressed.connect(self._stack.show_numbers)
        experiment.phase_changed.connect(self._show_hint)
        self._themes.changed.connect(self._stack.dress)
        self._stack.wanted.connect(self._bring_into_sight)
        self._exploration.level_changed.connect(self._show_level_at_hand)
        self.room.moved.connect(self._glance.start)
        self.room.turned.connect(self._show_level_at_hand)
        for signal in (bar.valueChanged, bar.rangeChanged):
            signal.connect(lambda *_: self._glance.start())

    def _build(self) -> None:
        self._goal = None
        self._stack.build(self.x_row.actions(), self._themes.current)
        self._show_hint(self._experiment.phase)
        self._glance.start()

    def _bring_into_sight(self, row: QWidget) -> None:
        self._goal = row
        self._glance.start()

    def _show_level_at_hand(self) -> None:
        """Beside a view a single row may be in sight: it is that of the level at hand."""
        row = self._stack.row(self._exploration.level)
        if self._viewed and row is not None and not self._exploration.moving:
            self._bring_into_sight(row)

    def _look(self) -> None:
        """See to what is in sight, once the layout has given every row its place."""
        self._stack.settle(self._scroll.viewport().height(), slim=self.room.viewing)
        at_hand = self._stack.row(self._exploration.level) or next(iter(self.rows.values()), None)
        if at_hand is not None:
            bar = self._scroll.verticalScrollBar().sizeHint().width()
            self.room.fit_row(QSize(self._stack.minimumSizeHint().width() + bar, at_hand.height()))
        if self._goal is not None:  # further changes of the layout, and so further looks, may be on their way
            self._scroll.ensureWidgetVisible(self._goal, 0, 0)
            self._scroll.horizontalScrollBar().setValue(0)
            seen = self._goal.visibleRegion().boundingRect().height()
            if seen >= min(self._goal.height(), self._scroll.viewport().height()):
                self._goal = None
        self._stack.look()

    def _show_hint(self, phase: Phase) -> None:
        words = {
            Phase.DATA: self.tr("The engine is loading …"),
            Phase.READY: self.tr(
                "Press Train: a stratum for each level appears here, and its sliders answer while it learns."
            ),
        }
        self._hint.setText(words.get(phase, self.tr("Starting …")))
        empty = not self._stack.strata()
        self._hint.setVisible(empty)
        self.room.setVisible(not empty)
        self.room.open(self._viewed and not empty, self._follows)
