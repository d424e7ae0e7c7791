"""Protects what comes of several things chosen at once, and of so few images that they are taken several times."""

import gzip
import zipfile

import numpy as np
import pytest
from PIL import Image

from hvae_engine.datasets import describe, load_data, preview, prospect
from hvae_engine.errors import DataError
from tests.engine.datasets.corpus import picture, tarred


def some(folder, values):
    """Plain pictures of these grey values in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{value}.png" for value in values]
    for path, value in zip(paths, values, strict=True):
        path.write_bytes(picture(value))
    return paths


def packed(path, values, folder=""):
    """A zip of plain pictures."""
    with zipfile.ZipFile(path, "w") as archive:
        for value in values:
            archive.writestr(f"{folder}{value}.png", picture(value))
    return path


def values_of(images):
    return sorted(images.pixels[:, 0, 0, 0].tolist())


def test_images_folders_and_archives_are_one_data_set(tmp_path):
    chosen = [*some(tmp_path / "loose", [1, 2]), packed(tmp_path / "a.zip", [3, 4, 5], "in/")]
    some(tmp_path / "folder", range(10, 20))
    chosen.append(tmp_path / "folder")
    assert describe(chosen) == "Import 13 images in 2 classes"
    data = load_data(chosen)
    assert values_of(data) == [3, 4, 5, *range(10, 20)]
    assert ((data.train.pixels[:, 0, 0, 0] >= 10).long() == data.train.labels).all()
    assert data.classes == ("a", "folder")
    assert {one.path for one in data.skipped} == {"loose/1.png", "loose/2.png"}, "they are in no class"
    assert load_data(data.source).train.pixels.equal(data.train.pixels), "its source asks for the same again"
    everything = load_data(chosen, folder_classes=False)
    assert (values_of(everything), everything.skipped) == ([1, 2, 3, 4, 5, *range(10, 20)], ())


def test_two_archives_are_two_classes_and_train_and_test_are_kept_apart(tmp_path):
    pair = [packed(tmp_path / "cats.zip", range(6)), packed(tmp_path / "dogs.zip", range(100, 107))]
    data = load_data(pair)
    assert data.classes == ("cats", "dogs")
    assert ((data.train.pixels[:, 0, 0, 0] >= 100).long() == data.train.labels).all()
    apart = load_data([packed(tmp_path / "train.zip", range(12)), packed(tmp_path / "test.zip", range(50, 53))])
    assert (values_of(apart.test), len(apart.train) + len(apart.validation)) == ([50, 51, 52], 12)


def test_a_packed_tar_is_read_beside_others(tmp_path):
    """Members of a packed tar can only be had as they come by, those of the folder in any order."""
    (tmp_path / "a.tar.gz").write_bytes(gzip.compress(tarred()))
    some(tmp_path / "more", range(200, 220))
    data = load_data([tmp_path / "a.tar.gz", tmp_path / "more"])
    assert data.classes == ("a", "more")
    assert set(values_of(data)) >= set(range(200, 220))
    assert len(data.train) + len(data.validation) == 32


def test_archives_of_one_name_do_not_mix(tmp_path):
    for name, values in (("x", range(6)), ("y", range(50, 56))):
        (tmp_path / name).mkdir()
        packed(tmp_path / name / "same.zip", values)
    data = load_data([tmp_path / "x" / "same.zip", tmp_path / "y" / "same.zip"])
    assert values_of(data) == [*range(6), *range(50, 56)]
    assert len(data.classes) == 2


def test_what_cannot_be_used_is_left_out_and_said(tmp_path):
    chosen = some(tmp_path, range(12))
    for name, contents in (("notes.txt", b"words"), ("broken.zip", b"PK\3\4 and nothing"), ("b.npy", b"\x93NUMPY")):
        (tmp_path / name).write_bytes(contents)
        chosen.append(tmp_path / name)
    assert describe(chosen) == "Import 12 images; left out: notes.txt, b.npy"
    data = load_data(chosen)
    assert values_of(data) == list(range(12))
    reasons = {one.path: one.reason for one in data.skipped}
    assert set(reasons) == {"notes.txt", "b.npy", "broken.zip"}
    assert "no image" in reasons["notes.txt"]
    assert [one.path for one in prospect(chosen).left_out] == ["notes.txt", "b.npy"]


def test_one_thing_that_can_be_used_is_opened_as_if_alone(tmp_path):
    some(tmp_path / "photos" / "cats", range(6))
    some(tmp_path / "photos" / "dogs", range(6))
    (tmp_path / "notes.txt").write_text("words")
    data = load_data([tmp_path / "photos", tmp_path / "notes.txt"])
    assert data.classes == ("cats", "dogs")
    assert [one.path for one in data.skipped] == ["notes.txt"]


@pytest.mark.parametrize(("count", "times"), [(1, 12), (3, 4), (9, 2)])
def test_few_images_are_taken_several_times(tmp_path, count, times):
    chosen = some(tmp_path, range(20, 20 + count))
    data = load_data(chosen if count > 1 else chosen[0])
    assert values_of(data) == sorted(list(range(20, 20 + count)) * times)
    assert len(data.validation) >= 1
    assert f"taken {times} times, since at least 10 are needed" in data.facts[0]
    assert f"{times} times" in describe(chosen)
    assert prospect(chosen).facts[0] == data.facts[0]


def test_a_broken_image_among_few_is_said_once(tmp_path):
    chosen = some(tmp_path, [1, 2])
    (tmp_path / "broken.png").write_bytes(picture(3)[:30])
    data = load_data([*chosen, tmp_path / "broken.png"])
    assert [one.path for one in data.skipped] == ["broken.png"]
    with pytest.raises(DataError, match=r"^broken\.png cannot be used\. It is not an image, whatever its name says\."):
        load_data(tmp_path / "broken.png")


def test_folders_that_are_no_classes(tmp_path):
    some(tmp_path / "a", range(6))
    some(tmp_path / "b", range(10, 16))
    some(tmp_path, [200])
    classed, flat = load_data(tmp_path), load_data(tmp_path, folder_classes=False)
    assert (classed.classes, len(classed.skipped), len(classed.train) + len(classed.validation)) == (("a", "b"), 1, 12)
    assert (flat.classes, flat.train.labels, flat.skipped) == ((), None, ())
    assert values_of(flat) == [*range(6), *range(10, 16), 200]
    again = load_data(tmp_path)
    assert again.train.labels.equal(classed.train.labels), "each has a place of its own in the cache"


def test_images_beside_a_single_folder_are_taken_too(tmp_path):
    some(tmp_path, [1, 2])
    some(tmp_path / "old", range(10, 20))
    data = load_data(tmp_path)
    assert (values_of(data), data.skipped) == ([1, 2, *range(10, 20)], ())


def test_a_prospect_counts_as_the_import_will(tmp_path):
    some(tmp_path / "train" / "a", range(20))
    some(tmp_path / "train" / "b", range(20))
    some(tmp_path / "train", [100])
    some(tmp_path / "val" / "a", range(4))
    some(tmp_path / "test" / "b", range(3))
    found = prospect(tmp_path)
    assert found.sizes == {"a": 24, "b": 20}
    for share in (None, 0.25):
        for classes in (True, False):
            data = load_data(tmp_path, held_out=share, folder_classes=classes)
            counted = (found.training(share, classes), found.held_out(share, classes), found.count("test"))
            assert counted == (len(data.train), len(data.validation), len(data.test)), (share, classes)


def test_a_preview_is_what_is_imported_and_can_be_given_up(tmp_path):
    rng = np.random.default_rng(0)
    for number in range(12):
        Image.fromarray(rng.integers(0, 256, (20, 40, 3), np.uint8)).save(tmp_path / f"{number}.png")
    found = prospect(tmp_path)
    for framing in ("crop", "fit"):
        shown = preview(found, 16, True, 12, framing)
        data = load_data(tmp_path, size=16, colour=True, framing=framing)
        assert {one.tobytes() for one in shown} == {one.tobytes() for one in data.pixels.numpy()}

    def stop(*found):
        raise InterruptedError

    with pytest.raises(InterruptedError):
        preview(found, 16, True, 12, tick=stop)
    with pytest.raises(InterruptedError):
        prospect(tmp_path, stop)
