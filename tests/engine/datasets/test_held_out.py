"""Another share held out of decoded images is the split that loading with that share gives, image by image."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from hvae_engine.datasets import Dataset, Images, can_part, folders, load_data, part_again
from hvae_engine.datasets.array_files import array_images
from hvae_engine.datasets.dataset import carve
from hvae_engine.errors import DataError

SHARES = (0.5, None, 0.1, 0.3, None)


def folder(path, parts, count=30):
    """Images whose grey value says which they are, in two classes; `parts` are folders such as "train"."""
    value = 0
    for part in parts:
        for number in range(count):
            home = path / part / ("a" if number % 3 else "b")
            home.mkdir(parents=True, exist_ok=True)
            Image.new("L", (12, 12), value := value + 1).save(home / f"{number:03}.png")
    return path


def array(path, own):
    values = np.arange(40, dtype=np.uint8).repeat(144).reshape(40, 12, 12)
    arrays = {"x_train": values, "y_train": np.arange(40) % 4, "x_test": values[:5] + 100, "y_test": np.arange(5) % 4}
    if own:
        arrays |= {"x_val": values[:7] + 200, "y_val": np.arange(7) % 4}
    np.savez(path, **arrays)
    return path


def equal(one: Dataset, other: Dataset) -> bool:
    for name in ("train", "validation", "test"):
        first, second = getattr(one, name), getattr(other, name)
        if first is None or second is None:
            assert first is second
            continue
        assert torch.equal(first.pixels, second.pixels)
        assert (first.labels is None) == (second.labels is None)
        assert first.labels is None or torch.equal(first.labels, second.labels)
        assert first.factors.keys() == second.factors.keys()
        assert all(np.array_equal(first.factors[key], second.factors[key]) for key in first.factors)
        assert first.stored == second.stored
    rest = {field.name for field in dataclasses.fields(Dataset)} - {"train", "validation", "test"}
    return all(getattr(one, name) == getattr(other, name) for name in rest)


@pytest.fixture(
    params=["folder", "folder with its own", "array", "array with its own", "stored", "stored with its own"]
)
def source(request, tmp_path, monkeypatch):
    own = request.param.endswith("own")
    if request.param.startswith("stored"):
        monkeypatch.setenv("STRATA_MEMORY", "0.000001")
    if request.param.startswith("array"):
        return array(tmp_path / "some.npz", own)
    return folder(tmp_path / "some", ("train", "val", "test") if own else ("train", "test"))


def test_another_share_is_what_loading_with_it_gives(source, monkeypatch):
    loaded = {share: load_data(source, held_out=share) for share in SHARES}
    monkeypatch.setattr(folders, "decode", None)
    monkeypatch.setattr(array_images, "read_part", None)
    data = loaded[None]
    for share in SHARES:
        before, (data, numbers) = data, part_again(data, share)
        assert equal(data, loaded[share]), share
        assert torch.equal(data.pixels[torch.from_numpy(numbers)], before.pixels)


def test_the_seed_is_that_of_the_load(tmp_path):
    path = folder(tmp_path / "some", ("train",))
    assert equal(part_again(load_data(path, seed=3), 0.4).dataset, load_data(path, seed=3, held_out=0.4))


def test_known_factors_go_with_their_images():
    data = load_data("scenes")
    parted, numbers = part_again(data, 0.25)
    assert equal(parted, load_data("scenes", held_out=0.25))
    assert parted.validation.factors["x"].tolist() != data.validation.factors["x"].tolist()
    assert sorted(numbers) == list(range(len(numbers)))


def test_what_a_source_holds_out_is_kept_unless_somebody_asks(tmp_path):
    data = load_data(array(tmp_path / "some.npz", own=True))
    assert (data.own_validation, data.validation.pixels.min()) == (7, 200)
    asked = part_again(data, 0.5).dataset
    assert (len(asked.train), len(asked.validation), len(asked.test)) == (23, 24, 5)
    assert asked.train.pixels.max() >= 200
    assert can_part(data)


def test_held_out_images_without_labels_stay_apart_from_labelled_ones():
    pixels = torch.arange(20, dtype=torch.uint8).view(-1, 1, 1, 1)
    mixed = Dataset("", "", Images(pixels[:12], torch.zeros(12).long()), Images(pixels[12:]), own_validation=8)
    assert not can_part(mixed)
    parted, numbers = part_again(mixed, 0.5)
    assert (len(parted.train), parted.train.labels is None, numbers.tolist()) == (12, False, list(range(20)))


def test_a_split_that_does_not_fit_into_memory_is_a_sentence(tmp_path, monkeypatch):
    data = load_data(folder(tmp_path / "some", ("train",)))
    monkeypatch.setattr("hvae_engine.datasets.keeping.limits.free_memory", lambda: 100)
    with pytest.raises(DataError, match=r"30 images in another order would take 0\.0 GB of memory"):
        part_again(data, 0.5)


@settings(max_examples=60, deadline=None)
@given(
    count=st.integers(2, 80),
    seed=st.integers(0, 5),
    shares=st.lists(st.none() | st.floats(0.01, 0.99), min_size=1, max_size=4),
)
def test_any_way_there_ends_at_the_same_split(count, seed, shares):
    whole = Images(torch.arange(count, dtype=torch.uint8).view(-1, 1, 1, 1), torch.arange(count))
    data = Dataset("", "", *carve(whole, seed, None), seed=seed)
    for share in shares:
        data = part_again(data, share).dataset
    train, validation = carve(whole, seed, shares[-1])
    assert torch.equal(data.train.pixels, train.pixels)
    assert torch.equal(data.validation.labels, validation.labels)
