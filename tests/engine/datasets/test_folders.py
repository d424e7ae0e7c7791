"""Protects the import of folders: every kind of picture comes out as people see it, and no bad file stops good ones."""

import os
import re
import shutil
import time

import numpy as np
import pytest
from PIL import Image

from hvae_engine.datasets import describe, load_data
from hvae_engine.datasets.keeping import limits, stored
from hvae_engine.datasets.pixels import decoding, pictures, worker
from hvae_engine.datasets.pixels.pictures import read_picture
from hvae_engine.datasets.trees.listing import list_tree, natural
from hvae_engine.datasets.trees.walking import Walk
from hvae_engine.errors import DataError


def grey(value, size=(12, 12)):
    return Image.new("L", size, value)


def fill(folder, count=12, size=(12, 12), mode="L", name="{}.png"):
    """A folder of pictures, each of one value of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        colour = number if mode == "L" else (10 * number, 200, 0)
        Image.new(mode, size, colour).save(folder / name.format(number))
    return folder


def values(images):
    """The value of each picture made by `fill`."""
    return images.pixels[:, 0, 0, 0].tolist()


# What a data set is made of


def test_a_flat_folder_has_no_labels(tmp_path):
    dataset = load_data(fill(tmp_path / "plain"))
    assert (dataset.name, dataset.source) == ("plain", str(tmp_path / "plain"))
    assert dataset.shape == (1, 12, 12)
    assert dataset.classes == ()
    assert dataset.train.labels is None
    assert dataset.test is None
    assert sorted(values(dataset.train) + values(dataset.validation)) == list(range(12))
    assert describe(tmp_path / "plain") == "Import 12 images"


def test_subfolders_are_classes_in_natural_order(tmp_path):
    for label, name in enumerate(("class 2", "class 10", "Class 1")):
        fill(tmp_path / name, 4)
        for file in (tmp_path / name).iterdir():
            grey(100 * label).save(file)
    dataset = load_data(tmp_path)
    assert dataset.classes == ("Class 1", "class 2", "class 10")
    for part in (dataset.train, dataset.validation):
        assert [{200: 0, 0: 1, 100: 2}[value] for value in values(part)] == part.labels.tolist()
    assert describe(tmp_path) == "Import 12 images in 3 classes"


@pytest.mark.parametrize(
    "names", [("train", "val", "test"), ("Training", "VALIDATION", "testing"), ("train", "valid", "TEST")]
)
def test_train_validation_and_test_are_kept_apart(tmp_path, names):
    for name, count in zip(names, (12, 3, 5), strict=True):
        for label in ("cat", "dog"):
            fill(tmp_path / name / label, count)
    dataset = load_data(tmp_path)
    assert [len(part) for part in (dataset.train, dataset.validation, dataset.test)] == [24, 6, 10]
    assert dataset.classes == ("cat", "dog")
    assert dataset.test.labels.tolist() == [0] * 5 + [1] * 5
    assert values(dataset.validation) == [0, 1, 2, 0, 1, 2]
    assert describe(tmp_path) == "Import 24 images in 2 classes and 6 validation images and 10 test images"


def test_without_a_validation_folder_some_are_carved_by_seed(tmp_path):
    fill(tmp_path / "train", 48)
    fill(tmp_path / "test", 3)
    first, again, other = (load_data(tmp_path, seed=seed) for seed in (1, 1, 2))
    assert (len(first.train), len(first.validation), len(first.test)) == (44, 4, 3)
    assert values(first.validation) == values(again.validation) != values(other.validation)
    assert sorted(values(first.train) + values(first.validation)) == list(range(48))
    assert values(first.train) == sorted(values(first.train))


def test_what_lies_beside_is_left_out_and_said(tmp_path):
    fill(tmp_path / "train" / "a", 8)
    fill(tmp_path / "train" / "b", 8)
    grey(1).save(tmp_path / "train" / "stray.png")
    grey(1).save(tmp_path / "cover.png")
    fill(tmp_path / "drafts", 2)
    dataset = load_data(tmp_path)
    assert len(dataset.train) + len(dataset.validation) == 16
    assert {skipped.path: skipped.reason for skipped in dataset.skipped} == {
        "drafts": "The folder lies beside train/ and is neither for validation nor for test.",
        "cover.png": "The image lies beside train/ and not in it.",
        os.path.join("train", "stray.png"): "The image lies beside the class folders and not in one of them.",
    }


def test_a_few_pictures_in_a_subfolder_make_no_classes(tmp_path):
    fill(tmp_path, 12)
    fill(tmp_path / "more", 2)
    dataset = load_data(tmp_path)
    assert dataset.train.labels is None
    assert len(dataset.train) + len(dataset.validation) == 14


def test_a_folder_in_a_folder_stands_for_it(tmp_path):
    for label in "ab":
        fill(tmp_path / "outer" / "inner" / label, 6)
    assert load_data(tmp_path).classes == ("a", "b")


def test_hidden_files_and_other_kinds_are_ignored(tmp_path):
    fill(tmp_path)
    fill(tmp_path / ".thumbnails")
    fill(tmp_path / "__MACOSX")
    grey(1).save(tmp_path / ".hidden.png")
    (tmp_path / "notes.txt").write_text("notes")
    dataset = load_data(tmp_path)
    assert len(dataset.train) + len(dataset.validation) == 12
    assert dataset.skipped == ()


def test_links_in_circles_end(tmp_path):
    for label in "ab":
        fill(tmp_path / label, 6)
        (tmp_path / label / "up").symlink_to(tmp_path)
        (tmp_path / label / "self").symlink_to(tmp_path / label)
    (tmp_path / "gone.png").symlink_to(tmp_path / "nowhere")
    listing = list_tree(Walk(tmp_path))
    assert len([found for found in listing.files if found.group == "a"]) < 20
    assert listing.classes == ("a", "b")


def test_linked_folders_count(tmp_path):
    fill(tmp_path / "elsewhere", 12)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "train").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "data" / "test").symlink_to(tmp_path / "elsewhere")
    dataset = load_data(tmp_path / "data")
    assert len(dataset.test) == 12


def test_only_so_many_are_listed(tmp_path):
    fill(tmp_path / "a", 8)
    fill(tmp_path / "b", 8)
    listing = list_tree(Walk(tmp_path, most=10))
    assert (len(listing.files), listing.complete) == (10, False)
    assert list_tree(Walk(tmp_path, most=16)).complete


def test_natural_order():
    names = ["img10.png", "img9.png", "IMG1.png", "img02.png", "a", "10", "9"]
    assert sorted(names, key=natural) == ["9", "10", "a", "IMG1.png", "img02.png", "img9.png", "img10.png"]


# Too little, too much, and broken


@pytest.mark.parametrize(
    ("count", "sentence"),
    [
        (0, "holds no images (PNG, JPEG, BMP, GIF, WebP, TIFF, PGM or PPM); Strata needs at least 10: add more or"),
        (1, "holds 1 image; Strata needs at least 10: add more or choose another source."),
        (9, "holds 9 images; Strata needs at least 10: add more or choose another source."),
    ],
)
def test_too_few(tmp_path, count, sentence):
    fill(tmp_path, count)
    for ask in (load_data, describe):
        with pytest.raises(DataError) as caught:
            ask(tmp_path)
        assert str(caught.value).startswith(f"{tmp_path} {sentence}")


def test_too_few_that_can_be_read(tmp_path):
    fill(tmp_path, 9)
    (tmp_path / "bad.png").write_bytes(b"bad")
    with pytest.raises(DataError, match="holds 9 images that can be read and 1 that cannot; Strata needs at least 10"):
        load_data(tmp_path)


def test_bad_files_are_listed_and_good_ones_kept(tmp_path):
    fill(tmp_path / "a", 8)
    fill(tmp_path / "b", 8)
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (40, 40), np.uint8))
    for suffix in ("png", "jpg", "bmp", "gif", "webp", "tif"):
        noise.save(tmp_path / f"whole.{suffix}")
        contents = (tmp_path / f"whole.{suffix}").read_bytes()
        (tmp_path / "a" / f"cut.{suffix}").write_bytes(contents[: len(contents) // 2])
        (tmp_path / f"whole.{suffix}").unlink()
    (tmp_path / "b" / "empty.png").touch()
    (tmp_path / "b" / "text.jpg").write_text("<html>not found</html>")
    dataset = load_data(tmp_path)
    assert len(dataset.train) + len(dataset.validation) == 16
    assert {skipped.path: skipped.reason for skipped in dataset.skipped} == {
        **{
            os.path.join("a", f"cut.{suffix}"): "It is damaged or truncated."
            for suffix in ("png", "jpg", "bmp", "gif", "webp", "tif")
        },
        os.path.join("b", "empty.png"): "It is empty.",
        os.path.join("b", "text.jpg"): "It is not an image, whatever its name says.",
    }
    for part in (dataset.train, dataset.validation):
        assert len(part.labels) == len(part)


def test_huge_pictures_are_not_decoded(tmp_path, monkeypatch):
    fill(tmp_path)
    Image.new("1", (8100, 8000)).save(tmp_path / "bomb.png")  # 2 KB of file, 65 megapixels
    Image.new("1", (10_000, 9_000)).save(tmp_path / "warned.png")
    dataset = load_data(tmp_path)
    assert [(skipped.path, skipped.reason) for skipped in dataset.skipped] == [
        ("bomb.png", "It is too large: it has more than 64 000 000 pixels."),
        ("warned.png", "It is too large: it has more than 64 000 000 pixels."),
    ]


def test_a_name_that_is_no_text(tmp_path):
    fill(tmp_path)
    with open(os.fsencode(tmp_path) + b"/caf\xe9.png", "wb") as file:
        file.write(b"bad")
    assert [skipped.path for skipped in load_data(tmp_path).skipped] == ["caf\ufffd.png"]


def test_neither_memory_nor_disk_has_room(tmp_path, monkeypatch, cache):
    fill(tmp_path)
    monkeypatch.setattr(limits, "free_memory", lambda: 1_000_000)
    monkeypatch.setattr(stored.shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**9, 10**9, 1000))
    sentence = (
        f"more than memory is given for them, and need as much in the cache folder {cache}; 0.0 GB are free there"
    )
    with pytest.raises(DataError, match=re.escape(sentence)):
        load_data(tmp_path, size=256)
    assert not list(cache.iterdir())


@pytest.mark.parametrize("size", [0, 7, 257, -28])
def test_sizes_out_of_range(tmp_path, size):
    with pytest.raises(DataError, match=f"A size of {size} pixels is out of range: choose a side from 8 to 256"):
        load_data(fill(tmp_path), size=size)


# Size and colour


@pytest.mark.parametrize(
    ("size", "mode", "shape"),
    [
        ((28, 28), "L", (1, 28, 28)),
        ((64, 64), "RGB", (3, 64, 64)),
        ((20, 24), "L", (1, 20, 20)),
        ((4, 4), "L", (1, 28, 28)),
        ((200, 100), "L", (1, 28, 28)),
        ((65, 65), "RGB", (3, 32, 32)),
        ((20, 60), "RGB", (3, 32, 32)),
    ],
)
def test_a_size_that_suits(tmp_path, size, mode, shape):
    assert load_data(fill(tmp_path, size=size, mode=mode)).shape == shape


def test_sizes_that_differ(tmp_path):
    fill(tmp_path, 8, (20, 20), name="a{}.png")
    fill(tmp_path, 8, (24, 24), name="b{}.png")
    assert load_data(tmp_path).shape == (1, 28, 28)


@pytest.mark.parametrize(("mode", "colour", "channels"), [("RGB", False, 1), ("L", True, 3), ("RGB", None, 3)])
def test_colour_as_asked(tmp_path, mode, colour, channels):
    assert load_data(fill(tmp_path, mode=mode), colour=colour, size=9).shape == (channels, 9, 9)


def test_grey_pictures_saved_in_colour_are_grey(tmp_path):
    tmp_path.joinpath("in").mkdir()
    for number in range(12):
        noise = np.random.default_rng(number).integers(0, 256, (16, 16), np.uint8)
        Image.fromarray(np.stack([noise] * 3, 2)).save(tmp_path / "in" / f"{number}.jpg", quality=95)
    assert load_data(tmp_path / "in").shape == (1, 16, 16)


# One picture


@pytest.mark.parametrize("orientation", range(1, 9))
def test_pictures_are_upright(tmp_path, orientation):
    upright = np.zeros((16, 16), np.uint8)
    upright[:8, :8], upright[:8, 8:], upright[8:, :8] = 240, 160, 80
    stored = {
        1: upright,
        2: np.fliplr(upright),
        3: np.rot90(upright, 2),
        4: np.flipud(upright),
        5: upright.T,
        6: np.rot90(upright, 1),
        7: np.rot90(upright, 2).T,
        8: np.rot90(upright, -1),
    }[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.fromarray(np.ascontiguousarray(stored)).save(tmp_path / "a.png", exif=exif)
    assert np.array_equal(read_picture(tmp_path / "a.png", 16, False)[0], upright)


def test_damaged_exif_does_not_matter(tmp_path):
    grey(90).save(tmp_path / "a.png", exif=b"Exif\0\0MM\0*\xff\xff\xff\xff\0\1")
    with pictures.quiet_decoders():
        assert (read_picture(tmp_path / "a.png", 12, False) == 90).all()


@pytest.mark.parametrize("suffix", ["png", "tif", "pgm"])
def test_sixteen_bits_become_eight(tmp_path, suffix):
    ramp = np.linspace(0, 65_535, 64).astype(np.uint16).reshape(8, 8)
    Image.fromarray(ramp).save(tmp_path / f"a.{suffix}")
    found = read_picture(tmp_path / f"a.{suffix}", 8, False)[0]
    assert np.array_equal(found, np.rint(ramp / 257).astype(np.uint8))


@pytest.mark.parametrize(
    ("values", "outcome"),
    [
        (np.full((8, 8), 0.5, np.float32), 128),
        (np.full((8, 8), 300.0, np.float32), "It holds floating-point numbers outside 0 to 1."),
        (np.full((8, 8), np.nan, np.float32), "It holds floating-point numbers outside 0 to 1."),
        (np.full((8, 8), 70_000, np.int32), "It holds 32-bit numbers outside 0 to 65 535."),
    ],
)
def test_thirty_two_bits(tmp_path, values, outcome):
    Image.fromarray(values).save(tmp_path / "a.tif")
    if isinstance(outcome, int):
        assert (read_picture(tmp_path / "a.tif", 8, False) == outcome).all()
    else:
        with pytest.raises(DataError, match=outcome):
            read_picture(tmp_path / "a.tif", 8, False)


def transparent_palette():
    picture = Image.new("P", (10, 10), 0)
    picture.putpalette([255, 0, 0, 0, 0, 255])
    picture.paste(1, (0, 0, 5, 10))
    return picture


def test_a_transparent_palette_shows_black(tmp_path):
    transparent_palette().save(tmp_path / "a.png", transparency=0)
    found = read_picture(tmp_path / "a.png", 10, True)
    assert found[:, 0, 0].tolist() == [0, 0, 255]
    assert found[:, 0, 9].tolist() == [0, 0, 0]
    transparent_palette().save(tmp_path / "b.png", transparency=b"\x80\xff")
    assert read_picture(tmp_path / "b.png", 10, True)[:, 0, 9].tolist() == [128, 0, 0]


@pytest.mark.parametrize(
    ("picture", "rgb"),
    [
        (Image.new("RGBA", (9, 9), (200, 100, 50, 255)), (200, 100, 50)),
        (Image.new("RGBA", (9, 9), (200, 100, 50, 0)), (0, 0, 0)),
        (Image.new("LA", (9, 9), (200, 128)), (100, 100, 100)),
        (Image.new("1", (9, 9), 1), (255, 255, 255)),
        (Image.new("CMYK", (9, 9), (0, 0, 255, 0)), (255, 255, 0)),
    ],
)
def test_modes(tmp_path, picture, rgb):
    picture.save(tmp_path / "a.tif")
    assert read_picture(tmp_path / "a.tif", 9, True)[:, 4, 4].tolist() == pytest.approx(rgb, abs=1)
    luma = 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2]
    assert read_picture(tmp_path / "a.tif", 9, False)[0, 4, 4] == pytest.approx(luma, abs=1)


def test_the_first_picture_of_an_animation(tmp_path):
    grey(50).save(tmp_path / "a.gif", save_all=True, append_images=[grey(200)])
    assert (read_picture(tmp_path / "a.gif", 12, False) == 50).all()


@pytest.mark.parametrize("suffix", ["png", "jpg"])
def test_the_centred_square_is_cut_and_scaled(tmp_path, suffix):
    wide = np.zeros((200, 600), np.uint8)
    wide[:, 300:400] = 255
    Image.fromarray(wide).save(tmp_path / f"a.{suffix}")
    found = read_picture(tmp_path / f"a.{suffix}", 20, False)[0].astype(int)
    assert found[:, :9].max() < 25
    assert found[:, 11:].min() > 230


def test_pixels_of_the_right_size_are_left_alone(tmp_path):
    noise = np.random.default_rng(0).integers(0, 256, (16, 16, 3), np.uint8)
    Image.fromarray(noise).save(tmp_path / "a.png")
    assert np.array_equal(read_picture(tmp_path / "a.png", 16, True), noise.transpose(2, 0, 1))


# Progress, cancelling, and the cache


def decoded(monkeypatch):
    """How many pictures are decoded from now on."""
    calls = []
    real = worker.read_picture
    monkeypatch.setattr(worker, "read_picture", lambda *args: calls.append(args) or real(*args))
    return calls


def test_progress_counts_every_file(tmp_path):
    seen = []
    load_data(fill(tmp_path, 100), progress=lambda *counts: seen.append(counts))
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert seen[-1] == (100, 100)
    load_data(tmp_path, progress=lambda *counts: seen.append(counts))
    assert seen[-1] == (100, 100)


def test_cancelling_stops_soon_and_leaves_nothing(tmp_path, monkeypatch, cache):
    calls = decoded(monkeypatch)
    monkeypatch.setattr(decoding, "can_start", lambda: False)

    def cancel(done, total):
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load_data(fill(tmp_path, 1500), progress=cancel)
    assert len(calls) < 1500
    assert not list(cache.iterdir())


def test_a_second_opening_decodes_nothing(tmp_path, monkeypatch):
    fill(tmp_path / "a", 8)
    fill(tmp_path / "b", 8)
    (tmp_path / "a" / "bad.png").write_bytes(b"bad")
    first = load_data(tmp_path, seed=3)
    calls = decoded(monkeypatch)
    again = load_data(tmp_path, seed=3)
    assert not calls
    assert first.skipped == again.skipped
    assert len(first.skipped) == 1
    assert values(first.train) == values(again.train)
    assert first.train.labels.tolist() == again.train.labels.tolist()


@pytest.mark.parametrize("change", ["new file", "touched", "other size", "other colour"])
def test_what_changed_is_decoded_again(tmp_path, monkeypatch, change):
    load_data(fill(tmp_path))
    calls = decoded(monkeypatch)
    if change == "new file":
        grey(99).save(tmp_path / "new.png")
    if change == "touched":
        os.utime(tmp_path / "3.png", (time.time() + 5, time.time() + 5))
    load_data(tmp_path, size=16 if change == "other size" else None, colour=True if change == "other colour" else None)
    assert len(calls) == 12 + (change == "new file")
