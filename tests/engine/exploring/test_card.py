"""Level cards against a model whose answer is known: z1 moves only texture, z2 only position, z3 nothing."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest
import torch

from hvae_engine.datasets import Images
from hvae_engine.exploring import measuring
from hvae_engine.exploring.card import LevelCard
from hvae_engine.exploring.information import binned, mutual_information, shared
from hvae_engine.exploring.measuring import cards, growing
from hvae_engine.exploring.probe import features_of, read
from tests.contract.variants import made
from tests.engine.exploring import handmade


@pytest.fixture(scope="module")
def measured() -> dict[str, LevelCard]:
    held, fitted = handmade.scenes(600, 1), handmade.scenes(1200, 2)
    shown = handmade.subject(handmade.texture_and_place(), held, fitted, ("left", "right"))
    return {card.level: card for card in cards(shown)}


def test_the_texture_level_is_fine_and_in_one_corner(measured):
    card = measured["z1"]
    expected = np.abs(handmade.CHECKERS)
    np.testing.assert_allclose(card.reach.effect.deviation, expected, atol=0.3 * expected.max())
    assert (card.reach.effect.deviation[expected == 0] < 1e-6).all()
    assert card.place.x == pytest.approx(13 / 16, abs=1e-6)
    assert card.place.y == pytest.approx(13 / 16, abs=1e-6)
    assert card.place.spread == pytest.approx(36 / 256, abs=1e-6)
    power = np.abs(np.fft.fft2(handmade.CHECKERS)) ** 2
    radius = np.hypot(*np.meshgrid(np.fft.fftfreq(16, 1 / 16), np.fft.fftfreq(16, 1 / 16)))
    assert card.reach.spectrum.cycles == pytest.approx((power * radius).sum() / power.sum(), rel=1e-6)
    assert card.reach.spectrum.cycles > 8


def test_the_place_level_is_coarse_and_in_the_other_corner(measured):
    card = measured["z2"]
    assert (card.reach.effect.deviation[10:, 10:] < 1e-4).all()
    assert card.place.x == pytest.approx(5 / 16, abs=0.03)
    assert card.place.y == pytest.approx(5 / 16, abs=0.03)
    assert card.reach.spectrum.cycles < 3


def test_nats_and_units_are_those_of_the_closed_form(measured):
    means = {"z1": handmade.read_texture, "z2": handmade.read_place}
    x = handmade.scenes(600, 1).pixels.double() / 255
    total = 0.0
    for name, read_off in means.items():
        mu, std = read_off(x), handmade.NARROW
        nats = float((0.5 * (mu**2 + std**2 - 1) - np.log(std)).sum(-1).mean())
        assert measured[name].nats == pytest.approx(nats, rel=1e-9)
        total += nats
    assert measured["z1"].share == pytest.approx(measured["z1"].nats / total)
    assert [(measured[name].active, measured[name].units) for name in ("z1", "z2")] == [(1, 1), (2, 2)]


def test_the_probe_reads_the_class_off_the_level_that_has_it(measured):
    assert measured["z2"].probe.accuracy > 0.97
    assert measured["z1"].probe.accuracy == pytest.approx(0.5, abs=0.08)
    assert measured["z2"].probe.chance == pytest.approx(0.5, abs=0.08)
    assert measured["z2"].probe.pixels > 0.95


def test_each_level_shares_the_factor_it_holds_and_no_other(measured):
    told = {name: {one.factor: one for one in measured[name].factors} for name in ("z1", "z2")}
    assert measured["z1"].factors[0].factor == "texture"
    assert measured["z2"].factors[0].factor == "across"
    assert told["z1"]["texture"].told > 0.6
    assert told["z2"]["across"].told > 0.5
    for name, factor in (("z1", "across"), ("z1", "noise"), ("z2", "texture"), ("z2", "noise")):
        assert told[name][factor].told < 0.02
        assert told[name][factor].nats == pytest.approx(told[name][factor].control, abs=0.03)


def test_the_sentences_say_exactly_that(measured):
    z1, z2 = measured["z1"], measured["z2"]
    texture = z1.factors[0]
    assert z1.sentence == (
        f"z1 holds {z1.nats:.1f} nats (33% of all) with 1 of 1 unit active; drawing it again changes the picture by "
        f"{z1.reach.effect.size:.1%} of the full range, mostly in its lower right (14% of its area), at a fine "
        "scale (10.0 cycles per image); a linear reader of it gets the label right "
        f"{z1.probe.accuracy:.0%} of the time (chance {z1.probe.chance:.0%}, raw pixels {z1.probe.pixels:.0%}, "
        f"the levels above {z1.probe.above:.0%}, "
        f'all together {z1.probe.together:.0%}); of the known factors it tells most of "texture" '
        f"({texture.nats:.2f} of 2.07 nats, {texture.control:.2f} when shuffled); it adds most to what the levels "
        f'above tell of "texture" (from {texture.above:.2f} to {texture.together:.2f} nats).'
    )
    assert "mostly in its upper left" in z2.sentence
    assert "at a coarse scale" in z2.sentence
    assert 'it tells most of "across" (' in z2.sentence
    assert " and " not in z2.sentence.split("tells most of")[1].split(";")[0]


def test_a_level_whose_posterior_is_its_prior_is_called_unused(measured):
    assert measured["z3"].unused
    said = "z3 is unused: its posterior equals its prior (0.00 nats with 0 of 1 unit active)."
    assert measured["z3"].sentence == said
    assert not measured["z1"].unused
    assert not measured["z2"].unused


def test_figures_are_plain_and_have_the_sentence(measured):
    plain = json.loads(json.dumps(measured["z2"].to_json()))
    assert plain["sentence"] == measured["z2"].sentence
    assert plain["place"]["x"] == measured["z2"].place.x
    assert "reach" not in plain


def test_without_labels_the_probe_is_hidden():
    images = [dataclasses.replace(handmade.scenes(200, seed), labels=None, factors={}) for seed in (1, 2)]
    card = cards(handmade.subject(handmade.texture_and_place(), *images), ["z2"])[0]
    assert card.probe is None
    assert card.factors == ()
    assert "label" not in card.sentence
    assert "factor" not in card.sentence


class CancelledError(Exception):
    pass


def test_a_measurement_can_be_cancelled_at_every_part_and_says_how_far_it_is():
    model, images = handmade.texture_and_place(), (handmade.scenes(200, 1), handmade.scenes(200, 2))
    said = []
    cards(handmade.subject(model, *images), ["z1"], progress=lambda done, total: said.append((done, total)))
    assert [done for done, _ in said] == sorted(done for done, _ in said)
    assert said[0][0] == 0
    assert said[-1] == (said[-1][1], said[-1][1])
    for stop in range(0, len(said), 7):
        calls = iter(range(len(said)))

        def cancel(done, total, calls=calls, stop=stop):
            if next(calls) == stop:
                raise CancelledError

        with pytest.raises(CancelledError):
            cards(handmade.subject(model, *images), ["z1"], progress=cancel)


def test_the_quick_figures_of_all_levels_come_first_and_the_last_cards_are_whole():
    shown = handmade.subject(handmade.texture_and_place(), handmade.scenes(200, 1), handmade.scenes(200, 2))
    stages = list(growing(shown))
    assert [[card.reach is not None for card in stage] for stage in stages[:4]] == [
        [False, False, False],
        [True, False, False],
        [True, True, False],
        [True, True, True],
    ]
    assert [[card.whole for card in stage] for stage in stages[3:]] == [
        [False, False, False],
        [True, False, False],
        [True, True, False],
        [True, True, True],
    ]
    assert [card.to_json() for card in stages[-1]] == [card.to_json() for card in cards(shown)]
    first, whole = stages[0][0], stages[-1][0]
    assert whole.sentence.startswith(first.sentence[:-1] + "; drawing it again changes")
    assert (first.nats, first.active, first.unused) == (whole.nats, whole.active, whole.unused)
    assert json.loads(json.dumps(first.to_json()))["whole"] is False


def test_what_was_measured_before_an_interruption_is_not_measured_again(monkeypatch):
    shown = handmade.subject(handmade.texture_and_place(), handmade.scenes(200, 1), handmade.scenes(200, 2))
    effects = []
    real = measuring.reach_of

    def counted(model, bases, level, below, **how):
        effects.append(level)
        return real(model, bases, level, below, **how)

    monkeypatch.setattr(measuring, "reach_of", counted)

    def interrupt(done, total):
        if len(effects) == 2:
            raise CancelledError

    with pytest.raises(CancelledError):
        cards(shown, progress=interrupt)
    assert effects == ["z1", "z2"]
    whole = cards(shown)
    assert effects == ["z1", "z2", "z2", "z3"], "z2 was interrupted on the way"
    afresh = handmade.subject(shown.model, handmade.scenes(200, 1), handmade.scenes(200, 2))
    assert [card.to_json() for card in whole] == [card.to_json() for card in cards(afresh)]


def test_the_same_seed_gives_the_same_card_and_no_global_draw_is_made():
    shown = handmade.subject(handmade.texture_and_place(), handmade.scenes(150, 1), handmade.scenes(150, 2))
    torch.manual_seed(5)
    before = torch.get_rng_state()
    first, second = (cards(shown, seed=3)[0].to_json() for _ in range(2))
    assert first == second
    assert torch.equal(torch.get_rng_state(), before)


def test_mutual_information_of_known_counts():
    one = np.repeat([0, 0, 1, 1], 25)
    assert mutual_information(one, one) == pytest.approx(np.log(2))
    assert mutual_information(one, np.tile([0, 1], 50)) == pytest.approx(0, abs=0.01)
    noisy = np.where(np.arange(100) % 10 == 0, 1 - one, one)
    assert mutual_information(noisy, one) == pytest.approx(np.log(2) + 0.1 * np.log(0.1) + 0.9 * np.log(0.9))


def test_the_control_shows_the_bias_of_few_images():
    rng = np.random.default_rng(0)
    guess, truth = rng.integers(8, size=100), rng.integers(8, size=100)
    found = shared("nothing", guess, truth)
    assert found.nats > 0.1
    assert found.control == pytest.approx(found.nats, abs=0.1)
    assert found.told < 0.05


def test_factors_are_cut_at_the_fitted_values():
    kinds, held = binned(np.array([4.0, 6.0, 6.0]), np.array([6.0, 4.0]))
    assert kinds.tolist() == [0, 1, 1]
    assert held.tolist() == [1, 0]
    values = np.linspace(0, 1, 800)
    assert np.bincount(binned(values, values)[0]).tolist() == [100] * 8


def test_the_reader_separates_what_a_line_separates():
    rng = np.random.default_rng(1)
    x = rng.standard_normal((400, 3))
    three = np.digitize(x[:, 0] + 2 * x[:, 1], [-1, 1])
    sign = (x[:, 2] > 0).astype(int)
    guesses = read(x[:300], [three[:300], sign[:300]], x[300:])
    assert np.mean(guesses[0] == three[300:]) > 0.93
    assert np.mean(guesses[1] == sign[300:]) > 0.97


def test_maps_are_brought_down_to_a_few_places():
    values = np.arange(2 * 3 * 8 * 8, dtype=float).reshape(2, 3, 8, 8)
    assert features_of(values).shape == (2, 3 * 16)
    assert features_of(values)[0, 0] == values[0, 0, :2, :2].mean()
    assert features_of(values[:, :, :4, :4]).shape == (2, 48)


def test_few_images_make_no_probe():
    few = Images(handmade.scenes(50, 1).pixels, handmade.scenes(50, 1).labels)
    assert cards(handmade.subject(handmade.texture_and_place(), few, handmade.scenes(200, 2)), ["z2"])[0].probe is None


def test_a_label_has_classes_and_no_units():
    model = made(("m1m2", {}))
    pixels = torch.from_numpy((np.random.default_rng(0).random((12, 1, 16, 16)) < 0.3).astype(np.uint8) * 255)
    card = cards(handmade.subject(model, Images(pixels)), ["y"])[0]
    assert " over 3 classes; " in card.sentence
    assert "unit" not in card.sentence


def test_a_model_of_one_level_is_compared_with_no_other():
    pattern = handmade.CHECKERS[None]
    model = handmade.linear(pattern, pattern.shape[1:], [("z1", 1)])
    card = cards(handmade.subject(model, handmade.scenes(150, 1), handmade.scenes(150, 2)))[0]
    assert card.share is None
    assert "with 1 of 1 unit active; drawing it again" in card.sentence
    assert "of all" not in card.sentence
    assert "levels above" not in card.sentence
