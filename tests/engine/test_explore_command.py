"""`strata explore`: files that say how they are made again, and a sentence for what cannot be made."""

from __future__ import annotations

import json
import shlex
import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from hvae_engine.commands import main
from hvae_engine.exploring.views import VIEWS


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ladder of two levels after 30 steps on 1500 images of 8 x 8 in 4 classes."""
    folder = tmp_path_factory.mktemp("digits")
    rng, labels = np.random.default_rng(0), (np.arange(1500) % 4).astype(np.uint8)
    pixels = (rng.random((1500, 8, 8)) < 0.2).astype(np.uint8) * 255
    pixels[np.arange(1500), 2 * labels] = 255
    for name, array in (("train-images-idx3-ubyte", pixels), ("train-labels-idx1-ubyte", labels)):
        head = struct.pack(">HBB", 0, 8, array.ndim) + struct.pack(f">{array.ndim}I", *array.shape)
        (folder / name).write_bytes(head + array.tobytes())
    out = folder / "ladder"
    options = ["--set", "units=3,2", "--set", "width=8,6", "--set", "depth=1", "--steps", "30", "--device", "cpu"]
    assert main(["train", "--data", str(folder), "--family", "ladder", *options, "--out", str(out)]) == 0
    return out


def explore(run: Path, *typed: str) -> int:
    return main(["explore", str(run), *typed])


@pytest.mark.parametrize("view", list(VIEWS))
def test_every_view_becomes_a_picture(run: Path, tmp_path: Path, view: str) -> None:
    path = tmp_path / "f.png"
    assert explore(run, "--view", view, "--out", str(path)) == 0
    with Image.open(path) as image:
        facts = json.loads(image.info["strata"])
        command = image.info["Description"].splitlines()[1].split()
    assert (facts["run"], facts["step"], facts["view"]) == ("ladder", 30, view)
    again = tmp_path / "again.png"
    assert main([*command[1:2], str(run), *command[3:], "--out", str(again)]) == 0
    assert again.read_bytes() == path.read_bytes()


def test_scale_makes_the_same_figure_larger(run: Path, tmp_path: Path) -> None:
    sizes = []
    for scale in ("1", "4"):
        path = tmp_path / f"{scale}.png"
        typed = ["--view", "traversal", "--level", "z2", "--unit", "1", "--scale", scale, "--out", str(path)]
        assert explore(run, *typed) == 0
        with Image.open(path) as image:
            sizes.append(image.size)
    assert sizes[1] == pytest.approx((4 * sizes[0][0], 4 * sizes[0][1]), abs=4)


def test_a_card_is_sentences_and_figures(run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "card.json"
    assert explore(run, "--view", "card", "--json", str(path)) == 0
    plain = json.loads(path.read_text())
    assert list(plain["levels"]) == ["z1", "z2"]
    assert capsys.readouterr().out.splitlines() == [plain["levels"][name]["sentence"] for name in ("z1", "z2")]
    assert plain["levels"]["z1"]["probe"]["images"] == 125
    assert plain["run"] == "ladder"


def test_latents_are_arrays_without_pickle(run: Path, tmp_path: Path) -> None:
    path = tmp_path / "latents.npz"
    assert explore(run, "--view", "latents", "--count", "50", "--out", str(path)) == 0
    with np.load(path, allow_pickle=False) as arrays:
        assert sorted(arrays) == ["about", "ids", "labels", "z1_mean", "z1_sample", "z2_mean", "z2_sample"]
        assert arrays["z1_mean"].shape == (50, 3)
        assert arrays["ids"].tolist() == list(range(1375, 1425))
        assert json.loads(str(arrays["about"]))["step"] == 30


def test_films_and_vectors(run: Path, tmp_path: Path) -> None:
    film, vector = tmp_path / "f.gif", tmp_path / "f.svg"
    assert explore(run, "--view", "interpolation", "--steps", "5", "--out", str(film)) == 0
    with Image.open(film) as image:
        assert image.n_frames == 8
    assert explore(run, "--view", "map", "--level", "z1", "--out", str(vector)) == 0
    assert vector.read_text(encoding="utf-8").count("<circle") == 125 + 4


def test_a_draw_of_the_prior_and_a_direction(run: Path, tmp_path: Path) -> None:
    path = tmp_path / "f.png"
    typed = ["--view", "traversal", "--level", "z1", "--direction", "0,1", "--image", "prior", "--seed", "3"]
    assert explore(run, *typed, "--out", str(path)) == 0
    with Image.open(path) as image:
        assert "--direction 0,1" in image.info["Description"]
        assert "--image prior" in image.info["Description"]
        assert "--seed 3" in image.info["Description"]


@pytest.mark.parametrize("view", ["traversal", "grid", "progressive", "mixing", "effect", "interpolation"])
def test_a_start_is_made_again_by_the_line_under_the_picture(run: Path, tmp_path: Path, view: str) -> None:
    """An image file of one's own, a draw of the prior, sliders moved and a level locked: the same pixels again."""
    mine, path, again = tmp_path / "my own, image.png", tmp_path / "f.png", tmp_path / "again.png"
    Image.fromarray((np.random.default_rng(3).random((20, 24)) * 255).astype(np.uint8)).save(mine)
    start = ["--image", "prior:5"] if view in ("traversal", "interpolation") else ["--image", "prior:5,1380"]
    for given in (start, ["--image", str(mine)]):
        moved = ["--edit", "z2:0=1.2346,1=-2", "--edit", "z1:d0=0.7", "--lock", "z1"]
        assert explore(run, "--view", view, *given, *moved, "--out", str(path)) == 0
        with Image.open(path) as image:
            facts, lines = json.loads(image.info["strata"]), image.info["Description"].splitlines()
        assert facts["edit"] == ["z2:0=1.2346,1=-2", "z1:d0=0.7"]
        assert len(lines) == 2, "nothing is missing that the line needs"
        _, command, _, *typed = shlex.split(lines[1])
        assert main([command, str(run), *typed, "--out", str(again)]) == 0
        with Image.open(path) as one, Image.open(again) as two:
            assert np.array_equal(np.asarray(one), np.asarray(two))
        assert explore(run, "--view", view, *given, "--out", str(again)) == 0
        with Image.open(path) as one, Image.open(again) as unmoved:
            assert one.size != unmoved.size or not np.array_equal(np.asarray(one), np.asarray(unmoved))


