"""Moves along principal directions: where they lead, what the rules below make of them, and that they do not turn."""

from __future__ import annotations

import queue
from dataclasses import replace

import numpy as np
import pytest
import torch

from hvae_engine.datasets import Images
from hvae_engine.errors import OptionError
from hvae_engine.exploring import Desk, Explorer, Question, bases
from hvae_engine.exploring.answering import Answerer
from hvae_engine.exploring.bases import KeptDirections
from hvae_engine.exploring.directions import Directions, directions_of, spanning
from hvae_engine.exploring.standing import basis_of
from hvae_engine.exploring.subject import as_pixels
from hvae_engine.models import DataInfo, WeightSlot, build, scores
from tests.engine.exploring import handmade

SHAPE = (2, 3)
COLUMNS = np.zeros((4, *SHAPE))
COLUMNS[0, 0], COLUMNS[1, 1, 0], COLUMNS[2, 1, 2], COLUMNS[3, 1, 1] = 0.1, 0.08, 0.12, 0.1
"""z2 moves the upper row; the units of z1 a pixel each of the lower one."""
SPREAD = np.c_[np.random.default_rng(0).uniform(-2, 2, (40, 3)), np.zeros(40)]
"""z2, z1, z1, z1 of some images; the last unit never varies."""
SQUARE = (np.add.outer(np.arange(16), np.arange(16)) * 8).astype(np.uint8)
INFO = DataInfo((1, 16, 16), 0, torch.full((1, 16, 16), 0.4))


def pictures(z):
    pixels = 0.5 + np.atleast_2d(z) @ COLUMNS.reshape(4, -1)
    return np.rint(255 * pixels).astype(np.uint8).reshape(-1, *SHAPE)


@pytest.fixture
def explorer():
    return Explorer(handmade.linear(COLUMNS, SHAPE, [("z2", 1), ("z1", 3)]))


@pytest.fixture
def basis(explorer):
    return directions_of(explorer.model, "z1", spanning(explorer.model, as_pixels(pictures(SPREAD))))


def test_a_move_leads_to_its_place_and_leaves_the_other_directions(explorer, basis):
    base = explorer.encode(pictures(SPREAD[0])[0])
    before = basis.positions(base.trace.z[1][0].numpy())[0]
    moved = explorer.moved(base, {"z1": {0: 2.5}}, bases={"z1": basis})
    after = basis.positions(moved.trace.z[1][0].numpy())[0]
    np.testing.assert_allclose(after, [2.5, *before[1:]], atol=1e-12)


def test_a_known_direction_moves_x_by_a_known_amount(explorer, basis):
    base = explorer.encode(pictures(SPREAD[0])[0])
    there = basis.positions(base.trace.z[1][0].numpy())[0, 1] + 1.5
    moved = explorer.moved(base, {"z1": {1: there}}, bases={"z1": basis}).trace.likelihood.mean
    step = 1.5 * basis.deviations[1] * basis.vectors[1] @ COLUMNS[1:].reshape(3, -1)
    found = (moved - base.trace.likelihood.mean).flatten().numpy()
    np.testing.assert_allclose(found, step, atol=1e-12)


def test_moves_are_those_that_views_make_as_edits_of_units(explorer, basis):
    base = explorer.encode(pictures(SPREAD[1])[0])
    moves = {0: 1.0, 1: -2.0}
    as_units = explorer.moved(base, {"z1": basis.edits(explorer.model, base, moves)}).trace.z[1]
    along = explorer.moved(base, {"z1": moves}, bases={"z1": basis}).trace.z[1]
    torch.testing.assert_close(along, as_units, rtol=0, atol=1e-12)


def test_a_unit_that_never_varies_has_no_direction_and_moving_it_changes_nothing(explorer, basis):
    assert len(basis.vectors) == 2
    base = explorer.encode(pictures(SPREAD[0])[0])
    still = explorer.moved(base, {"z1": {2: 3.0}}, bases={"z1": basis})
    torch.testing.assert_close(still.trace.z[1], base.trace.z[1], rtol=0, atol=1e-12)
    with pytest.raises(OptionError, match="Level 'z1' has directions 0 to 2, not 3"):
        explorer.vary(base, {"z1": {3: 1.0}}, bases={"z1": basis})


def test_images_that_are_all_the_same_have_no_direction(explorer):
    alike = np.repeat(pictures(SPREAD[0]), 5, 0)
    for images in (alike, alike[:1]):
        basis = directions_of(explorer.model, "z1", spanning(explorer.model, as_pixels(images)))
        assert basis.vectors.shape == (0, 3)
        assert basis.answer(explorer.encode(alike[0]).trace.visits[1]).active == 0


