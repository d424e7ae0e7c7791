"""Sliders while a view is open: in sight at every size, by mouse and by key, and the view follows them as they move."""

from __future__ import annotations

import shlex
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QMenu

from app.main_window import LEAST, SIZE, MainWindow
from app.panels.rows_and_view import ROW
from app.state.permissions import Phase
from app.widgets.score_slider import ScoreSlider
from hvae_engine.commands import main as strata

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
WAIT = 50_000


@pytest.fixture
def paused(window: MainWindow, image_folder: Path, qtbot) -> MainWindow:
    window.bridge.load_engine()
    window.bridge.open(str(image_folder))
    qtbot.waitUntil(lambda: window.experiment.phase == Phase.READY, timeout=WAIT)
    window.experiment.change(family="ladder", options={"units": "6,3", "width": "32,16", "depth": "1"}, epochs=4000.0)
    window.bridge.train()
    qtbot.waitUntil(lambda: len(window.experiment.curves.training) > 30, timeout=WAIT)
    window.bridge.pause()
    qtbot.waitUntil(lambda: window.experiment.phase == Phase.PAUSED, timeout=WAIT)
    return window


def open_view(window: MainWindow, name: str, qtbot) -> None:
    window.viewing.open(name)
    qtbot.waitUntil(lambda: window.viewing.shown.figure is not None, timeout=WAIT)
    QApplication.processEvents()


def a_slider(window: MainWindow, level: str) -> ScoreSlider:
    bank = window.strata.rows[level].bank
    return bank.slider(bank.shown[0])


def moved(window: MainWindow) -> tuple[str, ...]:
    """What was moved where the figure in sight starts."""
    return tuple(window.viewing.shown.figure.settings["edit"])


