"""Protects arrays: axes and values are found out and said, and the pictures are the same however they were saved."""

import numpy as np
import pytest

from hvae_engine.datasets import describe, load_data
from hvae_engine.errors import DataError
from tests.engine.datasets.corpus import npz

COUNT, SIDE = 24, 12
GREY = np.random.default_rng(0).integers(0, 256, (COUNT, SIDE, SIDE), np.uint8)
COLOUR = np.random.default_rng(1).integers(0, 256, (COUNT, SIDE, SIDE, 3), np.uint8)


def save(folder, array, name="images.npy"):
    np.save(folder / name, array)
    return folder / name


def everything(data):
    """All images of training and validation in the order in which they were saved."""
    pixels = data.pixels.numpy()
    return pixels[np.lexsort(pixels.reshape(len(pixels), -1).T[::-1])]


def ordered(pixels):
    return pixels[np.lexsort(pixels.reshape(len(pixels), -1).T[::-1])]


@pytest.mark.parametrize(
    ("saved", "pixels", "words"),
    [
        (GREY, GREY[:, None], "uint8, grey images"),
        (GREY[..., None], GREY[:, None], "uint8, channels last"),
        (GREY[:, None], GREY[:, None], "uint8, channels first"),
        (COLOUR, COLOUR.transpose(0, 3, 1, 2), "uint8, channels last"),
        (COLOUR.transpose(0, 3, 1, 2), COLOUR.transpose(0, 3, 1, 2), "uint8, channels first"),
        (np.asfortranarray(COLOUR), COLOUR.transpose(0, 3, 1, 2), "uint8, channels last"),
        (GREY.reshape(COUNT, -1), GREY[:, None], "uint8, rows of 144 values, taken as 12 x 12"),
        (
            COLOUR.transpose(0, 3, 1, 2).reshape(COUNT, -1),
            COLOUR.transpose(0, 3, 1, 2),
            "uint8, rows of 432 values, taken as 12 x 12 for each channel",
        ),
    ],
)
def test_axes(tmp_path, saved, pixels, words):
    path = save(tmp_path, saved)
    assert np.array_equal(everything(load_data(path)), ordered(pixels))
    colour = "grey" if pixels.shape[1] == 1 else "colour"
    assert describe(path) == f"Import 24 images of 12 x 12 in {colour} ({words})"


@pytest.mark.parametrize(
    ("saved", "fact"),
    [
        (GREY.astype(np.float32) / 255, "The values go from 0 to 1 and were multiplied by 255."),
        (GREY / 255, "The values go from 0 to 1 and were multiplied by 255."),
        ((GREY / 127.5 - 1).astype(np.float32), "The values go from -1 to 1: -1 was taken as black and 1 as white."),
        (GREY.astype(np.float64), "The values go from 0 to 255."),
        (GREY.astype(np.uint16) * 257, "The values have 16 bits and were brought to 8."),
        (GREY.astype(">u2") * 257, "The values have 16 bits and were brought to 8."),
        (GREY.astype(np.int64), None),
        (GREY.astype(np.int16), None),
    ],
)
def test_values(tmp_path, saved, fact):
    data = load_data(save(tmp_path, saved))
    assert np.array_equal(everything(data), ordered(GREY[:, None]))
    assert (fact in data.facts) if fact else not any("values" in said for said in data.facts)


@pytest.mark.parametrize("kind", [bool, np.uint8, np.int32])
def test_two_values_are_black_and_white(tmp_path, kind):
    data = load_data(save(tmp_path, (GREY > 100).astype(kind)))
    assert np.array_equal(everything(data), ordered(np.where(GREY > 100, 255, 0).astype(np.uint8)[:, None]))


def test_sixteen_bit_floats_are_close(tmp_path):
    data = load_data(save(tmp_path, (GREY / 255).astype(np.float16)))
    assert data.train.pixels.dtype.itemsize == 1
    assert abs(np.sort(everything(data).ravel().astype(int)) - np.sort(GREY.ravel().astype(int))).max() <= 1


