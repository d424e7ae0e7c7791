"""Windows for tests, runs in a folder of their own, and a watch for whatever a test leaves behind."""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from app.main_window import MainWindow
from app.state.permissions import Phase
from app.theme import Themes


@pytest.fixture(autouse=True)
def no_leaks(qapp: QApplication) -> Iterator[None]:
    """Fails where a test leaves a window, a running timer or a thread."""
    threads, windows = set(threading.enumerate()), set(qapp.topLevelWidgets())
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    gc.collect()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    left = [widget for widget in qapp.topLevelWidgets() if widget not in windows]
    assert not left, f"widgets left behind: {left}"
    timers = [one for one in gc.get_objects() if issubclass(type(one), QTimer) and isValid(one) and one.isActive()]
    assert not timers, f"timers left running: {[(one.parent(), one.interval()) for one in timers]}"
    strays = set(threading.enumerate()) - threads
    assert not strays, f"threads left running: {strays}"


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs and caches of a test stay in its own folder."""
    monkeypatch.setenv("STRATA_RUNS", str(tmp_path / "runs"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def themes(qapp: QApplication) -> Iterator[Themes]:
    """Dressed in the dark theme, and taken off afterwards."""
    qapp.setStyle("Fusion")
    made = Themes()
    made.choose("dark")
    yield made
    qapp.setStyleSheet("")
    made.deleteLater()


@pytest.fixture
def window(themes: Themes) -> Iterator[MainWindow]:
    """The main window, shown, without engine or data; closed and gone afterwards."""
    made = MainWindow(themes)
    made.furnish()
    made.show()
    yield made
    discard(made)


@pytest.fixture(scope="session")
def image_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two classes of 60 small images: bars that lie and bars that stand."""
    folder, random = tmp_path_factory.mktemp("bars"), np.random.default_rng(0)
    for name in ("lying", "standing"):
        (folder / name).mkdir()
        for number in range(60):
            pixels = np.zeros((28, 28), dtype=np.uint8)
            place = int(random.integers(4, 22))
            pixels[place : place + 3] = 255
            Image.fromarray(pixels if name == "lying" else pixels.T.copy()).save(folder / name / f"{number}.png")
    return folder


def import_as_offered(window: MainWindow, qtbot) -> None:
    """Wait for the sheet that asks how images are imported, and press Enter."""
    qtbot.waitUntil(lambda: window.opening.sheet is not None and window.opening.sheet.isVisible(), timeout=30_000)
    QTest.keyClick(window.opening.sheet, Qt.Key.Key_Return)


def discard(widget: QWidget) -> None:
    """Close a top-level widget and let Qt delete it."""
    widget.close()
    widget.deleteLater()


@pytest.fixture
def trained(window: MainWindow, image_folder: Path, qtbot) -> MainWindow:
    """A ladder of two levels, stopped after a few steps, with an answer on the screen."""
    window.bridge.load_engine()
    window.bridge.open(str(image_folder))
    qtbot.waitUntil(lambda: window.experiment.phase == Phase.READY, timeout=30_000)
    window.experiment.change(family="ladder", options={"units": "6,3", "width": "32,16", "depth": "1"}, epochs=12.0)
    window.bridge.train()
    qtbot.waitUntil(lambda: window.experiment.phase == Phase.FINISHED, timeout=30_000)
    qtbot.waitUntil(lambda: window.answers.strip("z2") is not None, timeout=30_000)
    window.activateWindow()
    return window
