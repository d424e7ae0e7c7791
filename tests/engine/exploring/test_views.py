"""Each view against a linear model whose pictures can be written down, and on every family for what holds of all."""

from __future__ import annotations

import dataclasses
import json
import pickle

import numpy as np
import pytest
import torch

from hvae_engine.datasets import Images
from hvae_engine.errors import OptionError
from hvae_engine.exploring import Explorer
from hvae_engine.exploring.directions import directions_of
from hvae_engine.exploring.encodings import encode
from hvae_engine.exploring.figures import Heat, Line, Scatter, Tiles
from hvae_engine.exploring.latents import latents
from hvae_engine.exploring.subject import Gallery, Subject
from hvae_engine.exploring.views import VIEWS, Interpolation, asked, render
from hvae_engine.exploring.views.interpolation import slerp
from tests.contract.variants import CLASSES, NAMES, OPTIONS, made
from tests.engine.exploring import handmade

SHAPE = (2, 3)
COLUMNS = np.zeros((3, *SHAPE))
COLUMNS[0, 0], COLUMNS[1, 1, 0], COLUMNS[2, 1, 2] = 0.1, 0.08, 0.12
"""z2 moves the upper row; the units of z1 the lower left and the lower right pixel."""


def images(z):
    """Images of that model for z = (z2, z1, z1) of each."""
    pixels = 0.5 + np.asarray(z, float) @ COLUMNS.reshape(3, -1)
    return torch.from_numpy(np.rint(255 * pixels).astype(np.uint8)).unflatten(1, (1, *SHAPE))


def expected(*z):
    return np.rint(255 * (0.5 + np.asarray(z, float) @ COLUMNS.reshape(3, -1))).reshape(SHAPE)


A, B = (1.0, -1.5, 0.5), (-1.0, 0.5, -1.0)
SPREAD = [A, B, *np.random.default_rng(0).uniform(-2, 2, (40, 3))]


@pytest.fixture
def subject():
    model = handmade.linear(COLUMNS, SHAPE, [("z2", 1), ("z1", 2)])
    return handmade.subject(model, Images(images(SPREAD), torch.arange(42) % 2), classes=("even", "odd"))


def tiles(subject, name, **settings):
    figure = render(subject, asked(name, settings))
    panel = figure.rows[0][0]
    assert isinstance(panel, Tiles)
    return panel.pictures.astype(int)


def same(found, wanted):
    """Pictures are the same to one grey level: images come in whole ones."""
    np.testing.assert_allclose(found, wanted, atol=1.01)


def test_a_traversal_sets_its_unit_and_leaves_the_others(subject):
    found = tiles(subject, "traversal", level="z1", unit=(1, 0), steps=3, image=0)
    assert found.shape == (2, 3, *SHAPE)
    for column, value in enumerate((-3, 0, 3)):
        same(found[0, column], expected(A[0], A[1], value))
        same(found[1, column], expected(A[0], value, A[2]))


def test_a_traversal_takes_the_units_with_the_most_nats(subject):
    figure = render(subject, asked("traversal", {"level": "z1", "units": 1}))
    kl = encode(subject.model, subject.gallery.held.pixels).unit_kl[1].mean(0)
    assert figure.settings["unit"] == (int(kl.argmax()),)


def test_a_direction_moves_along_the_spread_of_the_posterior_means(subject):
    basis = directions_of(subject.model, "z1", encode(subject.model, subject.gallery.held.pixels))
    z = np.asarray(SPREAD)[:, 1:]
    variance, vectors = np.linalg.eigh(np.cov(z.T))
    np.testing.assert_allclose(basis.deviations**2, variance[::-1], rtol=0.02)
    widest = vectors[:, -1] * np.sign(vectors[np.abs(vectors[:, -1]).argmax(), -1])
    np.testing.assert_allclose(basis.vectors[0], widest, atol=0.02)
    found = tiles(subject, "traversal", level="z1", direction=(0,), steps=3, image=0)
    here = basis.positions(np.array([A[1:]]))[0]
    for column, value in enumerate((-3, 0, 3)):
        moved = np.array(A[1:]) + (value - here[0]) * basis.deviations[0] * basis.vectors[0]
        same(found[0, column], expected(A[0], *moved))


