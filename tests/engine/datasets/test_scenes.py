"""Protects the built-in data: the same for everybody, balanced, and really caused by its factors."""

import numpy as np
import pytest
import torch

from hvae_engine.datasets import load_data
from hvae_engine.datasets.drawn import scenes
from hvae_engine.datasets.drawn.scene_drawing import LAYOUTS, SHAPES, TEXTURES, draw
from hvae_engine.datasets.drawn.scenes import CLASSES, FACTORS, draw_causes, draw_scenes

PLAIN = {
    "layout": 0,
    "shape": 0,
    "texture": 0,
    "x": 0,
    "y": 0,
    "size": 1,
    "period": 4,
    "stroke": -2,
    "phase": 0,
}
"""A stroke below nought cuts nothing out."""


def pictures(side=28, **causes):
    """One picture for each of the values given; everything else is plain."""
    count = max(np.size(values) for values in causes.values())
    table = {name: np.broadcast_to(np.asarray(causes.get(name, plain)), count) for name, plain in PLAIN.items()}
    ink = np.empty((count, side, side))
    for rows, some in draw(table, side):
        ink[rows] = some
    return ink


def centroid(ink):
    """Mean place of the ink in units from the centre, x and y, (n, 2)."""
    line = (np.arange(ink.shape[1]) + 0.5) * 28 / ink.shape[1] - 14
    total = ink.sum((1, 2))
    return np.stack([(ink.sum(1) * line).sum(1), (ink.sum(2) * line).sum(1)], 1) / total[:, None]


