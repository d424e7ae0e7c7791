"""Protects what the data card shows: counts, the mean, and duplicates, which must not hide across the splits."""

import pytest
import torch

from hvae_engine.datasets import Dataset, Images, class_counts, duplicates, mean_image, remarks


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


def test_the_search_for_duplicates_can_be_cancelled(data):
    def cancel():
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
