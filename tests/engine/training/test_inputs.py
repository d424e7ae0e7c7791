"""Batches: the right images, in the right order, with pixels drawn at the right rate."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest
import torch

from hvae_engine.datasets import Dataset, Images
from hvae_engine.errors import DataError, OptionError
from hvae_engine.training import RunSpec, binarisation
from hvae_engine.training.binarisation import binarise, drawn_once
from hvae_engine.training.inputs import Inputs, Order, labelled_in_batch, labelled_rows
from hvae_engine.training.seeds import Purpose

CPU = torch.device("cpu")


def spec(**settings: object) -> RunSpec:
    return RunSpec("dots", "vae", **{"binarise": "dynamic", "batch_size": 16, "samples": 1, **settings})  # type: ignore[arg-type]


def test_a_word_is_drawn_again_exactly_if_one_of_its_bytes_is_255() -> None:
    """Every value of every byte, beside bytes that borrow the most: what is kept is then uniform on 0..254."""
    for rest in (0, 1, 127, 128, 254):
        for place in range(8):
            rows = torch.full((256, 8), rest, dtype=torch.uint8)
            rows[:, place] = torch.arange(256)
            assert torch.equal(binarisation._has_255(rows.view(torch.int64).squeeze(1)), torch.arange(256) == 255)


def noise_afresh() -> torch.Tensor:
    torch.manual_seed(0)
    return binarisation._below_255(1_000_003)


def noise_by_place() -> torch.Tensor:
    """The images of odd places, 1,003 bytes each: words that are not all used."""
    return torch.from_numpy(binarisation._noise(2**64 - 1, np.arange(1, 2001, 2), 1003)).flatten()


@pytest.mark.parametrize(("noise", "size"), [(noise_afresh, 1_000_003), (noise_by_place, 1_003_000)])
def test_noise_is_uniform_on_0_to_254(noise: Callable[[], torch.Tensor], size: int) -> None:
    """Chi-square of a million bytes with 254 degrees of freedom: mean 254, deviation 22.5; and never a 255."""
    noise = noise()
    counts = torch.bincount(noise.long(), minlength=256).double()
    assert len(noise) == size
    assert counts[255] == 0
    expected = len(noise) / 255
    assert 254 - 5 * 22.5 < float(((counts[:255] - expected) ** 2 / expected).sum()) < 254 + 5 * 22.5


def test_a_pixel_is_one_for_x_of_the_255_noises(monkeypatch: pytest.MonkeyPatch) -> None:
    """With each noise 0..254 once, a pixel of value x comes out 1 exactly x times: P = x / 255."""
    monkeypatch.setattr(binarisation, "_below_255", lambda count: torch.arange(255, dtype=torch.uint8).repeat(256))
    pixels = torch.arange(256, dtype=torch.uint8)[:, None].expand(256, 255).contiguous()
    assert torch.equal(binarise(pixels).sum(1), torch.arange(256))


def test_noise_by_place_repeats_nothing() -> None:
    """Between images, pixels and keys the noise is uncorrelated: the correlation of 40,000 bytes deviates by 0.005."""
    first, other = (torch.from_numpy(binarisation._noise(key, np.arange(200), 200)).double() for key in (1, 2))
    for one, two in (
        (first, other),
        (first[1:], first[:-1]),
        (first[:, 1:], first[:, :-1]),
        (first[:, 8:], first[:, :-8]),
    ):
        assert abs(float(torch.corrcoef(torch.stack([one.flatten(), two.flatten()]))[0, 1])) < 0.025


def test_what_is_drawn_once_hangs_on_the_place_of_an_image_alone() -> None:
    pixels = torch.randint(0, 256, (50, 3, 5, 7), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    whole = drawn_once(pixels, "static", 7)
    rows = torch.tensor([49, 3, 3, 17])
    assert torch.equal(drawn_once(pixels[rows], "static", 7, rows), whole[rows])
    assert not torch.equal(drawn_once(pixels, "static", 8), whole)
    assert drawn_once(pixels, "none", 7) is pixels
    assert torch.equal(whole[pixels == 255], torch.full_like(whole[pixels == 255], 255))


def test_every_pass_sees_every_image_once() -> None:
    order = Order(torch.arange(100, 110), 4, 0, Purpose.ORDER)
    seen = torch.cat([order.at(step) for step in range(15)])
    passes = seen.view(6, 10)
    assert all(torch.equal(one.sort().values, torch.arange(100, 110)) for one in passes)
    assert len({tuple(one.tolist()) for one in passes}) == 6


def test_the_order_can_be_entered_anywhere() -> None:
    straight = Order(torch.arange(10), 4, 3, Purpose.ORDER)
    expected = [straight.at(step) for step in range(12)]
    assert all(torch.equal(Order(torch.arange(10), 4, 3, Purpose.ORDER).at(step), expected[step]) for step in range(12))


def test_a_batch_larger_than_the_data_repeats_them() -> None:
    batch = Order(torch.arange(3), 7, 0, Purpose.ORDER).at(0)
    assert torch.bincount(batch).tolist().count(2) >= 2
    assert len(batch) == 7


def test_validation_pixels_depend_on_neither_seed_nor_samples(dataset: Dataset) -> None:
    def fixed(**settings: int) -> torch.Tensor:
        made = Inputs(dataset, spec(**settings), semi_supervised=False, device=CPU)
        return torch.cat([x for x, _ in made.validation_batches()])

    first = fixed()
    assert torch.equal(first, fixed(seed=5))
    assert torch.equal(first, fixed(samples=50))
    assert set(first.unique().tolist()) == {0.0, 1.0}


def test_grey_values_stay_as_they_are_without_binarisation(dataset: Dataset) -> None:
    made = Inputs(dataset, spec(binarise="none"), semi_supervised=False, device=CPU)
    rows = made.order.at(0)
    assert torch.equal(made.batch(0).x_u, dataset.train.pixels[rows].float() / 255)


def test_static_pixels_are_drawn_once_and_alike_in_every_run(dataset: Dataset) -> None:
    def made(**settings: int) -> Inputs:
        return Inputs(dataset, spec(binarise="static", **settings), semi_supervised=False, device=CPU)

    first, other = made(), made(seed=5)
    x = {int(row): image for row, image in zip(first.order.at(0), first.batch(0).x_u, strict=True)}
    again = {int(row): image for row, image in zip(other.order.at(0), other.batch(0).x_u, strict=True)}
    shared = x.keys() & again.keys()
    assert shared
    assert all(torch.equal(x[row], again[row]) for row in shared)
    assert torch.equal(first.batch(0).x_u, first.batch(0).x_u)
    assert set(first.batch(0).x_u.unique().tolist()) == {0.0, 1.0}
    dynamic = Inputs(dataset, spec(), semi_supervised=False, device=CPU)
    assert not torch.equal(dynamic.batch(0).x_u, dynamic.batch(0).x_u)
    held_out, same = (torch.cat([x for x, _ in one.validation_batches()]) for one in (first, dynamic))
    assert torch.equal(held_out, same)


def test_static_pixels_are_one_as_often_as_they_are_bright(dataset: Dataset) -> None:
    made = Inputs(dataset, spec(binarise="static"), semi_supervised=False, device=CPU)
    rate = dataset.train.pixels.double() / 255
    error = (rate * (1 - rate)).sum().sqrt()
    assert abs(float(made.pixels.double().sum() / 255 - rate.sum())) < 4 * float(error)
    assert torch.equal(
        made.pixels[dataset.train.pixels == 0], made.pixels.new_zeros(()).expand((dataset.train.pixels == 0).sum())
    )


def test_labels_by_their_share(dataset: Dataset) -> None:
    assert len(labelled_rows(dataset, spec(labels=0.2))) == 20
    assert len(labelled_rows(dataset, spec(labels=0.001))) == 1
    assert torch.equal(labelled_rows(dataset, spec(labels=0.2)), labelled_rows(dataset, spec(labels=20)))
    for wrong in (0, 1.5, -3, True, 0.0):
        with pytest.raises(OptionError, match="a whole number from 1 up, or a share between 0 and 1"):
            spec(labels=wrong)


def test_labels_are_balanced_and_hang_on_the_seed(dataset: Dataset) -> None:
    rows = labelled_rows(dataset, spec(labels=10))
    assert dataset.train.labels is not None
    assert torch.bincount(dataset.train.labels[rows]).tolist() == [3, 3, 2, 2]
    assert torch.equal(rows, labelled_rows(dataset, spec(labels=10)))
    assert not torch.equal(rows, labelled_rows(dataset, spec(labels=10, seed=1)))


def test_labelled_and_other_images_share_a_batch_and_nothing_else(dataset: Dataset) -> None:
    made = Inputs(dataset, spec(labels=10), semi_supervised=True, device=CPU)
    batch = made.batch(0)
    assert batch.x_l is not None
    assert batch.y_l is not None
    assert (len(batch.x_l), len(batch.y_l), len(batch.x_u)) == (4, 4, 12)
    assert not set(made.order.rows.tolist()) & set(labelled_rows(dataset, spec(labels=10)).tolist())
    assert made.labelled_share == 0.1


@pytest.mark.parametrize(
    ("size", "labelled", "count", "rows"),
    [(128, 0, 1000, 0), (128, 100, 55000, 32), (128, 10, 55000, 10), (128, 20000, 55000, 47), (128, 54000, 55000, 64)],
)
def test_rows_with_a_label(size: int, labelled: int, count: int, rows: int) -> None:
    assert labelled_in_batch(size, labelled, count) == rows


def test_mistakes_with_labels(dataset: Dataset) -> None:
    bare = dataclasses.replace(dataset, train=Images(dataset.train.pixels))
    with pytest.raises(DataError) as no_labels:
        labelled_rows(bare, spec())
    with pytest.raises(OptionError) as too_many:
        labelled_rows(dataset, spec(labels=100))
    with pytest.raises(OptionError) as no_room:
        labelled_in_batch(1, 10, 100)
    assert str(no_labels.value) == (
        "The family 'vae' learns from labels and 'dots' has none: "
        "put the images in one subfolder for each class, or choose another family."
    )
    assert str(too_many.value) == (
        "The number of labels is 100 and there are 100 training images: leave some without a label."
    )
    assert str(no_room.value) == (
        "The batch size is 1 and each batch holds labelled and unlabelled images: give 2 or more."
    )
