"""Base image and edits: what a gesture changes, and what undo brings back."""

from __future__ import annotations

import pytest

from app.state.exploration import Exploration


@pytest.fixture
def exploration() -> Exploration:
    made = Exploration()
    made.restart(10)
    return made


def test_a_drag_is_one_entry(exploration: Exploration) -> None:
    exploration.begin()
    for score in (0.5, 1.0, 1.5):
        exploration.edit("z2", 3, score)
    exploration.end()
    assert exploration.point.edits == {"z2": {3: 1.5}}
    exploration.undo()
    assert exploration.point.edits == {}
    assert not exploration.can_undo
    exploration.redo()
    assert exploration.point.edits == {"z2": {3: 1.5}}


def test_a_drag_that_changes_nothing_is_no_entry(exploration: Exploration) -> None:
    exploration.begin()
    exploration.end()
    assert not exploration.can_undo


def test_a_new_gesture_forgets_what_was_taken_back(exploration: Exploration) -> None:
    exploration.edit("z1", 0, 1.0)
    exploration.undo()
    exploration.edit("z1", 0, 2.0)
    assert not exploration.can_redo


def test_resets(exploration: Exploration) -> None:
    for level, unit in (("z1", 0), ("z1", 1), ("z2", 5)):
        exploration.edit(level, unit, 1.0)
    exploration.reset_unit("z1", 0)
    assert exploration.point.edits == {"z1": {1: 1.0}, "z2": {5: 1.0}}
    exploration.reset_level("z1")
    assert exploration.point.edits == {"z2": {5: 1.0}}
    exploration.reset_all()
    assert exploration.point.edits == {}
    for _ in range(3):
        exploration.undo()
    assert exploration.point.edits == {"z1": {0: 1.0, 1: 1.0}, "z2": {5: 1.0}}


def test_images_go_round_and_keep_the_edits(exploration: Exploration) -> None:
    exploration.edit("z1", 0, 1.0)
    exploration.pick_neighbour(-1)
    assert exploration.point.image == 9
    exploration.pick_neighbour(1)
    assert exploration.point.image == 0
    assert exploration.point.edits == {"z1": {0: 1.0}}


def test_a_draw_from_the_prior_has_no_image(exploration: Exploration) -> None:
    exploration.draw_from_prior()
    assert exploration.point.image is None


def test_dice_stay_inside_the_sliders(exploration: Exploration) -> None:
    exploration.randomise("z1", range(500))
    scores = exploration.point.edits["z1"].values()
    assert len(scores) == 500
    assert all(-3 <= score <= 3 for score in scores)


def test_another_model_forgets_the_edits_and_keeps_the_image(exploration: Exploration) -> None:
    exploration.pick(4)
    exploration.edit("z1", 0, 1.0)
    exploration.forget_edits()
    assert exploration.point.image == 4
    assert exploration.point.edits == {}
    assert not exploration.can_undo


def test_one_class_takes_the_place_of_another(exploration: Exploration) -> None:
    exploration.choose_class(3)
    exploration.choose_class(1)
    assert exploration.point.edits == {"y": {1: 1.0}}
    assert exploration.level == "y"
    exploration.reset_level("y")
    assert exploration.point.edits == {}
    exploration.undo()
    exploration.undo()
    assert exploration.point.edits == {"y": {3: 1.0}}
