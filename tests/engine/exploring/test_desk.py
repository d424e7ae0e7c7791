"""The desk answers the latest question with the latest weights, on a thread of its own."""

from __future__ import annotations

import itertools
import queue
import threading
import time

import numpy as np
import pytest
import torch

from hvae_engine.datasets import Images
from hvae_engine.exploring import Desk, Explorer, Question
from hvae_engine.exploring.desk import HURRY_S
from hvae_engine.exploring.sights import PACE_S
from hvae_engine.exploring.subject import Gallery
from hvae_engine.exploring.views import CardView
from hvae_engine.exploring.views.samples import Samples
from hvae_engine.exploring.views.traversal import Traversal
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
    desk.ask(Question(IMAGE, edits={"z2": {1: 2.0}}, traverse=(("z1", 3), ("z2", 0)), steps=5, samples=(1, 2, 3, 4)))
    answer = desk.answers.get(timeout=30)
    assert answer.input is IMAGE
    assert answer.edited.shape == answer.reconstruction.shape == (16, 16)
    assert [level.name for level in answer.levels] == ["z1", "z2"]
    assert [len(level.scores) for level in answer.levels] == [6, 4]
    assert sorted(answer.levels[0].order) == list(range(6))
    assert answer.strips["z1", 3].shape == answer.strips["z2", 0].shape == (5, 16, 16)
    assert answer.samples.shape == (4, 16, 16)
    for seed, sample in zip((1, 2, 3, 4), answer.samples, strict=True):  # a person can start from one of them
        desk.ask(Question(None, prior_seed=seed))
        assert np.array_equal(desk.answers.get(timeout=30).reconstruction, sample)


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


def test_effects_come_with_the_question_and_at_most_once_a_second_with_fresh_weights(desk):
    desk.ask(Question(IMAGE, effects=("z1", "z2"), samples=(5, 6, 7)))
    first = desk.answers.get(timeout=30)
    assert set(first.effects) == {"z1", "z2"}
    assert first.effects["z1"].deviation.shape == (16, 16)
    assert first.effects["z1"].size > 0
    desk.slot.put(ladder(), 5)
    desk.refresh()
    again = desk.answers.get(timeout=30)
    assert again.question is first.question
    assert again.step == 5
    assert (again.effects, again.strips, len(again.samples)) == ({}, {}, 0)


def test_effects_give_way_to_a_newer_question():
    gate, first, answers = threading.Event(), threading.Event(), queue.Queue()
    desk = Desk(ladder(), IMAGE[None].repeat(2, 0), None, answers.put, answers.put)
    effect = desk._answerer.explorer.effect

    def slow(*args, **named):
        first.set()
        gate.wait(30)
        return effect(*args, **named)

    desk._answerer.explorer.effect = slow
    try:
        desk.ask(Question(IMAGE, effects=("z1", "z2"), samples=(5, 6)))
        assert first.wait(30)
        desk.ask(Question(IMAGE))
        gate.set()
        interrupted, newer = answers.get(timeout=30), answers.get(timeout=30)
    finally:
        gate.set()
        desk.close()
    assert list(interrupted.effects) == ["z1"]
    assert len(interrupted.samples) == 0
    assert newer.question.effects == ()


def answered(model, question):
    answers = queue.Queue()
    desk = Desk(model, np.stack([IMAGE, IMAGE.T]), None, answers.put, answers.put)
    try:
        desk.ask(question)
        answer = answers.get(timeout=30)
    finally:
        desk.close()
    if isinstance(answer, Exception):
        raise answer
    return answer


def test_a_label_has_probabilities_for_an_image_and_none_for_a_draw_from_the_prior():
    torch.manual_seed(0)
    info = DataInfo((1, 16, 16), 3, torch.full((1, 16, 16), 0.4))
    model = build("m2", info, units=4, width=16)
    answer = answered(model, Question(IMAGE, edits={"y": {1: 1.0}}, effects=("y",)))
    assert answer.classes.shape == (3,)
    assert answer.classes.sum() == pytest.approx(1)
    (label,) = (level for level in answer.levels if level.name == "y")
    assert label.scores.argmax() == answer.classes.argmax()
    assert answer.effects["y"].size > 0
    assert answered(model, Question(None)).classes is None


