"""The main window: it puts the panels in their places and ties actions to the bridge and the state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSettings, Qt
from PySide6.QtGui import QCloseEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QMainWindow, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from app import menus
from app.actions import Actions
from app.bridge import Bridge
from app.desktop import reading_order, window_memory
from app.inputs.fetching import Downloads
from app.inputs.inspecting import Inspecting
from app.inputs.opening import Opening
from app.inputs.pasting import Pasting
from app.inputs.recent import Recent
from app.panels.status import Status
from app.panels.tool_bar import ToolBar
from app.panels.welcome import Welcome
from app.state.answers import Answers
from app.state.experiment import Experiment
from app.state.exploration import Exploration
from app.state.permissions import Phase
from app.state.view_specs import LEVELS
from app.theme import Themes
from app.widgets.notices import Notices
from app.words.announcing import Announcing

if TYPE_CHECKING:
    from app.explorer.keeping_place import KeepingPlace
    from app.explorer.looking import Looking
    from app.explorer.looking_back import LookingBack
    from app.exports.capturing import Capturing
    from app.exports.curve_export import CurveExport
    from app.exports.view_export import ViewExport
    from app.inputs.browsing import Browsing
    from app.inputs.dropping import Dropping
    from app.inputs.splitting import Splitting
    from app.panels.beside_row import BesideRow
    from app.panels.curves import CurvesPanel
    from app.panels.objective_bar import ObjectiveBar
    from app.panels.setup import Setup
    from app.panels.strata import Strata
    from app.panels.time_line import TimeLine
    from app.panels.view_panel import ViewPanel
    from app.panels.view_tabs import ViewTabs
    from app.runs.comparing import Comparing
    from app.state.viewing import Viewing

SIZE = (1440, 900)
LEAST = (1100, 700)
LOW = 780
"""Below this height the curves fold into the objective bar, so that x and the levels stay."""
HIGH = 1040
"""Below this height they do so while a view is open, which wants the room."""


class MainWindow(QMainWindow):
    """Everything a person sees.

    Args:
        themes: already dressed.
        settings: where the window's place and the theme are remembered; None remembers nothing.
    """

    viewing: Viewing
    looking: Looking
    looking_back: LookingBack
    comparing: Comparing
    setup: Setup
    objective: ObjectiveBar
    curves: CurvesPanel
    strata: Strata
    time_line: TimeLine
    beside_row: BesideRow
    tabs: ViewTabs
    views: ViewPanel
    capturing: Capturing
    curve_export: CurveExport
    view_export: ViewExport
    keeping_place: KeepingPlace
    dropping: Dropping
    splitting: Splitting
    browsing: Browsing

    def __init__(self, themes: Themes, settings: QSettings | None = None) -> None:
        super().__init__()
        self.setWindowTitle("Strata")
        self.setMinimumSize(*LEAST)
        self.resize(*SIZE)
        self.settings, self.themes, self.furnished = settings, themes, False
        self.experiment, self.exploration, self.answers = Experiment(self), Exploration(self), Answers(self)
        self.bridge = Bridge(self.experiment, self.exploration, self.answers, self)
        self.commands = Actions(self.experiment, themes, self)
        self.recent = Recent(settings, self)
        self._curves_wanted: bool | None = None
        self._setup_wanted = True
        self.notices = Notices()
        self.announcing = Announcing(self.notices, self)
        self.inspecting = Inspecting(self.bridge.jobs, self)
        self.opening = Opening(
            self.experiment, self.exploration, self.bridge, self.inspecting, self.notices, settings, self
        )
        self.pasting = Pasting(self.opening, self.bridge.jobs, self.notices, self)
        self.downloads = Downloads(self.bridge.jobs, self)
        self.welcome = Welcome(self.opening.built_in(), self.downloads, self.recent)
        self.status = Status(self.experiment, themes)
        self.tools = ToolBar(self.experiment, self.commands, self.opening.built_in(), self.downloads)
        self._place_entrance()
        menus.fill(self.menuBar(), self.commands, self.recent, self.offer, lambda menu: self.capturing.list_in(menu))
        if settings is not None:
            window_memory.restore_place(self, settings)

    def furnish(self) -> None:
        """Make all that is not in sight at first; nothing works before."""
        from app.furnishing import furnish

        furnish(self)
        self._place_panels()
        self.furnished = True
        self._follow_state()
        self._enter(self.experiment.phase)
        self.welcome.setFocus()
        self._restore()

    def _place_entrance(self) -> None:
        self._pages = QStackedWidget()
        self._pages.addWidget(self.welcome)
        middle = QWidget()
        whole = QVBoxLayout(middle)
        whole.setContentsMargins(4, 8, 10, 8)
        whole.setSpacing(8)
        whole.addWidget(self.notices)
        whole.addWidget(self._pages, 1)
        self.setCentralWidget(middle)
        self.addToolBar(self.tools)
        self.setStatusBar(self.status)

    def _place_panels(self) -> None:
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self.curves)
        split.addWidget(self.strata)
        split.setStretchFactor(1, 1)
        split.setSizes([176, 600])
        split.setCollapsible(1, False)
        work = QWidget()
        column = QVBoxLayout(work)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.objective)
        column.addWidget(split, 1)
        self._pages.addWidget(work)

    def _follow_state(self) -> None:
        self.experiment.phase_changed.connect(self._enter)
        self.experiment.opened.connect(self._greet_data)
        self.experiment.run_changed.connect(self._remember_run)
        self.exploration.history_changed.connect(self._show_history)
        self.viewing.opened.connect(self._fold_curves)
        self.objective.curves_wanted.connect(self.toggle_curves)
        self._show_history()

    def offer(self, source: str) -> None:
        """Open data or a run, see `Opening.offer`."""
        self.opening.offer(source)

    def train_or_pause(self) -> None:
        """What the space bar does."""
        if self.experiment.phase == Phase.TRAINING:
            self.bridge.pause()
        else:
            self.bridge.train()

    def panels(self) -> dict[str, QWidget]:
        """What a screenshot may show alone, by name, outermost first."""
        strata = self.strata
        made: dict[str, QWidget] = {
            self.tr("the objective"): self.objective,
            self.tr("the curves"): self.curves,
            self.tr("all levels"): strata,
            self.tr("x"): strata.x_row,
            self.tr("draws from the prior"): strata.x_row.samples,
            self.tr("the view"): self.views,
        }
        rows = strata.rows.values()
        made |= {row.name: row for row in rows}
        made |= {self.tr("effect of {}").format(row.name): row.effect for row in rows}
        return made | self.browsing.panels()

    def _enter(self, phase: Phase) -> None:
        empty = phase == Phase.EMPTY
        self._pages.setCurrentIndex(0 if empty else 1)
        if empty:
            self.setup.hide()
        self._fold_curves()

    def _greet_data(self) -> None:
        pictures = self.experiment.pictures
        if pictures is None:
            return
        self.recent.add("data", pictures.source)
        self.setup.setVisible(self._setup_wanted)
        self.setWindowTitle(self.tr("{} – Strata").format(pictures.name))
        self.strata.x_row.setFocus()
        self.announcing.tell_skipped(pictures)

    def _remember_run(self) -> None:
        if self.experiment.run_path is not None:
            self.recent.add("runs", str(self.experiment.run_path))

    def _show_history(self) -> None:
        self.commands["undo"].setEnabled(self.exploration.can_undo)
        self.commands["redo"].setEnabled(self.exploration.can_redo)

    def toggle_setup(self) -> None:
        """Show or hide the dock of settings, from now on."""
        self._setup_wanted = self.setup.isHidden()
        self.setup.setVisible(self._setup_wanted)

    def toggle_curves(self) -> None:
        """Show or hide the curves, whatever the height of the window."""
        self._curves_wanted = self.curves.isHidden()
        self._fold_curves()

    def _fold_curves(self) -> None:
        """A low window folds the curves into the objective bar, and so does a view in one that is not high."""
        needed = LOW if self.viewing.current == LEVELS else HIGH
        wanted = self.height() >= needed if self._curves_wanted is None else self._curves_wanted
        self.curves.setVisible(wanted)
        self.objective.take_in_curves(not wanted)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.furnished:
            self._fold_curves()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange and self.furnished:
            self.viewing.come_into_sight(not self.isMinimized())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.furnished:
            self.strata.x_row.setFocus()
        super().keyPressEvent(event)

    def focusNextPrevChild(self, forwards: bool) -> bool:
        """Lead Tab through the window as it is read, whichever rows came when."""
        goal = reading_order.neighbour(self, self.focusWidget(), forwards)
        if goal is not None:
            reason = Qt.FocusReason.TabFocusReason if forwards else Qt.FocusReason.BacktabFocusReason
            goal.setFocus(reason)
        return goal is not None

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.furnished:
            self._remember()
            self.keeping_place.close()
            self.looking.close()
        self.bridge.close()
        if self.furnished:
            self.looking_back.close()
        event.accept()

    def _remember(self) -> None:
        if self.settings is not None:
            window_memory.remember(self, self.settings)
            self.comparing.remember(self.curves)
            self.settings.setValue("extent", self.setup.extent)
            self.settings.setValue("setup", self._setup_wanted)
            self.settings.setValue("theme", self.themes.choice)

    def _restore(self) -> None:
        if self.settings is not None:
            window_memory.restore_docks(self, self.settings)
            self.comparing.restore(self.curves, self.objective)
            self._setup_wanted = bool(self.settings.value("setup", True, bool))
            self.setup.setVisible(self._setup_wanted and self.experiment.phase != Phase.EMPTY)
            self.setup.show_extent(str(self.settings.value("extent", "simple")))
