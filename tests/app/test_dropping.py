"""Dragging over the window: what is said depends on what is dragged and where, and is what a drop then does."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from app.main_window import MainWindow
from app.state.permissions import Phase
from app.widgets.notices import Notice
from tests.app.conftest import import_as_offered

COPY, LEFT, NONE = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
CORNER = QPoint(30, 30)
WAIT = 30_000


class Drag:
    """Something dragged over the window by hand."""

    def __init__(self, window: MainWindow, *paths: Path) -> None:
        self.window, self.data = window, QMimeData()
        self.data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])

    def enter(self, place: QPoint = CORNER) -> bool:
        return self._send(QDragEnterEvent(place, COPY, self.data, LEFT, NONE))

    def move(self, place: QPoint) -> bool:
        return self._send(QDragMoveEvent(place, COPY, self.data, LEFT, NONE))

    def drop(self, place: QPoint = CORNER) -> bool:
        return self._send(QDropEvent(QPointF(place), COPY, self.data, LEFT, NONE))

    def leave(self) -> None:
        QApplication.sendEvent(self.window, QDragLeaveEvent())

    def said(self, qtbot) -> str:
        overlay = self.window.dropping.overlay
        qtbot.waitUntil(lambda: overlay.isVisible() and "Looking" not in overlay.text, timeout=WAIT)
        return overlay.text

    def _send(self, event: QDropEvent) -> bool:
        event.ignore()
        QApplication.sendEvent(self.window, event)
        return event.isAccepted()


@pytest.fixture
def loaded(window: MainWindow, image_folder: Path, qtbot) -> MainWindow:
    """The window with bars and the engine."""
    window.bridge.load_engine()
    window.bridge.open(str(image_folder))
    qtbot.waitUntil(lambda: window.experiment.phase == Phase.READY, timeout=WAIT)
    return window


@pytest.fixture
def training(loaded: MainWindow, qtbot) -> MainWindow:
    """The same in the middle of a run."""
    loaded.experiment.change(family="vae", options={"units": "3", "width": "16"}, epochs=4000.0)
    loaded.bridge.train()
    qtbot.waitUntil(lambda: len(loaded.experiment.curves.training) > 5, timeout=WAIT)
    return loaded


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A single colour picture, wider than high."""
    file = tmp_path / "mine.png"
    Image.fromarray(np.full((40, 60, 3), (250, 250, 250), np.uint8)).save(file)
    return file


def on_row(window: MainWindow) -> QPoint:
    return window.strata.x_row.mapTo(window, window.strata.x_row.rect().center())


def test_an_image_on_the_row_of_x_becomes_the_base_image(training: MainWindow, picture: Path, qtbot) -> None:
    drag, overlay = Drag(training, picture), training.dropping.overlay
    assert drag.enter()
    said = drag.said(qtbot)
    assert "single image" in said
    assert "Dropped on the row of x" in said
    assert not drag.move(CORNER), "here it would do nothing"
    assert drag.move(on_row(training))
    assert overlay.text == "Start from “mine.png” instead of an image of the data"
    assert overlay.area.contains(on_row(training))
    drag.drop(on_row(training))
    assert not overlay.isVisible()
    count = training.exploration.count
    qtbot.waitUntil(lambda: training.exploration.point.image == count, timeout=WAIT)
    qtbot.waitUntil(
        lambda: training.answers.latest is not None and training.answers.latest.question.image.min() == 250,
        timeout=WAIT,
    )
    assert training.strata.x_row.pictures["input"].image.width() == 28
    assert "mine.png" in training.strata.x_row._facts.text()
    assert training.experiment.phase == Phase.TRAINING
    training.exploration.undo()
    assert training.exploration.point.image == 0
    training.exploration.redo()
    QTest.keyClick(training.strata.x_row, Qt.Key.Key_Left)
    assert training.exploration.point.image == count - 1


def test_an_image_that_cannot_be_read_is_refused_in_a_sentence(loaded: MainWindow, tmp_path: Path, qtbot) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    drag = Drag(loaded, broken)
    drag.enter(on_row(loaded))
    drag.drop(on_row(loaded))
    qtbot.waitUntil(lambda: any("broken.png cannot be used" in text for text in loaded.notices.texts), timeout=WAIT)
    assert loaded.exploration.point.image == 0


def test_a_folder_says_what_it_holds_and_asks_in_mid_training(training: MainWindow, image_folder: Path, qtbot) -> None:
    drag = Drag(training, image_folder)
    drag.enter(on_row(training))
    said = drag.said(qtbot)
    assert "Import 120 images in 2 classes" in said
    assert "you will be asked" in said
    drag.drop(on_row(training))
    assert training.experiment.phase == Phase.TRAINING
    press(training, "Keep training")
    assert training.experiment.phase == Phase.TRAINING
    run = training.experiment.run_path
    drag.enter()
    drag.said(qtbot)
    drag.drop()
    press(training, "Stop and open")
    import_as_offered(training, qtbot)
    qtbot.waitUntil(lambda: training.experiment.phase == Phase.READY, timeout=WAIT)
    qtbot.waitUntil(lambda: (run / "checkpoint.safetensors").exists(), timeout=WAIT)