def test_values_stand_beside_the_scores_where_the_prior_is_no_gaussian():
    torch.manual_seed(0)
    gamma = build("dlgm", INFO, units="4,3", width="16,8", latent="gamma")
    z1, z2 = answered(gamma, Question(IMAGE, edits={"z2": {1: 0.0}})).levels
    assert (z1.values > 0).all()
    assert z2.values[1] == pytest.approx(1.67834699, rel=1e-4), "the median of Gamma(2, 1)"
    assert all(level.values is None for level in answered(ladder(), Question(IMAGE)).levels)


@pytest.mark.parametrize(
    ("family", "expected"), [("vae", True), ("dlgm", True), ("m2", True), ("m1m2", False), ("ladder", False)]
)
def test_it_says_whether_the_priors_are_independent(family, expected):
    info = DataInfo((1, 16, 16), 3, torch.full((1, 16, 16), 0.4))
    answer = answered(build(family, info), Question(IMAGE, edits={"z1": {0: 1.5}}))
    assert answer.independent is expected


def test_active_units_come_first_whatever_they_cost():
    model = build("vae", INFO, units=4)
    head = model.posterior.rules[0].head.linear
    with torch.no_grad():
        head.weight.zero_()
        head.bias[:4].zero_()
        head.bias[4:] = 0.5413  # softplus of it is 1: q is the prior
        head.bias[3] = 5.0  # costs nats and says the same of every image
        head.weight[2] = 0.05
    answers = queue.Queue()
    desk = Desk(model, np.stack([IMAGE, np.zeros_like(IMAGE)]), None, answers.put, answers.put)
    try:
        desk.ask(Question(IMAGE))
        (level,) = answers.get(timeout=30).levels
    finally:
        desk.close()
    assert level.active == 1
    assert level.order[:2].tolist() == [2, 3]
    assert level.unit_kl[3] > level.unit_kl[2]


def test_units_are_ranked_on_the_desks_thread_and_not_while_somebody_drags(monkeypatch):
    measured = []
    real = Explorer.unit_figures

    def noted(explorer, images):
        measured.append(threading.current_thread().name)
        return real(explorer, images)

    monkeypatch.setattr(Explorer, "unit_figures", noted)
    answers, slot = queue.Queue(), WeightSlot()
    desk = Desk(ladder(), np.stack([IMAGE, IMAGE.T]), slot, answers.put, answers.put)
    try:
        assert measured == []
        desk.ask(Question(IMAGE))
        answers.get(timeout=30)
        slot.put(ladder(), 3)
        desk.ask(Question(IMAGE, edits={"z1": {0: 1.0}}))
        assert answers.get(timeout=30).step == 3
        assert measured == ["strata-explorer"]
        desk.ask(Question(IMAGE, traverse=(("z1", 0),)))
        answers.get(timeout=30)
        assert measured == ["strata-explorer"] * 2
    finally:
        desk.close()


def test_a_drag_encodes_its_image_once(desk, monkeypatch):
    encoded = []
    encode = Explorer.encode

    def counted(self, image):
        encoded.append(image)
        return encode(self, image)

    monkeypatch.setattr(Explorer, "encode", counted)
    pictures = []
    for value in (-1.0, 0.0, 2.0):
        desk.ask(Question(IMAGE.copy(), edits={"z1": {0: value}}))
        pictures.append(desk.answers.get(timeout=30).edited)
    assert len(encoded) == 1
    assert not np.array_equal(pictures[0], pictures[2])
    desk.ask(Question(IMAGE[::-1].copy()))
    desk.answers.get(timeout=30)
    desk.slot.put(ladder(), 3)
    desk.refresh()
    desk.answers.get(timeout=30)
    assert len(encoded) == 3


def test_a_drag_leaves_the_levels_as_they_were_read(desk):
    answers = []
    for score in (0.5, 1.0):
        desk.ask(Question(IMAGE, edits={"z2": {1: score}}))
        answers.append(desk.answers.get(timeout=30))
    assert answers[0].levels is answers[1].levels
    desk.ask(Question(IMAGE, edits={"z2": {1: 1.0}}, below="pinned"))
    assert [level.moves_x for level in desk.answers.get(timeout=30).levels] == [True, False]


def test_a_moving_hand_keeps_the_weights_for_a_while_and_then_sees_the_fresh_ones(desk):
    def ask(score):
        desk.ask(Question(IMAGE, edits={"z1": {0: score}}))
        return desk.answers.get(timeout=30)

    desk.slot.put(ladder(), 1)
    assert ask(0.0).step == 1
    desk.slot.put(ladder(), 2)
    assert ask(0.1).step == 1  # asked at once after the last: a hand is on the slider
    assert desk.answers.get(timeout=30).step == 2  # it rests: nobody need ask again


