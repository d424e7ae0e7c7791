"""Protects the IDX reader: MNIST comes out right, and nothing a file claims is believed before it is checked."""

import gzip
import hashlib
import math
import re
import struct
import tracemalloc

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hvae_engine.datasets import describe, load_data
from hvae_engine.datasets.array_files import idx
from hvae_engine.datasets.keeping import limits
from hvae_engine.errors import DataError

PIXELS = np.random.default_rng(0).integers(0, 256, (24, 5, 4), np.uint8)
LABELS = (np.arange(24) % 3).astype(np.uint8)


def packed(values, kind=8, shape=None):
    shape = values.shape if shape is None else shape
    return bytes([0, 0, kind, len(shape)]) + struct.pack(f">{len(shape)}I", *shape) + values.tobytes()


def write_set(folder, zipped=False, **replaced):
    """The four files of a data set; a replacement of None leaves its file out."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        "train-images-idx3-ubyte": packed(PIXELS),
        "train-labels-idx1-ubyte": packed(LABELS),
        "t10k-images-idx3-ubyte": packed(PIXELS[:6]),
        "t10k-labels-idx1-ubyte": packed(LABELS[:6]),
    }
    for name, contents in files.items():
        contents = replaced.get(name.split("-idx")[0].replace("-", "_"), contents)
        if contents is not None:
            path = folder / (name + ".gz" * zipped)
            path.write_bytes(gzip.compress(contents) if zipped else contents)
    return folder


def whole(dataset):
    """Training and validation images back in their order, by their pixels."""
    rows = [row.tobytes() for part in (dataset.train, dataset.validation) for row in part.pixels.numpy()]
    return sorted(rows)


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize("below", [".", "raw"])
def test_a_folder_or_its_parent(tmp_path, zipped, below):
    write_set(tmp_path / "digits" / below, zipped)
    dataset = load_data(tmp_path / "digits")
    assert dataset.name == "digits"
    assert dataset.source == str(tmp_path / "digits")
    assert dataset.shape == (1, 5, 4)
    assert dataset.classes == ("0", "1", "2")
    assert whole(dataset) == sorted(image.tobytes() for image in PIXELS)
    assert np.array_equal(dataset.test.pixels[:, 0], PIXELS[:6])
    assert np.array_equal(dataset.test.labels, LABELS[:6])
    by_pixels = {image.tobytes(): label for image, label in zip(PIXELS, LABELS, strict=True)}
    for part in (dataset.train, dataset.validation):
        pairs = zip(part.pixels.numpy(), part.labels.tolist(), strict=True)
        assert all(by_pixels[image.tobytes()] == label for image, label in pairs)
    assert describe(tmp_path / "digits") == "Import 24 images and 6 test images with labels"


def test_raw_itself_is_called_after_its_parent(tmp_path):
    assert load_data(write_set(tmp_path / "MNIST" / "raw")).name == "MNIST"


def test_an_unpacked_file_goes_before_the_gzipped_one(tmp_path):
    write_set(tmp_path)
    write_set(tmp_path, zipped=True, train_images=b"not even an IDX file")
    assert len(load_data(tmp_path).train) == 22


def test_other_names_and_what_may_be_missing(tmp_path):
    (tmp_path / "emnist-letters-train-images.idx3-ubyte").write_bytes(packed(PIXELS))
    dataset = load_data(tmp_path)
    assert dataset.test is None
    assert dataset.train.labels is None
    assert dataset.classes == ()
    assert describe(tmp_path) == "Import 24 images"


def test_one_file_takes_its_labels_and_no_test_images(tmp_path):
    write_set(tmp_path, zipped=True)
    dataset = load_data(tmp_path / "train-images-idx3-ubyte.gz")
    assert dataset.test is None
    assert dataset.train.labels is not None
    assert describe(tmp_path / "train-images-idx3-ubyte.gz") == "Import 24 images with labels"
    (tmp_path / "anything").write_bytes(packed(PIXELS))
    assert load_data(tmp_path / "anything").train.labels is None


def test_colour_images_have_their_channels_last(tmp_path):
    values = np.random.default_rng(1).integers(0, 256, (12, 6, 6, 3), np.uint8)
    (tmp_path / "train-images-idx4-ubyte").write_bytes(packed(values))
    dataset = load_data(tmp_path)
    assert dataset.shape == (3, 6, 6)
    assert whole(dataset) == sorted(image.transpose(2, 0, 1).tobytes() for image in values)


def test_size_and_colour_as_asked(tmp_path):
    values = np.zeros((12, 8, 12), np.uint8)
    values[:, :, 2:6] = 200  # the left half of the centred square
    (tmp_path / "train-images-idx3-ubyte").write_bytes(packed(values))
    dataset = load_data(tmp_path, size=16, colour=True)
    image = dataset.train.pixels[0].numpy()
    assert image.shape == (3, 16, 16)
    assert (image[:, :, :7] == 200).all()
    assert (image[:, :, 9:] == 0).all()
    grey = load_data(tmp_path, size=8, colour=False).train.pixels[0, 0].numpy()
    assert np.array_equal(grey, values[0, :, 2:10])


def test_turning_grey_weighs_the_channels(tmp_path):
    values = np.tile(np.array([100, 200, 50], np.uint8), (12, 8, 8, 1))
    (tmp_path / "train-images-idx4-ubyte").write_bytes(packed(values))
    dataset = load_data(tmp_path, colour=False)
    assert dataset.shape == (1, 8, 8)
    assert (dataset.train.pixels == round(0.299 * 100 + 0.587 * 200 + 0.114 * 50)).all()


IMAGES, LABEL_FILE, TEST_IMAGES = "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte"

SENTENCES = [
    ({"train_images": b""}, f"{IMAGES} is not an IDX file: it begins with nothing instead of 0x0000 08"),
    ({"train_images": b"\x89PNG\r\n"}, f"{IMAGES} is not an IDX file: it begins with 0x89504e47 instead of"),
    (
        {"train_images": packed(PIXELS.astype(">f4"), kind=0x0D)},
        f"{IMAGES} holds 32-bit floats (magic number 0x00000d03): Strata reads IDX files of unsigned bytes, 0x0000 08.",
    ),
    (
        {"train_images": packed(PIXELS.ravel(), shape=(24, 5, 2, 2, 1))},
        f"{IMAGES} has 5 axes (magic number 0x00000805): Strata reads images, of 3 or 4, and labels, of 1.",
    ),
    (
        {"train_images": packed(PIXELS[:0], shape=(0, 2**32 - 1, 2**32 - 1))},
        f"{IMAGES} is damaged: its header claims 0 x 4294967295 x 4294967295; get it again.",
    ),
    ({"train_images": packed(PIXELS)[:9]}, f"{IMAGES} is truncated: it ends inside its header; get it again."),
    (
        {"train_images": packed(PIXELS)[:-7]},
        f"{IMAGES} is truncated: its header claims 24 x 5 x 4, 480 bytes and only 473 are there; get it again.",
    ),
    (
        {"train_images": packed(PIXELS) + b"x"},
        f"{IMAGES} is damaged: its header claims 24 x 5 x 4, 480 bytes and more follow them; get it again.",
    ),
    (
        {"train_images": packed(LABELS)},
        f"{IMAGES} does not hold images: its magic number is 0x00000801 instead of 0x00000803 or 0x00000804.",
    ),
    (
        {"train_labels": packed(PIXELS)},
        f"{LABEL_FILE} does not hold labels: its magic number is 0x00000803 instead of 0x00000801.",
    ),
    (
        {"train_labels": packed(LABELS[:20])},
        f"{LABEL_FILE} holds 20 labels for the 24 images of {IMAGES}: get the files of one data set.",
    ),
    ({"train_images": packed(PIXELS[:3])}, f"{IMAGES} holds 3 images; Strata needs at least 10"),
    ({"train_images": packed(PIXELS[:0])}, f"{IMAGES} holds no images; Strata needs at least 10"),
    (
        {"train_images": packed(PIXELS.reshape(24, 5, 2, 2))},
        f"{IMAGES} holds images of 2 channels: Strata reads one (grey) or three (colour), last.",
    ),
    (
        {"train_images": packed(PIXELS[:, :0])},
        f"{IMAGES} holds images of 0 x 4 pixels: Strata reads sides from 1 to 256.",
    ),
    (
        {"t10k_images": packed(PIXELS[:6, :4])},
        f"{TEST_IMAGES} of 4 x 4: give a size.",
    ),
    ({"train_images": None}, "and no images to train on: add train-images-idx3-ubyte."),
]


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize(("replaced", "sentence"), SENTENCES)
def test_sentences(tmp_path, replaced, sentence, zipped):
    write_set(tmp_path, zipped, **replaced)
    if zipped:
        sentence = re.sub(r"(idx\d-ubyte)(?!\.)", r"\1.gz", sentence)
    with pytest.raises(DataError) as caught:
        load_data(tmp_path, size=None)
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


def test_labels_alone(tmp_path):
    write_set(tmp_path)
    sentence = "holds labels, not images: choose the images file that belongs to them."
    for ask in (load_data, describe):
        with pytest.raises(DataError, match=re.escape(sentence)):
            ask(tmp_path / "t10k-labels-idx1-ubyte")


def test_several_data_sets(tmp_path):
    for name in ("letters", "digits"):
        (tmp_path / f"{name}-train-images-idx3-ubyte").write_bytes(packed(PIXELS))
    with pytest.raises(DataError, match=r"holds 2 IDX data sets \(digits, letters\): open the images file of one"):
        load_data(tmp_path)


@pytest.mark.parametrize("keep", [8, 30, -9, -4])
def test_truncated_gzip(tmp_path, keep):
    (tmp_path / "train-images-idx3-ubyte.gz").write_bytes(gzip.compress(packed(PIXELS))[:keep])
    with pytest.raises(DataError, match=r"is (truncated|damaged)"):
        load_data(tmp_path)


def test_damaged_gzip(tmp_path):
    contents = bytearray(gzip.compress(packed(PIXELS)))
    contents[-6] ^= 0xFF  # its checksum
    (tmp_path / "train-images-idx3-ubyte.gz").write_bytes(contents)
    with pytest.raises(DataError, match="is damaged: its gzip data cannot be unpacked; get it again"):
        load_data(tmp_path)


def test_a_claim_beyond_what_gzip_can_hold_is_refused_at_once(tmp_path):
    path = tmp_path / "train-images-idx3-ubyte.gz"
    path.write_bytes(gzip.compress(packed(PIXELS, shape=(60_000, 4_000, 28))))
    with pytest.raises(DataError, match=r"claims 60000 x 4000 x 28, 6 720 000 000 bytes, more than \d+ compressed"):
        load_data(path)


def test_a_gzip_bomb_is_unpacked_no_further_than_its_header_claims(tmp_path):
    (tmp_path / "train-images-idx3-ubyte.gz").write_bytes(gzip.compress(packed(PIXELS) + bytes(200_000_000), 1))
    tracemalloc.start()
    with pytest.raises(DataError, match="is damaged: its header claims 24 x 5 x 4, 480 bytes and more follow"):
        load_data(tmp_path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10_000_000


def test_memory_is_asked_for_first(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "free_memory", lambda: 900)
    (tmp_path / "train-images-idx3-ubyte").write_bytes(packed(PIXELS))
    with pytest.raises(DataError, match=r"would take 0\.0 GB of memory and 0\.0 GB are free: choose a smaller size"):
        load_data(tmp_path)


def test_free_memory_is_plausible():
    assert 10_000_000 < limits.free_memory() < 2**50


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    start=st.one_of(st.binary(max_size=40), st.builds(bytes.__add__, st.just(b"\0\0\x08"), st.binary(max_size=40))),
    zipped=st.booleans(),
)
def test_random_bytes_raise_nothing_but_sentences(tmp_path, start, zipped):
    path = tmp_path / "train-images-idx3-ubyte"
    path.write_bytes(gzip.compress(start) if zipped else start)
    with pytest.raises(DataError):
        load_data(path)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    shape=st.lists(st.one_of(st.integers(0, 8), st.integers(0, 2**32 - 1)), min_size=0, max_size=6),
    data=st.binary(max_size=64),
)
def test_any_header_is_checked_against_the_real_length(tmp_path, shape, data):
    path = tmp_path / "some"
    path.write_bytes(packed(np.frombuffer(data, np.uint8), shape=shape))
    possible = 1 <= len(shape) <= 4 and math.prod(size or 1 for size in shape) < 2**63
    if possible and math.prod(shape) == len(data):
        assert idx.read_idx(path).tobytes() == data
    else:
        with pytest.raises(DataError):
            idx.read_idx(path)


def test_progress_can_cancel(tmp_path):
    write_set(tmp_path)
    seen = []
    load_data(tmp_path, progress=lambda *counts: seen.append(counts))
    assert seen == [(0, 2), (1, 2), (2, 2)]

    def cancel(done, total):
        raise InterruptedError

    with pytest.raises(InterruptedError):
        load_data(tmp_path, progress=cancel)


def test_real_mnist(real_mnist):
    dataset = load_data(real_mnist)
    assert (dataset.name, dataset.shape, dataset.classes) == ("MNIST", (1, 28, 28), tuple("0123456789"))
    assert (len(dataset.train), len(dataset.validation), len(dataset.test)) == (55_000, 5_000, 10_000)
    header = bytes.fromhex("00000803 00002710 0000001c 0000001c")
    digest = hashlib.md5(header + dataset.test.pixels.numpy().tobytes(), usedforsecurity=False).hexdigest()
    assert digest == "2646ac647ad5339dbf082846283269ea"
    assert dataset.test.labels[:10].tolist() == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]
    train = idx.read_idx(real_mnist / "raw" / "train-images-idx3-ubyte.gz")
    header = bytes.fromhex("00000803 0000ea60 0000001c 0000001c")
    digest = hashlib.md5(header + train.tobytes(), usedforsecurity=False).hexdigest()
    assert digest == "6bbc9ace898e44ae57da46a324031adb"
    assert describe(real_mnist) == "Import 60 000 images and 10 000 test images with labels"