def test_a_fourth_channel_shows_black(tmp_path):
    alpha = np.concatenate([COLOUR, np.full((COUNT, SIDE, SIDE, 1), 128, np.uint8)], 3)
    data = load_data(save(tmp_path, alpha))
    expected = np.rint(COLOUR.astype(np.float32) * (np.float32(128) / np.float32(255))).astype(np.uint8)
    assert np.array_equal(everything(data), ordered(expected.transpose(0, 3, 1, 2)))
    assert "Transparent parts show black." in data.facts


@pytest.mark.parametrize(
    ("images", "labels", "test_images", "test_labels"),
    [
        ("x_train", "y_train", "x_test", "y_test"),
        ("train_images", "train_labels", "test_images", "test_labels"),
        ("images", "targets", "test/images", "test/labels"),
    ],
)
def test_names_of_arrays(tmp_path, images, labels, test_images, test_labels):
    numbers = np.arange(COUNT) % 3
    arrays = {images: GREY, labels: numbers, test_images: GREY[:5], test_labels: numbers[:5, None]}
    (tmp_path / "a.npz").write_bytes(npz(**arrays))
    data = load_data(tmp_path / "a.npz")
    assert (len(data.train), len(data.validation), len(data.test)) == (22, 2, 5)
    assert data.classes == ("0", "1", "2")
    assert data.test.labels.tolist() == numbers[:5].tolist()
    by_bytes = {image.tobytes(): label for image, label in zip(GREY, numbers.tolist(), strict=True)}
    assert [by_bytes[image.numpy().tobytes()] for image in data.train.pixels] == data.train.labels.tolist()
    assert describe(tmp_path / "a.npz") == (
        "Import 24 images of 12 x 12 in grey (uint8, grey images) with labels and 5 test images"
    )


def test_validation_images_of_their_own(tmp_path):
    (tmp_path / "a.npz").write_bytes(npz(train=GREY, val=GREY[:3]))
    data = load_data(tmp_path / "a.npz")
    assert (len(data.train), len(data.validation)) == (24, 3)


def test_one_hot_labels(tmp_path):
    (tmp_path / "a.npz").write_bytes(npz(images=GREY, labels=np.eye(4)[np.arange(COUNT) % 4]))
    assert set(load_data(tmp_path / "a.npz").train.labels.tolist()) == {0, 1, 2, 3}


def test_an_array_that_is_for_nothing_is_said(tmp_path):
    (tmp_path / "a.npz").write_bytes(npz(images=GREY, masks=GREY))
    assert [one.reason for one in load_data(tmp_path / "a.npz").skipped] == [
        "The array masks (24 x 12 x 12) is for nothing Strata knows."
    ]


def test_unpacked_archives_are_mapped_and_not_copied(tmp_path):
    np.savez(tmp_path / "a.npz", images=GREY)
    assert np.array_equal(everything(load_data(tmp_path / "a.npz")), ordered(GREY[:, None]))


def test_size_colour_and_framing(tmp_path):
    wide = np.full((COUNT, 20, 40), 200, np.uint8)
    cropped = load_data(save(tmp_path, wide), size=20, colour=True)
    fitted = load_data(save(tmp_path, wide), size=20, colour=True, framing="fit")
    assert cropped.shape == fitted.shape == (3, 20, 20)
    assert (cropped.train.pixels == 200).all()
    assert (fitted.train.pixels[:, :, :4] == 0).all()
    assert (fitted.train.pixels[:, :, 8:12] == 200).all()


def test_what_is_held_out_is_asked_for(tmp_path):
    assert len(load_data(save(tmp_path, GREY), held_out=0.5).validation) == 12
    for share in (0, 1, -0.5, 2):
        with pytest.raises(DataError, match=r"The share held out is .*: give one above 0 and below 1, such as 0\.1\."):
            load_data(save(tmp_path, GREY), held_out=share)
    with pytest.raises(DataError, match="The framing is 'stretch': choose 'crop' or 'fit'"):
        load_data(save(tmp_path, GREY), framing="stretch")
