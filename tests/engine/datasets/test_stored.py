"""Protects images that are more than memory should hold: the same split, the same pixels, nothing half done."""

import os
import shutil

import numpy as np
import pytest
import torch
from PIL import Image

from hvae_engine.datasets import Dataset, Images, folders, load_data
from hvae_engine.datasets.keeping import stored
from hvae_engine.datasets.keeping.reading import ReadAhead
from hvae_engine.datasets.keeping.stored import Store, open_stored
from hvae_engine.datasets.pixels import decoding
from hvae_engine.errors import DataError
from hvae_engine.training.inputs import Inputs
from hvae_engine.training.spec import RunSpec


@pytest.fixture
def pictures(tmp_path):
    """Pictures of one value each, in classes by their last digit, some of them broken."""
    folder = tmp_path / "pictures"
    for part, count in (("train", 60), ("test", 20)):
        for number in range(count):
            place = folder / part / f"class {number % 2}"
            place.mkdir(parents=True, exist_ok=True)
            Image.new("L", (12, 12), number).save(place / f"{number:03}.png")
    for number in (4, 59, 31):
        (folder / "train" / f"class {number % 2}" / f"{number:03}.png").write_bytes(b"bad")
    (folder / "test" / "class 0" / "006.png").write_bytes(b"bad")
    return folder


def little_memory(monkeypatch):
    monkeypatch.setenv("STRATA_MEMORY", "0.000001")


def values(images):
    return images.pixels[:, 0, 0, 0].tolist()


def test_pixels_stay_on_the_disk_and_are_the_same(pictures, monkeypatch, cache):
    whole = load_data(pictures)
    little_memory(monkeypatch)
    data = load_data(pictures, size=12)
    assert data.train.stored
    assert data.validation.stored
    assert not whole.train.stored
    assert sorted(values(data.train) + values(data.validation)) == sorted(
        values(whole.train) + values(whole.validation)
    )
    assert sorted(values(data.test)) == sorted(values(whole.test))
    assert data.skipped == whole.skipped
    assert len(data.skipped) == 4
    for part in (data.train, data.validation, data.test):
        assert [value % 2 for value in values(part)] == part.labels.tolist()
    assert (
        "The pixels take 0.0 GB and 0.0 GB of memory are given for them: they are read from the cache as needed."
        in data.facts
    )
    assert [file.suffix for file in cache.iterdir() if "npy" in file.name] == [".npy"]


def test_a_second_opening_reads_the_file(pictures, monkeypatch):
    little_memory(monkeypatch)
    first = load_data(pictures)
    monkeypatch.setattr(folders, "import_images", None)
    again = load_data(pictures)
    assert values(first.train) == values(again.train)
    assert again.train.stored
    assert first.facts == again.facts


def test_what_was_kept_for_more_memory_goes_to_the_disk(pictures, monkeypatch, cache):
    whole = load_data(pictures)
    little_memory(monkeypatch)
    data = load_data(pictures)
    assert not whole.train.stored
    assert data.train.stored
    monkeypatch.setattr(folders, "import_images", None)
    assert values(load_data(pictures).train) == values(data.train)
    assert sorted(file.suffix for file in cache.iterdir()) == [".npy", ".npz"]


def test_another_seed_has_another_split(pictures, monkeypatch):
    little_memory(monkeypatch)
    first, other = load_data(pictures, seed=1), load_data(pictures, seed=2)
    assert set(values(first.validation)) != set(values(other.validation))


def test_without_failures_the_split_is_that_in_memory(tmp_path, monkeypatch):
    for number in range(48):
        (tmp_path / "p").mkdir(exist_ok=True)
        Image.new("L", (12, 12), number).save(tmp_path / "p" / f"{number:03}.png")
    whole = {share: set(values(load_data(tmp_path / "p", held_out=share).validation)) for share in (None, 0.25, 0.5)}
    little_memory(monkeypatch)
    for share, held_out in whole.items():
        assert set(values(load_data(tmp_path / "p", size=12, held_out=share).validation)) == held_out


def test_training_and_held_out_images_share_their_memory(pictures, monkeypatch):
    for budget in ("4", "0.000001"):
        monkeypatch.setenv("STRATA_MEMORY", budget)
        data = load_data(pictures)
        assert data.pixels.data_ptr() == data.train.pixels.data_ptr()
        assert values(type(data.train)(data.pixels)) == values(data.train) + values(data.validation)


def test_cancelling_leaves_nothing(pictures, monkeypatch, cache):
    little_memory(monkeypatch)

    def cancel(done, total):
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load_data(pictures, progress=cancel)
    assert not list(cache.iterdir())