def test_the_best_weights_are_named_in_the_line_that_makes_it_again(run: Path, tmp_path: Path) -> None:
    path = tmp_path / "f.png"
    assert explore(run, "--view", "samples", "--best", "--out", str(path)) == 0
    with Image.open(path) as image:
        assert image.info["Description"].endswith(" --best")


def test_a_run_whose_data_have_moved_is_explored_with_the_images_it_kept(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    about = json.loads((run / "run.json").read_text())
    about["spec"]["data"] = str(tmp_path / "gone")
    moved = tmp_path / "moved"
    moved.mkdir()
    for file in run.iterdir():
        if file.is_file():
            (moved / file.name).write_bytes(file.read_bytes())
    (moved / "run.json").write_text(json.dumps(about))
    assert explore(moved, "--view", "card", "--json", str(tmp_path / "c.json")) == 0
    told = capsys.readouterr()
    assert "The images kept in the run's folder are used instead." in told.err
    assert "linear reader" not in told.out


MISTAKES = [
    (["--view", "grit", "--out", "O.png"], "There is no view 'grit'; did you mean 'grid'?"),
    (["--view", "grid"], "strata explore needs --out: name a file for the view."),
    (["--view", "card"], "strata explore needs --out: name a file for the view, or --json one for its figures."),
    (["--out", "O.png"], "the following arguments are required: --view; strata explore --help shows what fits."),
    (["--view", "grid", "--out", "O.pgn"], "O.pgn ends in no format that a figure is written in; did you mean '.png'?"),
    (
        ["--view", "samples", "--unit", "2", "--out", "O.png"],
        "The view 'samples' has no --unit; it takes --down, --columns, --temperature, --seed.",
    ),
    (
        ["--view", "grid", "--level", "z1,z2", "--out", "O.png"],
        "The view 'grid' takes one --level, found 2: give one.",
    ),
    (["--view", "grid", "--level", "z3", "--out", "O.png"], "There is no level 'z3'; the levels are z1, z2."),
    (
        ["--view", "grid", "--edit", "z2:0=1.5", "--out", "O.png"],
        "--edit moves nothing in a grid of draws alone: name images to start from with --image.",
    ),
    (
        ["--view", "mixing", "--edit", "z2=1.5", "--out", "O.png"],
        "--edit is 'z2=1.5': write a level and where its units go, such as z2:3=1.5,0=-2 or, along its directions, "
        "z2:d0=1.5; one place of a spatial level is channel/row/column, such as z2:3/4/5=1.5.",
    ),
    (
        ["--view", "traversal", "--edit", "z2:9=1.5", "--out", "O.png"],
        "Level 'z2' has units 0 to 1, not 9; choose one of these.",
    ),
    (["--view", "traversal", "--image", "1500", "--out", "O.png"], "There is no image 1500; the images are 0 to 1499."),
    (
        ["--view", "traversal", "--unit", "one", "--out", "O.png"],
        "--unit: 'one' is not a whole number; strata explore --help shows what fits.",
    ),
    (["--view", "samples", "--out", "O.gif"], ".gif is a film and this view does not move: name a .png or .svg file."),
    (
        ["--view", "samples", "--out", "O.png", "--json", "O.json"],
        "The view 'samples' has no figures: ask for 'card' or 'effect'.",
    ),
    (["--view", "samples", "--out", "O.png", "--scale", "3"], "The scale is 3: give 1, 2 or 4."),
    (
        ["--view", "latents", "--out", "O.png"],
        "O.png does not end in .npz, which latents are written in: name a .npz file.",
    ),
    (
        ["--view", "latents", "--out", "O.npz", "--level", "z1"],
        "The view 'latents' has no --level; it takes --count, --seed.",
    ),
    (["--view", "latents", "--out", "O.npz", "--count", "0"], "--count is 0: give a whole number from 1 up."),
]


@pytest.mark.parametrize(("typed", "sentence"), MISTAKES, ids=[" ".join(typed) for typed, _ in MISTAKES])
def test_a_mistake_gets_one_sentence_and_exit_code_2(
    run: Path, tmp_path: Path, typed: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    placed = [str(tmp_path / word) if word.startswith("O.") else word for word in typed]
    assert explore(run, *placed) == 2
    told = capsys.readouterr()
    assert told.err == f"strata: {sentence}\n"
    assert told.out == ""
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_run_is_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert explore(tmp_path, "--view", "samples", "--out", str(tmp_path / "f.png")) == 2
    assert explore(tmp_path, "--view", "traversal") == 2, "that there is no run comes before where to write"
    assert "is no run of Strata" in capsys.readouterr().err