def at(slider: ScoreSlider, score: float) -> QPoint:
    return QPoint(round(slider.place_of(score)), slider.height() // 2)


def test_a_view_follows_a_dragged_slider_before_it_is_let_go(paused: MainWindow, qtbot) -> None:
    window = paused
    window.resize(*SIZE)
    open_view(window, "traversal", qtbot)
    assert window.strata.room.orientation() == Qt.Orientation.Horizontal
    slider, seen = a_slider(window, "z2"), set()
    assert not slider.visibleRegion().isEmpty()
    QTest.mousePress(slider, LEFT, NONE, at(slider, slider.score))
    end, step = time.monotonic() + WAIT / 1000, 0
    while len(seen) < 4 and time.monotonic() < end:  # the hand never rests
        step += 1
        QTest.mouseMove(slider, at(slider, -2.5 + step % 120 / 24))
        QTest.qWait(15)
        seen.add(moved(window))
    assert window.exploration.moving
    assert len(seen) == 4, "the view does not wait for the hand"
    QTest.mouseRelease(slider, LEFT, NONE, at(slider, 2.0))
    score = window.exploration.point.edits["z2"][window.strata.rows["z2"].bank.shown[0]]
    qtbot.waitUntil(lambda: moved(window)[0].endswith(f"={round(score, 4):g}"), timeout=WAIT)
    qtbot.waitUntil(lambda: window.answers.latest.question.edits["z2"] != {}, timeout=WAIT)


@pytest.mark.parametrize("name", ["traversal", "grid", "progressive", "mixing", "effect", "interpolation"])
def test_a_key_on_a_slider_moves_what_the_view_starts_from(paused: MainWindow, name: str, qtbot) -> None:
    window = paused
    open_view(window, name, qtbot)
    assert moved(window) == ()
    slider = a_slider(window, "z2")
    slider.setFocus()
    QTest.keyClick(slider, Qt.Key.Key_End)
    qtbot.waitUntil(lambda: moved(window)[:1] == (f"z2:{window.strata.rows['z2'].bank.shown[0]}=3",), timeout=WAIT)


def test_in_a_small_window_the_row_at_hand_stays_over_the_view(paused: MainWindow, qtbot) -> None:
    window = paused
    window.resize(*LEAST)
    open_view(window, "traversal", qtbot)
    room, rows = window.strata.room, window.strata.rows
    assert room.orientation() == Qt.Orientation.Vertical
    assert window.strata.x_row.isVisible()
    assert room.sizes()[0] >= ROW
    for level in ("z2", "z1"):
        box = window.views.controls.field("level")
        box.chosen.emit(level)
        qtbot.waitUntil(lambda level=level: not a_slider(window, level).visibleRegion().isEmpty(), timeout=WAIT)
        assert rows[level].head.visibleRegion().boundingRect().height() == rows[level].head.height()
    for row in rows.values():
        assert row.mapTo(window.strata, QPoint(0, 0)).x() >= 0
        assert row.width() <= room.width()
    window.resize(*SIZE)
    qtbot.waitUntil(lambda: room.orientation() == Qt.Orientation.Horizontal, timeout=WAIT)
    assert all(not a_slider(window, level).visibleRegion().isEmpty() for level in rows)
    assert room.sizes()[0] >= window.strata.rows["z1"].minimumSizeHint().width()


def test_a_view_that_knows_of_no_slider_takes_their_room_in_a_small_window(paused: MainWindow, qtbot) -> None:
    window = paused
    window.resize(*LEAST)
    open_view(window, "map", qtbot)
    slider = a_slider(window, "z1")
    assert not slider.isVisible()
    assert window.views.height() >= window.strata.room.height() - 1
    open_view(window, "traversal", qtbot)
    qtbot.waitUntil(slider.isVisible, timeout=WAIT)
    window.viewing.open("levels")
    assert slider.isVisible()
    window.viewing.open("map")
    window.resize(*SIZE)
    qtbot.waitUntil(slider.isVisible, timeout=WAIT)


def test_room_shared_out_by_hand_is_remembered_for_each_way_of_lying(paused: MainWindow, qtbot) -> None:
    window = paused
    window.resize(*SIZE)
    open_view(window, "samples", qtbot)
    room = window.strata.room
    handle = room.handle(1)
    middle = handle.rect().center()
    QTest.mousePress(handle, LEFT, NONE, middle)
    QTest.mouseMove(handle, middle + QPoint(120, 0))
    QTest.mouseRelease(handle, LEFT, NONE, middle + QPoint(120, 0))
    wide = room.sizes()
    window.resize(*LEAST)
    window.resize(*SIZE)
    window.viewing.open("levels")
    qtbot.waitUntil(lambda: window.strata.rows["z1"].width() >= room.width() - 30, timeout=WAIT)
    window.viewing.open("samples")
    qtbot.waitUntil(lambda: abs(room.sizes()[0] - wide[0]) <= 2, timeout=WAIT)


def test_an_image_of_one_s_own_goes_through_every_view_and_its_file_into_the_line(
    paused: MainWindow, tmp_path: Path, qtbot
) -> None:
    window, mine = paused, tmp_path / "my own.png"
    Image.fromarray((np.random.default_rng(0).random((28, 28)) * 255).astype(np.uint8)).save(mine)
    window.opening.start_from(str(mine))
    qtbot.waitUntil(lambda: window.exploration.point.image == len(window.experiment.pictures), timeout=WAIT)
    window.exploration.edit("z2", 0, 1.23456)
    for name in ("grid", "progressive", "mixing", "effect", "interpolation", "traversal"):
        open_view(window, name, qtbot)
        image = window.viewing.shown.figure.settings["image"]
        assert (image if isinstance(image, str) else image[0]) == str(mine)
    shown, again = tmp_path / "shown.png", tmp_path / "again.png"
    window.view_export.save(".png", 1, shown)
    qtbot.waitUntil(shown.exists, timeout=WAIT)
    with Image.open(shown) as picture:
        line = picture.info["Description"].splitlines()[1]
        pixels = np.asarray(picture)
    _, command, _, *typed = shlex.split(line)
    assert strata([command, str(window.experiment.run_path), *typed, "--out", str(again)]) == 0
    with Image.open(again) as picture:
        made_again = np.asarray(picture)
    under = len(pixels) - len(made_again)  # the line that says where the explorer stood
    assert 0 < under < 40
    assert np.array_equal(pixels[: len(made_again) - under], made_again[: len(made_again) - under])


def answer_dialog(name: str) -> None:
    """Type a file's name into the dialog as soon as it is there, and press Enter."""

    def drive() -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, QFileDialog):
            QTimer.singleShot(50, drive)
            return
        line = dialog.findChild(QLineEdit)
        line.selectAll()
        QTest.keyClicks(line, name)
        QTest.keyClick(line, Qt.Key.Key_Return)

    QTimer.singleShot(50, drive)


