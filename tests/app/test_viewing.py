"""Which view is wanted, with what parameters: what the explorer's image, level and rule mean to it."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from app import translation
from app.state import viewing as state
from app.state.answers import Answers
from app.state.experiment import Experiment
from app.state.exploration import Exploration
from app.state.permissions import Phase
from app.state.records import Guest, Pictures
from app.state.view_specs import LEVELS, Wish
from app.state.viewing import Viewing

TRAINING, HELD = 30, 10


@pytest.fixture
def viewing(qapp) -> Viewing:
    experiment, exploration = Experiment(), Exploration()
    experiment.views = translation.views_of()
    pixels = np.zeros((TRAINING + HELD, 1, 8, 8), np.uint8)
    experiment.set_pictures(Pictures("boxes", "boxes", pixels, None, (), TRAINING, 0))
    exploration.restart(len(pixels))
    experiment.begin_levels(("z1", "z2"), {"z1": (4,), "z2": (3,)})
    answers = Answers()
    made = Viewing(experiment, exploration, answers.cards)
    made.parts = experiment, exploration, answers
    return made


def wished(viewing: Viewing, **parameters: object) -> None:
    """The wish has these parameters, among others."""
    assert viewing.wish is not None
    found = {name: viewing.wish.parameters[name] for name in parameters}
    assert found == parameters


def test_rows_of_levels_wish_for_nothing(viewing: Viewing) -> None:
    assert viewing.current == LEVELS
    assert viewing.wish is None


def test_a_view_starts_from_the_base_image_and_the_level_at_hand(viewing: Viewing) -> None:
    _, explore, _ = viewing.parts
    viewing.open("traversal")
    wished(viewing, image=0, level="", below="follow")
    explore.pick(12)
    explore.look_at("z2")
    explore.set_below("mean")
    wished(viewing, image=12, level="z2", below="mean")
    explore.pick_sample(5)
    wished(viewing, image=f"prior:{explore.point.prior_seed}")


def test_other_images_are_held_out_and_the_base_image_comes_first(viewing: Viewing) -> None:
    _, explore, _ = viewing.parts
    explore.pick(3)
    viewing.open("progressive")
    wished(viewing, image=(3, 30, 31, 32))
    explore.pick(31)
    wished(viewing, image=(31, 30, 32, 33))
    viewing.open("mixing")
    wished(viewing, image=(31, 30, 32, 33), other=(35, 36, 37, 38))
    viewing.open("interpolation")
    wished(viewing, image=31, to=31)
    viewing.open("effect")
    wished(viewing, image=(31, 30, 32, 33, 35, 36, 37, 38))
    viewing.open("grid")
    wished(viewing, image=(31,))


def test_a_dropped_image_and_a_draw_of_the_prior_are_bases_of_every_view_that_has_one(viewing: Viewing) -> None:
    experiment, explore, _ = viewing.parts
    explore.pick_guest(experiment.add_guest(Guest("mine.png", np.zeros((8, 8), np.uint8), "/pictures/mine.png")))
    bases = {"traversal": None, "grid": (), "progressive": (30, 31, 32), "mixing": (30, 31, 32), "interpolation": None}
    for base in ("/pictures/mine.png", "prior:7"):
        for name, others in bases.items():
            viewing.open(name)
            wished(viewing, image=base if others is None else (base, *others))
        explore.samples_from = 0
        explore.pick_sample(7)


def test_what_was_moved_goes_along_with_the_views_that_start_there(viewing: Viewing) -> None:
    _, explore, _ = viewing.parts
    explore.edit("z2", 1, 1.23456789)
    explore.edit("z1", 0, -2.0)
    explore.set_below("mean")
    for name in ("traversal", "progressive", "mixing", "effect", "interpolation"):
        viewing.open(name)
        view = translation.view_of(viewing.wish)
        assert view.edit == ("z2:1=1.2346", "z1:0=-2")
        assert view.below == "mean"
    viewing.open("grid")
    grid = translation.view_of(viewing.wish)
    assert (grid.edit, grid.below, grid.edit_below) == (("z2:1=1.2346", "z1:0=-2"), "mean", "mean")
    explore.set_below("follow")
    assert translation.view_of(viewing.wish).below == "mean", "the grid has a rule of its own"
    assert translation.view_of(viewing.wish).edit_below == "follow"
    viewing.open("samples")
    assert viewing.wish.stands is None


def test_a_direction_that_was_turned_round_is_typed_as_views_number_it(viewing: Viewing) -> None:
    explore = viewing.parts[1]
    viewing.open("traversal")
    explore.turn("z1", True)
    explore.signs = {"z1": np.array([-1.0, 1.0])}
    for level, unit, score in (("z1", 0, 1.5), ("z1", 1, 2.0), ("z2", 0, 1.0)):
        explore.edit(level, unit, score)
    explore.lock("z2", True)
    view = translation.view_of(viewing.wish)
    assert view.edit == ("z1:d0=-1.5,d1=2", "z2:0=1")
    assert view.lock == ("z2",)


def test_the_grid_has_a_rule_of_its_own(viewing: Viewing) -> None:
    _, explore, _ = viewing.parts
    viewing.open("grid")
    explore.set_below("pinned")
    wished(viewing, below="mean")
    viewing.choose(below="follow")
    wished(viewing, below="follow")


def test_parameters_are_remembered_for_each_view(viewing: Viewing) -> None:
    viewing.open("traversal")
    viewing.choose(steps=5)
    viewing.open("samples")
    viewing.choose(seed=7)
    viewing.open("traversal")
    wished(viewing, steps=5)
    assert viewing.chosen == {"traversal": {"steps": 5}, "samples": {"seed": 7}}


def test_nothing_is_said_of_what_is_wanted_already(viewing: Viewing) -> None:
    _, explore, _ = viewing.parts
    told = []
    viewing.open("samples")
    viewing.changed.connect(lambda: told.append(viewing.wish))
    explore.edit("z1", 0, 2.0)
    explore.pick(9)
    assert not told, "samples start from no image and know of no edit"
    viewing.choose(seed=3)
    assert len(told) == 1


def test_a_window_out_of_sight_wants_nothing(viewing: Viewing) -> None:
    viewing.open("samples")
    viewing.come_into_sight(False)
    assert viewing.wish is None
    viewing.come_into_sight(True)
    assert viewing.wish is not None


def figure(levels: dict[str, dict[str, object]], step: int = 3) -> SimpleNamespace:
    return SimpleNamespace(data=levels, step=step, settings={"view": "card"})


Z1 = {"z1": {"sentence": "z1 holds 2.0 nats.", "unused": False, "whole": True}}


@pytest.fixture
def restless(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every validation counts."""
    monkeypatch.setattr(state, "REST_S", -1.0)