def test_a_hand_that_holds_still_sees_fresh_weights(desk):
    for step, score in ((1, 0.0), (1, 0.1)):
        desk.slot.put(ladder(), step)
        desk.ask(Question(IMAGE, edits={"z1": {0: score}}))
        desk.answers.get(timeout=30)
    desk.slot.put(ladder(), 2)
    desk.refresh()
    assert desk.answers.get(timeout=30).step == 2
    assert desk.slot.wanted


def gallery():
    images = Images(torch.from_numpy(np.stack([IMAGE, IMAGE.T]))[:, None], None)
    return Gallery(images, images, np.arange(2))


def figure_of(looks):
    while (look := looks.get(timeout=30)).figure is None:
        assert look.error is None, look.error
    return look.figure


def test_a_view_is_made_with_the_weights_at_hand_and_again_with_fresh_ones(desk):
    looks = queue.Queue()
    desk.slot.put(ladder(), 4)
    desk.look(Traversal(level="z2", unit=(1,), steps=3), gallery(), "run", looks.put)
    before = figure_of(looks)
    assert before.step == 4
    desk.slot.put(ladder(), 5)
    time.sleep(PACE_S)
    desk.refresh()
    after = figure_of(looks)
    assert after.step == 5
    assert (after.rows[0][0].pictures != before.rows[0][0].pictures).any()


def test_a_view_that_comes_in_parts_is_told_part_by_part(desk):
    looks = queue.Queue()
    desk.look(CardView(), gallery(), "run", looks.put)
    told = [looks.get(timeout=30)]
    while told[-1].figure is None:
        assert told[-1].error is None, told[-1].error
        told.append(looks.get(timeout=30))
    sketches = [look.sketch for look in told if look.sketch is not None]
    assert sketches, "there was something to see before the end"
    assert not any(card["whole"] for card in sketches[0].data.values())
    assert set(sketches[0].data) == {"z1", "z2"}
    assert all(card["whole"] for card in told[-1].figure.data.values())


def test_a_view_that_cannot_be_made_says_why(desk):
    looks = queue.Queue()
    desk.look(Traversal(level="z9"), gallery(), "run", looks.put)
    assert "z9" in str(looks.get(timeout=30).error)
    desk.ask(Question(IMAGE))
    assert desk.answers.get(timeout=30).levels


def test_a_question_overtakes_a_view_which_comes_all_the_same(desk):
    looks, asked = queue.Queue(), []

    def ask_in_between(look):
        looks.put(look)
        if look.figure is None and not asked:
            asked.append(look)
            desk.ask(Question(IMAGE, edits={"z1": {0: 2.0}}))

    desk.look(Traversal(level="z1", unit=tuple(range(6))), gallery(), "run", ask_in_between)
    assert desk.answers.get(timeout=30).question.edits == {"z1": {0: 2.0}}
    assert looks.qsize() < 4  # the answer did not wait for the rest of the view
    assert figure_of(looks).rows[0][0].pictures.shape == (6, 9, 16, 16)


def test_held_weights_answer_until_they_are_let_go(desk):
    past = ladder()
    desk.slot.put(ladder(), 9)
    desk.ask(Question(IMAGE))
    now = desk.answers.get(timeout=30)
    desk.hold(2, past.state_dict())
    then = desk.answers.get(timeout=30)
    assert (now.step, then.step) == (9, 2)
    assert np.array_equal(then.reconstruction, Explorer(past).decode(Explorer(past).encode(IMAGE)))
    desk.slot.put(ladder(), 10)
    desk.refresh()
    desk.let_go()
    assert desk.answers.get(timeout=30).step == 10


def test_weights_that_come_faster_than_answers_do_not_keep_a_view_from_being_made(desk, monkeypatch):
    looks, over, model = queue.Queue(), threading.Event(), ladder()
    decode = Explorer.decode

    def slowly(self, base):
        time.sleep(0.02)
        return decode(self, base)

    monkeypatch.setattr(Explorer, "decode", slowly)

    def train():
        for step in itertools.count(1):
            if over.is_set():
                return
            desk.slot.put(model, step)
            desk.refresh()

    desk.ask(Question(IMAGE))
    trainer = threading.Thread(target=train)
    trainer.start()
    try:
        time.sleep(1.0)
        desk.look(Traversal(level="z1", unit=(0,), steps=3), gallery(), "run", looks.put)
        figure_of(looks)
    finally:
        over.set()
        trainer.join()