def choose_by_mouse(window: MainWindow, words: str, qtbot) -> None:
    QTest.mouseClick(window.views.export, LEFT)
    qtbot.waitUntil(lambda: isinstance(QApplication.activePopupWidget(), QMenu), timeout=WAIT)
    menu = QApplication.activePopupWidget()
    (action,) = [one for one in menu.actions() if one.text() == words]
    QTest.mouseClick(menu, LEFT, NONE, menu.actionGeometry(action).center())


def save_as(window: MainWindow, path: Path, qtbot) -> None:
    answer_dialog(str(path))
    choose_by_mouse(window, "Save as …", qtbot)


def test_save_as_asks_where_to_and_writes_what_the_name_says(paused: MainWindow, tmp_path: Path, qtbot) -> None:
    ffmpeg = pytest.importorskip("imageio_ffmpeg")
    window = paused
    open_view(window, "interpolation", qtbot)
    for suffix in (".mp4", ".svg"):
        path = tmp_path / f"by hand{suffix}"
        save_as(window, path, qtbot)
        qtbot.waitUntil(lambda path=path: any(str(path) in text for text in window.notices.texts), timeout=WAIT)
    frames, seconds = ffmpeg.count_frames_and_secs(str(tmp_path / "by hand.mp4"))
    assert (frames, seconds) == (48, 4.0), "25 moments there and back, as on the command line"
    assert (tmp_path / "by hand.svg").read_text(encoding="utf-8").startswith("<svg")
    save_as(window, tmp_path / "by hand.txt", qtbot)
    qtbot.waitUntil(lambda: any("by hand.txt ends in no format" in text for text in window.notices.texts), timeout=WAIT)


@pytest.mark.parametrize("suffix", [".gif", ".mp4"])
def test_a_cancelled_export_leaves_no_file(paused: MainWindow, tmp_path: Path, suffix: str, qtbot) -> None:
    if suffix == ".mp4":
        pytest.importorskip("imageio_ffmpeg")
    window, folder = paused, tmp_path / "films"
    folder.mkdir()
    open_view(window, "traversal", qtbot)
    words: list[tuple[str, int, int]] = []
    window.bridge.worked.connect(lambda *told: words.append(told))
    window.view_export.save(suffix, 4, folder / f"film{suffix}")
    qtbot.waitUntil(lambda: any(done and total for _, done, total in words), timeout=WAIT)
    assert words[0][0] == f"exporting film{suffix} …"
    QTest.mouseClick(window.status.cancel, LEFT)
    qtbot.waitUntil(lambda: not window.status.cancel.isVisible(), timeout=WAIT)
    qtbot.waitUntil(lambda: not list(folder.iterdir()), timeout=WAIT)
    assert not any("Saved" in text for text in window.notices.texts)


@pytest.mark.parametrize("suffix", [".png", ".svg", ".gif", ".json"])
def test_where_nothing_can_be_written_a_sentence_says_so(
    paused: MainWindow, tmp_path: Path, suffix: str, qtbot
) -> None:
    window, file = paused, tmp_path / "no folder"
    file.write_text("a file")
    open_view(window, "traversal", qtbot)
    window.view_export.save(suffix, 1, file / f"x{suffix}")
    qtbot.waitUntil(lambda: any("choose another place" in text for text in window.notices.texts), timeout=WAIT)
    window.view_export.save(suffix, 1, tmp_path / ("n" * 250 + suffix))
    qtbot.waitUntil(lambda: any("name another file" in text for text in window.notices.texts), timeout=WAIT)
    assert [one.name for one in tmp_path.iterdir() if one.suffix == suffix] == []
