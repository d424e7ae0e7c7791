"""Screenshots of any panel: picked by mouse or by key, drawn anew at each scale, with the run written into the file."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu

from app.desktop import places
from app.exports import screenshot
from app.main_window import MainWindow
from app.widgets.pick_overlay import PickOverlay
from tests.app.test_settings import ready  # noqa: F401 - a fixture

LEFT, NO_BUTTON, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture(autouse=True)
def pictures_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Screenshots of a test stay in its own folder."""
    monkeypatch.setattr("platformdirs.user_pictures_path", lambda: tmp_path / "pictures")
    return tmp_path / "pictures"


def picking(window: MainWindow) -> PickOverlay:
    """Press F12."""
    QTest.keyClick(window, Qt.Key.Key_F12)
    overlays = [one for one in window.findChildren(PickOverlay) if one.isVisible()]
    assert len(overlays) == 1
    return overlays[0]


def said(window: MainWindow, word: str, qtbot) -> None:
    """Wait until a notification has `word` in it."""
    qtbot.waitUntil(lambda: any(word in text for text in window.notices.texts), timeout=10_000)


def files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.png")) if folder.exists() else []


def array(image: QImage) -> np.ndarray:
    plain = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), plain.bytesPerLine()).copy()
    return rows[:, : 3 * plain.width()].reshape(plain.height(), plain.width(), 3)


@pytest.mark.usefixtures("ready")
def test_a_click_takes_the_smallest_panel_under_the_mouse(window: MainWindow, pictures_folder: Path, qtbot) -> None:
    window.objective.setFocus()
    overlay = picking(window)
    inside = window.objective.mapTo(window, window.objective.rect().center())
    QApplication.sendEvent(
        overlay, QMouseEvent(QEvent.Type.MouseMove, QPointF(inside), QPointF(inside), NO_BUTTON, NO_BUTTON, NONE)
    )
    assert overlay.chosen.title == "the objective"
    QTest.mouseClick(overlay, LEFT, NONE, inside)
    said(window, "saved", qtbot)
    (file,) = files(pictures_folder)
    assert file.name.startswith("Strata the objective ")
    image = QImage(str(file))
    assert image.width() == window.objective.width() * window.capturing.scale
    assert image.height() > window.objective.height() * window.capturing.scale, "a strip with a caption is below it"
    assert any(str(file) in text for text in window.notices.texts)


@pytest.mark.usefixtures("ready")
def test_keys_alone_pick_a_panel_a_scale_and_the_clipboard(window: MainWindow, pictures_folder: Path) -> None:
    overlay = picking(window)
    assert overlay.chosen.title == "the whole window"
    titles = []
    for _ in window.capturing.panels():
        QTest.keyClick(overlay, Qt.Key.Key_Tab)
        titles.append(overlay.chosen.title)
    assert titles == [*list(window.capturing.panels())[1:], "the whole window"]
    QTest.keyClick(overlay, Qt.Key.Key_Backtab)
    QTest.keyClick(overlay, Qt.Key.Key_Right)
    QTest.keyClick(overlay, Qt.Key.Key_Down)
    assert overlay.chosen.title == titles[0]
    QTest.keyClick(overlay, Qt.Key.Key_4)
    assert window.capturing.scale == 4
    QTest.keyClick(overlay, Qt.Key.Key_C)
    assert QGuiApplication.clipboard().image().width() == 4 * window.capturing.panels()[titles[0]].width()
    assert files(pictures_folder) == []


def test_escape_another_f12_and_the_other_button_leave_everything_as_it_was(
    window: MainWindow, pictures_folder: Path
) -> None:
    before = window.focusWidget()
    QTest.keyClick(picking(window), Qt.Key.Key_Escape)
    assert window.focusWidget() is before
    QTest.mouseClick(picking(window), Qt.MouseButton.RightButton)
    overlay = picking(window)
    QTest.keyClick(overlay, Qt.Key.Key_F12)
    assert not overlay.isVisible()
    assert files(pictures_folder) == []


