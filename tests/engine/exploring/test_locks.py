"""A locked level keeps its values to the bit whatever moves above it; those below it do as the rule says."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from hvae_engine.errors import OptionError
from hvae_engine.exploring import Explorer, Question
from hvae_engine.exploring.answering import Answerer
from hvae_engine.exploring.subject import as_pixels
from hvae_engine.models import DataInfo, build
from tests.engine.exploring import handmade

IMAGE = (np.add.outer(np.arange(16), np.arange(16)) * 8).astype(np.uint8)
INFO = DataInfo((1, 16, 16), 0, torch.full((1, 16, 16), 0.4))


@pytest.fixture
def ladder():
    torch.manual_seed(0)
    return Explorer(build("ladder", INFO, units="6,5,4", width="16,12,8").double())


@pytest.fixture
def residual():
    torch.manual_seed(1)
    return Explorer(build("residual_ladder", INFO, units=(2, 3, 2), strides=(2, 4, 8), channels=8).double())


@pytest.mark.parametrize("below", ["follow", "mean", "pinned"])
def test_a_locked_level_keeps_its_values_to_the_bit(residual, below):
    base = residual.encode(IMAGE)
    edits = {"z3": {0: 2.0}}
    free, locked = residual.moved(base, edits, below), residual.moved(base, edits, below, locked=["z2"])
    assert torch.equal(locked.trace.z[1], base.trace.z[1])
    assert torch.equal(locked.trace.z[0], free.trace.z[0])
    assert torch.equal(free.trace.z[1], base.trace.z[1]) == (below == "pinned")


def test_levels_below_a_locked_one_follow(residual):
    """In a residual ladder z1 hears of z3 past z2."""
    base = residual.encode(IMAGE)
    moved = residual.moved(base, {"z3": {0: 2.0}}, locked=["z2"])
    assert not torch.allclose(moved.trace.z[2], base.trace.z[2])
    prior = moved.trace.visits[2].prior
    score = (base.trace.z[2] - base.trace.visits[2].prior.mean) / base.trace.visits[2].prior.stddev
    torch.testing.assert_close(moved.trace.z[2], prior.mean + prior.stddev * score, rtol=0, atol=1e-12)


def test_what_was_moved_of_a_level_before_it_was_locked_stays(ladder):
    base = ladder.encode(IMAGE)
    own = ladder.moved(base, {"z2": {1: -1.5}})
    after = ladder.moved(base, {"z2": {1: -1.5}, "z3": {0: 2.0}}, locked=["z2"])
    assert torch.equal(after.trace.z[1], own.trace.z[1])


def test_x_sees_nothing_above_a_locked_level_of_a_ladder(ladder):
    base = ladder.encode(IMAGE)
    before = ladder.decode(base)
    everything = {"z3": dict.fromkeys(range(4), 3.0), "z2": dict.fromkeys(range(5), 3.0)}
    assert (ladder.vary(base, everything) != before).any()
    assert np.array_equal(ladder.vary(base, everything, locked=["z1"]), before)
    assert ladder.effect(base, "z2", locked=["z1"]).size == 0
    assert ladder.effect(base, "z2").size > 0
    assert [ladder.moves_x(name, "follow", ["z2"]) for name in ("z1", "z2", "z3")] == [True, True, False]
    assert ladder.hidden_by("z3", ["z1", "z2"]) == "z2"
    assert ladder.hidden_by("z1", ["z1", "z2"]) == ""


def test_a_lock_hides_nothing_where_x_sees_every_level(residual):
    assert residual.hidden_by("z3", ["z1", "z2"]) == ""
    assert residual.moves_x("z3", "follow", ["z1", "z2"])


def test_where_the_priors_are_independent_a_lock_changes_nothing_of_the_others():
    explorer = Explorer(handmade.texture_and_place())
    image = np.full((16, 16), 64, np.uint8)
    image[3:7, 3:7] = 200
    base = explorer.encode(image)
    edits = {"z2": {0: 1.0, 1: -0.5}}
    assert np.array_equal(explorer.vary(base, edits, locked=["z1"]), explorer.vary(base, edits))


def test_an_answer_obeys_its_locks_in_pictures_strips_and_effects(ladder):
    images = np.stack([IMAGE, IMAGE.T, IMAGE // 2])
    answerer = Answerer(ladder.model, images, as_pixels(images))
    question = Question(
        IMAGE,
        edits={"z3": {0: 3.0}},
        traverse=(("z3", 1), ("z1", 0)),
        effects=("z3", "z1"),
        locked=frozenset({"z1"}),
    )
    answer = answerer.answer(question, question, lambda: False)
    assert np.array_equal(answer.edited, answer.reconstruction)
    assert (answer.strips["z3", 1] == answer.reconstruction).all()
    assert (answer.effects["z3"].size, answer.effects["z1"].size > 0) == (0, True)
    assert [(level.moves_x, level.hidden_by) for level in answer.levels] == [(True, ""), (False, "z1"), (False, "z1")]
    free = answerer.answer(Question(IMAGE, edits={"z3": {0: 3.0}}), Question(IMAGE), lambda: False)
    assert (free.edited != answer.edited).any()
    assert [level.moves_x for level in free.levels] == [True] * 3


def test_a_level_that_is_not_there_cannot_be_locked(ladder):
    with pytest.raises(OptionError, match="There is no level 'z9'"):
        ladder.vary(ladder.encode(IMAGE), {}, locked=["z9"])
