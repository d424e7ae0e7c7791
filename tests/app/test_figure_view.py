"""Figures on the screen: every kind of panel, whole-number scaling, and what a click or a key on it means."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.panels.figure_view import FigureView
from app.state.experiment import Experiment
from app.state.exploration import Exploration
from app.state.records import Pictures
from app.theme import DARK, LIGHT, Themes
from app.widgets.heat_chart import HeatChart
from app.widgets.line_chart import LineChart
from app.widgets.scatter_chart import ScatterChart
from app.widgets.thumbnail import Thumbnail
from app.widgets.tile_sheet import COMFORTABLE, TileSheet
from app.widgets.word_card import WordCard
from hvae_engine.exploring.figures import Figure, Heat, Line, Panel, Scatter, Text, Tiles
from tests.app.conftest import discard

LEFT = Qt.MouseButton.LeftButton
SIDE = 14


@pytest.fixture
def state(qapp: QApplication) -> tuple[Experiment, Exploration]:
    experiment, exploration = Experiment(), Exploration()
    pixels = np.arange(40, dtype=np.uint8).repeat(SIDE * SIDE).reshape(40, 1, SIDE, SIDE)
    experiment.set_pictures(Pictures("boxes", "boxes", pixels, None, (), 30, 0))
    exploration.restart(40)
    experiment.begin_levels(("z1", "z2"), {"z1": (4,), "z2": (3,)})
    return experiment, exploration


@pytest.fixture
def view(state, themes: Themes) -> Iterator[FigureView]:
    made = FigureView(*state)
    made.resize(900, 500)
    made.show()
    yield made
    discard(made)


def figure(*rows: tuple[Panel, ...], **settings: object) -> Figure:
    return Figure(rows, ("z1", "z2"), ("caption",), {"view": "samples", **settings}, "run", 7)


def tiles(down: int, across: int, **words: object) -> Tiles:
    random = np.random.default_rng(0)
    return Tiles(random.integers(0, 256, (down, across, SIDE, SIDE), dtype=np.uint8), **words)


def settle() -> None:
    for _ in range(3):
        QApplication.processEvents()


def sheet_of(view: FigureView) -> TileSheet:
    (sheet,) = view.parts
    assert isinstance(sheet, TileSheet)
    return sheet


@pytest.mark.parametrize(("rows", "columns"), [(1, 9), (3, 9), (6, 10), (2, 4)])
def test_tiles_are_scaled_by_a_whole_number_and_fit_the_width(view: FigureView, rows: int, columns: int) -> None:
    labels = tuple(f"unit {row}" for row in range(rows))
    view.show_figure(figure((tiles(rows, columns, rows=labels, title="z1", level="z1"),)), DARK)
    settle()
    sheet = sheet_of(view)
    tile = sheet.tile(0, 0)
    assert tile.width() % SIDE == 0
    assert tile.width() == tile.height() >= COMFORTABLE
    assert sheet.tile(rows - 1, columns - 1).right() < sheet.width()
    assert sheet.tile(rows - 1, 0).bottom() <= sheet.height()
    image = sheet.grab().toImage()
    inside = image.pixelColor(sheet.tile(0, 1).center()).red()
    assert inside == view.figure.rows[0][0].pictures[0, 1, SIDE // 2 - 1, SIDE // 2 - 1]


def test_a_low_room_makes_tiles_smaller_before_it_scrolls(view: FigureView) -> None:
    view.show_figure(figure((tiles(4, 5),)), DARK)
    settle()
    tall = sheet_of(view).tile(0, 0).height()
    view.resize(900, 320)
    settle()
    assert sheet_of(view).tile(0, 0).height() < tall
    assert view.verticalScrollBar().maximum() == 0
    view.resize(900, 120)
    settle()
    assert sheet_of(view).tile(0, 0).height() >= COMFORTABLE
    assert view.verticalScrollBar().maximum() > 0


def test_widgets_stay_for_a_figure_of_the_same_make(view: FigureView) -> None:
    view.show_figure(figure((tiles(2, 3),)), DARK)
    sheet = sheet_of(view)
    before = sheet.images[0][0].pixelColor(0, 0)
    view.show_figure(figure((Tiles(255 - view.figure.rows[0][0].pictures),)), LIGHT)
    assert sheet_of(view) is sheet
    assert sheet.images[0][0].pixelColor(0, 0) != before
    view.show_figure(figure((Text(("a",)),)), LIGHT)
    assert view.parts != [sheet]
    view.show_figure(None, LIGHT)
    assert view.parts == []


def test_every_kind_of_panel_says_what_it_shows(view: FigureView) -> None:
    spectrum = np.array([0.1, 0.5, 0.3, 0.1])
    row = (
        Text(("z1 holds 2 nats.", "", "more"), "z1", "z1"),
        Heat(np.eye(SIDE) * 0.25, "at most", "z1: 3%", "z1"),
        Line(np.arange(4), spectrum, "cycles per image", "share of power", (1.4, "mean 1.4"), "Spectrum", "z1"),
    )
    view.show_figure(figure(row), DARK)
    settle()
    words, heat, line = view.parts
    assert isinstance(words, WordCard)
    assert isinstance(heat, HeatChart)
    assert isinstance(line, LineChart)
    assert words.sentence == "z1 holds 2 nats."
    assert heat.accessibleName() == "z1: 3%, 0.25 at most"
    assert "mean 1.4" in line.accessibleName()
    colour = DARK.colours(view._experiment.groups)["z1"]
    assert heat.image.pixelColor(0, 0).name() == colour.name()
    assert heat.image.pixelColor(1, 0).name() != colour.name()
    assert words.x() < heat.x() < line.x()
    assert line.x() + line.width() <= view.viewport().width()
    view.show_figure(view.figure, LIGHT)
    assert heat.image.pixelColor(0, 0).name() == LIGHT.levels[0]


def press(sheet: TileSheet, row: int, column: int) -> None:
    QTest.mouseClick(sheet, LEFT, Qt.KeyboardModifier.NoModifier, sheet.tile(row, column).center())


def test_a_tile_of_a_traversal_moves_its_slider_there(view: FigureView, state) -> None:
    _, explore = state
    asked = {"view": "traversal", "level": "z2", "unit": (2, 0), "direction": (), "steps": 5}
    made = figure((tiles(2, 5),), **asked)
    made.data["z2"] = {"moves": [[{unit: score} for score in (-3.0, -1.5, 0.0, 1.5, 3.0)] for unit in (2, 0)]}
    view.show_figure(made, DARK)
    settle()
    press(sheet_of(view), 0, 4)
    assert explore.point.edits == {"z2": {2: 3.0}}
    assert explore.level == "z2"
    press(sheet_of(view), 1, 1)
    assert explore.point.edits == {"z2": {2: 3.0, 0: -1.5}}, "the picture was made with what had been moved before"
    explore.undo()
    assert explore.point.edits == {"z2": {2: 3.0}}, "a click is one entry"


def test_a_tile_of_a_direction_moves_all_units_at_once(view: FigureView, state) -> None:
    _, explore = state
    asked = {"view": "traversal", "level": "z2", "unit": (), "direction": (1,), "steps": 2}
    made = figure((tiles(1, 2),), **asked)
    made.data["z2"] = {"moves": [[{0: 0.5, 1: -1.0}, {0: 1.5, 1: 2.0}]]}
    view.show_figure(made, DARK)
    settle()
    press(sheet_of(view), 0, 1)
    assert explore.point.edits == {"z2": {0: 1.5, 1: 2.0}}
    explore.undo()
    assert not explore.can_undo


def test_keys_do_what_a_click_does(view: FigureView, state) -> None:
    _, explore = state
    view.show_figure(figure((tiles(3, 4),), view="progressive", image=(5, 31, 32)), DARK)
    settle()
    sheet = sheet_of(view)
    sheet.setFocus()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Return):
        QTest.keyClick(sheet, key)
    assert sheet.cursor_tile == (1, 0)
    assert explore.point.image == 31
    QTest.keyClick(sheet, Qt.Key.Key_Up)
    QTest.keyClick(sheet, Qt.Key.Key_Up)
    QTest.keyClick(sheet, Qt.Key.Key_Space)
    assert explore.point.image == 5


@pytest.mark.parametrize(
    ("place", "image"), [((1, 0), 5), ((2, 0), 31), ((0, 1), 8), ((0, 2), 9), ((0, 0), 0), ((1, 1), 0)]
)
def test_a_frame_of_a_matrix_starts_from_its_image(view: FigureView, state, place: tuple[int, int], image: int) -> None:
    _, explore = state
    view.show_figure(figure((tiles(3, 3),), view="mixing", image=(5, 31), other=(8, 9)), DARK)
    settle()
    press(sheet_of(view), *place)
    assert explore.point.image == image


@pytest.mark.parametrize(("column", "image"), [(0, 5), (1, 0), (2, 33)])
def test_the_ends_of_a_way_start_from_their_images(view: FigureView, state, column: int, image: int) -> None:
    _, explore = state
    view.show_figure(figure((tiles(1, 3),), view="interpolation", image=5, to=33, steps=3), DARK)
    settle()
    press(sheet_of(view), 0, column)
    assert explore.point.image == image


def test_samples_cannot_be_picked_and_take_no_keys(view: FigureView) -> None:
    view.show_figure(figure((tiles(2, 2),)), DARK)
    assert sheet_of(view).focusPolicy() == Qt.FocusPolicy.NoFocus


def scatter(classes: tuple[str, ...] = ("lying", "standing")) -> Scatter:
    points = np.array([[-1.0, 0.0], [0.0, 0.0], [2.0, 0.1], [0.1, 3.0]])
    colours = np.array([0, 1, 0, 1]) if classes else np.array([0.1, 0.2, 0.3, 0.4])
    return Scatter(points, np.array([30, 31, 32, 33]), colours, classes, "label", "across", "up", "z1: 4", "z1")


def chart_of(view: FigureView, qtbot) -> ScatterChart:
    settle()
    (chart,) = view.parts
    assert isinstance(chart, ScatterChart)
    qtbot.waitUntil(lambda: chart.place_of(0).x() < chart.place_of(2).x() - 50)
    return chart


def test_a_point_shows_its_picture_and_a_click_starts_from_it(view: FigureView, state, qtbot) -> None:
    _, explore = state
    view.show_figure(figure((scatter(),), view="map"), DARK)
    chart = chart_of(view, qtbot)
    thumbnail = chart.findChild(Thumbnail)

    def place() -> QPoint:
        return chart.place_of(2).toPoint()

    moves = itertools.count()

    def hover() -> bool:
        QTest.mouseMove(chart.canvas, place() + QPoint(next(moves) % 2, 0))  # one by one: it takes 100 a second at most
        return chart.at == 2

    qtbot.waitUntil(hover)
    assert thumbnail.isVisible()
    assert thumbnail.words == "image 32 · lying"
    assert chart.rect().contains(thumbnail.geometry())
    QTest.mouseClick(chart.canvas, LEFT, Qt.KeyboardModifier.NoModifier, place())
    assert explore.point.image == 32


def test_arrow_keys_walk_from_point_to_point(view: FigureView, state, qtbot) -> None:
    _, explore = state
    view.show_figure(figure((scatter(),), view="map"), DARK)
    chart = chart_of(view, qtbot)
    view.activateWindow()
    chart.setFocus()
    way = []
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up):
        QTest.keyClick(chart, key)
        way.append(chart.at)
    assert way == [1, 0, 0, 1, 3], "from the middle, and not beyond the last one"
    QTest.keyClick(chart, Qt.Key.Key_Return)
    assert explore.point.image == 33


def test_points_without_classes_are_shaded_and_the_legend_says_the_ends(view: FigureView, qtbot) -> None:
    view.show_figure(figure((scatter(()),), view="map"), LIGHT)
    chart = chart_of(view, qtbot)
    assert "0.1" in chart._legend.text()
    assert "0.4" in chart._legend.text()
    colours = {brush.color().name() for brush in chart._dots.data["brush"]}
    assert len(colours) == 4