def test_the_clipboard_gets_the_window_by_one_key(window: MainWindow) -> None:
    QTest.keyClick(window, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert QGuiApplication.clipboard().image().width() == window.width() * window.capturing.scale


def test_larger_scales_are_drawn_and_not_blown_up(window: MainWindow) -> None:
    button = window.welcome.buttons["scenes"]
    one, four = screenshot.draw(button, 1), screenshot.draw(button, 4)
    assert (four.width(), four.height()) == (4 * one.width(), 4 * one.height())
    blown = array(one).repeat(4, axis=0).repeat(4, axis=1)
    assert np.abs(array(four).astype(int) - blown).max() > 60
    shrunk = array(four).reshape(one.height(), 4, one.width(), 4, 3).mean(axis=(1, 3))
    assert np.abs(shrunk - array(one)).mean() < 6, "it is the same picture"
    assert four.dotsPerMeterX() == pytest.approx(4 * one.dotsPerMeterX(), rel=1e-3)


@pytest.mark.usefixtures("ready")
def test_the_file_tells_run_step_and_settings(window: MainWindow, tmp_path: Path, qtbot) -> None:
    window.experiment.change(beta=0.25)
    window.experiment.begin_run(tmp_path / "runs" / "a ladder", window.experiment.settings)
    window.capturing.save("the objective")
    said(window, "saved", qtbot)
    (file,) = files(tmp_path / "runs" / "a ladder" / places.EXPORTS)
    image = QImage(str(file))
    assert image.text("Run") == str(tmp_path / "runs" / "a ladder")
    assert image.text("Step") == "0"
    assert json.loads(image.text("Settings"))["beta"] == 0.25
    assert json.loads(image.text("Data"))["path"] == "scenes"
    for word in ("a ladder", "step 0", "28 × 28", "beta 0.25", "image 0"):
        assert word in image.text("Description")


def test_nothing_is_overwritten(window: MainWindow, pictures_folder: Path, qtbot) -> None:
    for _ in range(3):
        window.capturing.save("the whole window")
    qtbot.waitUntil(lambda: any(text.endswith(" 3.png") for text in window.notices.texts), timeout=10_000)
    assert len(files(pictures_folder)) == 3
    assert len(window.notices.texts) <= 2, "more would push the window's content down"


def test_shift_asks_where_to(
    window: MainWindow, tmp_path: Path, pictures_folder: Path, monkeypatch: pytest.MonkeyPatch, qtbot
) -> None:
    offered = []

    def ask(parent, words, proposal, kinds):
        offered.append(Path(proposal))
        return str(tmp_path / "mine"), kinds

    monkeypatch.setattr(QFileDialog, "getSaveFileName", ask)
    QTest.keyClick(picking(window), Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    said(window, "saved", qtbot)
    assert offered[0].parent == pictures_folder
    assert QImage(str(tmp_path / "mine.png")).width() == window.width() * window.capturing.scale


def test_a_place_that_cannot_be_written_is_said(window: MainWindow, tmp_path: Path, qtbot) -> None:
    (tmp_path / "file").write_text("")
    window.capturing.save("the whole window", tmp_path / "file" / "a.png")
    window.capturing.save("the whole window", tmp_path / "a.nonsense")
    qtbot.waitUntil(lambda: len(window.notices.texts) == 2, timeout=10_000)
    assert [text.partition(" to ")[0] for text in window.notices.texts] == ["The screenshot cannot be written"] * 2


@pytest.mark.usefixtures("ready")
def test_the_menu_lists_the_panels_in_sight_and_the_scales(window: MainWindow, pictures_folder: Path, qtbot) -> None:
    menu = QMenu(window)
    window.capturing.list_in(menu)
    actions = {action.text(): action for action in menu.actions()}
    assert {"The whole window", "The objective", "The curves", "All levels", "X"} <= set(actions)
    actions["2 × the pixels"].trigger()
    actions["X"].trigger()
    said(window, "saved", qtbot)
    (file,) = files(pictures_folder)
    assert QImage(str(file)).width() == 2 * window.strata.x_row.width()


@pytest.mark.usefixtures("ready")
def test_a_level_out_of_sight_scrolls_into_it_when_picked(window: MainWindow, tmp_path: Path) -> None:
    experiment = window.experiment
    window.resize(1100, 700)
    experiment.begin_run(tmp_path / "run", experiment.settings)
    start_levels(window, 5)
    overlay = picking(window)
    row = window.strata.rows["z5"]
    assert row.visibleRegion().isEmpty()
    for _ in window.capturing.panels():
        QTest.keyClick(overlay, Qt.Key.Key_Tab)
        if overlay.chosen.title == "z5":
            break
    assert not row.visibleRegion().isEmpty()
    assert overlay.rect().contains(overlay.chosen.area.center() - QPoint(1, 1))
    overlay.close()


def start_levels(window: MainWindow, count: int) -> None:
    window.experiment.begin_levels(tuple(f"z{number}" for number in range(1, count + 1)))
