"""The whole way through the real window: data, training, a dragged slider, a screenshot, stop, close, open again."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.main_window import MainWindow
from app.state.permissions import Phase
from tests.app.conftest import import_as_offered

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
WAIT = 30_000


def drop(window: MainWindow, path: Path, qtbot) -> str:
    """Drag a path over the window and let it go; what the window said meanwhile."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    copy, middle = Qt.DropAction.CopyAction, QPoint(500, 400)
    QApplication.sendEvent(window, QDragEnterEvent(middle, copy, data, LEFT, NONE))
    overlay = window.dropping.overlay
    qtbot.waitUntil(lambda: overlay.isVisible() and "Looking" not in overlay.text, timeout=WAIT)
    said = overlay.text
    QApplication.sendEvent(window, QDropEvent(QPointF(middle), copy, data, LEFT, NONE))
    assert not overlay.isVisible()
    return said


def ready(window: MainWindow, image_folder: Path, qtbot) -> None:
    window.bridge.load_engine()
    window.bridge.open(str(image_folder))
    qtbot.waitUntil(lambda: window.experiment.phase == Phase.READY, timeout=WAIT)
    window.experiment.change(family="ladder", options={"units": "6,3", "width": "32,16", "depth": "1"}, epochs=4000.0)


def training(window: MainWindow, image_folder: Path, qtbot) -> None:
    ready(window, image_folder, qtbot)
    QTest.mouseClick(window.tools.train_button, LEFT)
    qtbot.waitUntil(lambda: len(window.experiment.curves.training) > 50, timeout=WAIT)


def pixels(image: QImage | None) -> bytes:
    assert image is not None
    return bytes(image.constBits())


def test_from_welcome_to_a_picture_that_follows_a_slider(
    window: MainWindow, image_folder: Path, tmp_path: Path, qtbot
) -> None:
    assert window.welcome.isVisible()
    window.bridge.load_engine()
    said = drop(window, image_folder, qtbot)
    assert "120" in said
    import_as_offered(window, qtbot)
    qtbot.waitUntil(lambda: window.experiment.phase == Phase.READY, timeout=WAIT)
    assert not window.welcome.isVisible()
    assert window.setup.data.isVisible()
    QTest.mouseClick(window.setup.extents.button("all"), LEFT)
    units = window.setup.model.form.field("units")
    for name, text in (("units", "6,3"), ("width", "32,16")):
        field = window.setup.model.form.field(name)
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, text)
        QTest.keyClick(field, Qt.Key.Key_Return)
    assert window.experiment.settings.options["units"] == "6,3"
    assert units.property("wrong") is False
    window.experiment.change(epochs=4000.0)  # of one step each

    QTest.mouseClick(window.tools.train_button, LEFT)
    assert window.experiment.phase == Phase.TRAINING
    qtbot.waitUntil(lambda: len(window.experiment.curves.training) > 100, timeout=WAIT)
    assert list(window.strata.rows) == ["z1", "z2"]
    assert window.objective.term("z1").text().startswith("KL(z1) ")
    bound = window.curves.bound.lines["bound"]
    qtbot.waitUntil(lambda: bound.xData is not None and len(bound.xData) > 100, timeout=WAIT)

    row = window.strata.rows["z1"]
    qtbot.waitUntil(lambda: bool(row.bank.shown), timeout=WAIT)
    edited = window.strata.x_row.pictures["edited"]
    unit = row.bank.shown[0]
    slider = row.bank.slider(unit)
    QTest.mousePress(slider, LEFT, NONE, slider.rect().center())
    end = QPoint(slider.width() - 60, 12)
    QTest.mouseMove(slider, end)
    QTest.mouseRelease(slider, LEFT, NONE, end)
    score = window.exploration.point.edits["z1"][unit]
    assert score > 1
    qtbot.waitUntil(lambda: bool(window.answers.latest and window.answers.latest.question.edits), timeout=WAIT)
    assert pixels(edited.image) != pixels(window.strata.x_row.pictures["reconstruction"].image)
    steps = len(window.experiment.curves.training)
    qtbot.waitUntil(lambda: len(window.experiment.curves.training) > steps + 50, timeout=WAIT)
    assert slider.score == score, "the slider stays while the model trains"

    file = tmp_path / "window.png"
    window.capturing.save(next(iter(window.capturing.panels())), file)
    qtbot.waitUntil(lambda: any(str(file) in text for text in window.notices.texts), timeout=WAIT)
    assert QImage(str(file)).width() == window.width() * window.capturing.scale

    window.commands["stop"].trigger()
    qtbot.waitUntil(lambda: window.experiment.phase == Phase.STOPPED, timeout=WAIT)
    (run,) = (tmp_path / "runs").iterdir()
    assert json.loads((run / "run.json").read_text())["spec"]["family"] == "ladder"
    assert (run / "checkpoint.safetensors").exists()

    QTest.mouseDClick(slider, LEFT, NONE, slider.rect().center())
    assert window.exploration.point.edits == {}
    window.commands["undo"].trigger()
    assert window.exploration.point.edits == {"z1": {unit: score}}


