"""Which images are held out of training: those that the source sets apart itself, or a share of all, chosen anew."""

from __future__ import annotations

import dataclasses
from typing import NamedTuple

import numpy as np
import torch

from hvae_engine.datasets.dataset import Dataset, Images, carve, carving_order, held_out, side_by_side
from hvae_engine.datasets.keeping.limits import require_memory, thousands


class Parted(NamedTuple):
    """A data set with another split.

    Attributes:
        dataset: the same images.
        numbers: int64, (N,): where each image is now, training images first and after them the held-out ones, in the
            order in which it was before.
    """

    dataset: Dataset
    numbers: np.ndarray


def set_apart(train: Images, own: Images | None, seed: int, share: float | None) -> tuple[Images, Images]:
    """Training and held-out images in memory, as they are first split.

    Args:
        train: the images to learn from.
        own: images that the source itself holds out, or None; they are kept apart unless a share is asked for.
        seed: which of the possible splits.
        share: of all of these that is held out; see `dataset.held_out`.
    """
    if own is None:
        return carve(train, seed, share)
    return (train, own) if share is None or not alike(train, own) else carve(joined(train, own), seed, share)


def alike(train: Images, own: Images) -> bool:
    """Whether images that a source holds out itself could be trained on as well: in memory, and labelled alike."""
    return not train.stored and (train.labels is None) == (own.labels is None)


def can_part(dataset: Dataset) -> bool:
    """Whether another share can be held out: not where the held-out images are the source's own and must stay so."""
    return not dataset.own_validation or alike(dataset.train, dataset.validation)


def part_again(dataset: Dataset, share: float | None) -> Parted:
    """The data set that `load_data` would give with another share held out, of pixels that are decoded already.

    Images that stay on the disk lie in the order of their split: there another share is another cut and nothing is
    read. Where no other share is possible, see `can_part`, everything stays.

    Args:
        dataset: as it was loaded or parted before.
        share: above 0 and below 1; None: the source's own held-out images, or a twelfth.

    Raises:
        DataError: there is no room for the images in another order.
    """
    count, own = len(dataset.train) + len(dataset.validation), dataset.own_validation
    if not can_part(dataset):
        return Parted(dataclasses.replace(dataset, held_out=share), np.arange(count))
    together = joined(dataset.train, dataset.validation)
    if dataset.train.stored:
        rows, held = np.arange(count), held_out(count, share)
    else:
        require_memory(together.pixels.nbytes, f"{thousands(count)} images in another order")
        held = own if own and share is None else held_out(count, share)
        rows = np.argsort(origins(dataset))[order_of(dataset, held, share)]
        together = together.take(torch.from_numpy(rows))
    kept = count - held
    made = dataclasses.replace(
        dataset, train=together.between(0, kept), validation=together.between(kept, count), held_out=share
    )
    return Parted(made, np.argsort(rows))


def origins(dataset: Dataset) -> np.ndarray:
    """Where each image, training images first, lay in the source: int64, (N,)."""
    return order_of(dataset, len(dataset.validation), dataset.held_out)


def order_of(dataset: Dataset, held: int, share: float | None) -> np.ndarray:
    """The places in the source of the images that a split trains on, and after them of those it holds out."""
    count = len(dataset.train) + len(dataset.validation)
    if dataset.own_validation and share is None:  # only where `can_part`
        return np.arange(count)
    order = carving_order(count, dataset.seed)
    return np.concatenate([np.sort(order[held:]), np.sort(order[:held])])


def joined(first: Images, second: Images) -> Images:
    """Images with others after them, in their own memory where they lie side by side."""
    labels = None
    if first.labels is not None and second.labels is not None:
        labels = torch.cat([first.labels, second.labels])
    factors = {name: np.concatenate([values, second.factors[name]]) for name, values in first.factors.items()}
    return Images(side_by_side(first.pixels, second.pixels), labels, factors, first.stored)
