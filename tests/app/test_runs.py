"""The list of runs: what it says of each, and opening, pinning, showing and throwing one away by mouse and by key."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QSettings, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox

from app.main_window import MainWindow
from app.panels.runs import Runs
from app.runs.archive import list_runs, read_entry
from app.state.pins import MOST
from app.state.records import Settings
from app.state.run_list import Standing, differences
from app.theme import Themes
from hvae_engine.training import RunSpec, files
from hvae_engine.training.tables import Table
from tests.app.conftest import discard

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
WAIT = 10_000
LEVELS = ("z1", "z2")
PLACES = {"name": 0, "model": 1, "data": 2, "best": 3, "epochs": 4, "state": 5, "differs": 7}


def make_run(folder: Path, name: str, steps: int = 40, **asked) -> Path:
    """A run's folder as training leaves it, but for its weights."""
    path = folder / name
    path.mkdir(parents=True)
    spec = RunSpec("scenes", "ladder", {"units": (8, 4)}, steps=40, **asked)
    about = {"strata": "0", "spec": spec.to_json(), "data": {"name": "Strata scenes", "train": 1280, "classes": []}}
    (path / "run.json").write_text(json.dumps(about))
    numbers = np.arange(1, steps + 1)
    kl = np.tile([2.0, 1.0], (steps, 1))
    columns = ("step", "seconds", "bound", "log_px", "kl_z1", "kl_z2")
    Table(path / "history.csv").append(
        columns, np.column_stack([numbers, numbers * 0.1, -100.0 + numbers, -97.0 + numbers, kl])
    )
    held = np.array(
        [[steps / 2, 2.0, -90.0, -87.0, 2.0, 1.0, 5, 3, -90.0], [steps, 4.0, -70.0, -67.0, 2, 1, 6, 4, -70]]
    )
    names = ("step", "epoch", "elbo", "log_px", "kl_z1", "kl_z2", "active_z1", "active_z2", "bound")
    Table(path / "evaluations.csv").append(names, held)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "runs"


@pytest.fixture
def listed(window: MainWindow, folder: Path, qtbot) -> Iterator[Runs]:
    """The list over three runs, the newest first."""
    for number, (name, asked) in enumerate({"first": {}, "second": {"warm_up": 0.0}, "third": {"beta": 2.0}}.items()):
        path = make_run(folder, name, 20 if name == "second" else 40, **asked)
        os.utime(path / "history.csv", (1e9 + 1000 * number, 1e9 + 1000 * number))
    qtbot.waitUntil(window.isActiveWindow, timeout=WAIT)
    QTest.keyClick(window, Qt.Key.Key_F8)
    made = window.findChild(Runs)
    assert made is not None
    qtbot.waitUntil(lambda: made.table.rowCount() == 3, timeout=WAIT)
    yield made
    made.close()


def words(listed: Runs, name: str, column: str) -> str:
    table = listed.table
    (row,) = (row for row in range(table.rowCount()) if table.entry(row).name == name)
    return str(table.data(table.index(row, PLACES[column])))


def select(listed: Runs, name: str) -> None:
    """Click on a run in the list."""
    model = listed.view.model()
    (row,) = (row for row in range(model.rowCount()) if model.index(row, 0).data() == name)
    QTest.mouseClick(listed.view.viewport(), LEFT, NONE, listed.view.visualRect(model.index(row, 1)).center())
    selected = listed.selected()
    assert selected is not None
    assert selected.name == name


def test_each_run_says_what_it_is_and_how_it_went(listed: Runs) -> None:
    assert words(listed, "first", "best") == "−70.0"
    assert words(listed, "first", "epochs") == "4.0"
    assert words(listed, "first", "data") == "Strata scenes"
    assert words(listed, "first", "state") == "finished"
    assert words(listed, "second", "state") == "can go on"
    assert "warm-up 0" in words(listed, "second", "differs")
    assert "beta 2" in words(listed, "third", "differs")
    assert words(listed, "first", "differs") == ""
    newest = listed.selected()
    assert newest is not None
    assert newest.name == "third"


