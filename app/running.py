"""Brings the window up and runs it: until it is closed, or until its picture is taken."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from PySide6.QtCore import QObject, QSettings, QTimer, Slot
from PySide6.QtWidgets import QApplication

from app.desktop import crashes
from app.desktop.first_paint import FirstPaint
from app.exports import captions, screenshot
from app.main_window import SIZE, MainWindow
from app.state.permissions import Phase
from app.state.records import DataSource
from app.theme import Themes

AFTER_S = 10.0
SWITCH_S = 0.002
"""How long another Python thread may go on while the window's waits: Python's own 5 ms, met twice, is a frame."""


def application() -> QApplication:
    """The process' application, made and styled as every window of Strata finds it."""
    sys.setswitchinterval(SWITCH_S)
    made = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(made, QApplication)
    made.setApplicationName("Strata")
    made.setStyle("Fusion")
    return made


def run(arguments: argparse.Namespace) -> int:
    """Show the window, or render it, and return the exit code."""
    made = application()
    if arguments.screenshot is not None:
        return _render(made, arguments)
    settings = QSettings("strata", "strata")
    themes = Themes()
    themes.choose(arguments.theme or str(settings.value("theme", "system")))
    window = MainWindow(themes, settings)
    found = crashes.Crashes(settings, window)
    found.watch(window.announcing.tell_bug)

    def go_on() -> None:
        window.furnish()
        if found.unseen:
            window.announcing.tell_of_crashes()
            found.mark_seen()
        window.bridge.load_engine()
        if arguments.source:
            window.bridge.open(_asked(arguments), then=_starter(window, arguments.train))

    FirstPaint(window, go_on)
    window.show()
    return made.exec()


def _asked(arguments: argparse.Namespace) -> DataSource:
    """The data that were asked for on the command line."""
    how = (arguments.size, arguments.colour, arguments.framing, arguments.held_out, arguments.folder_classes)
    return DataSource(arguments.source or "scenes", *how)


def _starter(window: MainWindow, wanted: bool) -> Starter:
    return Starter(window, wanted)


class Starter(QObject):
    """Begins training as soon as data and engine are both there."""

    def __init__(self, window: MainWindow, wanted: bool) -> None:
        super().__init__(window)
        self._window, self._wanted = window, wanted

    def __call__(self) -> None:
        """The data are there."""
        if self._wanted:
            self._window.experiment.phase_changed.connect(self._try)
            self._try()

    @Slot()
    def _try(self) -> None:
        if self._wanted and self._window.experiment.phase in (Phase.READY, Phase.STOPPED, Phase.FINISHED):
            self._wanted = False
            self._window.bridge.train()


class Rendering(QObject):
    """Trains, waits `after` seconds from the first step, takes the picture and quits."""

    def __init__(self, window: MainWindow, path: Path, after: float) -> None:
        super().__init__(window)
        self._window, self._path = window, path
        self.complaint = ""
        self._timer = QTimer(self, singleShot=True, interval=round(1000 * after))
        self._timer.timeout.connect(self._take)
        window.experiment.progressed.connect(self._begin)
        window.experiment.phase_changed.connect(self._watch)
        window.bridge.noted.connect(self._refuse)

    @Slot()
    def _begin(self) -> None:
        self._window.experiment.progressed.disconnect(self._begin)
        self._timer.start()

    @Slot(object)
    def _watch(self, phase: Phase) -> None:
        if phase == Phase.FAILED:
            self._refuse(self.tr("Training failed before the picture was taken."), True)

    @Slot(str, bool)
    def _refuse(self, text: str, problem: bool) -> None:
        if problem:
            self.complaint = self.complaint or text
            self._window.close()

    @Slot()
    def _take(self) -> None:
        window = self._window
        image = screenshot.draw(window, window.devicePixelRatioF())
        self.complaint = screenshot.write(image, self._path, captions.metadata(window.experiment, window.exploration))
        self._window.close()


def _render(application: QApplication, arguments: argparse.Namespace) -> int:
    """Train and save a picture of the window; the run itself is thrown away."""
    themes = Themes()
    themes.choose(arguments.theme or "dark")
    with tempfile.TemporaryDirectory(prefix="strata-") as folder:
        os.environ["STRATA_RUNS"] = folder
        window = MainWindow(themes)
        window.furnish()
        window.resize(*SIZE)
        after = AFTER_S if arguments.after is None else arguments.after
        rendering = Rendering(window, arguments.screenshot.absolute(), after)
        window.show()
        window.bridge.load_engine()
        window.bridge.open(_asked(arguments), then=_starter(window, True))
        application.exec()
    if rendering.complaint:
        print(f"strata: {rendering.complaint}", file=sys.stderr)
        return 2
    return 0
