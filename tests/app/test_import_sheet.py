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
from PySide6.QtWidgets import QLabel

from app.inputs.answers import Answers, keep, last
from app.main_window import MainWindow
from app.panels.import_sheet import ImportSheet
from app.state.permissions import Phase
from app.state.records import DataSource
from app.theme import Themes
from app.widgets.picture import to_image
from hvae_engine.datasets import preview as real
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
    return " ".join(label.text() for label in sheet.findChildren(QLabel) if not label.isHidden())


def test_it_shows_counts_memory_and_the_images_as_they_will_be(window: MainWindow, photos: Path, qtbot) -> None:
    sheet = sheet_of(window, photos, qtbot)
    assert "37 images in 2 classes to learn from, 3 held out to check on." in words(sheet)
    assert (sheet.asked.colour, sheet.asked.size) == (True, 40)
    assert f"about {40 * 3 * 40 * 40 / 1000:.0f} kB of memory" in words(sheet)
    assert (sheet.pictures.images[0].width(), sheet.pictures.images[0].isGrayscale()) == (40, False)

    QTest.mouseClick(sheet.form.sizes.button("28"), LEFT)
    QTest.mouseClick(sheet.form.colours.button("grey"), LEFT)
    qtbot.waitUntil(
        lambda: sheet.pictures.images[0].width() == 28 and sheet.pictures.images[0].isGrayscale(), timeout=WAIT
    )
    assert f"about {40 * 28 * 28 / 1000:.0f} kB of memory" in words(sheet)
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    assert window.opening.sheet is None
    assert window.experiment.phase == Phase.EMPTY


def test_what_was_answered_is_loaded_recorded_and_loaded_again(
    window: MainWindow, photos: Path, tmp_path: Path, qtbot
) -> None:
    window.bridge.load_engine()
    sheet = sheet_of(window, photos, qtbot)
    QTest.mouseClick(sheet.form.sizes.button("32"), LEFT)
    QTest.mouseClick(sheet.form.colours.button("grey"), LEFT)
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
            assert (sheet.asked.size, sheet.asked.colour) == (64, False)
        QTest.mouseClick(sheet.form.sizes.button(size), LEFT)
        QTest.mouseClick(sheet.form.colours.button(colour), LEFT)
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
    qtbot.waitUntil(lambda: window.opening.sheet.windowTitle() and window.opening.sheet.asked.size == 28, timeout=WAIT)
    assert not window.opening.sheet.asked.colour
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


def test_a_million_files_can_be_left_while_they_are_listed(
    window: MainWindow, photos: Path, monkeypatch: pytest.MonkeyPatch, qtbot
) -> None:
    """The listing itself hears Cancel; the data at hand stay, and no sheet comes."""
    ended = threading.Event()

    def endless(source, tick):
        found = 0
        try:
            while True:
                found += 1000
                tick(found)
                time.sleep(0.005)
        finally:
            ended.set()

    window.bridge.load_engine()
    window.bridge.open(str(photos))
    qtbot.waitUntil(lambda: window.experiment.phase == Phase.READY, timeout=WAIT)
    before = window.experiment.pictures
    monkeypatch.setattr("hvae_engine.datasets.prospect", endless, raising=False)
    window.offer(str(photos))
    qtbot.waitUntil(lambda: "000 images" in window.status.state.text(), timeout=WAIT)
    assert "looking through" in window.status.state.text()
    window.status.cancel.setFocus()
    QTest.keyClick(window.status.cancel, Qt.Key.Key_Space)
    qtbot.waitUntil(ended.is_set, timeout=WAIT)
    qtbot.waitUntil(lambda: not window.status.cancel.isVisible(), timeout=WAIT)
    assert window.experiment.pictures is before
    assert window.opening.sheet is None


def test_framing_classes_and_shares_are_seen_counted_and_loaded(window: MainWindow, photos: Path, qtbot) -> None:
    window.bridge.load_engine()
    sheet = sheet_of(window, photos, qtbot)
    assert "20 of each: green, red" in words(sheet)
    cropped = [bytes(image.constBits()) for image in sheet.pictures.images]
    QTest.mouseClick(sheet.form.framings.button("fit"), LEFT)
    qtbot.waitUntil(lambda: [bytes(one.constBits()) for one in sheet.pictures.images] != cropped, timeout=WAIT)
    rows = np.array([[one.pixelColor(20, y).value() for y in range(40)] for one in sheet.pictures.images])
    assert (rows[:, :3] == 0).all(), "48 x 40 in a square leaves black above"
    assert (rows[:, 20] > 0).all()

    type_into(sheet.form.held_out, "25 %")
    assert "30 images in 2 classes to learn from, 10 held out to check on." in words(sheet)
    type_into(sheet.form.labels, "5 %")
    QTest.mouseClick(sheet.form.classes.button("none"), LEFT)
    assert "30 images to learn from" in words(sheet)
    assert not sheet.form.labels.isVisible()
    QTest.mouseClick(sheet.form.classes.button("folders"), LEFT)
    assert sheet.form.labels.isVisible()
    shown = {bytes(image.constBits()) for image in sheet.pictures.images}
    QTest.keyClick(sheet.form.labels, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.experiment.phase == Phase.READY, timeout=WAIT)
    pictures = window.experiment.pictures
    assert (pictures.training, len(pictures), pictures.classes) == (30, 40, ("green", "red"))
    assert pictures.asked == DataSource(str(photos), 40, True, "fit", 0.25)
    assert window.experiment.settings.labels == 0.05
    loaded = {bytes_of(pictures.picture(number)) for number in range(len(pictures))}
    assert shown <= loaded, "the preview is what came"