def test_edits_along_directions_lead_to_their_positions(subject):
    basis = directions_of(subject.model, "z1", encode(subject.model, subject.gallery.held.pixels))
    base = subject.base(0)
    edits = basis.edits(subject.model, base, {0: 1.5, 1: -0.5})
    moved = subject.explorer.moved(base, {"z1": edits})
    np.testing.assert_allclose(basis.positions(moved.trace.z[1][0].numpy())[0], (1.5, -0.5), atol=1e-9)


def test_a_grid_keeps_rows_above_and_columns_at_the_level(subject):
    found = tiles(subject, "grid", level="z2", down=4, columns=5, seed=2)
    assert found.shape == (4, 5, *SHAPE)
    assert (found[:, :, 1] == 128).all()  # z1 below at its mode
    assert (found == found[:1]).all()  # nothing lies above z2
    assert len(np.unique(found[0, :, 0, 0])) > 1
    lower = tiles(subject, "grid", level="z1", down=4, columns=5, seed=2)
    assert (lower[:, :, 0] == lower[:, :1, 0]).all()
    assert (lower[:, :, 1] == lower[:1, :, 1]).all()
    assert len(np.unique(lower[:, 0, 0, 0])) > 1


def test_progressive_takes_the_deepest_levels_first(subject):
    found = tiles(subject, "progressive", image=(0, 1), temperature=(0.0,))
    for row, z in enumerate((A, B)):
        same(found[row, 0], expected(*z))
        same(found[row, 1], expected(0, 0, 0))
        same(found[row, 2], expected(z[0], 0, 0))
        same(found[row, 3], expected(*z))


def test_the_noise_of_a_progressive_row_is_that_of_the_samples(subject):
    found = tiles(subject, "progressive", image=(0, 1), seed=4)
    drawn = tiles(subject, "samples", down=1, columns=2, seed=4)[0]
    same(found[:, 1], drawn)
    same(found[:, 2, 1], drawn[:, 1])


def test_mixing_takes_one_level_of_b_and_the_rest_of_a(subject):
    figure = render(subject, asked("mixing", {"image": (0,), "other": (1,), "below": "pinned"}))
    by_level = {panel.level: panel.pictures.astype(int) for row in figure.rows for panel in row}
    same(by_level["z2"][1, 1], expected(B[0], *A[1:]))
    same(by_level["z1"][1, 1], expected(A[0], *B[1:]))
    same(by_level["z1"][1, 0], expected(*A))
    same(by_level["z1"][0, 1], expected(*B))
    assert (by_level["z1"][0, 0] == 255).all()


def test_the_effect_is_the_level_s_own_weights(subject):
    figure = render(subject, asked("effect", {"image": (0, 1, 2), "draws": 2000}))
    for name, part in (("z2", COLUMNS[:1]), ("z1", COLUMNS[1:])):
        heat, line = next(row for row in figure.rows if row[0].level == name)
        assert isinstance(heat, Heat)
        assert isinstance(line, Line)
        np.testing.assert_allclose(heat.values, np.sqrt(np.square(part).sum(0)), rtol=0.05, atol=1e-9)
        assert figure.data[name]["size"] == pytest.approx(np.sqrt(np.square(part).sum(0).mean()), rel=0.05)
        assert line.y.sum() == pytest.approx(1)


def test_the_map_shows_standardised_means_with_their_labels(subject):
    panel = render(subject, asked("map", {"level": "z1"})).rows[0][0]
    assert isinstance(panel, Scatter)
    assert panel.points.shape == (42, 2)
    np.testing.assert_allclose(panel.points.mean(0), 0, atol=1e-9)
    np.testing.assert_allclose(np.cov(panel.points.T), np.eye(2), atol=1e-9)
    assert panel.classes == ("even", "odd")
    assert (panel.colours == panel.ids % 2).all()
    bright = render(subject, asked("map", {"level": "z1", "colour": "brightness"})).rows[0][0]
    np.testing.assert_allclose(bright.colours, images(SPREAD).float().mean((1, 2, 3)) / 255, rtol=1e-6)


