"""Ctrl+V in the window: a picture, files copied elsewhere, or a path as text; a field keeps its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtTest import QTest

from app.main_window import MainWindow
from app.state.permissions import Phase
from app.widgets.fields import NumberField
from tests.app.conftest import import_as_offered

WAIT = 30_000


@pytest.fixture(autouse=True)
def empty_clipboard(qapp) -> Iterator[None]:
    yield
    QGuiApplication.clipboard().clear()


@pytest.fixture
def loaded(window: MainWindow, image_folder: Path, qtbot) -> MainWindow:
    window.bridge.load_engine()
    window.bridge.open(str(image_folder))
    qtbot.waitUntil(lambda: window.experiment.phase == Phase.READY, timeout=WAIT)
    return window


def paste(window: MainWindow) -> None:
    window.activateWindow()
    QTest.keyClick(window, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)


def test_an_empty_clipboard_is_said(window: MainWindow) -> None:
    QGuiApplication.clipboard().clear()  # which leaves nothing at all to look into on some systems
    paste(window)
    assert window.notices.texts == ["The clipboard holds no image, no files and no path: copy one of them first."]


def copy_picture(grey: int = 200) -> None:
    image = QImage(50, 40, QImage.Format.Format_RGB32)
    image.fill(QColor(grey, grey, grey))
    QGuiApplication.clipboard().setImage(image)


def copy_files(*paths: Path) -> None:
    held = QMimeData()
    held.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    QGuiApplication.clipboard().setMimeData(held)


def test_a_picture_becomes_the_base_image(loaded: MainWindow, qtbot) -> None:
    copy_picture()
    paste(loaded)
    count = len(loaded.experiment.pictures)
    qtbot.waitUntil(lambda: loaded.exploration.point.image == count, timeout=WAIT)
    np.testing.assert_array_equal(loaded.experiment.pictures.picture(count), np.full((28, 28), 200, np.uint8))
    assert Path(loaded.experiment.pictures.guests[0].file).is_file(), "a view or a run can find it again"


def test_a_picture_is_a_data_set_where_there_is_none(window: MainWindow, qtbot) -> None:
    window.bridge.load_engine()
    copy_picture()
    paste(window)
    import_as_offered(window, qtbot)
    qtbot.waitUntil(lambda: window.experiment.phase == Phase.READY, timeout=WAIT)
    pictures = window.experiment.pictures
    assert (len(pictures), int(pictures.pixels.min()), int(pictures.pixels.max())) == (12, 200, 200)
    assert any("taken 12 times" in fact for fact in pictures.facts)


def test_files_copied_elsewhere_are_opened_as_if_dropped(window: MainWindow, image_folder: Path, qtbot) -> None:
    window.bridge.load_engine()
    copy_files(image_folder / "lying", image_folder / "standing")
    paste(window)
    import_as_offered(window, qtbot)
    qtbot.waitUntil(lambda: window.experiment.phase == Phase.READY, timeout=WAIT)
    assert window.experiment.pictures.classes == ("lying", "standing")


def test_a_copied_image_file_becomes_the_base_image(loaded: MainWindow, tmp_path: Path, qtbot) -> None:
    Image.new("L", (30, 30), 90).save(tmp_path / "mine.png")
    copy_files(tmp_path / "mine.png")
    paste(loaded)
    qtbot.waitUntil(lambda: loaded.exploration.point.image == len(loaded.experiment.pictures), timeout=WAIT)


@pytest.mark.parametrize("form", ["{}", "  '{}'\n", "file://{}", "{}/lying\n{}/standing"])
def test_a_path_as_text_is_opened_as_if_typed(window: MainWindow, image_folder: Path, form: str, qtbot) -> None:
    QGuiApplication.clipboard().setText(form.replace("{}", str(image_folder)))
    paste(window)
    qtbot.waitUntil(lambda: window.opening.sheet is not None, timeout=WAIT)
    assert len(window.opening.sheet._prospect.classes) == 2
    window.opening.sheet.reject()


@pytest.mark.parametrize(("text", "said"), [("some words " * 20, "is no path"), ("", "holds no image")])
def test_anything_else_is_answered(window: MainWindow, text: str, said: str) -> None:
    QGuiApplication.clipboard().setText(text)
    paste(window)
    (notice,) = window.notices.texts
    assert said in notice
    assert len(notice) < 150


def test_a_field_keeps_its_own_paste(loaded: MainWindow, qtbot) -> None:
    loaded.setup.show_extent("all")
    field = next(one for one in loaded.setup.findChildren(NumberField) if one.isVisible())
    field.setFocus()
    field.selectAll()
    QGuiApplication.clipboard().setText("0.5")
    QTest.keyClick(field, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert field.text() == "0.5"
    assert loaded.notices.texts == []


def test_pasting_in_mid_training_asks(loaded: MainWindow, image_folder: Path, qtbot) -> None:
    loaded.experiment.change(family="vae", options={"units": "3", "width": "16"}, epochs=4000.0)
    loaded.bridge.train()
    qtbot.waitUntil(lambda: len(loaded.experiment.curves.training) > 5, timeout=WAIT)
    copy_files(image_folder)
    paste(loaded)
    assert any("A run is in training" in text for text in loaded.notices.texts)
    assert loaded.experiment.phase == Phase.TRAINING