def test_small_data_that_are_validated_every_moment_are_not_measured_every_moment(viewing: Viewing) -> None:
    viewing.open("card")
    viewing.take("card", figure(Z1), 1, 1, "")
    viewing.parts[0].evaluated.emit()
    assert viewing.wish is None


@pytest.mark.usefixtures("restless")
def test_cards_are_measured_once_and_again_when_the_weights_rest(viewing: Viewing) -> None:
    experiment, *_ = viewing.parts
    viewing.open("card")
    assert viewing.wish is not None
    viewing.take("card", figure(Z1), 1, 1, "")
    assert viewing.wish is None, "a card costs seconds: it is not made again for every fresh weight"
    experiment.evaluated.emit()
    assert viewing.wish is not None
    viewing.take("card", figure(Z1), 1, 1, "")
    experiment.set_phase(Phase.PAUSED)
    assert viewing.wish is not None
    viewing.cancel()
    assert viewing.wish is None
    viewing.measure()
    assert viewing.wish is not None


@pytest.mark.usefixtures("restless")
def test_a_card_of_a_row_is_measured_while_no_view_is_open(viewing: Viewing) -> None:
    experiment, *_ = viewing.parts
    cards = viewing.cards
    cards.open("z1")
    assert viewing.wish == Wish("card", {"level": ("z1",), "below": "follow"})
    viewing.take("card", None, 1, 5, "")
    assert cards.progress == (1, 5)
    viewing.take("card", figure(Z1), 5, 5, "")
    assert viewing.wish is None
    assert cards.card("z1").sentence == "z1 holds 2.0 nats."
    assert cards.card("z1").step == 3
    experiment.evaluated.emit()
    wished(viewing, level=("z1",))
    cards.open("z2")
    wished(viewing, level=("z1", "z2"))
    viewing.open("samples")
    assert viewing.wish.name == "samples", "what is open comes first"
    viewing.open(LEVELS)
    wished(viewing, level=("z1", "z2"))
    cards.close("z1")
    wished(viewing, level=("z2",))


def test_another_model_knows_nothing_of_what_was_shown(viewing: Viewing) -> None:
    viewing.open("samples")
    viewing.take("samples", figure({}), 1, 1, "")
    assert viewing.shown.step == 3
    viewing.forget()
    assert viewing.shown.figure is None


def test_a_complaint_takes_the_place_of_the_figure(viewing: Viewing) -> None:
    viewing.open("samples")
    viewing.take("samples", None, 0, 1, "That does not fit.")
    assert viewing.shown.complaint == "That does not fit."
    viewing.choose(seed=3)
    viewing.take("samples", figure({}), 1, 1, "")
    assert viewing.shown.complaint == ""