@pytest.fixture
def ladder():
    torch.manual_seed(0)
    model = build("ladder", INFO, units="6,4", width="16,8").double()
    return Explorer(model)


def test_the_rules_below_move_a_level_and_a_direction_moves_it_from_there(ladder):
    images = torch.randint(0, 255, (50, 1, 16, 16), dtype=torch.uint8)
    basis = directions_of(ladder.model, "z1", spanning(ladder.model, images))
    base = ladder.encode(SQUARE)
    alone = ladder.moved(base, {"z1": {0: 2.0}}, bases={"z1": basis})
    shift = scores(alone.trace)[1] - scores(base.trace)[1]
    assert shift.abs().max() > 0.01
    both = {"z2": {1: 2.5}, "z1": {0: 2.0}}
    for below, stand in (("follow", scores(base.trace)[1]), ("mean", torch.zeros_like(shift))):
        found = scores(ladder.moved(base, both, below, {"z1": basis}).trace)[1]
        torch.testing.assert_close(found, stand + shift, rtol=0, atol=1e-9)
    pinned = ladder.moved(base, both, "pinned", {"z1": basis})
    torch.testing.assert_close(pinned.trace.z[1], alone.trace.z[1], rtol=0, atol=1e-12)


@pytest.fixture
def spatial():
    torch.manual_seed(1)
    return Explorer(build("residual_ladder", INFO, units=(2, 3), strides=(2, 4), channels=8).double())


def test_a_spatial_level_moves_along_channels_everywhere_or_at_one_place(spatial):
    images = torch.randint(0, 255, (30, 1, 16, 16), dtype=torch.uint8)
    basis = directions_of(spatial.model, "z2", spanning(spatial.model, images))
    base = spatial.encode(SQUARE)
    before = base.trace.z[0][0, 0].numpy()
    everywhere = spatial.moved(base, {"z2": {0: 1.5}}, bases={"z2": basis}).trace.z[0][0, 0].numpy()
    assert basis.positions(everywhere.mean((1, 2))[None])[0, 0] == pytest.approx(1.5, abs=1e-9)
    np.testing.assert_allclose(
        basis.positions(everywhere.mean((1, 2))[None])[0, 1:],
        basis.positions(before.mean((1, 2))[None])[0, 1:],
        atol=1e-9,
    )
    both = {0: 1.5, (1, 2, 3): -2.0}
    moved = spatial.moved(base, {"z2": both}, bases={"z2": basis}).trace.z[0][0, 0].numpy()
    assert basis.places(moved)[1, 2, 3] == pytest.approx(-2.0, abs=1e-9)
    assert basis.places(moved)[0, 2, 3] == pytest.approx(basis.places(everywhere)[0, 2, 3], abs=1e-9)
    others = np.ones((4, 4), bool)
    others[2, 3] = False
    np.testing.assert_allclose(moved[:, others], everywhere[:, others], atol=1e-12)
    assert (basis.local >= basis.deviations - 1e-12).all(), "single places vary more than the mean of the map"


def test_an_answer_says_where_it_stands_and_shows_strips_along_directions(explorer, basis):
    images = pictures(SPREAD)
    answerer = Answerer(explorer.model, images, as_pixels(images))
    edits = {"z1": {1: 1.0}}
    question = Question(images[0], edits=edits, traverse=(("z1", 0),), steps=3, along=frozenset({"z1"}))
    answer = answerer.answer(question, question, lambda: False)
    z1, z2 = answer.levels
    assert z2.along is None
    base = explorer.encode(images[0])
    np.testing.assert_allclose(z1.along.scores, basis.positions(base.trace.z[1][0].numpy())[0], atol=1e-12)
    np.testing.assert_allclose(z1.along.shares, basis.deviations**2 / np.sum(basis.deviations**2))
    assert z1.along.active == 2
    for picture, value in zip(answer.strips["z1", 0], (-3, 0, 3), strict=True):
        alone = explorer.vary(base, {"z1": {1: 1.0, 0: value}}, bases={"z1": basis})
        assert np.array_equal(picture, alone)
    assert np.array_equal(answer.edited, explorer.vary(base, edits, bases={"z1": basis}))


