"""Sliders along principal directions, locked levels, dice for all: by mouse and key, undone, kept with the run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.explorer.keeping_place import NAME
from app.exports import captions
from app.main_window import MainWindow
from app.panels.group_row import GroupRow
from app.panels.label_row import LabelRow
from app.panels.level_row import LevelRow
from app.state.answers import Answers
from app.state.equation import Group
from app.state.experiment import Experiment
from app.state.exploration import Exploration
from app.state.point import Point
from app.state.records import Pictures
from hvae_engine.exploring import Answer, LevelAnswer, Question
from hvae_engine.exploring.questions import Along, Maps
from tests.app.conftest import discard

LEFT = Qt.MouseButton.LeftButton
WAIT = 30_000
BLANK = np.zeros((28, 28), np.uint8)


@pytest.fixture
def exploration() -> Exploration:
    made = Exploration()
    made.restart(10)
    return made


def test_to_change_over_is_one_entry_that_gives_back_what_was_moved(exploration: Exploration) -> None:
    exploration.edit("z1", 3, 1.0)
    exploration.edit("z2", 0, 2.0)
    exploration.turn("z1", True)
    assert exploration.point.edits == {"z2": {0: 2.0}}
    exploration.edit("z1", 0, -1.5)
    exploration.undo()
    exploration.undo()
    assert exploration.point.edits == {"z1": {3: 1.0}, "z2": {0: 2.0}}
    assert exploration.point.along == frozenset()
    exploration.redo()
    assert exploration.point.along == {"z1"}


def test_each_basis_remembers_what_its_strip_shows(exploration: Exploration) -> None:
    exploration.edit("z1", 3, 1.0)
    exploration.turn("z1", True)
    assert exploration.traversed("z1", 0) == 0
    exploration.edit("z1", 2, 1.0)
    assert exploration.traversed("z1", 0) == 2
    exploration.undo()
    exploration.undo()
    assert exploration.traversed("z1", 0) == 3


def test_nothing_of_a_locked_level_moves(exploration: Exploration) -> None:
    exploration.edit("z1", 0, 1.0)
    exploration.edit("z2", 0, 1.0)
    exploration.lock("z1", True)
    locked = exploration.point
    exploration.edit("z1", 1, 2.0)
    exploration.reset_unit("z1", 0)
    exploration.reset_level("z1")
    exploration.randomise("z1", range(4))
    exploration.move("z1", {2: 1.0})
    exploration.turn("z1", True)
    assert exploration.point == locked
    assert locked.free
    exploration.reset_all()
    assert exploration.point.edits == {"z1": {0: 1.0}}
    assert not exploration.point.free
    exploration.undo()
    exploration.undo()
    assert exploration.point.locked == frozenset()
    assert exploration.point.edits == {"z1": {0: 1.0}, "z2": {0: 1.0}}


def test_dice_for_all_leave_locked_levels_and_are_one_entry(exploration: Exploration) -> None:
    exploration.lock("z2", True)
    exploration.randomise_all({"z1": range(3), "y": range(4), "z2": range(2)})
    edits = exploration.point.edits
    assert (len(edits["z1"]), len(edits["y"])) == (3, 1)
    assert set(edits["y"].values()) == {1.0}
    assert "z2" not in edits
    exploration.undo()
    assert exploration.point.edits == {}
    assert exploration.point.locked == {"z2"}


def test_another_model_forgets_bases_and_locks(exploration: Exploration) -> None:
    exploration.turn("z1", True)
    exploration.lock("z2", True)
    exploration.set_below("mean")
    exploration.forget_edits()
    assert exploration.point == Point(0, below="mean")


def test_directions_are_written_down_as_views_number_them(exploration: Exploration) -> None:
    exploration.turn("z1", True)
    exploration.edit("z1", 0, 1.5)
    exploration.edit("z1", 1, 0.5)
    exploration.edit("z2", 1, 1.0)
    exploration.signs = {"z1": np.array([-1.0, 1.0])}
    assert exploration.told.edits == {"z1": {0: -1.5, 1: 0.5}, "z2": {1: 1.0}}
    assert exploration.point.edits["z1"][0] == 1.5


def test_a_caption_says_directions_places_and_locks() -> None:
    point = Point(4).turned("z1", True).put("z1", {0: 1.5}).put("z2", {(3, 0, 1): -1.0}).with_lock("z3", True)
    pictures = Pictures("boxes", "boxes", np.zeros((9, 1, 8, 8), np.uint8), None, (), 9, 0)
    words = captions.of_point(point, pictures)
    assert words == "image 4, z1 direction 0 1.50, z2 unit 3/0/1 −1.00, below: Follow, locked: z3"


ALONG = Along(np.array([0.5, -1.0, 0.2]), np.array([0.7, 0.25, 0.05]), 2, np.ones(3), None, np.ones(3))


def told(along: Along | None = None, maps: Maps | None = None, **facts: object) -> Answer:
    """One level of four units, as its directions see it or not."""
    every = np.arange(4)
    level = LevelAnswer("z1", np.full(4, 0.5), np.ones(4), every, np.ones(4), 4, True, None, maps, along, **facts)
    question = Question(BLANK, along=frozenset() if along is None else frozenset({"z1"}))
    strips = {("z1", 0): np.stack([BLANK] * 9)}
    return Answer(question, 0, BLANK, BLANK, BLANK, (level,), strips, {}, np.empty((0, 28, 28), np.uint8), None, False)


@pytest.fixture
def row(themes) -> Iterator[LevelRow]:
    made = LevelRow("z1", Experiment(), Exploration(), Answers())
    made.resize(1100, 110)
    made.show()
    made._answers.take(told())
    yield made
    discard(made)


def press(button: QWidget, by: str) -> None:
    if by == "mouse":
        QTest.mouseClick(button, LEFT)
    else:
        button.setFocus()
        QTest.keyClick(button, Qt.Key.Key_Space)


@pytest.mark.parametrize("by", ["mouse", "key"])
def test_the_bank_shows_a_slider_for_each_direction(row: LevelRow, by: str) -> None:
    assert row.grip.basis.current == "units"
    press(row.grip.basis.button("directions"), by)
    assert row._exploration.point.along == {"z1"}
    assert not row.bank.isEnabled(), "its sliders are still to come"
    row._answers.take(told(ALONG))
    assert row.bank.isEnabled()
    assert row.bank.shown == (0, 1), "the third one hardly varies"
    slider = row.bank.slider(1)
    assert (slider.score, slider.accessibleName()) == (-1.0, "z1 direction 1")
    assert "25.0% of the variance" in slider.toolTip()
    assert row.strip.accessibleName() == "direction 0"
    assert "posterior means" in row.dice.toolTip()
    press(row.grip.basis.button("units"), by)
    row._answers.take(told())
    assert row.bank.shown == (0, 1, 2, 3)
    assert row.strip.accessibleName() == "unit 0"


def test_sliders_along_directions_drag_type_wheel_reset_and_undo(row: LevelRow) -> None:
    row._exploration.turn("z1", True)
    row._answers.take(told(ALONG))
    slider, explore = row.bank.slider(0), row._exploration
    QTest.mousePress(slider, LEFT, pos=QPoint(round(slider.place_of(0.5)), 10))
    QTest.mouseMove(slider, QPoint(round(slider.place_of(2.0)), 10))
    QTest.mouseRelease(slider, LEFT)
    assert explore.point.edits["z1"] == {0: pytest.approx(2.0, abs=0.05)}
    other = row.bank.slider(1)
    other.setFocus()
    QTest.keyClick(other, Qt.Key.Key_Return)
    QTest.keyClicks(other._field, "-2.5")
    QTest.keyClick(other._field, Qt.Key.Key_Return)
    assert explore.point.edits["z1"][1] == -2.5
    QTest.mouseDClick(slider, LEFT, pos=slider.rect().center())
    assert explore.point.edits == {"z1": {1: -2.5}}
    explore.undo()
    explore.undo()
    assert explore.point.edits["z1"] == {0: pytest.approx(2.0, abs=0.05)}
    explore.undo()
    assert explore.point.edits == {}
    QTest.mouseClick(row.dice, LEFT)
    assert set(explore.point.edits["z1"]) == {0, 1, 2}


def test_a_direction_acts_on_the_place_that_was_picked(row: LevelRow) -> None:
    places = np.linspace(-1, 1, 3 * 2 * 2).reshape(3, 2, 2)
    maps = Maps(np.zeros((4, 2, 2)), np.ones((4, 2, 2)))
    along = Along(ALONG.scores, ALONG.shares, 2, np.ones(3), places, np.full(3, 0.5))
    row._exploration.turn("z1", True)
    row._exploration.edit("z1", 0, 1.5)
    row._answers.take(told(along, maps))
    row._exploration.aim("z1", (0, 1))
    assert row.bank.slider(1).score == pytest.approx(places[1, 0, 1], abs=0.01)
    assert row.bank.slider(0).score == pytest.approx(places[0, 0, 1] + 0.5 * (1.5 - 0.5), abs=0.01)
    slider = row.bank.slider(1)
    slider.setFocus()
    QTest.keyClick(slider, Qt.Key.Key_End)
    assert row._exploration.point.edits["z1"] == {0: 1.5, (1, 0, 1): 3.0}
    assert slider.score == 3.0
    row._exploration.reset_all()
    QTest.mouseClick(row.dice, LEFT)
    assert set(row._exploration.point.edits["z1"]) == {(0, 0, 1), (1, 0, 1), (2, 0, 1)}


@pytest.mark.parametrize("by", ["mouse", "key"])
def test_a_locked_row_says_so_and_nothing_in_it_moves(row: LevelRow, by: str) -> None:
    row._exploration.edit("z1", 0, 1.0)
    press(row.grip.lock, by)
    assert row._exploration.point.locked == {"z1"}
    assert row.grip.lock.accessibleName() == "Unlock z1"
    slider = row.bank.slider(0)
    for widget in (slider, row.dice, row.back, row.grip.basis.button("directions")):
        assert not widget.isEnabled()
        assert "z1 is locked" in widget.toolTip()
    QTest.mouseDClick(slider, LEFT, pos=slider.rect().center())
    QTest.mouseClick(row.dice, LEFT)
    assert row._exploration.point.edits == {"z1": {0: 1.0}}
    press(row.grip.lock, by)
    assert row._exploration.point.locked == frozenset()
    assert slider.isEnabled()
    assert "Unit 0 of z1" in slider.toolTip()
    row._exploration.undo()
    assert row.grip.lock.isChecked(), "undone like any gesture"


def test_a_row_above_a_lock_that_hides_it_says_why_it_does_nothing(row: LevelRow) -> None:
    row._answers.take(told(hidden_by="z0"))
    slider = row.bank.slider(2)
    assert not slider.isEnabled()
    assert slider.toolTip() == "z0 is locked and x sees nothing above it: moving z1 would change nothing."
    row._answers.take(told())
    assert slider.isEnabled()


def test_a_hand_that_holds_a_slider_as_it_is_locked_has_made_its_entry(row: LevelRow) -> None:
    slider = row.bank.slider(0)
    QTest.mousePress(slider, LEFT, pos=QPoint(round(slider.place_of(0.5)), 10))
    QTest.mouseMove(slider, QPoint(round(slider.place_of(2.0)), 10))
    row._exploration.lock("z1", True)
    assert not slider.held
    assert not row._exploration.moving
    assert row._exploration.can_undo


def test_a_label_is_locked_too(themes) -> None:
    exploration, answers, experiment = Exploration(), Answers(), Experiment()
    experiment.set_pictures(Pictures("b", "b", np.zeros((9, 1, 28, 28), np.uint8), None, ("a", "b"), 9, 0))
    row = LabelRow(experiment, exploration, answers)
    row.show()
    level = LevelAnswer("y", np.array([0.0, 1.0]), np.zeros(2), np.arange(2), np.ones(2), 2, True)
    none = np.empty((0, 28, 28), np.uint8)
    answers.take(Answer(Question(BLANK), 0, BLANK, BLANK, BLANK, (level,), {}, {}, none, np.array([0.2, 0.8]), False))
    assert not row.grip.basis.isVisible()
    QTest.mouseClick(row.grip.lock, LEFT)
    QTest.mouseClick(row.choice.buttons[0], LEFT)
    assert exploration.point.edits == {}
    assert "y is locked" in row.choice.toolTip()
    QTest.mouseClick(row.grip.lock, LEFT)
    QTest.mouseClick(row.choice.buttons[0], LEFT)
    assert exploration.point.edits == {"y": {0: 1.0}}
    discard(row)


def test_the_line_of_a_folded_group_says_how_many_of_its_levels_are_locked(themes) -> None:
    answers = Answers()
    line = GroupRow(Group(("z1", "z2"), (4, 4)), Experiment(), answers)
    answers.take(told())
    assert line.numbers == "4 of 4 active"
    answers.take(replace(told(), question=Question(BLANK, locked=frozenset({"z1", "z9"}))))
    assert line.numbers == "4 of 4 active · 1 locked"
    discard(line)


def answered(window: MainWindow) -> bool:
    """Whether the latest answer is that of where the explorer stands."""
    answer, point = window.answers.latest, window.exploration.point
    asked = None if answer is None else answer.question
    return asked is not None and (asked.along, asked.locked, dict(asked.edits)) == (
        *(point.along, point.locked),
        {level: dict(units) for level, units in point.edits.items()},
    )


def test_keys_turn_lock_and_draw_the_level_at_hand(trained: MainWindow, qtbot) -> None:
    row, explore = trained.strata.rows["z2"], trained.exploration
    row.setFocus()
    assert explore.level == "z2"
    QTest.keyClick(row, Qt.Key.Key_B)
    assert explore.point.along == {"z2"}
    qtbot.waitUntil(lambda: row.bank.isEnabled() and trained.answers.strip("z2").along, timeout=WAIT)
    assert row.strip.accessibleName() == "direction 0"
    QTest.keyClick(row, Qt.Key.Key_L)
    assert explore.point.locked == {"z2"}
    QTest.keyClick(row, Qt.Key.Key_D)
    assert set(explore.point.edits) == {"z1"}
    assert len(explore.point.edits["z1"]) == 6
    qtbot.waitUntil(lambda: answered(trained), timeout=WAIT)
    QTest.keyClick(row, Qt.Key.Key_L)
    QTest.keyClick(row, Qt.Key.Key_B)
    assert (explore.point.along, explore.point.locked) == (frozenset(), frozenset())
    for _ in range(5):
        explore.undo()
    assert explore.point == Point(explore.point.image)


def test_nothing_above_a_locked_level_of_a_ladder_moves_the_picture(trained: MainWindow, qtbot) -> None:
    z1, z2, explore = trained.strata.rows["z1"], trained.strata.rows["z2"], trained.exploration
    explore.turn("z2", True)
    explore.edit("z2", 0, 3.0)
    qtbot.waitUntil(lambda: answered(trained), timeout=WAIT)
    answer = trained.answers.latest
    assert (answer.edited != answer.reconstruction).any()
    QTest.mouseClick(z1.grip.lock, LEFT)
    qtbot.waitUntil(lambda: answered(trained), timeout=WAIT)
    answer = trained.answers.latest
    assert (answer.edited == answer.reconstruction).all()
    assert not z2.bank.slider(z2.bank.shown[0]).isEnabled()
    explore.look_at("z2")
    assert "x sees nothing above it" in trained.strata.x_row.below.meaning
    QTest.mouseClick(trained.strata.x_row.below.reset, LEFT)
    assert explore.point.locked == {"z1"}
    assert explore.point.edits == {}


def test_bases_and_locks_are_kept_with_the_run_and_said_in_its_pictures(trained: MainWindow, qtbot) -> None:
    explore, run = trained.exploration, trained.bridge.shop.run.path
    explore.turn("z2", True)
    explore.edit("z2", 1, 1.25)
    explore.lock("z1", True)
    words = captions.words(trained.experiment, explore)
    assert "z2 direction 1" in words
    assert words.endswith("locked: z1")
    kept = json.loads(captions.metadata(trained.experiment, explore)["Explorer"])
    assert (kept["along"], kept["locked"]) == (["z2"], ["z1"])
    stood = explore.told
    trained.keeping_place.close()
    written = json.loads((run / NAME).read_text())
    assert (written["along"], written["locked"]) == (["z2"], ["z1"])
    explore.restart(explore.count)
    trained.bridge.furnished.emit()
    QApplication.processEvents()
    assert explore.point == stood
    assert trained.strata.rows["z1"].grip.lock.isChecked()
    assert trained.strata.rows["z2"].grip.basis.current == "directions"


def test_a_locked_lowest_level_is_not_said_to_move_the_picture(trained: MainWindow) -> None:
    explore, below = trained.exploration, trained.strata.x_row.below
    explore.look_at("z1")
    assert below.meaning == "No level lies below z1: it moves x directly."
    explore.lock("z1", True)
    assert below.meaning == "No level lies below z1."