def traversal(score):
    return Traversal(level="z1", unit=(0, 1), steps=3, image=0, edit=(f"z2:1={score}",))


def test_a_view_follows_the_slider_while_a_hand_moves_it():
    answers, looks, images = queue.Queue(), queue.Queue(), gallery()
    desk = Desk(ladder(), np.stack([IMAGE, IMAGE.T]), None, answers.put, answers.put)
    try:
        end, made, score = time.monotonic() + 20, [], 0.0
        while len(made) < 3 and time.monotonic() < end:
            score = round(score + 0.01, 2)
            desk.ask(Question(IMAGE, edits={"z2": {1: score}}))
            desk.look(traversal(score), images, "run", looks.put)
            answers.get(timeout=30)
            time.sleep(0.005)
            while not looks.empty():
                look = looks.get()
                made += [look.view.edit] if look.figure is not None else []
    finally:
        desk.close()
    assert len(made) >= 3, "it does not wait for the hand to rest"
    assert len(set(made)) == len(made)


def test_a_question_comes_first_between_two_parts_of_a_view_that_follows(desk):
    looks, order = queue.Queue(), []
    answered = desk._on_answer
    desk._on_answer = lambda answer: (order.append("answer"), answered(answer))

    def hear(look):
        looks.put(look)
        if look.figure is not None:
            order.append("figure")
        elif not order:
            order.append("begun")
            desk.ask(Question(IMAGE, edits={"z2": {1: 1.0}}))

    desk.look(traversal(0.5), gallery(), "run", hear)
    figure_of(looks)
    assert order == ["begun", "answer", "figure"], "nothing of the view was lost"


def test_a_view_that_does_not_start_from_the_sliders_waits_until_the_hand_rests(desk):
    looks, images = queue.Queue(), gallery()
    desk.look(Samples(down=2, columns=2), images, "run", looks.put)
    figure_of(looks)
    desk.slot.put(ladder(), 3)
    end = time.monotonic() + PACE_S + 0.5
    while time.monotonic() < end:
        desk.ask(Question(IMAGE, edits={"z2": {1: time.monotonic() % 1}}))
        desk.answers.get(timeout=30)
        desk.refresh()
        time.sleep(0.01)
    assert looks.empty()
    time.sleep(HURRY_S)
    desk.refresh()
    assert figure_of(looks).step == 3


def test_a_view_is_made_once_beside_the_one_that_is_looked_at(desk):
    looks, once = queue.Queue(), queue.Queue()
    desk.look(Samples(down=2, columns=2), gallery(), "run", looks.put)
    figure_of(looks)
    desk.make(traversal(1.0), gallery(), "run", once.put)
    assert figure_of(once).settings["edit"] == ("z2:1=1.0",)
    desk.slot.put(ladder(), 8)
    time.sleep(PACE_S)
    desk.refresh()
    assert figure_of(looks).step == 8
    assert once.empty()


def test_what_is_to_be_made_once_can_be_given_up_and_ends_with_the_desk():
    gate, begun, looks, answers = threading.Event(), threading.Event(), queue.Queue(), queue.Queue()
    desk = Desk(ladder(), IMAGE[None].repeat(2, 0), None, answers.put, answers.put)

    def hear(look):
        looks.put(look)
        begun.set()
        gate.wait(30)

    try:
        under_way = desk.make(traversal(1.0), gallery(), "run", hear)
        assert begun.wait(30)
        desk.give_up(under_way)
        waiting = desk.make(traversal(2.0), gallery(), "run", looks.put)
        desk.give_up(waiting)
        last = desk.make(traversal(3.0), gallery(), "run", looks.put)
        desk.ask(Question(IMAGE))
    finally:
        closing = threading.Thread(target=desk.close)
        closing.start()
        time.sleep(0.1)
        gate.set()
        closing.join()
    found = [looks.get_nowait() for _ in range(looks.qsize())]
    assert [look.figure for look in found] == [None] * len(found)
    assert [look.view for look in found if look.error is not None] == [last.view]
    assert "The run was left" in str(found[-1].error)
