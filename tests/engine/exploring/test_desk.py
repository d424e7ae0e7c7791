"""The desk answers the latest question with the latest weights, on a thread of its own."""

from __future__ import annotations

import queue
import threading

import numpy as np
import pytest
import torch

from hvae_engine.exploring import Desk, Question
from hvae_engine.models import DataInfo, WeightSlot, build

INFO = DataInfo((1, 16, 16), 0, torch.full((1, 16, 16), 0.4))
IMAGE = (np.add.outer(np.arange(16), np.arange(16)) * 8).astype(np.uint8)


def ladder():
    return build("ladder", INFO, units="6,4", width="16,8")


@pytest.fixture
def desk():
    answers, slot = queue.Queue(), WeightSlot()
    one = Desk(ladder(), np.stack([IMAGE, IMAGE.T]), slot, answers.put, answers.put)
    one.answers, one.slot = answers, slot
    yield one
    one.close()


def test_an_answer_has_everything_that_was_asked(desk):
    desk.ask(Question(IMAGE, edits={"z2": {1: 2.0}}, traverse=(("z1", 3), ("z2", 0)), steps=5, samples=4))
    answer = desk.answers.get(timeout=30)
    assert answer.input is IMAGE
    assert answer.edited.shape == answer.reconstruction.shape == (16, 16)
    assert [level.name for level in answer.levels] == ["z1", "z2"]
    assert [len(level.scores) for level in answer.levels] == [6, 4]
    assert sorted(answer.levels[0].order) == list(range(6))
    assert answer.strips["z1", 3].shape == answer.strips["z2", 0].shape == (5, 16, 16)
    assert answer.samples.shape == (4, 16, 16)


def test_pinned_says_which_levels_cannot_move_the_picture(desk):
    desk.ask(Question(IMAGE, below="pinned"))
    assert [level.moves_x for level in desk.answers.get(timeout=30).levels] == [True, False]


def test_fresh_weights_change_the_answer_and_their_step_is_said(desk):
    desk.ask(Question(IMAGE))
    before = desk.answers.get(timeout=30)
    assert desk.slot.wanted
    other = ladder()
    desk.slot.put(other, 12)
    assert not desk.slot.wanted
    desk.refresh()
    after = desk.answers.get(timeout=30)
    assert after.step == 12
    assert (after.reconstruction != before.reconstruction).any()
    assert desk.slot.wanted


def test_of_waiting_questions_only_the_last_is_answered():
    gate, answers = threading.Event(), queue.Queue()

    def slow(answer):
        answers.put(answer)
        gate.wait(30)

    desk = Desk(ladder(), IMAGE[None].repeat(2, 0), None, slow, answers.put)
    try:
        desk.ask(Question(IMAGE, prior_seed=0))
        first = answers.get(timeout=30)
        for seed in range(1, 20):
            desk.ask(Question(IMAGE, prior_seed=seed))
        gate.set()
        last = answers.get(timeout=30)
    finally:
        gate.set()
        desk.close()
    assert (first.question.prior_seed, last.question.prior_seed) == (0, 19)
    assert answers.empty()


def test_a_question_that_fails_is_reported_and_the_next_is_answered(desk):
    desk.ask(Question(IMAGE, edits={"z7": {0: 1.0}}))
    assert "no level 'z7'" in str(desk.answers.get(timeout=30))
    desk.ask(Question(None, prior_seed=3))
    answer = desk.answers.get(timeout=30)
    assert np.array_equal(answer.input, answer.reconstruction)
