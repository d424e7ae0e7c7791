"""Protects what the data card shows: counts, the mean, and duplicates, which must not hide across the splits."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from hvae_engine.datasets import Dataset, Images, class_counts, duplicates, figures, mean_image, remarks
from hvae_engine.datasets.figures import known_at_once, mean_of


@pytest.fixture
def data():
    pixels = torch.randint(0, 256, (40, 3, 8, 8), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    pixels[7] = pixels[3]
    pixels[21] = pixels[3]  # held out
    pixels[31] = pixels[30]  # both for the test
    labels = torch.arange(40) % 3
    train, validation, test = (Images(pixels[rows], labels[rows]) for rows in (slice(20), slice(20, 30), slice(30, 40)))
    return Dataset("data", "data", train, validation, test, ("a", "b", "c", "never"))


def test_duplicates_are_found_across_the_splits(data):
    found = duplicates(data)
    assert found.groups == ((("train", 3), ("train", 7), ("validation", 1)), (("test", 0), ("test", 1)))
    assert (found.copies, found.leaked) == (3, 1)


def test_what_people_should_know(data):
    assert remarks(data) == (
        "The classes have from 0 to 7 training images.",
        "3 images repeat another one in every pixel; 1 held out or for a test are trained on as well.",
    )
    same = Images(data.train.pixels.clone(), data.train.labels)
    same.pixels[7] = 0
    plain = Dataset("data", "data", same, Images(data.validation.pixels[2:]), None, ("a", "b", "c"), facts=("Odd.",))
    assert remarks(plain) == ("Odd.",)
    same.pixels[8] = 0
    assert remarks(plain) == ("Odd.", "1 image repeats another one in every pixel.")
    assert known_at_once(plain) == ("Odd.",)


def test_copies_are_shown_beside_the_first_one_and_those_of_training_images_come_first(data):
    found = duplicates(data)
    leak, twin, test = (("train", 3), ("validation", 1)), (("train", 3), ("train", 7)), (("test", 0), ("test", 1))
    assert found.pairs(10) == (leak, twin, test)
    assert found.pairs(1) == (leak,)


@settings(deadline=None)
@given(st.lists(st.integers(0, 6), min_size=3, max_size=60), st.integers(1, 20))
def test_duplicates_are_those_that_a_dictionary_finds(values, size):
    pixels = torch.tensor(values, dtype=torch.uint8).view(-1, 1, 1, 1).expand(-1, 1, 4, 4)
    size = min(size, len(values) - 1)
    data = Dataset("data", "data", Images(pixels[:size]), Images(pixels[size:]))
    places = [("train", n) if n < size else ("validation", n - size) for n in range(len(values))]
    groups = {}
    for value, place in zip(values, places, strict=True):
        groups.setdefault(value, []).append(place)
    found = duplicates(data)
    assert found.groups == tuple(tuple(one) for one in groups.values() if len(one) > 1)
    assert found.copies == len(values) - len(groups)
    assert found.leaked == sum(name != "train" for one in groups.values() if one[0][0] == "train" for name, _ in one)


def test_the_mean_of_some_images(data):
    rows = torch.tensor([2, 5, 11])
    assert torch.allclose(mean_of(data.pixels, rows), (data.pixels[rows].double() / 255).mean(0).float(), atol=1e-7)


def test_a_mean_over_many_pieces_is_exact_and_can_be_cancelled(monkeypatch):
    monkeypatch.setattr(figures, "CHUNK", 7)
    pixels = torch.randint(0, 256, (30, 1, 2, 2), dtype=torch.uint8, generator=torch.Generator().manual_seed(1))
    told = []
    mean = mean_of(pixels, None, lambda done, total: told.append((done, total)))
    assert torch.equal(mean, (pixels.long().sum(0).double() / (255 * 30)).float())
    assert told == [(done, 30) for done in (0, 7, 14, 21, 28)]

    def cancel(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        mean_of(pixels, None, cancel)


def test_the_search_for_duplicates_can_be_cancelled(data):
    def cancel(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        duplicates(data, cancel)


def test_one_pixel_is_a_difference(data):
    data.train.pixels[7, 0, 0, 0] ^= 1
    assert duplicates(data).groups[0] == (("train", 3), ("validation", 1))


def test_class_counts(data):
    counts = {part: values.tolist() for part, values in class_counts(data).items()}
    assert counts == {"train": [7, 7, 6, 0], "validation": [3, 3, 4, 0], "test": [4, 3, 3, 0]}
    unlabelled = Dataset("data", "data", Images(data.train.pixels), Images(data.validation.pixels))
    assert class_counts(unlabelled) == {}


def test_the_mean_is_that_of_the_training_images(data):
    assert torch.allclose(mean_image(data), (data.train.pixels.double() / 255).mean(0).float(), atol=1e-7)
