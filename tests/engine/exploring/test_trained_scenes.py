"""Trained ladders, measured: on scenes the layout lies deep and the fine factors near the pixels, and idle is idle."""

from __future__ import annotations

import json
from functools import cache

import pytest

from hvae_engine.commands import main

SMALL = ["--set", "units=32,16,8", "--set", "width=256,128,64", "--steps", "800", "--seed", "0"]
COLLAPSED = ["--set", "units=16,8,4", "--set", "width=64,32,16", "--set", "batch_norm=false", "--beta", "1000"]
FINE = ("texture", "period", "stroke", "phase")

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """The cards of a ladder trained on scenes with these settings, from the surface down; trained once."""
    folder = tmp_path_factory.mktemp("scenes")

    @cache
    def cards(name, *typed):
        run, figures = folder / name, folder / f"{name}.json"
        assert (
            main(["train", "--data", "scenes", "--family", "ladder", *typed, "--device", "cpu", "--out", str(run)]) == 0
        )
        assert main(["explore", str(run), "--view", "card", "--json", str(figures)]) == 0
        return json.loads(figures.read_text())["levels"]

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STRATA_CACHE", str(folder / "cache"))
        yield cards


@pytest.fixture
def cards(measured):
    return measured("small", *SMALL)


def factors(card):
    return {one["factor"]: one for one in card["factors"]}


def test_every_level_is_in_use(cards):
    assert list(cards) == ["z1", "z2", "z3"]
    for card in cards.values():
        assert not card["unused"]
        assert card["active"] >= 2
        assert card["nats"] > 0.5


def test_the_layout_is_found_in_the_deepest_level_far_above_its_control(cards):
    layout = factors(cards["z3"])["layout"]
    assert layout["nats"] - layout["control"] > 0.6 * layout["entropy"]
    assert layout["control"] < 0.1
    assert cards["z3"]["probe"]["accuracy"] > 5 * cards["z3"]["probe"]["chance"]
    assert 'of the known factors it tells most of "layout"' in cards["z3"]["sentence"]


def test_the_layout_is_not_added_by_the_levels_that_repeat_it(cards):
    deep = factors(cards["z3"])["layout"]["told"]
    for level in ("z1", "z2"):
        layout = factors(cards[level])["layout"]
        assert layout["told"] > 0.6, "it passes through: telling alone says nothing of where it was decided"
        assert layout["added"] < deep / 3


def test_the_fine_factors_are_not_deep_and_are_added_near_the_pixels(cards):
    deep, near = factors(cards["z3"]), factors(cards["z1"])
    assert max(deep[name]["told"] for name in FINE) < 0.15
    assert near["stroke"]["told"] > 1.5 * deep["stroke"]["told"]
    assert near["stroke"]["added"] > 0.05
    assert near["stroke"]["added"] > 2 * factors(cards["z2"])["stroke"]["added"]


def test_place_and_shape_are_added_near_the_pixels_after_few_steps(cards):
    near = factors(cards["z1"])
    assert near["shape"]["added"] > 0.08
    assert min(near["x"]["added"], near["y"]["added"]) > 0.12


def test_nothing_is_told_of_the_kind_of_texture(cards):
    """So says the help page: a card that found it here would be wrong, or the page would be."""
    assert max(factors(card)["texture"]["told"] for card in cards.values()) < 0.05


def test_levels_that_the_training_emptied_are_called_unused(measured):
    for level, card in measured("collapsed", *COLLAPSED, "--steps", "300").items():
        assert card["unused"], level
        assert card["active"] == 0
        assert card["sentence"].startswith(f"{level} is unused: its posterior equals its prior")
