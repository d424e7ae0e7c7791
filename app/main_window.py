"""The main window: it puts the panels in their places and ties actions to the bridge and the state."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings, Qt
from PySide6.QtGui import QCloseEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFileDialog, QMainWindow, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from app import crashes, menus, places, screenshot, wording
from app.actions import Actions
from app.bridge import Bridge
from app.dropping import Dropping
from app.panels.crash_log import CrashLog
from app.panels.curves import CurvesPanel
from app.panels.objective_bar import ObjectiveBar
from app.panels.palette import Palette
from app.panels.setup import Setup
from app.panels.shortcuts import Shortcuts
from app.panels.skipped import SkippedFiles
from app.panels.status import Status
from app.panels.strata import Strata
from app.panels.tool_bar import ToolBar
from app.panels.welcome import Welcome
from app.recent import Recent
from app.state.answers import Answers
from app.state.experiment import Experiment
from app.state.exploration import Exploration
from app.state.permissions import Phase
from app.theme import Themes
from app.widgets.notices import Notices

SIZE = (1440, 900)
LEAST = (1100, 700)
DOCKS_VERSION = 1
LOW = 780
"""Below this height the curves fold into the objective bar, so that x and the levels stay."""


class MainWindow(QMainWindow):
    """Everything a person sees.

    Args:
        themes: already dressed.
        settings: where the window's place and the theme are remembered; None remembers nothing.
    """

    def __init__(self, themes: Themes, settings: QSettings | None = None) -> None:
        super().__init__()
        self.setWindowTitle("Strata")
        self.setMinimumSize(*LEAST)
        self.resize(*SIZE)
        self._settings, self.themes = settings, themes
        self.experiment, self.exploration, self.answers = Experiment(self), Exploration(self), Answers(self)
        self.bridge = Bridge(self.experiment, self.exploration, self.answers, self)
        self.commands = Actions(self.experiment, themes, self)
        self.recent = Recent(settings, self)
        self._curves_wanted: bool | None = None
        self._make_panels()
        self._place_panels()
        menus.fill(self.menuBar(), self.commands, self.recent, self.offer)
        self._tie_actions()
        self._tie_state()
        self.dropping = Dropping(self, self.bridge, self.offer, self._drop_remark)
        self._enter(self.experiment.phase)
        self.welcome.setFocus()
        self._restore()

    def _make_panels(self) -> None:
        state = (self.experiment, self.exploration, self.answers)
        self.notices = Notices()
        self.welcome = Welcome(self._built_in(), self.recent)
        self.setup = Setup(self.experiment, self.exploration, self.commands)
        self.objective = ObjectiveBar(self.experiment, self.themes)
        self.curves = CurvesPanel(self.experiment, self.themes)
        self.strata = Strata(*state, self.themes)
        self.strata.x_row.addActions(self.commands.local)
        self.status = Status(self.experiment, self.themes)
        self.tools = ToolBar(self.experiment, self.commands, self._built_in())

    def _place_panels(self) -> None:
        self._split = QSplitter(Qt.Orientation.Vertical)
        self._split.addWidget(self.curves)
        self._split.addWidget(self.strata)
        self._split.setStretchFactor(1, 1)
        self._split.setSizes([176, 600])
        self._split.setCollapsible(1, False)
        work = QWidget()
        column = QVBoxLayout(work)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.objective)
        column.addWidget(self._split, 1)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.welcome)
        self._pages.addWidget(work)
        middle = QWidget()
        whole = QVBoxLayout(middle)
        whole.setContentsMargins(4, 8, 10, 8)
        whole.setSpacing(8)
        whole.addWidget(self.notices)
        whole.addWidget(self._pages, 1)
        self.setCentralWidget(middle)
        self.addToolBar(self.tools)
        self.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, self.setup)
        self.setStatusBar(self.status)

    def _tie_actions(self) -> None:
        explore, bridge = self.exploration, self.bridge
        for key, act in (
            ("open_folder", self.open_folder),
            ("open_file", self.open_file),
            ("screenshot", self.take_screenshot),
            ("quit", self.close),
            ("undo", explore.undo),
            ("redo", explore.redo),
            ("reset_all", explore.reset_all),
            ("train", self.train_or_pause),
            ("step", lambda: bridge.train(one_step=True)),
            ("stop", bridge.stop),
            ("start_again", bridge.start_again),
            ("next", lambda: explore.pick_neighbour(1)),
            ("previous", lambda: explore.pick_neighbour(-1)),
            ("random", explore.pick_random),
            ("prior", explore.draw_from_prior),
            ("setup", lambda: self.setup.setVisible(self.setup.isHidden())),
            ("curves", self._toggle_curves),
            ("extent", lambda: self.setup.show_extent("simple" if self.setup.extent == "all" else "all")),
            ("palette", lambda: Palette(self.commands, self).show()),
            ("shortcuts", lambda: Shortcuts(self.commands, self).show()),
            ("crash_log", lambda: CrashLog(self).show()),
        ):
            self.commands.on(key, act)
        self.welcome.chosen.connect(self.offer)
        self.welcome.open_folder_wanted.connect(self.open_folder)
        self.welcome.open_file_wanted.connect(self.open_file)
        self.tools.source_chosen.connect(self.offer)
        self.setup.data.open_wanted.connect(self.open_folder)
        self.setup.start_again_wanted.connect(bridge.start_again)
        self.setup.refused.connect(lambda text: self.notices.say(text, problem=True))

    def _tie_state(self) -> None:
        self.experiment.phase_changed.connect(self._enter)
        self.experiment.pictures_changed.connect(self._greet_data)
        self.experiment.run_changed.connect(self._remember_run)
        self.experiment.problem.connect(self._say_failure)
        self.experiment.progressed.connect(self.objective.show_numbers)
        self.exploration.history_changed.connect(self._show_history)
        self.objective.toggled.connect(self.curves.show_term)
        self.bridge.noted.connect(lambda text, problem: self.notices.say(text, problem=problem))
        self.bridge.worked.connect(self.status.work)
        self.status.cancelled.connect(self.bridge.cancel)
        self._show_history()

    def offer(self, source: str) -> None:
        """Open data or a run; while a run is in training, ask first without blocking anything."""
        if self.experiment.phase not in (Phase.TRAINING, Phase.PAUSED):
            self.bridge.open(source)
            return
        self.notices.say(
            self.tr("A run is in training. Opening “{}” stops and saves it.").format(Path(source).name),
            answers=(
                (self.tr("Stop and open"), lambda: self.bridge.open(source)),
                (self.tr("Keep training"), lambda: None),
            ),
        )

    def _drop_remark(self) -> str:
        if self.experiment.phase in (Phase.TRAINING, Phase.PAUSED):
            return self.tr("A run is in training: you will be asked before it is stopped and saved.")
        return ""

    def open_folder(self) -> None:
        """Ask for a folder of images, of IDX files or of a run."""
        if folder := QFileDialog.getExistingDirectory(self, self.tr("A folder of images, of IDX files, or a run")):
            self.offer(folder)

    def open_file(self) -> None:
        """Ask for one IDX file."""
        file, _ = QFileDialog.getOpenFileName(self, self.tr("An IDX file"))
        if file:
            self.offer(file)

    def train_or_pause(self) -> None:
        """What the space bar does."""
        if self.experiment.phase == Phase.TRAINING:
            self.bridge.pause()
        else:
            self.bridge.train()

    def take_screenshot(self, path: Path | None = None) -> None:
        """Save a picture of the window, by default in the pictures folder, and say where it is."""
        path = path or places.new_screenshot()
        complaint = screenshot.save(self, path)
        self.notices.say(complaint or self.tr("Screenshot saved to {}").format(path), problem=bool(complaint))

    def _built_in(self) -> dict[str, tuple[str, str]]:
        return {
            "scenes": (self.tr("Strata scenes"), self.tr("Drawn by Strata, 28 × 28, black and white")),
            "scenes:colour": (self.tr("Strata scenes in colour"), self.tr("Drawn by Strata, 32 × 32, in colour")),
        }

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
        self.setup.show()
        self.setWindowTitle(self.tr("{} – Strata").format(pictures.name))
        self.strata.x_row.setFocus()
        if pictures.skipped:
            self.notices.say(
                wording.plural(
                    len(pictures.skipped),
                    self.tr("{} file could not be used and was left out."),
                    self.tr("{} files could not be used and were left out."),
                ),
                problem=True,
                answers=((self.tr("Show which"), lambda: SkippedFiles(pictures.skipped, self).show()),),
            )

    def _say_failure(self, reason: str, details: str) -> None:
        if not details:
            self.notices.say(reason, problem=True)
            return
        crashes.append(details)
        self.say_bug(reason)

    def say_bug(self, reason: str) -> None:
        """Say that something went wrong inside Strata, and offer what was written down about it."""
        self.notices.say(
            self.tr("Something went wrong inside Strata: {}").format(reason),
            problem=True,
            answers=((self.tr("Show the log"), lambda: CrashLog(self).show()),),
        )

    def tell_of_crashes(self) -> None:
        """Say that the log holds bugs of an earlier time."""
        self.notices.say(
            self.tr("Strata met an error when it ran last; what is known about it was written down."),
            answers=((self.tr("Show the log"), lambda: CrashLog(self).show()),),
        )

    def _remember_run(self) -> None:
        if self.experiment.run_path is not None:
            self.recent.add("runs", str(self.experiment.run_path))

    def _show_history(self) -> None:
        self.commands["undo"].setEnabled(self.exploration.can_undo)
        self.commands["redo"].setEnabled(self.exploration.can_redo)

    def _toggle_curves(self) -> None:
        self._curves_wanted = self.curves.isHidden()
        self._fold_curves()

    def _fold_curves(self) -> None:
        wanted = self.height() >= LOW if self._curves_wanted is None else self._curves_wanted
        self.curves.setVisible(wanted)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold_curves()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.strata.x_row.setFocus()
        super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._remember()
        self.bridge.close()
        event.accept()

    def _remember(self) -> None:
        if self._settings is not None:
            self._settings.setValue("geometry", self.saveGeometry())
            self._settings.setValue("docks", self.saveState(DOCKS_VERSION))
            self._settings.setValue("extent", self.setup.extent)
            self._settings.setValue("theme", self.themes.choice)

    def _restore(self) -> None:
        if self._settings is None:
            return
        geometry, docks = self._settings.value("geometry"), self._settings.value("docks")
        if isinstance(geometry, QByteArray):
            self.restoreGeometry(geometry)
        if isinstance(docks, QByteArray):
            self.restoreState(docks, DOCKS_VERSION)
            self.setup.setVisible(self.experiment.phase != Phase.EMPTY)
        self.setup.show_extent(str(self._settings.value("extent", "simple")))
