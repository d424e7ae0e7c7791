"""A spatial level: its map, the place that its sliders act on by mouse and key, and what an edit there is called."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.panels.level_row import LevelRow
from app.state import units
from app.state.answers import Answers
from app.state.experiment import Experiment
from app.state.exploration import Exploration
from hvae_engine.exploring import Answer, LevelAnswer, Question
from hvae_engine.exploring.questions import Maps
from tests.app.conftest import discard

LEFT = Qt.MouseButton.LeftButton
BLANK = np.zeros((28, 28), np.uint8)
SCORES = np.linspace(-1, 1, 3 * 4 * 4).reshape(3, 4, 4)


def answer(maps: Maps | None) -> Answer:
    """One level of three channels, that spends most at row 2, column 1."""
    three = np.arange(3)
    scores = SCORES.mean((1, 2))
    level = LevelAnswer("z2", scores, np.ones(3), three, np.ones(3), 3, True, maps=maps)
    strips = {("z2", (1, 2, 3)): np.stack([BLANK] * 9)}
    none = np.empty((0, 28, 28), np.uint8)
    return Answer(Question(BLANK), 0, BLANK, BLANK, BLANK, (level,), strips, {}, none, None, False)


@pytest.fixture
def row(themes) -> Iterator[LevelRow]:
    made = LevelRow("z2", Experiment(), Exploration(), Answers())
    made.resize(1300, 110)
    made.show()
    kl = np.full((3, 4, 4), 0.1)
    kl[:, 2, 1] = 2.0
    made._answers.take(answer(Maps(SCORES, kl)))
    yield made
    discard(made)


def at(row: LevelRow, place: units.Place) -> QPoint:
    return row.map.cell(place).center().toPoint()


def test_a_level_without_a_map_has_none(row: LevelRow) -> None:
    assert row.map.isVisible()
    row._answers.take(answer(None))
    assert not row.map.isVisible()


def test_a_click_finds_its_place(row: LevelRow) -> None:
    for place in ((0, 0), (3, 3), (2, 1)):
        QTest.mouseClick(row.map, LEFT, pos=at(row, place))
        assert row._exploration.places == {"z2": place}
    QTest.mouseClick(row.map, LEFT, pos=at(row, (2, 1)))
    assert row._exploration.places == {}, "a second click gives all places back"


def test_a_mouse_dragged_over_the_map_takes_the_place_along(row: LevelRow) -> None:
    QTest.mousePress(row.map, LEFT, pos=at(row, (1, 1)))
    QTest.mouseMove(row.map, at(row, (1, 1)) + QPoint(1, 0))
    assert row._exploration.places == {"z2": (1, 1)}, "a hand that trembles does not give the place back"
    for place in ((1, 2), (2, 2), (1, 1)):
        QTest.mouseMove(row.map, at(row, place))
        assert row._exploration.places == {"z2": place}
    QTest.mouseRelease(row.map, LEFT, pos=at(row, (1, 1)))
    assert row._exploration.places == {"z2": (1, 1)}


def test_a_slider_moves_the_place_alone(row: LevelRow) -> None:
    QTest.mouseClick(row.map, LEFT, pos=at(row, (2, 3)))
    assert row.map.caption == "row 3, col 4"
    slider = row.bank.slider(1)
    assert slider.score == pytest.approx(SCORES[1, 2, 3], abs=0.01)
    slider.setFocus()
    QTest.keyClick(slider, Qt.Key.Key_End)
    assert row._exploration.point.edits == {"z2": {(1, 2, 3): 3.0}}
    assert slider.score == 3.0
    assert row.map._marks == {(2, 3)}
    QTest.mouseClick(row.map, LEFT, pos=at(row, (0, 0)))
    assert slider.score == pytest.approx(SCORES[1, 0, 0], abs=0.01), "another place stands elsewhere"
    QTest.mouseClick(row.map, LEFT, pos=at(row, (2, 3)))
    assert slider.score == 3.0
    QTest.mouseDClick(slider, LEFT, pos=slider.rect().center())
    assert row._exploration.point.edits == {}
    assert row.map._marks == frozenset()


def test_what_moved_everywhere_moved_at_the_place_too(row: LevelRow) -> None:
    row._exploration.edit("z2", 0, 2.0)
    row._exploration.aim("z2", (1, 1))
    shift = 2.0 - SCORES[0].mean()
    assert row.bank.slider(0).score == pytest.approx(SCORES[0, 1, 1] + shift, abs=0.01)


def test_the_arrows_walk_the_map(row: LevelRow) -> None:
    row.map.setFocus()
    QTest.keyClick(row.map, Qt.Key.Key_Right)
    assert row._exploration.places == {"z2": (2, 1)}, "the first key finds the place with the most nats"
    for key, place in (
        (Qt.Key.Key_Right, (2, 2)), (Qt.Key.Key_Down, (3, 2)), (Qt.Key.Key_Down, (3, 2)), (Qt.Key.Key_Up, (2, 2)),
        (Qt.Key.Key_Left, (2, 1)),
    ):  # fmt: skip
        QTest.keyClick(row.map, key)
        assert row._exploration.places == {"z2": place}
    QTest.keyClick(row.map, Qt.Key.Key_Backspace)
    assert row._exploration.places == {}


def test_the_strip_follows_the_place(row: LevelRow) -> None:
    row._exploration.edit("z2", 1, 1.0)
    assert row._exploration.traversed("z2", 0) == 1
    row._exploration.aim("z2", (2, 3))
    assert row._exploration.traversed("z2", 0) == (1, 2, 3)
    assert row.strip.accessibleName() == "unit 1 at row 3, column 4"


def test_dice_draw_every_place_or_the_one_that_was_picked(row: LevelRow) -> None:
    QTest.mouseClick(row.dice, LEFT)
    assert len(row._exploration.point.edits["z2"]) == 48
    row._exploration.reset_all()
    row._exploration.aim("z2", (0, 3))
    QTest.mouseClick(row.dice, LEFT)
    assert set(row._exploration.point.edits["z2"]) == {(0, 0, 3), (1, 0, 3), (2, 0, 3)}
    QTest.mouseClick(row.back, LEFT)
    assert row._exploration.point.edits == {}


def test_another_run_forgets_the_place(row: LevelRow) -> None:
    row._exploration.aim("z2", (0, 3))
    row._exploration.forget_edits()
    assert row._exploration.places == {}


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_map_shows_that_it_has_the_keyboard(row: LevelRow, themes, theme: str) -> None:
    themes.choose(theme)
    row.map.clearFocus()
    without = row.map.grab().toImage()
    row.map.setFocus()
    assert row.map.grab().toImage() != without


def test_one_place_is_no_map(row: LevelRow) -> None:
    row._answers.take(answer(Maps(SCORES[:, :1, :1], SCORES[:, :1, :1])))
    assert not row.map.isVisible()
