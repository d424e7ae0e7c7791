"""The rows of the levels, nearest the pixels first; many levels lie folded in groups until somebody opens one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.panels.group_row import GroupRow
from app.panels.label_row import LabelRow
from app.panels.level_row import LevelRow
from app.state.answers import Answers
from app.state.equation import Group
from app.state.experiment import Experiment
from app.state.exploration import LABEL, Exploration
from app.state.permissions import Phase
from app.theme import Theme

MOST_ROWS = 8
"""More levels than these lie in groups."""
FULL_ROWS, ROW_HEIGHT = 3.4, 86
"""With less height than so many rows with pictures want, only open rows show them."""
TELLING_STEPS = 20
"""Steps of training after which the nats say which level is worth opening."""


class LevelStack(QWidget):
    """A row is made when its group opens for the first time; `wanted` names one that ought to be in sight."""

    wanted = Signal(QWidget)

    def __init__(
        self, experiment: Experiment, exploration: Exploration, answers: Answers, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("plain", True)
        self._experiment, self._exploration, self._answers = experiment, exploration, answers
        self.rows: dict[str, LevelRow] = {}
        self.label_row: LabelRow | None = None
        self.groups: dict[str, GroupRow] = {}
        self._theme: Theme | None = None
        self._keys: list[QAction] = []
        self._touched = False
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addStretch(1)

    def strata(self) -> list[LevelRow | LabelRow | GroupRow]:
        """Everything in the column, in no order."""
        label = [] if self.label_row is None else [self.label_row]
        return [*self.groups.values(), *self.rows.values(), *label]

    def build(self, keys: Sequence[QAction], theme: Theme) -> None:
        """Make the rows, or the lines of the groups, of the run at hand.

        Args:
            keys: actions whose shortcuts act while a row has the keyboard.
            theme: whose colours they wear.
        """
        self._clear()
        self._keys, self._theme = list(keys), theme
        levels = self._experiment.levels
        if len(levels) > MOST_ROWS:
            for group in self._experiment.groups:
                self._add_group(group)
        else:
            self._add_rows(levels, 0)
        alone = len(levels) == 1 and levels[0] in self.rows
        if alone:
            self.rows[levels[0]].toggle()
            self._column.setStretchFactor(self.rows[levels[0]], 1)
        self._column.setStretch(self._column.count() - 1, 0 if alone else 1)
        self.show_numbers()

    def dress(self, theme: Theme) -> None:
        """Wear the colours of `theme`."""
        self._theme = theme
        colours = theme.colours(self._experiment.groups)
        for name, row in self.rows.items():
            row.dress(colours[name])
        if self.label_row is not None:
            self.label_row.dress(colours[LABEL])
        for group in self.groups.values():
            group.dress(colours)

    def show_numbers(self) -> None:
        """Write everybody's nats, and open the group of the most informative level if nobody opened one."""
        for stratum in self.strata():
            stratum.show_numbers()
        if self.groups and not self._touched:
            self._open_most_informative()

    def settle(self, height: int, slim: bool = False) -> None:
        """Fold the pictures of rows that are not open where there are but `height` logical pixels for all rows.

        Args:
            height: of what a person sees of the rows.
            slim: fold the pictures of all: a view shows more of the kind beside them.
        """
        low = not self.groups and len(self.rows) > 1 and height < min(FULL_ROWS, len(self.rows)) * ROW_HEIGHT
        for row in self.rows.values():
            row.lie_low(low or slim, slim)

    def row(self, level: str) -> LevelRow | LabelRow | None:
        """The row of a level that lies in no closed group; None: there is none."""
        found = self.label_row if level == LABEL else self.rows.get(level)
        return None if found is None or found.isHidden() else found

    def look(self) -> None:
        """Tell the rows which of them a person sees: the others' strips and maps are not asked for."""
        for row in self.rows.values():
            row.come_into_sight(not row.visibleRegion().isEmpty())
        if self.label_row is not None:
            self.label_row.effect.come_into_sight(not self.label_row.visibleRegion().isEmpty())

    def _clear(self) -> None:
        for stratum in self.strata():
            self._column.removeWidget(stratum)
            stratum.hide()
            stratum.deleteLater()
        self.rows, self.groups, self.label_row, self._touched = {}, {}, None, False

    def _add_group(self, group: Group) -> None:
        line = GroupRow(group, self._experiment, self._answers)
        line.addActions(self._keys)
        line.toggled.connect(lambda opened: self._unfold(group, opened))
        self.groups[group.name] = line
        self._column.insertWidget(self._column.count() - 1, line)

    def _unfold(self, group: Group, opened: bool) -> None:
        self._touched = True
        if opened and group.levels[0] not in self.rows:
            self._add_rows(group.levels, self._column.indexOf(self.groups[group.name]) + 1)
        for name in group.levels:
            self.rows[name].setVisible(opened)

    def _add_rows(self, names: Sequence[str], place: int) -> None:
        for number, name in enumerate(names):
            row = self._row(name)
            row.addActions(self._keys)
            self._column.insertWidget(place + number, row)
        if self._theme is not None:
            self.dress(self._theme)

    def _row(self, name: str) -> LevelRow | LabelRow:
        if name == LABEL:
            self.label_row = LabelRow(self._experiment, self._exploration, self._answers)
            return self.label_row
        self.rows[name] = LevelRow(name, self._experiment, self._exploration, self._answers)
        self.rows[name].show_numbers()
        self.rows[name].show_answer()
        return self.rows[name]

    def _open_most_informative(self) -> None:
        recent, training = self._experiment.curves.recent(), self._experiment.phase == Phase.TRAINING
        if recent is None or (training and len(self._experiment.curves.training) < TELLING_STEPS):
            return
        level = self._experiment.levels[int(recent[2:].argmax())]
        group = next(one for one in self._experiment.groups if level in one.levels)
        self.groups[group.name].toggle()
        self.rows[level].toggle()
        self.wanted.emit(self.rows[level])