def test_a_run_is_called_a_run(loaded: MainWindow, tmp_path: Path, qtbot) -> None:
    loaded.experiment.change(family="vae", options={"units": "3", "width": "16"}, plan="steps", steps=2)
    loaded.bridge.train()
    qtbot.waitUntil(lambda: loaded.experiment.phase == Phase.FINISHED, timeout=WAIT)
    (run,) = (tmp_path / "runs").iterdir()
    drag = Drag(loaded, run)
    drag.enter()
    assert drag.said(qtbot) == f"Open the run {run.name}"
    before = loaded.experiment.pictures
    drag.drop()
    qtbot.waitUntil(lambda: loaded.experiment.pictures is not before, timeout=WAIT)
    qtbot.waitUntil(lambda: loaded.answers.latest is not None, timeout=WAIT)


def test_what_cannot_be_used_is_refused_while_it_hovers_and_stays_in_sight_when_dropped(
    loaded: MainWindow, tmp_path: Path, qtbot
) -> None:
    before = loaded.experiment.pictures
    (tmp_path / "notes.txt").write_text("no picture")
    drag = Drag(loaded, tmp_path / "notes.txt")
    drag.enter()
    said = drag.said(qtbot)
    assert "text file" in said
    drag.drop()
    qtbot.waitUntil(lambda: said in loaded.notices.texts, timeout=WAIT)
    assert loaded.experiment.pictures is before


def test_several_things_are_taken_together_and_what_is_not_is_said(
    window: MainWindow, picture: Path, image_folder: Path, tmp_path: Path, qtbot
) -> None:
    window.bridge.load_engine()
    (tmp_path / "notes.txt").write_text("no picture")
    with zipfile.ZipFile(tmp_path / "more.zip", "w") as archive:
        for number in range(30):
            archive.write(image_folder / "lying" / f"{number}.png", f"{number}.png")
    drag = Drag(window, image_folder / "standing", tmp_path / "more.zip", tmp_path / "notes.txt")
    drag.enter()
    assert drag.said(qtbot) == "Import 90 images in 2 classes; left out: notes.txt"
    assert drag.move(CORNER)
    drag.drop()
    qtbot.waitUntil(lambda: window.opening.sheet is not None, timeout=WAIT)
    assert any("notes.txt" in label.text() for label in window.opening.sheet.findChildren(QLabel))
    import_as_offered(window, qtbot)
    qtbot.waitUntil(lambda: window.experiment.phase == Phase.READY, timeout=WAIT)
    pictures = window.experiment.pictures
    assert (pictures.classes, len(pictures)) == (("more", "standing"), 90)
    assert [path for path, _ in pictures.skipped] == ["notes.txt"]
    assert [path.count("\n") for path in window.recent.paths("data")] == [2], "all of it is remembered as one"


def test_a_file_of_a_run_stands_for_the_run(loaded: MainWindow, tmp_path: Path, qtbot) -> None:
    loaded.experiment.change(family="vae", options={"units": "3", "width": "16"}, plan="steps", steps=2)
    loaded.bridge.train()
    qtbot.waitUntil(lambda: loaded.experiment.phase == Phase.FINISHED, timeout=WAIT)
    (run,) = (tmp_path / "runs").iterdir()
    for name in ("checkpoint.safetensors", "run.json", "history.csv"):
        drag = Drag(loaded, run / name)
        drag.enter()
        assert drag.said(qtbot) == f"Open the run {run.name}"
        drag.leave()
    before = loaded.experiment.pictures
    drag.enter()
    drag.drop()
    qtbot.waitUntil(lambda: loaded.experiment.pictures is not before, timeout=WAIT)
    assert loaded.experiment.run_path == run
    (tmp_path / "alone.safetensors").write_bytes(b"weights")
    drag = Drag(loaded, tmp_path / "alone.safetensors")
    drag.enter()
    assert "a file of weights" in drag.said(qtbot)
    drag.leave()
    qtbot.waitUntil(lambda: loaded.answers.latest is not None, timeout=WAIT)


def test_a_single_image_is_a_data_set_where_there_is_none(window: MainWindow, picture: Path, qtbot) -> None:
    window.bridge.load_engine()
    drag = Drag(window, picture)
    drag.enter()
    assert drag.said(qtbot) == "Import 1 image, taken 12 times"
    drag.drop()
    import_as_offered(window, qtbot)
    qtbot.waitUntil(lambda: window.experiment.phase == Phase.READY, timeout=WAIT)
    assert len(window.experiment.pictures) == 12


def test_words_are_not_taken(window: MainWindow) -> None:
    nothing = Drag(window)
    nothing.data.setText("words")
    assert not nothing.enter()
    assert not window.dropping.overlay.isVisible()


def test_a_drag_that_leaves_leaves_nothing(window: MainWindow, image_folder: Path, qtbot) -> None:
    drag = Drag(window, image_folder)
    drag.enter()
    drag.said(qtbot)
    drag.leave()
    assert not window.dropping.overlay.isVisible()
    drag.drop()
    assert window.opening.sheet is None


def press(window: MainWindow, caption: str) -> None:
    """Answer the newest notice."""
    notice = [one for one in window.notices.findChildren(Notice) if not one.gone][-1]
    (button,) = [one for one in notice.findChildren(QPushButton) if one.text() == caption]
    QTest.mouseClick(button, LEFT)
