"""The sheet before an import: what it shows is what is loaded, recorded in the run and loaded again."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest

from app.main_window import MainWindow
from app.panels.import_sheet import ImportSheet
from app.state.permissions import Phase
from app.state.records import DataSource
from app.theme import Themes
from tests.app.conftest import discard

LEFT, WAIT = Qt.MouseButton.LeftButton, 30_000


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two classes of 20 red and green pictures, 48 x 40."""
    folder = tmp_path_factory.mktemp("photos")
    for name, colour in (("red", (220, 30, 30)), ("green", (20, 190, 40))):
        (folder / name).mkdir()
        for number in range(20):
            pixels = np.full((40, 48, 3), colour, np.uint8)
            pixels[number : number + 9, 5:20] = 255
            Image.fromarray(pixels).save(folder / name / f"{number}.png")
    return folder


def sheet_of(window: MainWindow, folder: Path, qtbot) -> ImportSheet:
    window.offer(str(folder))
    qtbot.waitUntil(lambda: window.opening.sheet is not None, timeout=WAIT)
    sheet = window.opening.sheet
    qtbot.waitUntil(lambda: bool(sheet.pictures.images), timeout=WAIT)
    return sheet


def words(sheet: ImportSheet) -> str:
    return " ".join(label.text() for label in sheet.findChildren(type(sheet._memory)))


def test_it_shows_counts_memory_and_the_images_as_they_will_be(window: MainWindow, photos: Path, qtbot) -> None:
    sheet = sheet_of(window, photos, qtbot)
    assert "37 images in 2 classes to learn from, 3 held out to check on." in words(sheet)
    assert (sheet.colour_asked, sheet.size_asked) == (True, 40)
    assert f"about {2 * 40 * 3 * 40 * 40 / 1000:.0f} kB of memory" in words(sheet)
    assert (sheet.pictures.images[0].width(), sheet.pictures.images[0].isGrayscale()) == (40, False)

    QTest.mouseClick(sheet.sizes.button("28"), LEFT)
    QTest.mouseClick(sheet.colours.button("grey"), LEFT)
    qtbot.waitUntil(
        lambda: sheet.pictures.images[0].width() == 28 and sheet.pictures.images[0].isGrayscale(), timeout=WAIT
    )
    assert f"about {2 * 40 * 28 * 28 / 1000:.0f} kB of memory" in words(sheet)
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    assert window.opening.sheet is None
    assert window.experiment.phase == Phase.EMPTY


def test_what_was_answered_is_loaded_recorded_and_loaded_again(
    window: MainWindow, photos: Path, tmp_path: Path, qtbot
) -> None:
    window.bridge.load_engine()
    sheet = sheet_of(window, photos, qtbot)
    QTest.mouseClick(sheet.sizes.button("32"), LEFT)
    QTest.mouseClick(sheet.colours.button("grey"), LEFT)
    shown = sheet.pictures
    qtbot.waitUntil(lambda: shown.images[0].width() == 32 and shown.images[0].isGrayscale(), timeout=WAIT)
    previews = {bytes(image.constBits()) for image in shown.images}
    QTest.mouseClick(sheet.accept_button, LEFT)
    qtbot.waitUntil(lambda: window.experiment.phase == Phase.READY, timeout=WAIT)
    pictures = window.experiment.pictures
    assert pictures.pixels.shape[1:] == (1, 32, 32)
    assert pictures.asked == DataSource(str(photos), 32, False)
    assert previews <= {pictures.picture(number).tobytes() for number in range(len(pictures))}

    window.experiment.change(family="vae", options={"units": "3", "width": "8"}, plan="steps", steps=2)
    QTest.mouseClick(window.tools.train_button, LEFT)
    qtbot.waitUntil(lambda: window.experiment.phase == Phase.FINISHED, timeout=WAIT)
    (run,) = (tmp_path / "runs").iterdir()
    spec = json.loads((run / "run.json").read_text())["spec"]
    assert (spec["size"], spec["colour"]) == (32, False)

    before = window.experiment.pictures
    window.offer(str(run))
    qtbot.waitUntil(lambda: window.experiment.pictures is not before, timeout=WAIT)
    assert window.opening.sheet is None, "a run says itself how its data are loaded"
    assert window.experiment.pictures.asked == before.asked
    np.testing.assert_array_equal(window.experiment.pictures.pixels, before.pixels)


def test_the_last_answers_stand_there_again(themes: Themes, photos: Path, tmp_path: Path, qtbot) -> None:
    settings = QSettings(str(tmp_path / "strata.ini"), QSettings.Format.IniFormat)
    for size, colour in (("64", "grey"), ("64", "grey"), ("28", "colour")):
        window = MainWindow(themes, settings)
        window.furnish()
        window.show()
        sheet = sheet_of(window, photos, qtbot)
        if settings.contains("import/size"):
            assert (sheet.size_asked, sheet.colour_asked) == (64, False)
        QTest.mouseClick(sheet.sizes.button(size), LEFT)
        QTest.mouseClick(sheet.colours.button(colour), LEFT)
        QTest.keyClick(sheet, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda window=window: window.experiment.pictures is not None, timeout=WAIT)
        discard(window)
    assert (settings.value("import/size"), settings.value("import/channels")) in (("28", "colour"), (28, "colour"))


def test_from_a_fresh_start_to_a_moving_curve_it_is_two_clicks(window: MainWindow, qtbot) -> None:
    window.bridge.load_engine()  # as every start does
    QTest.mouseClick(window.welcome.buttons["scenes"], LEFT)
    qtbot.waitUntil(lambda: window.experiment.phase == Phase.READY, timeout=60_000)
    assert window.opening.sheet is None
    QTest.mouseClick(window.setup.train, LEFT)
    qtbot.waitUntil(lambda: len(window.experiment.curves.training) > 3, timeout=60_000)
    assert window.curves.isVisible()


def test_another_folder_replaces_the_sheet(window: MainWindow, photos: Path, image_folder: Path, qtbot) -> None:
    sheet_of(window, photos, qtbot)
    window.offer(str(image_folder))
    qtbot.waitUntil(lambda: window.opening.sheet.windowTitle() and window.opening.sheet.size_asked == 28, timeout=WAIT)
    assert not window.opening.sheet.colour_asked
    window.opening.sheet.reject()


def test_cancel_in_the_status_bar_ends_an_import_and_keeps_what_was_there(
    window: MainWindow, photos: Path, monkeypatch: pytest.MonkeyPatch, qtbot
) -> None:
    begun, ended = threading.Event(), threading.Event()

    def endless(source, *, progress, **asked):
        try:
            while True:
                progress(3, 7)
                begun.set()
                time.sleep(0.005)
        finally:
            ended.set()

    window.bridge.load_engine()
    window.bridge.open(str(photos))
    qtbot.waitUntil(lambda: window.experiment.phase == Phase.READY, timeout=WAIT)
    before = window.experiment.pictures
    monkeypatch.setattr("hvae_engine.datasets.load_data", endless, raising=False)
    window.bridge.open(str(photos))
    qtbot.waitUntil(lambda: begun.is_set() and window.status.bar.value() == 3, timeout=WAIT)
    assert window.status.bar.maximum() == 7
    assert "loading" in window.status.state.text()
    QTest.mouseClick(window.status.cancel, LEFT)
    qtbot.waitUntil(ended.is_set, timeout=WAIT)
    qtbot.waitUntil(lambda: not window.status.cancel.isVisible(), timeout=WAIT)
    assert window.experiment.pictures is before
    assert window.experiment.phase == Phase.READY