@pytest.mark.parametrize("path", ["linear", "spherical"])
def test_an_interpolation_starts_and_ends_at_the_images(subject, path):
    for level in ("", "z1"):
        found = tiles(subject, "interpolation", level=level, path=path, steps=3)
        same(found[0, 0], expected(*A))
        same(found[0, 2], expected(*(B if not level else (A[0], *B[1:]))))
    if path == "linear":
        same(found[0, 1], expected(A[0], *(np.array(A[1:]) + B[1:]) / 2))


def test_a_spherical_path_keeps_the_length_of_its_ends():
    a, b = torch.tensor([[[3.0, 0.0, 0.0]]]), torch.tensor([[[0.0, 0.0, 3.0]]])
    way = slerp(a, b, torch.linspace(0, 1, 5).view(1, 5, 1))
    torch.testing.assert_close(way.norm(dim=-1), torch.full((1, 5), 3.0))
    torch.testing.assert_close(way[0, 2], torch.tensor([1.0, 0.0, 1.0]) * 3 / 2**0.5)
    straight = slerp(a, -a, torch.tensor([[[0.5]]]))
    torch.testing.assert_close(straight, torch.zeros(1, 1, 3))
    torch.testing.assert_close(slerp(0 * a, b, torch.tensor([[[0.5]]])), b / 2)


def test_each_level_has_its_temperature(subject):
    warm = tiles(subject, "samples", down=2, columns=4, seed=1)
    cold = tiles(subject, "samples", down=2, columns=4, seed=1, temperature=(0.0, 1.0))  # z1, z2
    assert (cold[:, :, 1] == 128).all()
    same(cold[:, :, 0], warm[:, :, 0])
    half = tiles(subject, "samples", down=2, columns=4, seed=1, temperature=(1.0, 0.5))
    same(half[:, :, 0] - 127.5, (warm[:, :, 0] - 127.5) / 2)


def test_samples_are_those_of_the_explorer(subject):
    same(tiles(subject, "samples", down=1, columns=5, seed=3)[0], subject.explorer.generate(5, seed=3).astype(int))


def test_latents_are_posterior_means_and_draws_around_them(subject):
    arrays = latents(subject, 10, seed=1)
    np.testing.assert_allclose(arrays["z1_mean"], np.asarray(SPREAD)[:10, 1:], atol=0.05)
    assert arrays["ids"].tolist() == list(range(10))
    assert arrays["labels"].tolist() == [0, 1] * 5
    off = np.concatenate([(arrays[f"{z}_sample"] - arrays[f"{z}_mean"]).ravel() for z in ("z1", "z2")])
    assert 0.05 < off.std() < 0.15


SMALL = {
    "traversal": {"units": 2, "steps": 3},
    "grid": {"down": 2, "columns": 3},
    "progressive": {"image": (0, 1)},
    "mixing": {"image": (0, 1), "other": (2, 3, 4)},
    "effect": {"image": (0,), "draws": 4},
    "map": {},
    "interpolation": {"steps": 3},
    "samples": {"down": 2, "columns": 2},
    "card": {},
}


@pytest.fixture(params=OPTIONS, ids=NAMES)
def any_subject(request):
    rng = np.random.default_rng(0)
    pixels = torch.from_numpy((rng.random((12, 1, 16, 16)) < 0.3).astype(np.uint8) * 255)
    held = Images(pixels, torch.arange(12) % CLASSES)
    return Subject(Explorer(made(request.param)), Gallery(held, held, np.arange(12)), "any", 0)


def test_every_view_of_every_family(any_subject):
    torch.manual_seed(1)
    before = torch.get_rng_state()
    for name in VIEWS:
        figure = render(any_subject, asked(name, SMALL[name]))
        assert figure.rows
        again = render(any_subject, asked(name, {k: v for k, v in figure.settings.items() if k != "view"}))
        for row, repeated in zip(figure.rows, again.rows, strict=True):
            for panel, other in zip(row, repeated, strict=True):
                for one, two in zip(dataclasses.astuple(panel), dataclasses.astuple(other), strict=True):
                    assert np.array_equal(one, two)
    assert torch.equal(torch.get_rng_state(), before)


