"""The explorer on every family: pictures, edits, rules, seeds, and the sentence for each mistake."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from hvae_engine.errors import OptionError
from hvae_engine.exploring import Explorer
from hvae_engine.models import FAMILIES, DataInfo, build

IMAGE = (np.add.outer(np.arange(16), np.arange(16)) * 8).astype(np.uint8)


@pytest.fixture(params=list(FAMILIES))
def explorer(request):
    torch.manual_seed(0)
    return Explorer(build(request.param, DataInfo((1, 16, 16), 3, torch.full((1, 16, 16), 0.4))))


def test_pictures_are_grey_levels(explorer):
    picture = explorer.decode(explorer.encode(IMAGE))
    assert picture.shape == (16, 16)
    assert picture.dtype == np.uint8
    assert picture.flags.c_contiguous
    assert explorer.generate(5).shape == (5, 16, 16)


def test_a_base_point_knows_each_unit(explorer):
    base = explorer.encode(IMAGE)
    for level, score, kl in zip(explorer.model, base.scores(), base.kl(), strict=True):
        assert score.shape == kl.shape == (level.shape[0],)
        assert np.isfinite(score).all()
        assert (kl >= -1e-6).all() or level.name == "y"
    assert all((kl == 0).all() for kl in explorer.from_prior(0).kl())


def test_no_edit_is_the_reconstruction(explorer):
    base = explorer.encode(IMAGE)
    for below in ("follow", "mean", "pinned"):
        assert np.array_equal(explorer.vary(base, {}, below), explorer.decode(base))


def test_an_edit_moves_the_picture_and_its_own_value_leaves_it(explorer):
    base = explorer.encode(IMAGE)
    name = explorer.model.names[0]
    scores = base.scores()[-1]
    assert np.array_equal(explorer.vary(base, {name: {0: float(scores[0])}}), explorer.decode(base))
    far = explorer.vary(base, {name: dict.fromkeys(range(len(scores)), 3.0)})
    assert (far != explorer.decode(base)).any()


def test_pinned_moves_nothing_where_x_sees_nothing_above(explorer):
    base = explorer.encode(IMAGE)
    for name in explorer.model.names:
        units = range(list(explorer.model)[explorer.model.names[::-1].index(name)].shape[0])
        edits = {name: dict.fromkeys(units, 3.0)} if name != "y" else {name: {0: 0.0, 1: 1.0, 2: 0.0}}
        same = np.array_equal(explorer.vary(base, edits, "pinned"), explorer.decode(base))
        if not explorer.moves_x(name, "pinned"):
            assert same
        assert explorer.moves_x(name, "follow")


def test_a_strip_shows_the_edit_at_each_of_its_steps(explorer):
    base = explorer.encode(IMAGE)
    for name in explorer.model.names:
        if name == "y":
            continue
        strip = explorer.traverse(base, name, 0, steps=5)
        assert strip.shape == (5, 16, 16)
        for picture, value in zip(strip, (-3, -1.5, 0, 1.5, 3), strict=True):
            alone = explorer.vary(base, {name: {0: value}})
            assert np.abs(picture.astype(int) - alone.astype(int)).max() <= 1


def test_the_same_seed_gives_the_same_noise(explorer):
    assert np.array_equal(explorer.generate(3, seed=4), explorer.generate(3, seed=4))
    assert np.array_equal(explorer.decode(explorer.from_prior(4)), explorer.decode(explorer.from_prior(4)))


def test_exploring_leaves_the_global_generator_alone(explorer):
    torch.manual_seed(1)
    before = torch.get_rng_state()
    base = explorer.encode(IMAGE)
    explorer.traverse(base, explorer.model.names[0], 0)
    explorer.generate(2, temperature=0.7)
    explorer.from_prior()
    explorer.unit_figures(np.stack([IMAGE, IMAGE.T]))
    assert torch.equal(torch.get_rng_state(), before)


def test_temperature_nought_is_the_mode_of_every_prior():
    torch.manual_seed(0)
    explorer = Explorer(build("ladder", DataInfo((1, 16, 16), 0, torch.full((1, 16, 16), 0.4))))
    cold = explorer.generate(3, temperature=1e-9)
    assert np.array_equal(cold[0], cold[1])
    assert not np.array_equal(*explorer.generate(2))


def test_unit_figures_find_the_unit_that_carries_the_image():
    torch.manual_seed(0)
    model = build("vae", DataInfo((1, 16, 16), 0, torch.full((1, 16, 16), 0.4)), units=4)
    head = model.posterior.rules[0].head.linear
    with torch.no_grad():
        head.weight.zero_()
        head.bias[:4].zero_()
        head.bias[4:] = 0.5413  # softplus of it is 1: q is the prior
        head.weight[2] = 5.0
    kl, variance = Explorer(model).unit_figures(np.stack([IMAGE, np.zeros_like(IMAGE), IMAGE // 2]))
    assert kl[0].argmax() == 2
    assert np.delete(kl[0], 2).max() < 1e-3
    assert (variance[0] > 0.01).tolist() == [False, False, True, False]


def test_colour_images_keep_their_channels():
    explorer = Explorer(build("residual_ladder", DataInfo((3, 16, 16), 0, torch.full((3, 16, 16), 0.4))))
    image = np.zeros((16, 16, 3), np.uint8)
    base = explorer.encode(image)
    assert explorer.decode(base).shape == (16, 16, 3)
    assert explorer.traverse(base, "z2", 1, steps=3).shape == (3, 16, 16, 3)


@pytest.fixture
def spatial():
    torch.manual_seed(1)
    data = DataInfo((1, 16, 16), 0, torch.full((1, 16, 16), 0.4))
    return Explorer(build("residual_ladder", data, units=(2, 3), strides=(2, 4), channels=8))


def test_a_single_place_moves_and_the_others_keep_their_score(spatial):
    base = spatial.encode(IMAGE)
    edits = {"z1": {(1, 2, 5): 2.5}}
    before, after = spatial.moved(base, {}).maps()[-1], spatial.moved(base, edits).maps()[-1]
    moved = np.zeros((2, 8, 8), dtype=bool)
    moved[1, 2, 5] = True
    assert after.scores[1, 2, 5] == pytest.approx(2.5, abs=1e-4)
    assert np.allclose(before.scores[~moved], after.scores[~moved], atol=1e-4)
    change = np.abs(spatial.vary(base, edits).astype(int) - spatial.decode(base))
    assert change[2:8, 8:14].max() > 0
    assert change[12:, :4].max() == 0, "far from the place nothing happens"


def test_a_place_stands_where_it_was_put_whatever_its_channel_does(spatial):
    base = spatial.encode(IMAGE)
    maps = spatial.moved(base, {"z2": {0: 1.0, (0, 1, 1): -2.0}}).maps()[0]
    assert maps.scores[0, 1, 1] == pytest.approx(-2.0, abs=1e-4)
    others = np.delete(maps.scores[0].ravel(), 5) - np.delete(base.maps()[0].scores[0].ravel(), 5)
    assert np.ptp(others) < 1e-4


def test_maps_add_up_to_what_is_said_of_channels(spatial):
    base = spatial.encode(IMAGE)
    for maps, scores, kl in zip(base.maps(), base.scores(), base.kl(), strict=True):
        assert np.allclose(maps.scores.mean((1, 2)), scores, atol=1e-5)
        assert np.allclose(maps.kl.sum((1, 2)), kl, rtol=1e-4)
    assert all((maps.kl == 0).all() for maps in spatial.from_prior(3).maps())


def test_a_strip_at_one_place_shows_the_edit_there(spatial):
    base = spatial.encode(IMAGE)
    strip = spatial.traverse(base, "z2", (2, 3, 0), steps=3, edits={"z2": {(2, 3, 0): 9.0, 1: 1.0}})
    for picture, value in zip(strip, (-3, 0, 3), strict=True):
        alone = spatial.vary(base, {"z2": {(2, 3, 0): value, 1: 1.0}})
        assert np.abs(picture.astype(int) - alone.astype(int)).max() <= 1


def test_places_that_are_not_there_get_a_sentence(spatial):
    base = spatial.encode(IMAGE)
    with pytest.raises(OptionError, match="'z2' is 3 x 4 x 4 and has no unit at 0, 4, 0"):
        spatial.vary(base, {"z2": {(0, 4, 0): 1.0}})
    with pytest.raises(OptionError, match="no unit at 0, 0, -1"):
        spatial.vary(base, {"z1": {(0, 0, -1): 1.0}})


def test_mistakes_get_a_sentence(explorer):
    base = explorer.encode(IMAGE)
    with pytest.raises(OptionError, match="There is no level 'z9'; the levels are z1"):
        explorer.vary(base, {"z9": {0: 1.0}})
    with pytest.raises(OptionError, match="Level 'z1' has units 0 to"):
        explorer.vary(base, {"z1": {10_000: 1.0}})
    with pytest.raises(OptionError, match=r"did you mean 'follow'\?"):
        explorer.vary(base, {"z1": {0: 1.0}}, "folow")