def test_pause_step_go_on_and_go_beyond_the_end(window: MainWindow, image_folder: Path, qtbot) -> None:
    training(window, image_folder, qtbot)
    window.strata.x_row.setFocus()
    QTest.keyClick(window.strata.x_row, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.experiment.phase == Phase.PAUSED, timeout=WAIT)
    step = window.experiment.status.step
    assert len(window.experiment.curves.training) == step
    QTest.keyClick(window.strata.x_row, Qt.Key.Key_Period)
    qtbot.waitUntil(lambda: window.experiment.status.step == step + 1, timeout=WAIT)
    qtbot.waitUntil(lambda: window.experiment.phase == Phase.PAUSED, timeout=WAIT)
    window.experiment.change(lr=0.002, beta=0.5)
    QTest.keyClick(window.strata.x_row, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.experiment.status.step > step + 20, timeout=WAIT)
    assert not window.experiment.needs_new_run
    window.bridge.stop()
    qtbot.waitUntil(lambda: window.experiment.phase == Phase.STOPPED, timeout=WAIT)
    stopped = window.experiment.status.step
    window.experiment.change(epochs=stopped + 30.0)  # one step is a little more than an epoch
    window.bridge.train()
    qtbot.waitUntil(lambda: window.experiment.phase == Phase.FINISHED, timeout=WAIT)
    assert window.experiment.status.step == window.experiment.status.planned_steps > stopped
    window.experiment.change(epochs=1000.0)
    before = window.experiment.status.step
    window.bridge.train()
    qtbot.waitUntil(lambda: window.experiment.status.step > before, timeout=WAIT)


def test_closing_in_mid_training_saves(window: MainWindow, image_folder: Path, tmp_path: Path, qtbot) -> None:
    training(window, image_folder, qtbot)
    window.close()
    (run,) = (tmp_path / "runs").iterdir()
    assert (run / "checkpoint.safetensors").exists()
    lines = (run / "history.csv").read_text().splitlines()
    assert len(lines) > 50


def test_a_run_is_opened_with_its_curves_and_explored(
    window: MainWindow, image_folder: Path, tmp_path: Path, qtbot
) -> None:
    training(window, image_folder, qtbot)
    window.bridge.stop()
    qtbot.waitUntil(lambda: window.experiment.phase == Phase.STOPPED, timeout=WAIT)
    steps = window.experiment.curves.training.values.copy()
    (run,) = (tmp_path / "runs").iterdir()
    before = window.experiment.pictures
    window.bridge.open(str(run))
    qtbot.waitUntil(lambda: window.experiment.pictures is not before, timeout=WAIT)
    qtbot.waitUntil(lambda: window.answers.latest is not None, timeout=WAIT)
    assert window.experiment.phase == Phase.STOPPED
    np.testing.assert_allclose(window.experiment.curves.training.values, steps, rtol=1e-6)
    assert window.experiment.settings.family == "ladder"
    assert not window.experiment.needs_new_run


def test_data_dropped_in_mid_training_ask_first(window: MainWindow, image_folder: Path, qtbot) -> None:
    training(window, image_folder, qtbot)
    drop(window, image_folder, qtbot)
    assert window.experiment.phase == Phase.TRAINING
    assert any("Opening" in text for text in window.notices.texts)


def test_changes_after_a_start_need_a_new_run_and_keep_the_old_one(
    window: MainWindow, image_folder: Path, tmp_path: Path, qtbot
) -> None:
    training(window, image_folder, qtbot)
    assert not window.setup.again.isVisible()
    window.experiment.change(batch_size=32)
    assert window.setup.again.isVisible()
    QTest.mouseClick(window.setup.again, LEFT)
    qtbot.waitUntil(lambda: len(list((tmp_path / "runs").iterdir())) == 2, timeout=WAIT)
    qtbot.waitUntil(lambda: len(window.experiment.curves.training) > 0, timeout=WAIT)
    assert window.experiment.run_settings is not None
    assert window.experiment.run_settings.batch_size == 32


def test_a_mistake_is_said_and_blocks_nothing(window: MainWindow, image_folder: Path, tmp_path: Path, qtbot) -> None:
    window.bridge.load_engine()
    empty = tmp_path / "empty"
    empty.mkdir()
    window.offer(str(empty))
    qtbot.waitUntil(lambda: bool(window.notices.texts), timeout=WAIT)
    assert window.experiment.phase == Phase.EMPTY
    ready(window, image_folder, qtbot)
    window.experiment.change(options={"units": "6,3", "width": "32"})
    assert "Each level" in window.setup.model.remark.text(), "said before anybody presses Train"
    assert not window.notices.texts, "other data were loaded since the folder was empty"
    window.bridge.train()
    qtbot.waitUntil(lambda: window.experiment.phase == Phase.READY, timeout=WAIT)
    assert any("Each level" in text for text in window.notices.texts)
    window.experiment.change(options={"units": "6,3"}, plan="steps", steps=5)
    window.bridge.train()
    qtbot.waitUntil(lambda: window.experiment.phase == Phase.FINISHED, timeout=WAIT)
    assert not window.notices.texts, "a run trains"
    assert window.experiment.levels == ("z1", "z2")


@pytest.mark.parametrize("files", [1, 3])
def test_skipped_files_are_listed_and_the_others_kept(
    window: MainWindow, image_folder: Path, tmp_path: Path, files: int, qtbot
) -> None:
    folder = tmp_path / "mixed"
    folder.mkdir()
    for number, file in enumerate(sorted((image_folder / "lying").iterdir())[:20]):
        (folder / f"{number}.png").write_bytes(file.read_bytes())
    for number in range(files):
        (folder / f"broken{number}.png").write_bytes(b"no picture at all")
    window.bridge.load_engine()
    window.offer(str(folder))
    import_as_offered(window, qtbot)
    qtbot.waitUntil(lambda: window.experiment.pictures is not None, timeout=WAIT)
    assert window.experiment.pictures is not None
    assert len(window.experiment.pictures) == 20
    assert len(window.experiment.pictures.skipped) == files
    assert any("left out" in text for text in window.notices.texts)
    qtbot.waitUntil(lambda: window.experiment.phase == Phase.READY, timeout=WAIT)