def test_no_classes_is_recorded_in_the_run_and_comes_back(
    window: MainWindow, photos: Path, tmp_path: Path, qtbot
) -> None:
    window.bridge.load_engine()
    sheet = sheet_of(window, photos, qtbot)
    QTest.mouseClick(sheet.form.classes.button("none"), LEFT)
    QTest.keyClick(sheet, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.experiment.phase == Phase.READY, timeout=WAIT)
    assert (window.experiment.pictures.classes, window.experiment.pictures.labels) == ((), None)
    window.experiment.change(family="vae", options={"units": "3", "width": "8"}, plan="steps", steps=2)
    QTest.mouseClick(window.tools.train_button, LEFT)
    qtbot.waitUntil(lambda: window.experiment.phase == Phase.FINISHED, timeout=WAIT)
    (run,) = (tmp_path / "runs").iterdir()
    assert json.loads((run / "run.json").read_text())["spec"]["folder_classes"] is False
    before = window.experiment.pictures
    window.offer(str(run))
    qtbot.waitUntil(lambda: window.experiment.pictures is not before, timeout=WAIT)
    assert window.experiment.pictures.asked.folder_classes is False
    assert window.experiment.pictures.classes == ()


def test_a_value_that_does_not_fit_is_said_and_keeps_the_sheet_open(window: MainWindow, photos: Path, qtbot) -> None:
    sheet = sheet_of(window, photos, qtbot)
    sheet.form.held_out.setFocus()
    sheet.form.held_out.selectAll()
    QTest.keyClicks(sheet.form.held_out, "most")
    QTest.mouseClick(sheet.accept_button, LEFT)
    assert window.opening.sheet is sheet
    assert "“most” does not fit “held out”" in words(sheet)
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    assert window.opening.sheet is None


def test_more_than_the_budget_is_said_to_stay_on_the_disk(
    window: MainWindow, photos: Path, monkeypatch: pytest.MonkeyPatch, qtbot
) -> None:
    monkeypatch.setenv("STRATA_MEMORY", "0.0001")  # 100 kB
    sheet = sheet_of(window, photos, qtbot)
    assert "about 192 kB, more than the 100 kB of memory for them: they stay on the disk" in words(sheet)
    QTest.mouseClick(sheet.form.sizes.button("28"), LEFT)
    QTest.mouseClick(sheet.form.colours.button("grey"), LEFT)
    assert "about 31 kB of memory" in words(sheet)
    QTest.mouseClick(sheet.form.colours.button("colour"), LEFT)
    QTest.mouseClick(sheet.form.sizes.button("64"), LEFT)
    window.bridge.load_engine()
    QTest.mouseClick(sheet.accept_button, LEFT)
    qtbot.waitUntil(lambda: window.experiment.pictures is not None, timeout=WAIT)
    assert isinstance(window.experiment.pictures.pixels.base, np.memmap) or any(
        "read from the cache" in fact for fact in window.experiment.pictures.facts
    )


def test_a_new_choice_takes_the_place_of_a_preview_under_way(
    window: MainWindow, photos: Path, monkeypatch: pytest.MonkeyPatch, qtbot
) -> None:
    """Slow pictures never hold the sheet up: it answers at once, and what is out of date ends early."""
    sheet = sheet_of(window, photos, qtbot)
    given_up: list[int] = []

    def slow(found, size, colour, count, framing, tick):
        if size != 128:
            return real(found, size, colour, count, framing, tick)
        try:
            while True:
                tick()
                time.sleep(0.005)
        except BaseException:
            given_up.append(size)
            raise

    monkeypatch.setattr("hvae_engine.datasets.preview", slow, raising=False)
    QTest.mouseClick(sheet.form.sizes.button("128"), LEFT)
    assert "about 2.0 MB" in words(sheet), "the words do not wait for the pictures"
    qtbot.wait(50)
    QTest.mouseClick(sheet.form.sizes.button("64"), LEFT)
    qtbot.waitUntil(lambda: sheet.pictures.images[0].width() == 64, timeout=WAIT)
    qtbot.waitUntil(lambda: given_up == [128], timeout=WAIT)
    QTest.mouseClick(sheet.form.sizes.button("128"), LEFT)
    qtbot.wait(50)
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: given_up == [128, 128], timeout=WAIT)


def test_every_answer_stands_there_again(themes: Themes, photos: Path, tmp_path: Path, qtbot) -> None:
    settings = QSettings(str(tmp_path / "strata.ini"), QSettings.Format.IniFormat)
    wanted = Answers(64, False, "fit", False, 0.2, 0.05)
    keep(wanted, settings)
    settings.sync()
    window = MainWindow(themes, QSettings(str(tmp_path / "strata.ini"), QSettings.Format.IniFormat))
    window.furnish()
    window.show()
    sheet = sheet_of(window, photos, qtbot)
    assert sheet.form.answers == wanted
    assert (sheet.form.held_out.text(), sheet.form.labels.isVisible()) == ("20 %", False)
    sheet.reject()
    discard(window)
    for name in ("size", "channels", "framing", "folder_classes", "held_out", "labels"):
        settings.setValue(f"import/{name}", "nonsense")
    assert last(settings) == Answers()


def test_images_without_classes_leave_the_answer_on_classes_as_it_was(window: MainWindow, photos: Path, qtbot) -> None:
    sheet = sheet_of(window, photos / "red", qtbot)
    assert not sheet.form.classes.button("folders").isEnabled()
    assert "no subfolders" in sheet.form.classes.button("folders").toolTip()
    assert sheet.form.answers.folder_classes is True
    assert sheet.asked.folder_classes is None
    sheet.reject()


def type_into(field, text: str) -> None:
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    field.editingFinished.emit()


def bytes_of(pixels: np.ndarray) -> bytes:
    image = to_image(pixels)  # its bytes are gone with it
    return bytes(image.constBits())