def test_a_full_disk_is_a_sentence_and_leaves_nothing(pictures, monkeypatch, cache):
    little_memory(monkeypatch)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(stored, "reserve", full)
    with pytest.raises(DataError, match=r"there it says: No space left on device: choose a smaller size"):
        load_data(pictures)
    assert not list(cache.iterdir())


def test_a_disk_with_little_room_is_asked_first(pictures, monkeypatch):
    little_memory(monkeypatch)
    monkeypatch.setattr(stored.shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**9, 10**9, 1000))
    with pytest.raises(DataError, match=r"0\.0 GB are free there"):
        load_data(pictures)


def test_a_missing_file_is_made_again(pictures, monkeypatch, cache):
    little_memory(monkeypatch)
    first = load_data(pictures)
    (file,) = cache.glob("*.npy")
    file.unlink()
    assert values(load_data(pictures).train) == values(first.train)
    file.write_bytes(file.read_bytes()[:200])
    assert values(load_data(pictures).train) == values(first.train)


def test_a_budget_that_is_no_number(pictures, monkeypatch):
    monkeypatch.setenv("STRATA_MEMORY", "much")
    with pytest.raises(DataError, match=r"STRATA_MEMORY is 'much': give the memory for images in GB, such as 4\."):
        load_data(pictures)


def test_the_place_of_a_file_is_taken_beforehand(tmp_path):
    store = Store(tmp_path / "a.npy")
    pixels = store.allocate((1000, 1, 32, 32))
    (part,) = tmp_path.iterdir()
    assert os.stat(part).st_blocks * 512 >= 1000 * 1024
    pixels[:] = 7
    assert (store.finish() == 7).all()
    assert [file.name for file in tmp_path.iterdir()] == ["a.npy"]


def test_writing_to_the_pixels_does_not_change_the_file(tmp_path):
    store = Store(tmp_path / "a.npy")
    store.allocate((2, 1, 2, 2))[:] = 7
    store.finish()[:] = 9
    assert (open_stored(tmp_path / "a.npy") == 7).all()


@pytest.mark.parametrize("steps", [range(50), [0, 1, 17, 3, 49, 48, 0]])
def test_reading_ahead_gives_the_batches_of_every_step(steps):
    pixels = torch.arange(200, dtype=torch.uint8).view(-1, 1, 1, 1).expand(-1, 1, 2, 2).contiguous()
    orders = [torch.from_numpy(np.random.default_rng(step).permutation(200)[:8]) for step in range(100)]
    reading = ReadAhead(pixels, lambda step: orders[step])
    for step in steps:
        assert torch.equal(reading.batch(step), pixels[orders[step]])


@pytest.mark.parametrize("binarise", ["none", "static"])
@pytest.mark.parametrize("family", ["vae", "m2"])
def test_training_sees_the_same_batches_from_the_disk(family, binarise):
    pixels = torch.randint(0, 256, (300, 1, 8, 8), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    labels = torch.arange(300) % 3
    held = Images(pixels[:20], labels[:20])
    seen = []
    for on_disk in (False, True):
        data = Dataset("data", "data", Images(pixels, labels, stored=on_disk), held, None, ("a", "b", "c"))
        spec = RunSpec("data", family, batch_size=16, binarise=binarise)
        inputs = Inputs(data, spec, semi_supervised=family == "m2", device=torch.device("cpu"))
        assert (inputs.reading is not None) == on_disk
        assert not on_disk or inputs.pixels is data.train.pixels  # nothing is copied
        seen.append([inputs.batch(step) for step in (0, 1, 2, 40, 41, 3)])
    for plain, stored_batch in zip(*seen, strict=True):
        assert torch.equal(plain.x_u, stored_batch.x_u)
        assert (plain.x_l is None) == (stored_batch.x_l is None) == (family == "vae")
        if plain.x_l is not None:
            assert torch.equal(plain.x_l, stored_batch.x_l)


def test_another_share_is_held_out_without_another_import(pictures, monkeypatch):
    for budget in ("4", "0.000001"):
        monkeypatch.setenv("STRATA_MEMORY", budget)
        load_data(pictures, size=12 if budget == "4" else None)
        with monkeypatch.context() as patch:
            patch.setattr(folders, "import_images", None)
            for share, count in ((0.5, 28), (0.1, 6)):
                data = load_data(pictures, size=12 if budget == "4" else None, held_out=share)
                assert (len(data.validation), len(data.train)) == (count, 57 - count)


def test_decoding_into_a_file_keeps_every_image_in_its_place(pictures, monkeypatch):
    monkeypatch.setattr(decoding, "BATCH", 3)
    little_memory(monkeypatch)
    data = load_data(pictures)
    assert (data.train.pixels == data.train.pixels[:, :1, :1, :1]).all()
