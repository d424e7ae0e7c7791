"""Level cards against the truth: on scenes whose hierarchy is given, and where one level repeats another."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from hvae_engine.datasets import Images
from hvae_engine.datasets.drawn.scenes import FACTORS, draw_scenes
from hvae_engine.exploring.measuring import cards
from hvae_engine.exploring.probe import MOST, leading
from hvae_engine.exploring.sentence import COARSE, FINE, TOLD
from hvae_engine.galleries import FITTED, HELD
from tests.engine.exploring import handmade, true_scenes


@pytest.fixture(scope="module")
def measured():
    held, fitted = draw_scenes(HELD, 1), draw_scenes(FITTED, 2)
    model = true_scenes.model(held, fitted)
    return {card.level: card for card in cards(handmade.subject(model, held, fitted, tuple("0123456789")))}


@pytest.mark.parametrize("level", ["z3", "z2", "z1"])
def test_a_card_finds_the_factors_of_its_level_and_no_other(measured, level):
    told = {one.factor: one.told for one in measured[level].factors}
    assert set(told) == {cause for causes in true_scenes.LEVELS.values() for cause in causes}
    for cause, share in told.items():
        if cause in true_scenes.LEVELS[level]:
            assert share > 0.5, cause
        else:
            assert share < TOLD, cause


@pytest.mark.parametrize("level", ["z2", "z1"])
def test_independent_levels_add_all_that_they_tell(measured, level):
    for one in measured[level].factors:
        if one.factor in true_scenes.LEVELS[level]:
            assert one.added == pytest.approx(one.told, abs=0.15), one.factor
        else:
            assert one.added < TOLD, one.factor


def test_the_scales_are_those_that_the_scenes_are_documented_with(measured):
    words = {"z3": ("global", "coarse"), "z2": ("middle", "middle"), "z1": ("fine", "fine")}
    for level, (scale, word) in words.items():
        assert {FACTORS[cause][0] for cause in true_scenes.LEVELS[level]} == {scale}
        assert f"at a {word} scale" in measured[level].sentence
    assert (
        measured["z3"].reach.spectrum.cycles + 0.5
        < measured["z2"].reach.spectrum.cycles
        < measured["z1"].reach.spectrum.cycles - 1
    )


def test_the_label_is_read_off_the_level_that_has_it(measured):
    assert measured["z3"].probe.accuracy > 0.99
    assert measured["z3"].probe.above is None
    for level in ("z2", "z1"):
        assert measured[level].probe.accuracy < 0.2
        assert measured[level].probe.above > 0.95
        assert measured[level].probe.together == pytest.approx(measured[level].probe.above, abs=0.02)


def quarters(count, seed):
    """Images whose first pixel is one of four greys; the label is its upper half."""
    rng = np.random.default_rng(seed)
    pixels = rng.integers(0, 256, (count, 1, 4, 4))
    quarter = rng.integers(0, 4, count)
    pixels[:, 0, 0, 0] = 85 * quarter
    factors = {"quarter": quarter, "noise": rng.standard_normal(count)}
    return Images(torch.from_numpy(pixels.astype(np.uint8)), torch.from_numpy(quarter // 2), factors)


@pytest.fixture(scope="module")
def repeated():
    """z3 knows the upper half, z2 repeats it beside noise of the picture, z1 knows the quarter."""

    def upper(x):
        return (x[..., 0, 0, :1] > 0.5).double() * 2 - 1

    def again(x):
        return torch.cat([upper(x), 4 * x[..., 0, 1:, :].flatten(1) - 2], -1)

    def both(x):
        third = (x[..., 0, 0, :1] * 3).round()
        return torch.cat([upper(x), (third % 2) * 2 - 1], -1)

    def blank(z):
        return torch.zeros(*z.shape[:-1], 1, 4, 4, dtype=torch.float64)

    readers = [(upper, 0.1), (again, 0.1), (both, 0.1)]
    model = handmade.model_of([("z3", 1), ("z2", 13), ("z1", 2)], blank, readers)
    shown = handmade.subject(model, quarters(800, 1), quarters(1600, 2), ("lower", "upper"))
    return {card.level: card for card in cards(shown)}


def test_a_level_that_repeats_the_one_above_tells_but_does_not_add(repeated):
    (quarter,) = [one for one in repeated["z2"].factors if one.factor == "quarter"]
    assert quarter.told == pytest.approx(0.5, abs=0.02)
    assert quarter.added < 0.02
    assert repeated["z2"].sentence.endswith("; it adds nothing to what the levels above tell of them.")
    assert repeated["z2"].probe.together == repeated["z2"].probe.above == 1.0


def test_a_level_adds_what_is_left(repeated):
    (quarter,) = [one for one in repeated["z1"].factors if one.factor == "quarter"]
    assert quarter.nats == pytest.approx(np.log(4), abs=0.01)
    assert quarter.above == pytest.approx(np.log(2), abs=0.02)
    assert quarter.together == pytest.approx(np.log(4), abs=0.01)
    assert quarter.added == pytest.approx(0.5, abs=0.02)
    figures = f"(from {quarter.above:.2f} to {quarter.together:.2f} nats)."
    assert repeated["z1"].sentence.endswith(f'; it adds most to what the levels above tell of "quarter" {figures}')


def test_the_deepest_level_has_nothing_above_it(repeated):
    assert all(one.above is None and one.added is None for one in repeated["z3"].factors)
    assert "levels above" not in repeated["z3"].sentence
    assert repeated["z3"].to_json()["factors"][0]["added"] is None


def test_nothing_is_added_to_what_nobody_knows(repeated):
    for level in ("z2", "z1"):
        (noise,) = [one for one in repeated[level].factors if one.factor == "noise"]
        assert noise.added < 0.02
        assert noise.told < 0.02


def test_features_of_many_levels_keep_their_widest_directions():
    rng = np.random.default_rng(0)
    hidden = rng.standard_normal((300, 3))
    mixing = rng.standard_normal((3, 40))
    few, seen = leading(hidden[:200] @ mixing, hidden[200:] @ mixing, most=3)
    assert (few.shape, seen.shape) == ((200, 3), (100, 3))
    weights, *_ = np.linalg.lstsq(np.column_stack([few, np.ones(200)]), hidden[:200], rcond=None)
    np.testing.assert_allclose(np.column_stack([seen, np.ones(100)]) @ weights, hidden[200:], atol=1e-4)
    same, _ = leading(hidden, hidden, most=3)
    assert same is hidden


def test_the_help_page_shows_what_is_measured(measured):
    page = (Path(__file__).parents[3] / "resources" / "help" / "levels.md").read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in page.splitlines() if line.startswith("|")]
    names, *table = [row for row in rows[: 2 + len(measured)] if not row[0].startswith("-")]
    assert [row[0] for row in table] == ["z1", "z2", "z3"]
    for level, cycles, *shares in table:
        told = {one.factor: 100 * one.told for one in measured[level].factors}
        assert measured[level].reach.spectrum.cycles == pytest.approx(float(cycles), abs=0.1)
        assert set(names[2:]) == set(told)
        for name, share in zip(names[2:], shares, strict=True):
            assert told[name] == pytest.approx(float(share), abs=2), (level, name)
    assert f"Below {COARSE:g} cycles per image a card says coarse, above {FINE:g} fine" in page
    assert f"of more than {MOST} features" in page
