"""Figures as files: whole pixels, captions that can be read back, and one sentence for what cannot be written."""

from __future__ import annotations

import dataclasses
import importlib
import json
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from hvae_engine.errors import OptionError
from hvae_engine.exploring.figures import Figure, Heat, Line, Scatter, Text, Tiles
from hvae_engine.exploring.figures.axes import Axis
from hvae_engine.exploring.figures.canvas import drawable, width_of, wrapped
from hvae_engine.exploring.figures.drawing import zoom_of
from hvae_engine.exploring.figures.film import frames
from hvae_engine.exploring.figures.page import MARGIN
from hvae_engine.exploring.figures.palette import CLASSES, LEVELS, class_colour, level_colour, shades
from hvae_engine.exploring.figures.saving import save

RNG = np.random.default_rng(0)
PICTURES = RNG.integers(0, 256, (2, 5, 28, 28), dtype=np.uint8)
STILL = Tiles(PICTURES)
MOVING = Tiles(PICTURES, ("unit 1", "unit 2"), ("-3", "-1.5", "0", "1.5", "3"), "z2", "z2", moments=True)
LEVELS_OF = ("z1", "z2")


def figure(*panels):
    settings = {"view": "traversal", "level": "z2", "seed": 0}
    caption = ("Traversal <of> z2 & more, run häuser 猫, step 12", "strata explore runs/a --view traversal --level z2")
    return Figure((panels,), LEVELS_OF, caption, settings, "runs/a", 12)


@pytest.mark.parametrize("scale", [1, 2, 4])
def test_every_pixel_of_a_picture_is_a_square_of_whole_pixels(tmp_path, scale):
    path = tmp_path / "f.png"
    save(figure(STILL), path, scale)
    with Image.open(path) as image:
        drawn, side = np.asarray(image), zoom_of(STILL) * scale
        assert image.info["dpi"][0] == pytest.approx(96 * scale, rel=0.01)
    assert zoom_of(STILL) == 2
    corner = drawn[MARGIN * scale :, MARGIN * scale :][: 28 * side, : 28 * side]
    wanted = np.repeat(np.repeat(PICTURES[0, 0], side, 0), side, 1)
    assert (corner == wanted[..., None]).all()


def test_a_png_says_how_it_is_made_again(tmp_path):
    path = tmp_path / "f.png"
    save(figure(MOVING), path)
    with Image.open(path) as image:
        facts = json.loads(image.info["strata"])
        assert image.info["Description"].splitlines() == list(figure(MOVING).caption)
    assert facts == {"run": "runs/a", "step": 12, "view": "traversal", "level": "z2", "seed": 0}


def test_plots_are_vectors_in_an_svg(tmp_path):
    classes = RNG.integers(0, 3, 40)
    scatter = Scatter(RNG.random((40, 2)), np.arange(40), classes, ("a", "b<c", "d"), "label", "x", "y", "z1", "z1")
    line = Line(np.arange(9), RNG.random(9), "cycles per image", "share", (3.5, "mean 3.5"), "Spectrum", "z2")
    heat = Heat(RNG.random((8, 8)), "at most", "z2", "z2")
    path = tmp_path / "f.svg"
    save(figure(scatter, line, heat, Text(("one line", "another"), "z1", "z1")), path)
    root = ElementTree.parse(path).getroot()
    kinds = [element.tag.split("}")[1] for element in root.iter()]
    assert kinds.count("circle") == 40 + 3
    assert kinds.count("image") == 2  # the map and its scale
    words = "".join(root.itertext())
    for said in ("b<c", "cycles per image", "mean 3.5", "another", "run häuser 猫, step 12", '"step\\": 12'):
        assert said in words
    assert max(float(circle.get("cx")) for circle in root.iter("{http://www.w3.org/2000/svg}circle")) < float(
        root.get("width")
    )


def test_a_film_goes_there_and_back(tmp_path):
    shown = list(frames(figure(MOVING)))
    assert len(shown) == 8
    assert np.array_equal(shown[1], shown[7])
    assert not np.array_equal(shown[0], shown[4])
    path = tmp_path / "f.gif"
    said = []
    save(figure(MOVING), path, progress=lambda done, total: said.append((done, total)))
    with Image.open(path) as image:
        assert image.n_frames == 8
        assert b"--level z2" in image.info["comment"]
    assert said[0] == (0, 8)
    assert said[-1] == (8, 8)


def test_an_mp4_is_a_film_of_the_same_frames(tmp_path):
    ffmpeg = pytest.importorskip("imageio_ffmpeg")
    path = tmp_path / "f.mp4"
    save(figure(MOVING), path)
    reader = ffmpeg.read_frames(str(path))
    facts = next(reader)
    reader.close()
    height, width = next(frames(figure(MOVING))).shape[:2]
    assert facts["size"] == (width + width % 2, height + height % 2)
    assert facts["duration"] == pytest.approx(8 / 12, abs=0.1)


