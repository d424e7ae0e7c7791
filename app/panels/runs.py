"""The list of runs: find one, open it, lay its curves behind the present ones, show its folder, throw it away."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QItemSelectionModel, QObject, QPoint, QSortFilterProxyModel, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenu,
    QMessageBox,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app.panels.run_table import SORTING, RunTable
from app.runs.archive import Archive
from app.state.experiment import Experiment
from app.state.run_list import RunEntry
from app.words import wording

SIZE = (1060, 460)
WIDTHS = (220, 110, 110, 90, 70, 90, 130)


class Runs(QDialog):
    """Stays open beside the window. `chosen` carries the folder of a run to open, `beside_wanted` that of one to
    explore beside the run at hand.

    In the list Enter opens, Space pins and Delete throws away, after it has asked.
    """

    chosen = Signal(str)
    beside_wanted = Signal(str)

    def __init__(self, archive: Archive, experiment: Experiment, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Runs"))
        self.resize(*SIZE)
        self._archive, self._experiment, self._last = archive, experiment, ""
        self.table = RunTable(archive, experiment, self)
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSourceModel(self.table)
        self._sorted.setSortRole(SORTING)
        self._sorted.setFilterKeyColumn(-1)
        self._sorted.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search names, models, data, settings …"))
        self.search.setAccessibleName(self.tr("Search the runs"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._sorted.setFilterFixedString)
        self.view = self._make_view()
        self.note, self.details = QLabel(self.tr("Reading …")), QLabel()
        self.details.setWordWrap(True)
        for label in (self.note, self.details):
            label.setProperty("role", "caption")
        self.buttons = self._make_buttons()
        self._place()
        self.table.modelReset.connect(self._greet)
        self._sorted.layoutChanged.connect(self._follow)
        for signal in (experiment.run_changed, experiment.phase_changed):
            signal.connect(self._refresh)
        archive.pins.changed.connect(self._follow)
        self._follow()
        self._refresh()

    def selected(self) -> RunEntry | None:
        """The run on which the buttons act."""
        rows = self.view.selectionModel().selectedRows()
        return self.table.entry(self._sorted.mapToSource(rows[0]).row()) if rows else None

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.WindowActivate:
            self._refresh()
        return super().event(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            keys = {
                Qt.Key.Key_Return: "open",
                Qt.Key.Key_Enter: "open",
                Qt.Key.Key_Space: "pin",
                Qt.Key.Key_Delete: "delete",
                Qt.Key.Key_B: "beside",
            }
            if (name := keys.get(Qt.Key(event.key()))) is not None:
                self.buttons[name].click()
                return True
        return super().eventFilter(watched, event)

    def _refresh(self) -> None:
        self._archive.refresh()

    def _make_view(self) -> QTableView:
        view = QTableView()
        view.setModel(self._sorted)
        view.setAccessibleName(self.tr("Runs"))
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.setTabKeyNavigation(False)
        view.setShowGrid(False)
        view.setWordWrap(False)
        view.verticalHeader().hide()
        view.setSortingEnabled(True)
        view.sortByColumn(len(WIDTHS) - 1, Qt.SortOrder.DescendingOrder)
        heads = view.horizontalHeader()
        heads.setHighlightSections(False)
        heads.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column, width in enumerate(WIDTHS):
            heads.resizeSection(column, width)
        heads.setSectionResizeMode(len(WIDTHS), QHeaderView.ResizeMode.Stretch)
        view.doubleClicked.connect(lambda _: self.buttons["open"].click())
        view.customContextMenuRequested.connect(self._offer_menu)
        view.selectionModel().selectionChanged.connect(lambda *_: self._follow())
        view.installEventFilter(self)
        return view

    def _make_buttons(self) -> dict[str, QPushButton]:
        made = {}
        for name, words, hint, act in (
            ("open", self.tr("Open"), self.tr("Open the run with its data (Enter)"), self._open),
            (
                "pin",
                self.tr("Pin to the curves"),
                self.tr("Draw it behind the present curves (space)"),
                self._pin,
            ),
            (
                "beside",
                self.tr("Side by side"),
                self.tr("Let it answer the same image and sliders as the run at hand, and pin its curves (B)"),
                self._put_beside,
            ),
            ("reveal", self.tr("Show the folder"), self.tr("Open its folder on the desktop"), self._reveal),
            ("delete", self.tr("Delete …"), self.tr("Move its folder to the trash (Delete)"), self._ask),
        ):
            button = QPushButton(words)
            button.setToolTip(hint)
            button.setProperty("outlined", True)
            button.setAutoDefault(False)
            button.clicked.connect(self._on_selected(act))
            made[name] = button
        return made

    def _place(self) -> None:
        line = QHBoxLayout()
        line.addWidget(self.note)
        line.addStretch(1)
        for button in self.buttons.values():
            line.addWidget(button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(14, 12, 14, 12)
        whole.setSpacing(10)
        whole.addWidget(self.search)
        whole.addWidget(self.view, 1)
        whole.addWidget(self.details)
        whole.addLayout(line)

    def _greet(self) -> None:
        """Fresh runs are there: the one that was selected stays so, else it is the newest."""
        count = self.table.rowCount()
        none = self.tr("No runs yet: they come to be when you press Train.")
        self.note.setText(wording.plural(count, self.tr("{} run"), self.tr("{} runs")) if count else none)
        rows = (row for row in range(count) if self.table.entry(row).path == self._last)
        index = self._sorted.mapFromSource(self.table.index(next(rows, 0), 0))
        flags = QItemSelectionModel.SelectionFlag
        self.view.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
        self._follow()

    def _follow(self) -> None:
        """Offer what is possible for the run that is selected."""
        entry = self.selected()
        self._last = entry.path if entry else self._last
        self.details.setText("" if entry is None else self.table.details(entry))
        readable = entry is not None and not entry.complaint
        self.buttons["open"].setEnabled(readable)
        self.buttons["pin"].setEnabled(readable)
        present = self._experiment.run_path
        other = entry is not None and present is not None and str(present) != entry.path
        self.buttons["beside"].setEnabled(readable and other)
        self.buttons["reveal"].setEnabled(entry is not None)
        objection = "" if entry is None else self._archive.objection(entry)
        self.buttons["delete"].setEnabled(entry is not None and not objection)
        self.buttons["delete"].setToolTip(objection or self.tr("Move its folder to the trash (Delete)"))
        pinned = entry is not None and self._archive.is_pinned(entry)
        self.buttons["pin"].setText(self.tr("Unpin") if pinned else self.tr("Pin to the curves"))

    def _on_selected(self, act: Callable[[RunEntry], object]) -> Callable[[], None]:
        def acted() -> None:
            if (entry := self.selected()) is not None:
                act(entry)

        return acted

    def _open(self, entry: RunEntry) -> None:
        self.chosen.emit(entry.path)

    def _pin(self, entry: RunEntry) -> None:
        self.table.pin(entry, not self._archive.is_pinned(entry))

    def _put_beside(self, entry: RunEntry) -> None:
        self.table.pin(entry, True)
        self.beside_wanted.emit(entry.path)

    def _reveal(self, entry: RunEntry) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(entry.path))

    def _ask(self, entry: RunEntry) -> None:
        """Name the run before it goes."""
        question = QMessageBox(self)
        question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        question.setIcon(QMessageBox.Icon.Question)
        question.setWindowTitle(self.tr("Delete a run"))
        question.setText(self.tr("Move the run “{}” to the trash?").format(entry.name))
        words = self.tr("Its weights, curves and pictures go with its folder:\n{}")
        question.setInformativeText(words.format(entry.path))
        sure = question.addButton(self.tr("Move to the trash"), QMessageBox.ButtonRole.DestructiveRole)
        question.setDefaultButton(question.addButton(QMessageBox.StandardButton.Cancel))
        sure.clicked.connect(lambda: self._archive.throw_away(entry))
        question.open()

    def _offer_menu(self, place: QPoint) -> None:
        if self.selected() is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for button in self.buttons.values():
            action = menu.addAction(button.text())
            action.setEnabled(button.isEnabled())
            action.triggered.connect(button.click)
        menu.popup(self.view.viewport().mapToGlobal(place))
