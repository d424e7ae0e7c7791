"""Views of whole levels in the real window, while it trains: opened by mouse and key, followed, exported, restored."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from app.explorer.keeping_place import NAME
from app.main_window import MainWindow
from app.panels import view_words
from app.state.permissions import Phase
from app.state.view_specs import TABS
from app.widgets.scatter_chart import ScatterChart
from app.widgets.tile_sheet import TileSheet
from hvae_engine.commands import main as strata

LEFT, CTRL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier
NONE = Qt.KeyboardModifier.NoModifier
WAIT = 50_000


@pytest.fixture
def training(window: MainWindow, image_folder: Path, qtbot) -> MainWindow:
    window.bridge.load_engine()
    window.bridge.open(str(image_folder))
    qtbot.waitUntil(lambda: window.experiment.phase == Phase.READY, timeout=WAIT)
    window.experiment.change(family="ladder", options={"units": "6,3", "width": "32,16", "depth": "1"}, epochs=4000.0)
    window.bridge.train()
    qtbot.waitUntil(lambda: len(window.experiment.curves.training) > 30, timeout=WAIT)
    return window


def shown(window: MainWindow, name: str, qtbot) -> None:
    """Wait until a view has its first picture on the screen."""
    qtbot.waitUntil(lambda: window.viewing.current == name, timeout=WAIT)
    told = window.viewing
    qtbot.waitUntil(lambda: told.shown.figure is not None or bool(told.shown.complaint), timeout=WAIT)
    assert window.viewing.shown.complaint == ""
    assert window.views.isVisible()
    assert window.views.figure.parts


def sheet(window: MainWindow) -> TileSheet:
    found = window.views.figure.parts[0]
    assert isinstance(found, TileSheet)
    return found


def press(window: MainWindow, row: int, column: int) -> None:
    QTest.mouseClick(sheet(window), LEFT, NONE, sheet(window).tile(row, column).center())


def test_every_view_opens_by_mouse_and_by_key_and_goes_on_with_the_weights(training: MainWindow, qtbot) -> None:
    window = training
    tabs = window.tabs
    for place, name in enumerate(TABS[1:], start=1):
        if place % 2:
            QTest.mouseClick(tabs, LEFT, NONE, tabs.tabRect(place).center())
        else:
            QTest.keyClick(window, Qt.Key(Qt.Key.Key_0 + (place + 1) % 10), CTRL)
        shown(window, name, qtbot)
        assert tabs.currentIndex() == place
        assert tabs.tabToolTip(place).startswith(view_words.tab(name).meaning)
        assert window.strata.rows["z1"].bank.slider(window.strata.rows["z1"].bank.shown[0]).isVisible()
        assert not window.strata.rows["z1"].strip.isVisible(), "the view shows more of the kind"
        assert window.strata.x_row.isVisible()
        assert "step" in window.views.age
    QTest.keyClick(window, Qt.Key.Key_2, CTRL)
    shown(window, "traversal", qtbot)
    step = window.viewing.shown.step
    qtbot.waitUntil(lambda: window.viewing.shown.step > step, timeout=WAIT)
    QTest.keyClick(window, Qt.Key.Key_1, CTRL)
    assert window.strata.rows["z1"].isVisible()
    assert not window.views.isVisible()
    assert window.viewing.wish is None
    tabs.setFocus()
    QTest.keyClick(tabs, Qt.Key.Key_Right)
    shown(window, "traversal", qtbot)


def test_a_tile_moves_the_slider_and_the_picture_follows(training: MainWindow, qtbot) -> None:
    window = training
    window.viewing.open("traversal")
    shown(window, "traversal", qtbot)
    figure = window.viewing.shown.figure
    press(window, 0, 8)
    level, unit = figure.settings["level"], figure.settings["unit"][0]
    assert window.exploration.point.edits == {level: {unit: 3.0}}
    qtbot.waitUntil(lambda: bool(window.answers.latest.question.edits), timeout=WAIT)
    assert (window.answers.latest.edited != window.answers.latest.reconstruction).any()
    sheet(window).setFocus()
    QTest.keyClick(sheet(window), Qt.Key.Key_Left)
    QTest.keyClick(sheet(window), Qt.Key.Key_Return)
    assert window.exploration.point.edits == {level: {unit: 2.25}}


def test_directions_move_every_unit_of_the_level(training: MainWindow, qtbot) -> None:
    window = training
    window.viewing.open("traversal")
    shown(window, "traversal", qtbot)
    window.exploration.look_at("z1")
    basis = window.views.controls.field("basis")
    basis.setFocus()
    QTest.keyClick(basis, Qt.Key.Key_Down)
    basis.activated.emit(basis.currentIndex())
    qtbot.waitUntil(lambda: bool(window.viewing.shown.figure.settings["direction"]), timeout=WAIT)
    qtbot.waitUntil(lambda: window.viewing.shown.figure.settings["level"] == "z1", timeout=WAIT)
    press(window, 0, 0)
    assert sorted(window.exploration.point.edits["z1"]) == list(range(6))


def type_into(field, text: str) -> None:
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)


def test_controls_say_what_is_made_and_what_does_not_fit(training: MainWindow, qtbot) -> None:
    window, controls = training, training.views.controls
    window.viewing.open("samples")
    shown(window, "samples", qtbot)
    type_into(controls.field("columns"), "4")
    type_into(controls.field("temperature").fields[1], "0.5")
    QTest.mouseClick(controls.field("dice"), LEFT)
    asked = window.viewing.chosen["samples"]
    assert asked["columns"] == 4
    assert asked["temperature"] == (1.0, 0.5)
    qtbot.waitUntil(
        lambda: window.viewing.shown.figure.settings == {"view": "samples", "down": 6, **asked}, timeout=WAIT
    )
    assert len(sheet(window).images[0]) == 4
    type_into(controls.field("down"), "0")
    assert any("rows" in text for text in window.notices.texts)
    assert window.viewing.chosen["samples"].get("down", 6) == 6
    window.viewing.open("mixing")
    shown(window, "mixing", qtbot)
    type_into(controls.field("other"), "3, 4, 5")
    qtbot.waitUntil(lambda: len(sheet(window).images[0]) == 4, timeout=WAIT)
    type_into(controls.field("images"), "7 8")
    assert window.exploration.point.image == 7
    qtbot.waitUntil(lambda: window.viewing.shown.figure.settings["image"] == (7, 8), timeout=WAIT)


def test_numbers_of_images_are_those_of_the_window(training: MainWindow, qtbot) -> None:
    window = training
    pictures = window.experiment.pictures
    window.exploration.pick(pictures.training + 3)
    window.viewing.open("progressive")
    shown(window, "progressive", qtbot)
    panel = window.viewing.shown.figure.rows[0][0]
    assert panel.rows[0] == f"image {pictures.training + 3}"
    for row, number in enumerate(window.viewing.shown.figure.settings["image"]):
        assert np.array_equal(panel.pictures[row, 0], pictures.picture(number))


def test_a_point_of_the_map_becomes_the_base_image(training: MainWindow, qtbot) -> None:
    window = training
    window.viewing.open("map")
    shown(window, "map", qtbot)
    (chart,) = window.views.figure.parts
    assert isinstance(chart, ScatterChart)
    qtbot.waitUntil(lambda: chart.canvas.rect().contains(chart.place_of(0).toPoint()), timeout=WAIT)
    chart.setFocus()
    QTest.keyClick(chart, Qt.Key.Key_Right)
    number = int(chart.points.ids[chart.at])
    QTest.keyClick(chart, Qt.Key.Key_Return)
    assert window.exploration.point.image == number >= window.experiment.pictures.training


def test_cards_are_measured_on_demand_and_refreshed_when_the_weights_rest(training: MainWindow, qtbot) -> None:
    window = training
    row = window.strata.rows["z1"]
    assert not row.card.isVisible()
    QTest.mouseClick(row.ask, LEFT)
    assert row.card.isVisible()
    qtbot.waitUntil(lambda: row.card.words.startswith("z1 "), timeout=WAIT)
    step = window.answers.cards.card("z1").step
    assert row.card.age.startswith(f"step {step}")
    qtbot.waitUntil(lambda: window.experiment.status.step > step + 20, timeout=WAIT)
    window.bridge.pause()
    qtbot.waitUntil(lambda: window.answers.cards.card("z1").step > step, timeout=WAIT)
    assert window.answers.cards.card("z2") is None, "nobody asked for it"
    window.activateWindow()
    row.ask.setFocus()
    qtbot.waitUntil(row.ask.hasFocus, timeout=WAIT)
    QTest.keyClick(row.ask, Qt.Key.Key_Space)
    assert not row.card.isVisible()


def test_a_card_under_way_can_be_cancelled(training: MainWindow, qtbot) -> None:
    window = training
    row = window.strata.rows["z2"]
    QTest.mouseClick(row.ask, LEFT)
    QTest.mouseClick(row.card.cancel, LEFT)
    assert window.viewing.wish is None
    assert row.card.words == "z2 was not measured."
    QTest.mouseClick(row.card.again, LEFT)
    known = window.answers.cards.card
    qtbot.waitUntil(lambda: known("z2") is not None and known("z2").whole, timeout=WAIT)
    assert row.card.words == known("z2").sentence
    assert row.card.again.isVisible()


def exports(window: MainWindow, count: int, qtbot) -> list[Path]:
    folder = window.experiment.run_path / "exports"
    qtbot.waitUntil(lambda: len(list(folder.glob("[!.]*"))) == count if folder.is_dir() else False, timeout=WAIT)
    return sorted(folder.iterdir())


def choose(window: MainWindow, words: str) -> None:
    menu = window.view_export.menu()
    (action,) = [one for one in menu.actions() if one.text() == words]
    action.trigger()
    menu.deleteLater()


def test_a_view_is_exported_in_every_way_and_nothing_is_overwritten(
    training: MainWindow, tmp_path: Path, qtbot
) -> None:
    window = training
    window.bridge.pause()
    qtbot.waitUntil(lambda: window.experiment.phase == Phase.PAUSED, timeout=WAIT)
    window.exploration.edit("z1", 0, 1.5)
    window.viewing.open("traversal")
    shown(window, "traversal", qtbot)
    for count, words in enumerate(
        ("Save as PNG, 2 × the pixels", "Save as PNG, 2 × the pixels", "Save as SVG"), start=1
    ):
        choose(window, words)
        files = exports(window, count, qtbot)
    assert [file.suffix for file in files] == [".png", ".png", ".svg"]
    with Image.open(files[0]) as image:
        assert "strata explore" in image.text["Description"]
        assert "z1 unit 0 1.50" in image.text["Description"], "where the explorer stands"
    choose(window, "Save as GIF")
    (film,) = [file for file in exports(window, 4, qtbot) if file.suffix == ".gif"]
    with Image.open(film) as image:
        assert image.n_frames == 48, "25 moments there and back, as on the command line"
    choose(window, "Copy the command line that makes it again")
    words = QGuiApplication.clipboard().text()
    assert words.startswith("strata explore")
    assert str(window.experiment.run_path) in words
    program, *typed = shlex.split(words)
    assert program == "strata"
    assert strata([*typed[:-1], str(tmp_path / "again.png")]) == 0
    assert (tmp_path / "again.png").is_file()
    choose(window, "Copy the picture")
    qtbot.waitUntil(lambda: any("picture of the view" in text for text in window.notices.texts), timeout=WAIT)
    assert not QGuiApplication.clipboard().image().isNull()


def test_figures_and_latents_are_exported_as_numbers(training: MainWindow, qtbot) -> None:
    window = training
    window.bridge.pause()
    qtbot.waitUntil(lambda: window.experiment.phase == Phase.PAUSED, timeout=WAIT)
    window.viewing.open("card")
    shown(window, "card", qtbot)
    choose(window, "Save the figures as JSON")
    (file,) = exports(window, 1, qtbot)
    levels = json.loads(file.read_text())["levels"]
    assert levels["z2"]["sentence"].startswith("z2 ")
    choose(window, "Save the latents of all held-out images as NPZ")
    file = exports(window, 2, qtbot)[-1]
    with np.load(file, allow_pickle=False) as arrays:
        held = len(window.experiment.pictures) - window.experiment.pictures.training
        assert arrays["z1_mean"].shape == (held, 6)
        assert min(arrays["ids"]) == window.experiment.pictures.training


def test_the_explorer_stands_where_it_was_left(training: MainWindow, tmp_path: Path, qtbot) -> None:
    window = training
    window.bridge.stop()
    qtbot.waitUntil(lambda: window.experiment.phase == Phase.STOPPED, timeout=WAIT)
    run, source = window.experiment.run_path, window.experiment.pictures.source
    window.exploration.pick(11)
    window.exploration.edit("z2", 1, -1.25)
    window.exploration.set_below("mean")
    window.viewing.open("samples")
    window.viewing.choose(columns=3)
    before = window.experiment.pictures
    window.bridge.open(source)
    qtbot.waitUntil(lambda: window.experiment.pictures is not before, timeout=WAIT)
    assert json.loads((run / NAME).read_text())["tab"] == "samples"
    assert window.exploration.point.image == 0
    window.bridge.open(str(run))
    qtbot.waitUntil(lambda: window.bridge.shop is not None, timeout=WAIT)
    point = window.exploration.point
    assert (point.image, dict(point.edits["z2"]), point.below) == (11, {1: -1.25}, "mean")
    shown(window, "samples", qtbot)
    assert len(sheet(window).images[0]) == 3
    assert not window.exploration.can_undo


def test_what_is_done_reaches_the_disk_while_the_run_is_open(training: MainWindow, qtbot) -> None:
    window = training
    window.exploration.pick(5)
    file = window.experiment.run_path / NAME
    qtbot.waitUntil(file.exists, timeout=WAIT)
    assert json.loads(file.read_text())["image"] == 5