@pytest.mark.parametrize("broken", ["short", "ends"])
def test_a_film_that_breaks_off_is_not_kept(tmp_path, monkeypatch, broken):
    """As on a full disk: the program that writes it either ends early or leaves a file with fewer frames."""
    ffmpeg = pytest.importorskip("imageio_ffmpeg")
    write = ffmpeg.write_frames

    def breaking(path, *args, **settings):
        whole = write(path, *args, **settings)
        whole.send(None)
        for _ in range(3):
            frame = yield
            whole.send(frame)
        whole.close()
        if broken == "ends":
            raise OSError("broken pipe and a page of what ffmpeg had to say")
        while True:
            yield

    monkeypatch.setattr(ffmpeg, "write_frames", breaking)
    with pytest.raises(OptionError, match=r"f.mp4 cannot be written \(the film broke off; the disk may be full\)"):
        save(figure(MOVING), tmp_path / "f.mp4")
    assert list(tmp_path.iterdir()) == []


def test_without_the_extra_an_mp4_is_a_sentence(tmp_path, monkeypatch):
    known = importlib.import_module

    def missing(name):
        if name == "imageio_ffmpeg":
            raise ImportError(name)
        return known(name)

    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(OptionError, match=r"^MP4 needs the extra 'video' .* install it, or name a .gif file\.$"):
        save(figure(MOVING), tmp_path / "f.mp4")
    assert list(tmp_path.iterdir()) == []


class CancelledError(Exception):
    pass


@pytest.mark.parametrize("name", ["f.gif", "f.mp4"])
def test_a_cancelled_film_leaves_nothing_and_keeps_what_was_there(tmp_path, name):
    if name.endswith(".mp4"):
        pytest.importorskip("imageio_ffmpeg")
    path = tmp_path / name
    path.write_bytes(b"before")

    def cancel(done, total):
        if done == 2:
            raise CancelledError

    with pytest.raises(CancelledError):
        save(figure(MOVING), path, progress=cancel)
    assert [file.name for file in tmp_path.iterdir()] == [name]
    assert path.read_bytes() == b"before"


@pytest.mark.parametrize(
    ("name", "scale", "sentence"),
    [
        ("f.gif", 1, ".gif is a film and this view does not move: name a .png or .svg file."),
        ("f.pgn", 1, "f.pgn ends in no format that a figure is written in; did you mean '.png'?"),
        ("f.png", 3, "The scale is 3: give 1, 2 or 4."),
        ("nowhere/f.png", 1, "nowhere/f.png cannot be written (No such file or directory): name another file."),
    ],
)
def test_a_mistake_gets_its_sentence(tmp_path, name, scale, sentence):
    with pytest.raises(OptionError) as told:
        save(figure(STILL), tmp_path / name, scale)
    assert str(told.value).replace(f"{tmp_path}/", "") == sentence


def test_characters_that_the_font_has_not_are_marked():
    assert drawable("Müll 猫 x²") == "Mull ? x2"
    assert drawable("z1 (34% of all)") == "z1 (34% of all)"
    assert drawable("z1 \N{MINUS SIGN}0.66 of 28 \N{MULTIPLICATION SIGN} 28") == "z1 -0.66 of 28 x 28"


def test_long_lines_are_wrapped_and_lose_nothing():
    words = "a level of the image above put into the image at the left " * 4
    lines = wrapped(words.strip(), 12, 200)
    assert " ".join(lines) == words.strip()
    assert max(width_of(line, 12) for line in lines) <= 200


def test_a_word_wider_than_the_page_is_broken_after_a_comma():
    moves = "z2:" + ",".join(f"{unit}={unit / 8:.3f}" for unit in range(60))
    lines = wrapped(f"strata explore run --edit {moves} --seed 1", 12, 300)
    assert "".join(lines).replace(" ", "") == f"strataexplorerun--edit{moves}--seed1"
    assert max(width_of(line, 12) for line in lines) <= 300
    assert all(line.endswith(",") for line in lines[1:-1])
    assert "".join(wrapped("m" * 40, 12, 100)) == "m" * 40
    assert wrapped("", 12, 100) == [""]


def test_many_columns_shrink_to_the_page():
    wide = Tiles(np.zeros((1, 60, 28, 28), np.uint8))
    assert zoom_of(wide) == 1
    assert zoom_of(Tiles(np.zeros((1, 3, 8, 8), np.uint8))) == 8
    assert zoom_of(Tiles(np.zeros((1, 3, 64, 64, 3), np.uint8))) == 1


def test_ticks_are_round_and_within():
    assert Axis(0, 1, "").ticks == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 1])
    assert Axis(-2.3, 2.9, "").ticks == pytest.approx([-2, 0, 2])
    assert Axis(3, 3.07, "").ticks == pytest.approx([3, 3.02, 3.04, 3.06])


def test_a_level_has_one_colour_and_classes_are_told_apart():
    assert level_colour("z1", ("z1", "z2")) == level_colour("z1", ("z1", "y", "z2", "z3")) == LEVELS[0]
    many = [f"z{i}" for i in range(1, 46)]
    assert level_colour("z45", many) == LEVELS[-1]
    assert len({class_colour(i, 10) for i in range(10)}) == len(set(CLASSES)) == 10
    assert len({class_colour(i, 47) for i in range(47)}) == 47


def test_shades_go_from_white_to_dark():
    found = shades(np.array([0.0, 0.5, 1.0]), 1.0).astype(int).sum(-1)
    assert found[0] == 765
    assert found[0] > found[1] > found[2]
    assert (shades(np.zeros((2, 2)), 0.0) == 255).all()


def test_still_panels_stay_in_a_film():
    moving = dataclasses.replace(figure(MOVING, STILL))
    first = next(frames(moving))
    assert first.shape[1] > 5 * 56
