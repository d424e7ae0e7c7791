"""Archives and arrays in the window: an archive gets the same sheet as a folder, an array is loaded as it is."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.inputs import loading
from app.main_window import MainWindow
from app.state.permissions import Phase
from tests.engine.datasets.corpus import picture

WAIT = 30_000


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A zip of two classes, one member of which would lead out of it."""
    path = tmp_path / "photos.zip"
    with zipfile.ZipFile(path, "w") as packed:
        for number in range(24):
            packed.writestr(f"class {number % 2}/{number}.png", picture(10 * number, size=(20, 20)))
        packed.writestr("../evil.png", picture(1))
    return path


def test_an_archive_is_imported_through_the_sheet(window: MainWindow, archive: Path, qtbot) -> None:
    window.bridge.load_engine()
    assert loading.describe(str(archive), lambda *counts: None) == "Import 24 images in 2 classes"
    window.offer(str(archive))
    qtbot.waitUntil(lambda: window.opening.sheet is not None, timeout=WAIT)
    sheet = window.opening.sheet
    qtbot.waitUntil(lambda: bool(sheet.pictures.images), timeout=WAIT)
    assert sheet.asked.size == 20
    QTest.mouseClick(sheet.accept_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.experiment.phase == Phase.READY, timeout=WAIT)
    pictures = window.experiment.pictures
    assert (pictures.pixels.shape, pictures.classes) == ((24, 1, 20, 20), ("class 0", "class 1"))
    assert pictures.skipped == (("../evil.png", "Its name leads out of the archive."),)
    assert not (archive.parent.parent / "evil.png").exists()


def test_an_array_is_loaded_at_once_and_says_what_it_was(window: MainWindow, tmp_path: Path, qtbot) -> None:
    np.save(tmp_path / "images.npy", np.linspace(-1, 1, 24 * 144, dtype=np.float32).reshape(24, 12, 12))
    window.bridge.load_engine()
    window.offer(str(tmp_path / "images.npy"))
    qtbot.waitUntil(lambda: window.experiment.phase == Phase.READY, timeout=WAIT)
    assert window.opening.sheet is None
    assert window.experiment.pictures.pixels.shape == (24, 1, 12, 12)
    assert any("from -1 to 1" in fact for fact in window.experiment.pictures.facts)