def test_runs_are_compared_with_the_one_at_hand(listed: Runs, window: MainWindow, folder: Path, qtbot) -> None:
    window.experiment.begin_run(folder / "second", Settings())
    qtbot.waitUntil(lambda: words(listed, "second", "differs") == "", timeout=WAIT)
    assert words(listed, "second", "name") == "second (open)"
    assert "warm-up off" in words(listed, "first", "differs")


def test_a_run_in_use_and_a_torn_one_are_called_so(folder: Path) -> None:
    path = make_run(folder, "used")
    assert read_entry(path).standing == Standing.FINISHED
    with files.locked(path):
        assert read_entry(path).standing == Standing.IN_USE
    assert read_entry(path).standing == Standing.FINISHED
    for number, torn in enumerate(('{"strata": 1}', "[]", "{", '{"strata": 1, "spec": 5, "data": {}}')):
        broken = folder / f"broken {number}"
        broken.mkdir()
        (broken / "run.json").write_text(torn)
        entry = read_entry(broken)
        assert entry.standing == Standing.UNREADABLE
        assert entry.complaint
    assert len(list_runs([folder, folder / "nowhere"])) == 5


def test_search_finds_by_name_and_by_setting(listed: Runs) -> None:
    for typed, found in (("SEC", 1), ("beta 2", 1), ("ladder", 3), ("nothing", 0)):
        listed.search.clear()
        QTest.keyClicks(listed.search, typed)
        assert listed.view.model().rowCount() == found


def test_enter_opens_and_a_double_click_too(listed: Runs, qtbot) -> None:
    opened: list[str] = []
    listed.chosen.disconnect()
    listed.chosen.connect(opened.append)
    select(listed, "first")
    QTest.keyClick(listed.view, Qt.Key.Key_Return)
    select(listed, "third")
    place = listed.view.visualRect(listed.view.model().index(0, 1)).center()
    QTest.mouseDClick(listed.view.viewport(), LEFT, NONE, place)
    assert [Path(path).name for path in opened] == ["first", "third"]


def test_space_or_a_tick_pins_and_unpins(listed: Runs, window: MainWindow, folder: Path, qtbot) -> None:
    pins = window.comparing.archive.pins
    select(listed, "first")
    QTest.keyClick(listed.view, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: pins.paths == (folder / "first",), timeout=WAIT)
    assert listed.buttons["pin"].text() == "Unpin"
    QTest.keyClick(listed.view, Qt.Key.Key_Space)
    assert pins.paths == ()
    row = next(row for row in range(3) if listed.table.entry(row).name == "first")
    assert listed.table.setData(listed.table.index(row, 0), Qt.CheckState.Checked, Qt.ItemDataRole.CheckStateRole)
    qtbot.waitUntil(lambda: pins.paths == (folder / "first",), timeout=WAIT)


def test_the_folder_is_shown_on_the_desktop(listed: Runs, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: shown.append(url))
    select(listed, "second")
    QTest.mouseClick(listed.buttons["reveal"], LEFT)
    assert [Path(url.toLocalFile()) for url in shown] == [folder / "second"]


def test_delete_names_the_run_and_moves_it_to_the_trash(
    listed: Runs, window: MainWindow, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot
) -> None:
    (tmp_path / "share").mkdir()
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    select(listed, "second")
    QTest.keyClick(listed.view, Qt.Key.Key_Delete)
    question = listed.findChild(QMessageBox)
    assert question is not None
    assert "second" in question.text()
    QTest.keyClick(question, Qt.Key.Key_Escape)
    assert (folder / "second").is_dir()
    QTest.mouseClick(listed.buttons["delete"], LEFT)
    question = listed.findChildren(QMessageBox)[-1]
    (sure,) = (one for one in question.buttons() if "trash" in one.text())
    QTest.mouseClick(sure, LEFT)
    qtbot.waitUntil(lambda: listed.table.rowCount() == 2, timeout=WAIT)
    assert not (folder / "second").exists()
    assert (tmp_path / "share" / "Trash" / "files" / "second" / "history.csv").is_file()


