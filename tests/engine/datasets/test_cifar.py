"""Protects CIFAR's binary batches, and several files or folders opened together."""

import numpy as np
import pytest
from PIL import Image

from hvae_engine.datasets import describe, load_data
from hvae_engine.errors import DataError
from tests.engine.datasets.corpus import picture

RNG = np.random.default_rng(0)
PIXELS = RNG.integers(0, 256, (30, 3, 32, 32), np.uint8)


def records(rows, labels=1):
    """CIFAR's bytes: the label of a picture is its number, modulo 10, after a coarse one where there are two."""
    numbers = np.arange(30)[rows] % 10
    columns = [np.full(len(numbers), 7, np.uint8)] * (labels - 1) + [numbers.astype(np.uint8)]
    return np.concatenate([np.stack(columns, 1), PIXELS[rows].reshape(len(numbers), -1)], 1).tobytes()


def check(data, test=True):
    for part in (data.train, data.validation, *([data.test] if test else [])):
        for image, label in zip(part.pixels.numpy(), part.labels.tolist(), strict=True):
            (number,) = np.flatnonzero((image == PIXELS).all((1, 2, 3)))
            assert number % 10 == label


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "cifar-10-batches-bin"
    folder.mkdir()
    (folder / "data_batch_1.bin").write_bytes(records(slice(0, 12)))
    (folder / "data_batch_2.bin").write_bytes(records(slice(12, 24)))
    (folder / "test_batch.bin").write_bytes(records(slice(24, 30)))
    (folder / "readme.html").write_text("read me")
    return folder


def test_a_folder_of_batches(folder):
    data = load_data(folder)
    assert (len(data.train), len(data.validation), len(data.test)) == (22, 2, 6)
    assert (data.name, data.classes[0], data.classes[9]) == ("cifar-10-batches-bin", "airplane", "truck")
    check(data)
    assert describe(folder) == "Import 24 images in 10 classes and 6 test images"


def test_batches_chosen_together_and_one_alone(folder):
    assert len(load_data([folder / "data_batch_1.bin", folder / "data_batch_2.bin"]).train) == 22
    alone = load_data(folder / "data_batch_2.bin", size=16, colour=False)
    assert (alone.shape, len(alone.train), alone.test) == ((1, 16, 16), 11, None)


def test_names_beside_the_batches_count(folder):
    (folder / "batches.meta.txt").write_text("\n".join("abcdefghij") + "\n")
    assert load_data(folder).classes == tuple("abcdefghij")


def test_cifar_100_has_fine_labels(tmp_path):
    (tmp_path / "train.bin").write_bytes(records(slice(0, 24), labels=2))
    (tmp_path / "test.bin").write_bytes(records(slice(24, 30), labels=2))
    data = load_data(tmp_path)
    assert len(data.classes) == 100
    check(data)


def test_two_kinds_at_once_are_refused(tmp_path):
    (tmp_path / "train.bin").write_bytes(records(slice(0, 24), labels=2))
    (tmp_path / "test.bin").write_bytes(records(slice(24, 30)))
    with pytest.raises(DataError, match=r"holds files of CIFAR-10 and of CIFAR-100: choose those of one of them"):
        load_data(tmp_path)


def some(folder, count, start=0):
    folder.mkdir(exist_ok=True)
    paths = []
    for number in range(start, start + count):
        paths.append(folder / f"{number}.png")
        paths[-1].write_bytes(picture(number))
    return paths


def test_several_images(tmp_path):
    paths = some(tmp_path / "a", 15)
    data = load_data(paths[:12])
    assert sorted(data.pixels[:, 0, 0, 0].tolist()) == list(range(12))
    assert describe(paths[:12]) == "Import 12 images"
    assert load_data(data.source).train.pixels.equal(data.train.pixels)
    assert data.name == "a"


def test_several_folders_are_classes(tmp_path):
    some(tmp_path / "cats", 6)
    some(tmp_path / "dogs", 6, 100)
    some(tmp_path / "others", 6, 200)
    data = load_data([tmp_path / "cats", tmp_path / "dogs"])
    assert data.classes == ("cats", "dogs")
    values = data.train.pixels[:, 0, 0, 0]
    assert ((values >= 100).long() == data.train.labels).all()
    assert len(data.train) == 11


@pytest.mark.parametrize(
    ("count", "other", "sentence"),
    [
        (0, "notes.txt", "None of these 2 files is an image"),
        (12, "missing.png", "does not exist: check the path"),
    ],
)
def test_several_things_that_do_not_fit(tmp_path, count, other, sentence):
    paths = [*some(tmp_path / "a", count), tmp_path / other]
    if other == "notes.txt":
        paths.append(tmp_path / "more.txt")
        for path in paths:
            path.write_text("notes")
    with pytest.raises(DataError, match=sentence):
        load_data(paths)


def test_mnists_files_chosen_together(real_mnist):
    paths = sorted((real_mnist / "raw").glob("t*"))
    assert describe(paths) == "Import 60 000 images and 10 000 test images with labels"


def test_facts_about_odd_pictures_are_said(tmp_path):
    for number in range(12):
        Image.new("RGBA", (12, 12), (200, 100, 0, 128)).save(tmp_path / f"{number}.png")
    assert load_data(tmp_path).facts == ("Transparent parts show black.",)