def strongest_frequency(ink):
    """Cycles down and across of the strongest wave that is not the shape itself, (n, 2)."""
    power = np.abs(np.fft.fft2(ink)) ** 2
    cycles = np.abs(np.fft.fftfreq(ink.shape[1], 1 / ink.shape[1]))
    power[:, np.hypot(cycles[:, None], cycles[None, :]) < 4] = 0
    peaks = power.reshape(len(ink), -1).argmax(1)
    return np.stack([cycles[peaks // ink.shape[1]], cycles[peaks % ink.shape[1]]], 1)


@pytest.mark.parametrize(("colour", "shape"), [(False, (1, 28, 28)), (True, (3, 32, 32))])
def test_same_seed_same_bytes_and_another_seed_others(colour, shape):
    first, again, other = (draw_scenes(200, seed, colour) for seed in (3, 3, 4))
    assert first.pixels.shape == (200, *shape)
    assert first.pixels.numpy().tobytes() == again.pixels.numpy().tobytes()
    assert all(np.array_equal(first.factors[name], again.factors[name]) for name in first.factors)
    assert (first.pixels != other.pixels).flatten(1).any(1).float().mean() > 0.99


def test_classes_are_balanced_and_named():
    images = draw_scenes(1000, 0)
    assert np.bincount(images.labels).tolist() == [100] * 10
    assert tuple(LAYOUTS) == CLASSES
    assert np.array_equal(images.factors["layout"], images.labels)


@pytest.mark.parametrize("colour", [False, True])
def test_factors_are_those_documented(colour):
    hues = {"ground_hue", "figure_hue"}
    assert set(draw_scenes(10, 0, colour).factors) == set(FACTORS) - (set() if colour else hues)


def test_factors_are_independent():
    factors = draw_causes(20_000, 0, colour=True)
    correlation = np.corrcoef(np.stack([values.astype(float) for values in factors.values()]))
    assert np.abs(correlation - np.eye(len(factors))).max() < 0.035  # five deviations of 20 000 independent pairs


def test_pictures_are_nearly_binary():
    pixels = draw_scenes(1000, 0).pixels.numpy()
    assert ((pixels > 40) & (pixels < 215)).mean() < 0.15
    assert 0.1 < (pixels / 255).mean() < 0.4


@pytest.mark.parametrize("side", [28, 32])
def test_ink_follows_the_position(side):
    x, y = np.array([-2, 0, 2, 1.0]), np.array([1, 0, -2, 2.0])
    np.testing.assert_allclose(centroid(pictures(side, x=x, y=y)), np.stack([x, y], 1), atol=0.02)


@pytest.mark.parametrize("shape", range(len(SHAPES)))
@pytest.mark.parametrize("layout", ["one", "four"])
def test_ink_grows_with_the_square_of_the_size(layout, shape):
    ink = pictures(layout=list(LAYOUTS).index(layout), shape=shape, size=np.array([0.8, 0.95, 1.1])).sum((1, 2))
    np.testing.assert_allclose(ink / ink[0], (np.array([0.8, 0.95, 1.1]) / 0.8) ** 2, rtol=0.06)


@pytest.mark.parametrize("layout", ["hollow", "on the ground"])
def test_what_a_layout_has_besides_its_shapes_moves_with_them(layout):
    up, down = pictures(layout=np.array([CLASSES.index(layout)] * 2), y=np.array([-2.0, 2.0]))
    np.testing.assert_allclose(down[6:22], up[2:18], atol=1e-5)


def test_a_frame_stays_where_it_is():
    framed, plain = pictures(layout=np.array([CLASSES.index("framed"), 0]), x=np.array([3.0]), size=np.array([0.7]))
    assert framed[:2].min() == framed[-2:].min() == framed[:, :2].min() == framed[:, -2:].min() == 1
    assert plain[:2].max() == 0


def test_a_disc_has_the_area_of_a_disc():
    radius = LAYOUTS["one"][0][2]
    assert pictures(size=np.array([1.0])).sum() == pytest.approx(np.pi * radius**2, rel=0.01)


@pytest.mark.parametrize(("texture", "down", "across"), [("rows", 7, 0), ("columns", 0, 7)])
def test_stripes_have_their_direction_and_period(texture, down, across):
    found = strongest_frequency(pictures(texture=TEXTURES.index(texture), period=np.array([4.0]), stroke=2))
    assert found.tolist() == [[down, across]]


def test_a_longer_period_is_a_lower_frequency():
    fine, broad = strongest_frequency(pictures(texture=TEXTURES.index("rows"), period=np.array([3.5, 5.5]), stroke=2))
    assert broad[0] < fine[0]


def test_phase_moves_the_stripes_and_leaves_the_shape():
    still, half, whole = pictures(texture=TEXTURES.index("rows"), phase=np.array([0.0, 0.5, 1.0]), stroke=2)
    np.testing.assert_allclose(whole, still, atol=1e-4)
    assert np.abs(half - still).mean() > 0.1
    np.testing.assert_allclose(np.maximum(half, still), pictures(size=np.array([1.0]))[0], atol=1e-4)


def test_stroke_widens_what_is_cut_out():
    stroke = np.array([1.2, 1.7, 2.2])
    for texture in TEXTURES:
        assert (np.diff(pictures(texture=TEXTURES.index(texture), stroke=stroke).sum((1, 2))) < -5).all()


@pytest.mark.parametrize("texture", TEXTURES)
@pytest.mark.parametrize("shape", SHAPES)
def test_no_texture_cuts_the_rim(texture, shape):
    stroke = np.array([-2, 2.2])
    whole, cut = pictures(112, shape=SHAPES.index(shape), texture=TEXTURES.index(texture), stroke=stroke)
    beside = [np.roll(whole, step, axis) for step in (-3, 3) for axis in (0, 1)]  # 3 pixels are 0.75 units
    rim = (whole > 0.99) & (np.min(beside, 0) < 0.01)
    assert rim.sum() > 300
    assert cut[rim].min() > 0.99
    assert cut.sum() < 0.85 * whole.sum()


def test_every_layout_shape_and_texture_looks_different():
    kinds = np.array([(a, b, c) for a in range(len(LAYOUTS)) for b in range(len(SHAPES)) for c in range(len(TEXTURES))])
    ink = pictures(layout=kinds[:, 0], shape=kinds[:, 1], texture=kinds[:, 2], stroke=2).reshape(len(kinds), -1)
    assert torch.pdist(torch.from_numpy(ink).float(), p=1).min() > 0.005 * ink.shape[1]


def test_hues_colour_ground_and_figure():
    images = draw_scenes(300, 0, colour=True)
    corner = images.pixels[:, :, 0, 0].numpy()
    framed = images.labels.numpy() == CLASSES.index("framed")
    ground = images.factors["ground_hue"]
    red = ~framed & ((ground < 0.1) | (ground > 0.9))
    green = ~framed & (np.abs(ground - 1 / 3) < 0.1)
    assert (corner[red].argmax(1) == 0).all()
    assert (corner[green].argmax(1) == 1).all()
    blue = framed & (np.abs(images.factors["figure_hue"] - 2 / 3) < 0.1)
    assert (corner[blue].argmax(1) == 2).all()
    assert corner[framed].max(1).min() > corner[~framed].max()  # figures are brighter than any ground


def test_the_data_set_as_it_is_loaded(monkeypatch):
    dataset = load_data("scenes", seed=5)
    assert (dataset.name, dataset.source, dataset.classes) == ("scenes", "scenes", CLASSES)
    assert dataset.shape == (1, 28, 28)
    assert len(dataset.train) + len(dataset.validation) == 24_000
    assert len(dataset.test) == 4_000
    assert dataset.version == scenes.VERSION
    assert np.array_equal(dataset.validation.factors["layout"], dataset.validation.labels)
    train = {row.tobytes() for row in dataset.train.pixels.numpy()}
    assert sum(row.tobytes() in train for row in dataset.test.pixels.numpy()) < 40  # coarse twins of few pixels at most


def test_the_pictures_do_not_depend_on_the_seed_of_the_carving(monkeypatch):
    monkeypatch.setattr(scenes, "TRAINING", 600)
    monkeypatch.setattr(scenes, "TEST", 100)
    first, other = load_data("scenes", seed=0), load_data("scenes", seed=1)
    everything = [
        sorted(row.tobytes() for part in (data.train, data.validation) for row in part.pixels.numpy())
        for data in (first, other)
    ]
    assert everything[0] == everything[1]
    assert first.validation.pixels.numpy().tobytes() != other.validation.pixels.numpy().tobytes()


def test_progress_counts_up_and_cancelling_leaves_nothing(monkeypatch, cache):
    monkeypatch.setattr(scenes, "TRAINING", 600)
    monkeypatch.setattr(scenes, "TEST", 100)

    def cancel(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load_data("scenes", progress=cancel)
    assert not list(cache.iterdir())
    seen = []
    load_data("scenes", progress=lambda *counts: seen.append(counts))
    assert seen == sorted(seen)
    assert seen[-1] == (700, 700)
