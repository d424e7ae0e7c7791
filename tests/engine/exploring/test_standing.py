"""Where views start: images, guests and draws of the prior with sliders moved, on a model whose pictures are known."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch

from hvae_engine.datasets import Images
from hvae_engine.distributions import gaussian
from hvae_engine.errors import OptionError
from hvae_engine.exploring import Explorer
from hvae_engine.exploring.edits import edits_of
from hvae_engine.exploring.effects import effect_of
from hvae_engine.exploring.standing import basis_of, stand
from hvae_engine.exploring.subject import Gallery, Subject
from hvae_engine.exploring.typed import Moved, named, prior_seed, read, written
from hvae_engine.exploring.views import asked, render
from hvae_engine.models import BELOW, HVAE, DataInfo, build
from hvae_engine.models.levels import Level
from hvae_engine.models.posteriors import TopDownPosterior
from tests.engine.exploring import handmade

SLOPE, SPREAD = 0.6, 0.8
"""p(z2) = N(0, 1), p(z1 | z2) = N(SLOPE z2, SPREAD^2), both of two units; x = 1/2 + a picture for each of z2 and z1."""
SHAPE = (1, 4)
WEIGHT = 0.06


class Root(Level):
    """The prior of z2."""

    def __init__(self) -> None:
        super().__init__()
        self.name, self.shape = "z2", torch.Size([2])

    def forward(self, state):
        zero = state.new_zeros(*state.shape[:-1], 2)
        return gaussian(zero, torch.ones_like(zero)), state

    def absorb(self, state, z):
        return z


class Leaf(Level):
    """The prior of z1, which hangs on z2; x sees both."""

    def __init__(self) -> None:
        super().__init__()
        self.name, self.shape = "z1", torch.Size([2])

    def forward(self, state):
        return gaussian(SLOPE * state, torch.full_like(state, SPREAD)), state

    def absorb(self, state, z):
        return torch.cat(torch.broadcast_tensors(state, z), -1)


def reads(which):
    """q reads its two units off its two pixels."""
    return lambda x: ((x.flatten(-3) - 0.5) / WEIGHT)[..., which]


def picture(z2, z1):
    """uint8, before rounding."""
    return 255 * (0.5 + WEIGHT * np.array([*z2, *z1], float))


@pytest.fixture
def subject():
    rules = [handmade.Reads(reads(part), 2, 0.1) for part in (slice(0, 2), slice(2, 4))]
    posterior = TopDownPosterior(handmade.Same(2), rules)
    pixels = handmade.Pixels(lambda z: (0.5 + WEIGHT * z).unflatten(-1, (1, *SHAPE)))
    model = HVAE(torch.zeros(1, dtype=torch.float64), [Root(), Leaf()], pixels, posterior).eval()
    z = np.random.default_rng(1).uniform(-2, 2, (40, 4))
    held = Images(torch.from_numpy(np.rint(255 * (0.5 + WEIGHT * z)).astype(np.uint8)).view(-1, 1, *SHAPE))
    guest = np.rint(picture((1.0, -1.0), (0.5, 0.25))).astype(np.uint8).reshape(SHAPE)
    gallery = Gallery(held, held, np.arange(40), guests={"/mine/a,b.png": guest})
    return Subject(Explorer(model), gallery, "by-hand", 3)


def values(subject, image):
    """(z2, z1) of a base, before anything is moved."""
    z2, z1 = (z[0, 0].numpy() for z in subject.base(image).trace.z)
    return z2, z1


def after(z2, z1, edits, below):
    """What the linear model makes of edits, written out: (z2, z1)."""
    moved2, moved1 = z2.copy(), z1.copy()
    for unit, score in edits.get("z2", {}).items():
        moved2[unit] = score
    if edits.get("z2"):
        noise = (z1 - SLOPE * z2) / SPREAD
        moved1 = {"follow": SLOPE * moved2 + SPREAD * noise, "mean": SLOPE * moved2, "pinned": z1.copy()}[below]
    for unit, score in edits.get("z1", {}).items():
        moved1[unit] = SLOPE * (z2 if below == "pinned" else moved2)[unit] + SPREAD * score
    return moved2, moved1


EDITS = {"z2": {0: 1.25}, "z1": {1: -0.75}}
TYPED = ("z2:0=1.25", "z1:1=-0.75")
IMAGES = (3, "prior:5", "/mine/a,b.png")


def tiles(subject, name, **settings):
    return render(subject, asked(name, settings)).rows[0][0].pictures.astype(float)


def same(found, wanted):
    np.testing.assert_allclose(np.ravel(found), wanted, atol=0.51)


@pytest.mark.parametrize("image", IMAGES)
@pytest.mark.parametrize("below", BELOW)
def test_a_traversal_moves_one_unit_of_the_moved_base(subject, image, below):
    found = tiles(subject, "traversal", level="z2", unit=(1,), steps=3, image=image, edit=TYPED, below=below)
    for column, value in enumerate((-3.0, 0.0, 3.0)):
        edits = {"z2": {0: 1.25, 1: value}, "z1": {1: -0.75}}
        same(found[0, column], picture(*after(*values(subject, image), edits, below)))
    lower = tiles(subject, "traversal", level="z1", unit=(1,), steps=3, image=image, edit=TYPED, below=below)
    for column, value in enumerate((-3.0, 0.0, 3.0)):
        edits = {"z2": {0: 1.25}, "z1": {1: value}}
        if below == "pinned":  # a unit is measured by the prior that it has where it stands
            moved2, moved1 = after(*values(subject, image), EDITS, below)
            moved1[1] = SLOPE * moved2[1] + SPREAD * value
            same(lower[0, column], picture(moved2, moved1))
        else:
            same(lower[0, column], picture(*after(*values(subject, image), edits, below)))


@pytest.mark.parametrize("image", IMAGES)
@pytest.mark.parametrize("below", BELOW)
def test_the_whole_posterior_of_a_progressive_row_is_what_the_edits_make_of_it(subject, image, below):
    found = tiles(subject, "progressive", image=(7, image), edit=TYPED, below=below, temperature=(0.0,))
    moved = after(*values(subject, image), EDITS, below)
    same(found[1, 0], subject.input(image, subject.base(image)).ravel())
    same(found[1, 3], picture(*moved))
    same(found[1, 2], picture(moved[0], SLOPE * moved[0]))
    same(found[0, 3], picture(*after(*values(subject, 7), EDITS, below)))


@pytest.mark.parametrize("below", BELOW)
def test_mixing_puts_a_level_of_b_as_it_is_into_a_as_it_was_moved(subject, below):
    figure = render(subject, asked("mixing", {"image": IMAGES, "other": (9,), "edit": TYPED, "below": below}))
    mixed = {panel.level: panel.pictures.astype(float) for row in figure.rows for panel in row}
    other2, other1 = values(subject, 9)
    for row, image in enumerate(IMAGES, start=1):
        z2, z1 = values(subject, image)
        moved2, moved1 = after(z2, z1, EDITS, below)
        same(mixed["z1"][row, 0], picture(moved2, moved1))
        same(mixed["z1"][row, 1], picture(moved2, other1))
        noise = (moved1 - SLOPE * moved2) / SPREAD
        lower = {"follow": SLOPE * other2 + SPREAD * noise, "mean": SLOPE * other2, "pinned": moved1}[below]
        if below == "mean":
            lower[1] += SPREAD * -0.75  # what was moved there stays moved
        same(mixed["z2"][row, 1], picture(other2, lower))
    same(mixed["z1"][0, 1], picture(other2, other1))


@pytest.mark.parametrize("image", IMAGES)
def test_an_interpolation_starts_from_the_moved_base_and_ends_at_the_image_itself(subject, image):
    found = tiles(subject, "interpolation", image=image, to="/mine/a,b.png", steps=3, edit=TYPED, path="linear")
    moved = after(*values(subject, image), EDITS, "follow")
    same(found[0, 0], picture(*moved))
    same(found[0, 2], picture(*values(subject, "/mine/a,b.png")))
    one = tiles(subject, "interpolation", level="z1", image=image, to=8, steps=2, edit=TYPED)
    same(one[0, 0], picture(*moved))
    same(one[0, 1], picture(moved[0], values(subject, 8)[1]))


def test_a_grid_has_the_levels_above_of_the_moved_base_in_its_first_row(subject):
    settings = {"level": "z1", "down": 3, "columns": 4, "seed": 2, "below": "mean"}
    found = tiles(subject, "grid", image=("prior:5",), edit=TYPED, **settings)
    plain = tiles(subject, "grid", **settings)
    moved2, _ = after(*values(subject, "prior:5"), EDITS, "follow")
    for column in range(4):
        same(found[0, column, 0, :2], picture(moved2, (0, 0))[:2])
    same(found[1:], plain[1:].ravel())
    noise = (plain[1, :, 0, 2:] - plain[1, :, 0, :2] * SLOPE - (1 - SLOPE) * 127.5) / (255 * WEIGHT * SPREAD)
    first = 127.5 + 255 * WEIGHT * (SLOPE * moved2 + SPREAD * noise)
    np.testing.assert_allclose(found[0, :, 0, 2:], first, atol=1.5)  # the same draws of z1 in every row
    panel = render(subject, asked("grid", {**settings, "image": ("prior:5", 4)})).rows[0][0]
    assert panel.rows == ("prior", "image 4", "drawn")


@pytest.mark.parametrize("below", BELOW)
def test_the_effect_around_a_moved_base_is_the_explorer_s_own(subject, below):
    figure = render(subject, asked("effect", {"image": (4,), "edit": TYPED, "below": below, "draws": 9}))
    base = subject.base(4)
    for row in figure.rows:
        index = {"z2": 0, "z1": 1}[row[0].level]
        others = {level: units for level, units in EDITS.items() if level != row[0].level}
        moves = edits_of(subject.model, base.trace, others)
        generator = torch.Generator().manual_seed(0)
        alone = effect_of(subject.model, base.trace, index, moves, below, generator, 9)
        np.testing.assert_allclose(row[0].values, alone.deviation, atol=1e-6)


@pytest.mark.parametrize("below", BELOW)
@pytest.mark.parametrize("family", ["ladder", "dlgm", "iwae"])
def test_rows_that_were_moved_are_the_explorer_s_pictures(family, below):
    """And a level that is changed after the others is changed as if all had been at once."""
    torch.manual_seed(0)
    info = DataInfo((1, 8, 8), 0, torch.full((1, 8, 8), 0.4))
    model = build(family, info, units="4,3,2", width="8,8,8").double()
    pixels = torch.randint(0, 256, (12, 1, 8, 8), dtype=torch.uint8)
    held = Images(pixels)
    subject = Subject(Explorer(model), Gallery(held, held, np.arange(12)), "any", 0)
    first, second = {"z3": {0: 1.5}, "z1": {2: -1.0}}, {"z2": {1: 2.0}}
    standing = stand(subject, (0, "prior:3", 5), Moved(first), below)
    change = edits_of(model, stand(subject, (5,), Moved(first), below).trace, second)[1]
    changed = stand(subject, (5,), Moved(first), below).changed(1, change)
    for row, image in enumerate((0, "prior:3", 5)):
        base = subject.base(image)
        for found, wanted in zip(standing.trace.z, subject.explorer.moved(base, first, below).trace.z, strict=True):
            torch.testing.assert_close(found[0, row], wanted[0, 0])
    at_once = subject.explorer.moved(subject.base(5), {**first, **second}, below).trace.z
    if below != "pinned":  # there a unit moved later is measured by another prior, of its own place
        for found, wanted in zip(model.walk(changed, 1).z, at_once, strict=True):
            torch.testing.assert_close(found, wanted)


@pytest.mark.parametrize("below", BELOW)
def test_a_locked_level_stays_where_it_is(subject, below):
    settings = {"level": "z2", "unit": (1,), "steps": 2, "image": 3, "below": below, "lock": ("z1",)}
    found = tiles(subject, "traversal", edit=("z1:1=-0.75",), **settings)
    z2, z1 = values(subject, 3)
    kept = after(z2, z1, {"z1": {1: -0.75}}, below)[1]
    for column, value in enumerate((-3.0, 3.0)):
        same(found[0, column], picture((z2[0], value), kept))


def test_moves_along_directions_lead_there_and_are_measured_once(subject):
    found = stand(subject, (3,), read(("z2:d0=1.5",)), "follow")
    basis = basis_of(subject, "z2")
    assert basis_of(subject, "z2") is basis
    assert basis.positions(found.trace.z[0][0].numpy())[0, 0] == pytest.approx(1.5)


def test_a_view_whose_sliders_are_back_is_unmoved(subject):
    moved = asked("traversal", {"level": "z2", "edit": TYPED})
    assert moved.unmoved == asked("traversal", {"level": "z2"})
    assert moved.unmoved != asked("traversal", {"level": "z1"}).unmoved
    assert asked("samples", {"seed": 3}).unmoved == asked("samples", {"seed": 3})


def test_the_line_that_makes_it_again_names_every_image_and_move():
    view = asked("mixing", {"image": [3, "prior:7", "/mine/a, b.png", 4], "other": (1, 2), "edit": list(TYPED)})
    assert view.command("r") == (
        "strata explore r --view mixing --edit z2:0=1.25 --edit z1:1=-0.75 "
        "--image 3,prior:7 --image '/mine/a, b.png' --image 4 --other 1,2 --below follow"
    )
    assert view.brought == ("/mine/a, b.png",)


def test_an_image_that_is_gone_is_said_under_the_figure(subject):
    figure = render(subject, asked("traversal", {"level": "z1", "image": "/mine/a,b.png"}))
    assert figure.caption[-1] == (
        "The image a,b.png was brought along and lies there no longer: name another file to make this again."
    )
    known = dataclasses.replace(
        subject, gallery=dataclasses.replace(subject.gallery, guests={__file__: np.zeros(SHAPE)})
    )
    assert len(render(known, asked("traversal", {"level": "z1", "image": __file__})).caption) == 2


@pytest.mark.parametrize(
    ("texts", "edits", "along"),
    [
        (("z2:3=1.5,0=-2",), {"z2": {3: 1.5, 0: -2.0}}, ()),
        (("z2:3/4/5=.25", "z1:0=1e-3"), {"z2": {(3, 4, 5): 0.25}, "z1": {0: 0.001}}, ()),
        (("z2:d0=1.5,d3=-1",), {"z2": {0: 1.5, 3: -1.0}}, ("z2",)),
        (("z2:d0=1.5,d1/0/3=2",), {"z2": {0: 1.5, (1, 0, 3): 2.0}}, ("z2",)),
    ],
)
def test_what_is_typed_is_read_and_written_again(texts, edits, along):
    moved = read(texts)
    assert moved == Moved(edits, frozenset(along))
    assert read(written(moved)) == moved


@pytest.mark.parametrize(
    "text", ["z2", "z2:", "z2:3", "z2:3=", "z2:3=x", "z2:3=inf", "z2:1/2=1", "z2:d0=1,1=2", "=", "z2:-1=2"]
)
def test_what_is_no_move_gets_a_sentence(text):
    with pytest.raises(OptionError, match="write a level and where its units go"):
        read((text,))


def test_every_number_is_written_so_that_it_reads_back():
    for score in (0.1, 1 / 3, -1.2345678, 3.0, 1e-7):
        assert read(written(Moved({"z1": {0: score}}))).edits["z1"][0] == score


def test_images_by_name():
    assert [prior_seed(one, 4) for one in (3, "prior", "prior:9", "prior:x", "a.png")] == [None, 4, 9, None, None]
    assert [named(one) for one in (3, "prior:9", "/a/b.png", "C:\\a\\b.png")] == ["image 3", "prior", "b.png", "b.png"]


MISTAKES = [
    ({"image": "nowhere.png"}, "There is no image 'nowhere.png' here: name a file, or a number."),
    ({"edit": ("z9:0=1",)}, "There is no level 'z9'; the levels are z1, z2."),
    ({"edit": ("z1:7=1",)}, "Level 'z1' has units 0 to 1, not 7; choose one of these."),
    ({"lock": ("z9",)}, "There is no level 'z9'; the levels are z1, z2."),
]


@pytest.mark.parametrize(("settings", "sentence"), MISTAKES)
def test_a_start_that_does_not_exist_gets_a_sentence(subject, settings, sentence):
    with pytest.raises(OptionError) as told:
        render(subject, asked("traversal", {"level": "z2", **settings}))
    assert str(told.value) == sentence