def test_directions_go_on_pointing_the_way_they_did():
    vectors = np.array([[0.8, -0.6], [0.6, 0.8]])
    before = Directions("z1", np.zeros(2), vectors, np.array([2.0, 1.0]), np.array([2.0, 1.0]))
    turned = replace(before, vectors=np.array([[-0.59, 0.81], [0.81, 0.59]]))
    aligned = turned.aligned(before)
    np.testing.assert_allclose(aligned.vectors, [[0.59, -0.81], [0.81, 0.59]])
    swapped = replace(before, vectors=-vectors[::-1]).aligned(before)
    np.testing.assert_allclose(swapped.vectors, vectors[::-1])


def test_a_direction_that_points_the_other_way_than_its_number_says_so(explorer, monkeypatch):
    images = as_pixels(pictures(SPREAD))
    kept, visit = KeptDirections(explorer.model, images), explorer.encode(pictures(SPREAD[0])[0]).trace.visits[1]
    first = kept.of(["z1"])["z1"]
    assert (first.answer(visit).signs == 1).all()
    monkeypatch.setattr(kept, "_kept", {"z1": replace(first, vectors=-first.vectors)})
    kept.renew()
    again = kept.of(["z1"])["z1"]
    np.testing.assert_allclose(again.vectors, -first.vectors)
    assert (again.answer(visit).signs == -1).all()


def test_a_drag_measures_no_direction_again(monkeypatch):
    measured = []
    monkeypatch.setattr(
        bases, "directions_of", lambda model, level, of: measured.append(level) or directions_of(model, level, of)
    )
    torch.manual_seed(0)
    model = build("ladder", INFO, units="6,4", width="16,8")
    answerer = Answerer(model, np.stack([SQUARE, SQUARE.T]), as_pixels(np.stack([SQUARE, SQUARE.T, SQUARE // 2])))
    for step in range(4):  # fresh weights come all the time
        answerer.fill(step, model.state_dict())
        question = Question(SQUARE, edits={"z1": {0: step / 2}}, along=frozenset({"z1"}))
        answerer.answer(question, question, lambda: False)
    assert measured == ["z1"]
    answerer.rank()
    answerer.answer(question, question, lambda: False)
    assert measured == ["z1", "z1"]


def test_the_desk_measures_directions_again_once_the_weights_are_others_and_the_hand_rests():
    answers, slot = queue.Queue(), WeightSlot()
    torch.manual_seed(0)
    model = build("vae", INFO, units=4)
    images = torch.randint(0, 255, (40, 1, 16, 16), dtype=torch.uint8)
    desk = Desk(model, np.stack([SQUARE, SQUARE.T]), slot, answers.put, answers.put, images)
    try:
        desk.ask(Question(SQUARE, along=frozenset({"z1"})))
        before = answers.get(timeout=30).levels[0].along
        other = build("vae", INFO, units=4)
        slot.put(other, 7)
        desk.refresh()
        answer = answers.get(timeout=30)
        while answer.step != 7 or answer.levels[0].along is before:
            desk.refresh()
            answer = answers.get(timeout=30)
        wanted = directions_of(other.eval(), "z1", spanning(other, images))
        np.testing.assert_allclose(answer.levels[0].along.shares, wanted.shares, rtol=1e-4)
    finally:
        desk.close()


def test_directions_of_a_past_moment_are_those_of_its_weights():
    answers = queue.Queue()
    torch.manual_seed(0)
    now, then = (build("vae", INFO, units=4) for _ in range(2))
    images = torch.randint(0, 255, (40, 1, 16, 16), dtype=torch.uint8)
    desk = Desk(now, np.stack([SQUARE, SQUARE.T]), None, answers.put, answers.put, images)
    try:
        desk.ask(Question(SQUARE, along=frozenset({"z1"})))
        before = answers.get(timeout=30).levels[0].along
        desk.hold(3, then.state_dict())
        after = answers.get(timeout=30).levels[0].along
        wanted = directions_of(then.eval(), "z1", spanning(then, images))
        np.testing.assert_allclose(after.shares, wanted.shares, rtol=1e-4)
        assert not np.allclose(after.shares, before.shares, rtol=1e-3)
    finally:
        desk.close()


def test_directions_are_spanned_by_the_posterior_means_of_images_that_are_held_out(explorer):
    held = Images(as_pixels(pictures(SPREAD)), None)
    subject = handmade.subject(explorer.model, held)
    kept = KeptDirections(explorer.model, subject.gallery.held.pixels).of(["z1"])["z1"]
    np.testing.assert_array_equal(kept.vectors, basis_of(subject, "z1").vectors)