def test_the_run_at_hand_and_one_in_use_are_not_deleted(listed: Runs, window: MainWindow, folder: Path, qtbot) -> None:
    window.experiment.begin_run(folder / "second", Settings())
    with files.locked(folder / "first"):
        listed._refresh()
        qtbot.waitUntil(lambda: words(listed, "first", "state") == "in training", timeout=WAIT)
        for name, reason in (("first", "trained elsewhere"), ("second (open)", "run at hand")):
            model = listed.view.model()
            (row,) = (row for row in range(3) if model.index(row, 0).data() == name)
            listed.view.selectRow(row)
            assert not listed.buttons["delete"].isEnabled()
            assert reason in listed.buttons["delete"].toolTip()


def test_pins_survive_a_restart_and_leave_with_their_folder(
    themes: Themes, folder: Path, tmp_path: Path, qtbot
) -> None:
    settings = QSettings(str(tmp_path / "strata.ini"), QSettings.Format.IniFormat)
    for name in ("first", "second"):
        make_run(folder, name)
    window = MainWindow(themes, settings)
    window.furnish()
    for name in ("first", "second"):
        window.comparing.archive.pin(folder / name)
        qtbot.waitUntil(lambda name=name: folder / name in window.comparing.archive.pins.paths, timeout=WAIT)
    window.curves.show_term("log_px", False)
    window.curves._choose("axis", "log")
    discard(window)
    (folder / "first" / "run.json").unlink()
    again = MainWindow(themes, settings)
    again.furnish()
    qtbot.waitUntil(lambda: again.comparing.archive.pins.paths == (folder / "second",), timeout=WAIT)
    assert again.curves.axis == "log"
    assert not again.objective.term("log_px").isChecked()
    discard(again)


def test_no_more_runs_are_pinned_than_one_can_tell_apart(window: MainWindow, folder: Path, qtbot) -> None:
    archive = window.comparing.archive
    for number in range(MOST + 1):
        archive.pin(make_run(folder, f"run {number}"))
        qtbot.waitUntil(lambda number=number: folder / f"run {number}" in archive.pins.paths, timeout=WAIT)
    assert [path.name for path in archive.pins.paths] == [f"run {number}" for number in range(1, MOST + 1)]


def test_a_run_that_is_pinned_and_left_keeps_the_curves_it_had(window: MainWindow, folder: Path) -> None:
    experiment, pins = window.experiment, window.comparing.archive.pins
    window.commands["pin_run"].trigger()
    assert pins.paths == ()
    assert any("press Train first" in text for text in window.notices.texts)
    experiment.begin_run(folder / "one", Settings())
    experiment.begin_levels(LEVELS)
    QTest.keyClick(window, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    assert pins.besides(experiment.run_path) == (), "the present run is not behind itself"
    numbers = np.arange(1, 31)
    experiment.curves.add_steps(numbers, -1.0 * numbers, -1.0 * numbers, np.zeros((30, 2)))
    experiment.begin_run(folder / "two", Settings())
    (pin,) = pins.besides(experiment.run_path)
    assert pin.name == "one"
    assert len(pin.curves.training) == 30


def test_differences_are_what_was_asked_for_otherwise() -> None:
    reference = {"beta": 1.0, "data": "a", "options": {"units": [8, 4], "depth": 2}}
    spec = {"beta": 2.0, "data": "b", "options": {"units": (8, 4), "depth": 3, "merge": "add"}}
    assert differences(spec, reference) == {"beta": 2.0, "depth": 3}
    assert differences(spec, {"options": {"units": "8,4", "depth": 3}}) == {}
