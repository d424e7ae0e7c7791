"""The table behind the list of runs: a row for each, a column for each thing one compares them by."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from PySide6.QtCore import QAbstractTableModel, QCoreApplication, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.runs.archive import Archive
from app.state.experiment import Experiment
from app.state.run_list import RunEntry, Standing, differences
from app.words import glossary, wording

Index = QModelIndex | QPersistentModelIndex
SORTING = Qt.ItemDataRole.UserRole


class Column(NamedTuple):
    """One column.

    Attributes:
        title: at its head.
        words: what it says of a run.
        order: what it is sorted by.
        number: whether it stands at the right.
    """

    title: str
    words: Callable[[RunEntry], str]
    order: Callable[[RunEntry], Any]
    number: bool = False


class RunTable(QAbstractTableModel):
    """Reads the archive; a tick in the first column pins a run behind the curves."""

    def __init__(self, archive: Archive, experiment: Experiment, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._archive, self._experiment = archive, experiment
        self._entries: Sequence[RunEntry] = ()
        self._differences: dict[str, str] = {}
        self.columns = self._make_columns()
        archive.listed.connect(self.reload)
        archive.pins.changed.connect(self._show_pins)

    def entry(self, row: int) -> RunEntry:
        """The run in a row."""
        return self._entries[row]

    def reload(self) -> None:
        """Show what the archive has read."""
        self.beginResetModel()
        self._entries = self._archive.entries
        self._differences = {entry.path: self._differs(entry) for entry in self._entries}
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._entries)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsUserCheckable if index.column() == 0 else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        entry, column = self._entries[index.row()], self.columns[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.words(entry)
        if role == SORTING:
            return column.order(entry)
        if role == Qt.ItemDataRole.CheckStateRole and index.column() == 0 and not entry.complaint:
            return Qt.CheckState.Checked if self._archive.is_pinned(entry) else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.TextAlignmentRole and column.number:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ToolTipRole:
            return entry.complaint or column.words(entry)
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        entry = self._entries[index.row()]
        if role != Qt.ItemDataRole.CheckStateRole or entry.complaint:
            return False
        self.pin(entry, Qt.CheckState(value) == Qt.CheckState.Checked)
        return True

    def details(self, entry: RunEntry) -> str:
        """What the columns have no room for: all that differs, and from what, or why it cannot be read."""
        if entry.complaint:
            return entry.complaint
        present = self._experiment.run_path
        other = _tr("the defaults") if present is None else present.name
        found = self._differences.get(entry.path, "")
        if Path(entry.path) == present:
            return _tr("This is the run at hand.")
        words = _tr("Unlike {}: {}") if found else _tr("Everything as in {}.")
        return words.format(other, found)

    def pin(self, entry: RunEntry, on: bool) -> None:
        """Lay the curves of a run behind the present ones, or take them away."""
        if on:
            self._archive.pin(Path(entry.path))
        else:
            self._archive.pins.drop(Path(entry.path))

    def _show_pins(self) -> None:
        if self._entries:
            last = self.index(len(self._entries) - 1, 0)
            self.dataChanged.emit(self.index(0, 0), last, [Qt.ItemDataRole.CheckStateRole])

    def _make_columns(self) -> tuple[Column, ...]:
        return (
            Column(_tr("Name"), self._name, lambda entry: entry.name.lower()),
            Column(_tr("Model"), self._title, self._title),
            Column(_tr("Data"), lambda entry: entry.data, lambda entry: entry.data.lower()),
            Column(_tr("Best bound"), _best, lambda entry: -1e30 if entry.best is None else entry.best, number=True),
            Column(_tr("Epochs"), _length, lambda entry: entry.epochs, number=True),
            Column(_tr("State"), _standing, lambda entry: entry.standing.value),
            Column(_tr("When"), _when, lambda entry: entry.changed_at),
            Column(_tr("Differs in"), self._words_of_differences, self._words_of_differences),
        )

    def _words_of_differences(self, entry: RunEntry) -> str:
        return self._differences[entry.path]

    def _name(self, entry: RunEntry) -> str:
        here = Path(entry.path) == self._experiment.run_path
        return _tr("{} (open)").format(entry.name) if here else entry.name

    def _title(self, entry: RunEntry) -> str:
        family = self._experiment.families.get(entry.family)
        return family.title if family else entry.family

    def _differs(self, entry: RunEntry) -> str:
        found = differences(entry.spec, self._archive.reference(entry))
        return " · ".join(f"{_setting(name)} {_value(value)}" for name, value in found.items())


def _setting(name: str) -> str:
    return glossary.term(name).title if glossary.has(name) else name.replace("_", " ")


def _value(value: Any) -> str:
    if value is None:
        return _tr("off")
    if isinstance(value, bool):
        return _tr("yes") if value else _tr("no")
    if isinstance(value, list | tuple):
        return ",".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def _best(entry: RunEntry) -> str:
    return "" if entry.best is None else wording.nats(entry.best)


def _length(entry: RunEntry) -> str:
    return f"{entry.epochs:.1f}" if entry.epochs < 10 else wording.count(entry.epochs)


def _standing(entry: RunEntry) -> str:
    return {
        Standing.IN_USE: _tr("in training"),
        Standing.FINISHED: _tr("finished"),
        Standing.INTERRUPTED: _tr("can go on"),
        Standing.UNREADABLE: _tr("unreadable"),
    }[entry.standing]


def _when(entry: RunEntry) -> str:
    return datetime.datetime.fromtimestamp(entry.changed_at).strftime("%Y-%m-%d %H:%M")


def _tr(words: str) -> str:
    return QCoreApplication.translate("RunTable", words)