def test_in_every_family_a_whole_posterior_is_the_reconstruction(any_subject):
    explorer = any_subject.explorer
    for number in (0, 1):
        picture = explorer.decode(explorer.encode(any_subject.gallery.picture(number)))
        same(tiles(any_subject, "progressive", image=(0, 1))[number, -1], picture.astype(int))
        mixed = tiles(any_subject, "mixing", level=(any_subject.model.names[0],), image=(number,), other=(number,))
        same(mixed[1, 1], picture.astype(int))
        end = tiles(any_subject, "interpolation", image=number, to=1 - number, steps=2)[0, 0]
        same(end, picture.astype(int))


def test_directions_of_every_level_that_has_some_can_be_traversed(any_subject):
    for name in any_subject.model.names:
        if name == "y":
            with pytest.raises(OptionError, match="Level 'y' is a class"):
                render(any_subject, asked("map", {"level": "y"}))
            continue
        panel = render(any_subject, asked("traversal", {"level": name, "direction": (0,), "steps": 2})).rows[0][0]
        assert panel.pictures.shape == (1, 2, 16, 16)


def test_requests_are_plain_and_can_be_sent_and_read_back():
    view = Interpolation("z2", 3, 4, path="linear")
    assert pickle.loads(pickle.dumps(view)) == view
    settings = json.loads(json.dumps(view.settings))
    assert asked(settings.pop("view"), settings) == view
    assert view.command("runs/a") == (
        "strata explore runs/a --view interpolation --level z2 --image 3 --to 4 --steps 9 --path linear --below follow"
    )


class CancelledError(Exception):
    pass


@pytest.mark.parametrize("name", list(VIEWS))
def test_every_view_can_be_cancelled(subject, name):
    calls = []

    def cancel(done, total):
        calls.append((done, total))
        raise CancelledError

    with pytest.raises(CancelledError):
        render(subject, asked(name, {}), cancel)
    assert calls[0][0] == 0
    assert calls[0][1] > 0


MISTAKES = [
    ("traversel", {}, "There is no view 'traversel'; did you mean 'traversal'?"),
    ("samples", {"unit": (1,)}, "The view 'samples' has no --unit; it takes --down, --columns, --temperature, --seed."),
    ("traversal", {"level": "z7"}, "There is no level 'z7'; the levels are z1, z2."),
    ("traversal", {"level": "z1", "unit": (2,)}, "Level 'z1' has units 0 to 1, not 2; choose one of these."),
    ("traversal", {"unit": (0,), "direction": (0,)}, "--unit and --direction are both given: give one of them."),
    ("traversal", {"level": "z1", "direction": (5,)}, "Level 'z1' has directions 0 to 1, not 5; choose one."),
    ("traversal", {"image": 42}, "There is no image 42; the images are 0 to 41."),
    ("traversal", {"below": "folow"}, "Levels below cannot 'folow'; did you mean 'follow'?"),
    ("traversal", {"steps": 1}, "--steps is 1: give a whole number from 2 to 4096."),
    ("samples", {"down": 0}, "--down is 0: give a whole number from 1 to 4096."),
    ("samples", {"temperature": (1.0, 1.0, 1.0)}, "--temperature has 3 numbers: give 1, or 2, from z1 up."),
    (
        "samples",
        {"temperature": (-1.0,)},
        "--temperature has a number that is not 0 or more: 1 is the model's own, 0 no noise at all.",
    ),
    ("interpolation", {"path": "linaer"}, "There is no path 'linaer'; did you mean 'linear'?"),
    ("map", {"colour": "labl"}, "These images cannot be coloured by 'labl'; did you mean 'label'?"),
    ("map", {"direction": (0,)}, "--direction has 1 numbers: a map has 2, such as 0,1."),
    ("mixing", {"level": ("z1", "z9")}, "There is no level 'z9'; the levels are z1, z2."),
    ("mixing", {"image": ()}, "--image names no image: give one or more numbers."),
    ("effect", {"draws": 1}, "--draws is 1: give a whole number from 2 to 4096."),
]


@pytest.mark.parametrize(("name", "settings", "sentence"), MISTAKES)
def test_a_mistake_gets_its_sentence(subject, name, settings, sentence):
    with pytest.raises(OptionError) as told:
        render(subject, asked(name, settings))
    assert str(told.value) == sentence
