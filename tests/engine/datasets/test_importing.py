"""Protects the door to data: what a person types or drops is understood, or answered with one good sentence."""

import os
import zipfile

import numpy as np
import pytest
import torch
from PIL import Image

from hvae_engine.datasets import BUILT_IN, Images, carve, describe, load_data
from hvae_engine.datasets.drawn import scenes
from hvae_engine.errors import DataError

CHOOSE = (
    "choose images or a folder of them, a .zip or .tar of images, IDX, .npy or .npz files, CIFAR's .bin, or a built-in"
    " name such as 'scenes'."
)


def refusals(folder):
    """What is asked for, and the sentence that answers."""
    (folder / "notes.csv").write_text("one,two\nä,ö\n" * 999, encoding="utf-8")
    (folder / "empty").touch()
    (folder / "data.bin").write_bytes(bytes(range(256)))
    (folder / "one.png").write_text("no picture")
    with zipfile.ZipFile(folder / "photos.ZIP", "w") as archive:
        archive.writestr("a", "b")
    os.mkfifo(folder / "pipe")
    return {
        "scene": "There is no data set or file called 'scene'; did you mean 'scenes'?",
        "scenes:color": "There is no data set or file called 'scenes:color'; did you mean 'scenes:colour'?",
        "nowhere": "There is no data set or file called 'nowhere'; built in: scenes, scenes:colour; can be downloaded:"
        " mnist, fashion-mnist, kmnist, omniglot, cifar-10.",
        "minst": "There is no data set or file called 'minst'; did you mean 'mnist'?",
        "": "Nothing was asked for: " + CHOOSE,
        str(folder / "nowhere"): f"{folder / 'nowhere'} does not exist: check the path, or {CHOOSE}",
        "~nobody-here/x": f"~nobody-here/x does not exist: check the path, or {CHOOSE}",
        "/" + "a" * 300: f"/{'a' * 300} does not exist: check the path, or {CHOOSE}",
        str(folder / "notes.csv"): f"{folder / 'notes.csv'} is a text file, not images: {CHOOSE}",
        str(folder / "empty"): f"{folder / 'empty'} is empty: {CHOOSE}",
        str(folder / "data.bin"): f"{folder / 'data.bin'} is of a kind that Strata does not read: {CHOOSE}",
        str(folder / "one.png"): "one.png cannot be used. It is not an image, whatever its name says.",
        str(folder / "photos.ZIP"): (
            f"{folder / 'photos.ZIP'} holds no images (but unnamed files): pack images into it (PNG, JPEG, BMP,"
            " GIF, WebP, TIFF, PGM or PPM), or unpack it and choose what comes out."
        ),
        str(folder / "pipe"): f"{folder / 'pipe'} is neither a file nor a folder: {CHOOSE}",
    }


@pytest.mark.parametrize("ask", [load_data, describe])
def test_sentences(tmp_path, ask):
    for source, sentence in refusals(tmp_path).items():
        with pytest.raises(DataError) as caught:
            ask(source)
        assert str(caught.value) == sentence


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read(tmp_path):
    (tmp_path / "locked").mkdir(mode=0)
    with pytest.raises(DataError, match="locked cannot be read: check its permissions"):
        load_data(tmp_path / "locked")


def test_permission_is_asked_for(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(DataError, match="cannot be read: check its permissions"):
        describe(tmp_path)


def test_paths_from_the_home_folder_and_from_here(tmp_path, monkeypatch):
    (tmp_path / "photos").mkdir()
    for number in range(10):
        Image.new("L", (9, 9), number).save(tmp_path / "photos" / f"{number}.png")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert load_data("~/photos").source == load_data("photos").source == str(tmp_path / "photos")


def test_built_in_names_say_what_they_are():
    assert list(BUILT_IN) == ["scenes", "scenes:colour"]
    assert all("\n" not in line and len(line) < 100 for line in BUILT_IN.values())
    assert describe("scenes") == "Draw 24 000 images in 10 classes and 4 000 test images"


def test_built_in_scenes_at_another_size(monkeypatch):
    monkeypatch.setattr(scenes, "TRAINING", 60)
    monkeypatch.setattr(scenes, "TEST", 20)
    dataset = load_data("scenes:colour", size=16, colour=False)
    assert dataset.shape == (1, 16, 16)
    assert dataset.test.pixels.shape == (20, 1, 16, 16)
    assert len(dataset.test.factors["x"]) == 20


@pytest.mark.parametrize("count", [2, 10, 100, 5000])
def test_carving_is_disjoint_exhaustive_and_decided_by_the_seed(count):
    images = Images(torch.arange(count).view(-1, 1, 1, 1), torch.arange(count), {"number": np.arange(count)})
    train, held = carve(images, 7)
    assert sorted(train.labels.tolist() + held.labels.tolist()) == list(range(count))
    assert len(held) == max(1, round(count / 12))
    for part in (train, held):
        assert part.labels.tolist() == sorted(part.labels.tolist())
        assert part.pixels.flatten().tolist() == part.labels.tolist() == part.factors["number"].tolist()
    assert carve(images, 7)[1].labels.tolist() == held.labels.tolist()
    if count >= 100:
        assert carve(images, 8)[1].labels.tolist() != held.labels.tolist()


def test_carving_holds_out_ten_thousand_at_most():
    images = Images(torch.zeros(130_000, 1, 1, 1, dtype=torch.uint8))
    assert len(carve(images, 0)[1]) == 10_000
