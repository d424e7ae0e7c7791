"""Batches without a loader: the images are one tensor of bytes on the device, a batch is an index into it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

import torch
from torch import Tensor

from hvae_engine.datasets import Dataset
from hvae_engine.datasets.keeping.reading import ReadAhead
from hvae_engine.errors import DataError, OptionError
from hvae_engine.models import Codes
from hvae_engine.training.binarisation import binarise, drawn_once
from hvae_engine.training.seeds import Purpose, generator, key
from hvae_engine.training.spec import RunSpec

LABELS_A_CLASS = 10
SHARE_OF_MEMORY = 0.5
ROWS_AT_ONCE = 10_000
VALIDATED_AT_ONCE = 64 * 2**20
"""Bytes of the images of a validation batch, as float32."""


class Batch(NamedTuple):
    """What one step looks at: float32 images (B, C, H, W) in 0..1, or codes (B, 1, 1, d), and int64 labels (B,).

    A family without labels has its images in `x_u` and nothing in `x_l` and `y_l`.
    """

    x_l: Tensor | None
    y_l: Tensor | None
    x_u: Tensor


class Order:
    """An endless sequence of positions, in which every `count` of them are a pass in an order of its own.

    Any stretch of it can be asked for, so a run that goes on from step n sees what it would have seen.

    Args:
        rows: the positions to go through, int64, (count,), on the device where the images are.
        size: positions taken at a time.
        seed: of the run.
        purpose: what the order is for.
    """

    def __init__(self, rows: Tensor, size: int, seed: int, purpose: Purpose) -> None:
        self.rows, self.size, self.seed, self.purpose = rows, size, seed, purpose
        self._pass: tuple[int, Tensor] = (-1, rows)

    def at(self, step: int) -> Tensor:
        """The positions of step `step`, counted from 0: int64, (size,)."""
        first, end = step * self.size, (step + 1) * self.size
        parts = []
        while first < end:
            turn, offset = divmod(first, len(self.rows))
            part = self._shuffled(turn)[offset : offset + end - first]
            parts.append(part)
            first += len(part)
        return parts[0] if len(parts) == 1 else torch.cat(parts)

    def _shuffled(self, turn: int) -> Tensor:
        if self._pass[0] != turn:
            order = torch.randperm(len(self.rows), generator=generator(self.seed, self.purpose, turn))
            self._pass = turn, self.rows[order.to(self.rows.device)]
        return self._pass[1]


class Inputs:
    """What a run trains on and is validated on.

    Args:
        data: the images.
        spec: of the run, resolved.
        semi_supervised: give labelled rows beside the others.
        device: where steps are taken.
        codes: what is learned instead of pixels; nobody else's, since it moves to the device.

    Raises:
        DataError: a semi-supervised family was given images without labels.
        OptionError: there are not that many labelled images.
    """

    def __init__(
        self,
        data: Dataset,
        spec: RunSpec,
        *,
        semi_supervised: bool,
        device: torch.device,
        codes: Codes | None = None,
    ) -> None:
        self.device, self.dynamic = device, spec.binarise == "dynamic"
        self.codes = None if codes is None else codes.to(device)
        self.count = len(data.train)
        once = "none" if self.dynamic else spec.binarise
        draw = partial(drawn_once, key=key(0, Purpose.TRAINING_PIXELS))
        stays = data.train.stored and not _fits(data.train.pixels, device)
        self.pixels = data.train.pixels if stays else _placed(data.train.pixels, device, partial(draw, how=once))
        self._drawn = partial(draw, how=once if stays else "none")
        self.labels = data.train.labels
        everything = torch.arange(self.count)
        labelled = labelled_rows(data, spec) if semi_supervised else everything[:0]
        size = labelled_in_batch(spec.batch_size, len(labelled), self.count)
        home = self.pixels.device
        rest = everything[~torch.isin(everything, labelled)].to(home)
        self.order = Order(rest, spec.batch_size - size, spec.seed, Purpose.ORDER)
        self.reading = ReadAhead(self.pixels, self.order.at, self._drawn) if stays else None
        self.labelled = Order(labelled.to(home), size, spec.seed, Purpose.LABELLED_ORDER) if size else None
        if self.labelled and self.labels is not None:
            self.labels = self.labels.to(home)
        fitting = VALIDATED_AT_ONCE // (4 * math.prod(data.shape))
        self.validation_size = max(spec.batch_size, min(1000 // (spec.samples or 1), fitting))
        self.validation = data.validation
        held_out = key(0, Purpose.VALIDATION_PIXELS)  # a seed that knows neither the run's nor K
        self._held_out = partial(drawn_once, how=spec.binarise, key=held_out)

    @property
    def labelled_share(self) -> float:
        """Labelled images as a fraction of all training images."""
        return len(self.labelled.rows) / self.count if self.labelled else 0.0

    def batch(self, step: int) -> Batch:
        """What step `step`, counted from 0, looks at; pixels and codes are drawn from torch's global generator."""
        x_u = self._images(self.order.at(step)) if self.reading is None else self._as_seen(self.reading.batch(step))
        if self.labelled is None or self.labels is None:
            return Batch(None, None, x_u)
        rows = self.labelled.at(step)
        y_l = self.labels.index_select(0, rows).to(self.device, non_blocking=True)
        return Batch(self._images(rows), y_l, x_u)

    def epoch(self, step: int) -> float:
        """Passes through the (unlabelled) training images after `step` steps."""
        return step * self.order.size / len(self.order.rows)

    def completes_pass(self, step: int) -> bool:
        """Whether the last of `step` steps saw the end of a pass."""
        count, size = len(self.order.rows), self.order.size
        return step * size // count > (step - 1) * size // count

    def steps_in(self, epochs: float) -> int:
        """Steps after which so many passes are complete."""
        return max(1, math.ceil(epochs * len(self.order.rows) / self.order.size))

    def validation_batches(self) -> Iterator[tuple[Tensor, Tensor | None]]:
        """The validation images, or the means of their codes, the same at every call."""
        for rows in torch.arange(len(self.validation)).split(self.validation_size):
            some = self.validation.between(int(rows[0]), int(rows[-1]) + 1)
            x = self._held_out(some.pixels, rows=rows).to(self.device).float() / 255
            y = None if some.labels is None else some.labels.to(self.device)
            yield x if self.codes is None else self.codes.means(x), y

    def _images(self, rows: Tensor) -> Tensor:
        return self._as_seen(self._drawn(self.pixels.index_select(0, rows), rows=rows))

    def _as_seen(self, pixels: Tensor) -> Tensor:
        if pixels.device != self.device:
            pixels = pixels.pin_memory() if self.device.type == "cuda" else pixels
            pixels = pixels.to(self.device, non_blocking=True)
        x = binarise(pixels).float() if self.dynamic else pixels.float() / 255
        return x if self.codes is None else self.codes.drawn(x)


def _fits(pixels: Tensor, device: torch.device) -> bool:
    """Whether a GPU has room for all images."""
    return device.type == "cuda" and pixels.nbytes <= SHARE_OF_MEMORY * torch.cuda.mem_get_info(device)[0]


def _placed(pixels: Tensor, device: torch.device, draw: Callable[..., Tensor]) -> Tensor:
    """The images, drawn, on the device, or on the CPU where a GPU has no room for them."""
    if device.type == "cpu" or (device.type == "cuda" and not _fits(pixels, device)):
        return draw(pixels)
    there = torch.empty(pixels.shape, dtype=pixels.dtype, device=device)
    for rows in torch.arange(len(pixels)).split(ROWS_AT_ONCE):
        some = slice(int(rows[0]), int(rows[-1]) + 1)
        there[some] = draw(pixels[some], rows=rows).to(device)
    return there


def labelled_rows(data: Dataset, spec: RunSpec) -> Tensor:
    """Which training images a semi-supervised run sees with their labels: int64, sorted, balanced over the classes.

    Where the classes do not divide the number, the first classes by number get one more.

    Raises:
        DataError: there are no labels.
        OptionError: a class has too few images, or none would be left without a label.
    """
    labels = data.train.labels
    if labels is None:
        raise DataError(
            f"The family {spec.family!r} learns from labels and {data.name!r} has none: "
            "put the images in one subfolder for each class, or choose another family."
        )
    classes = len(data.classes)
    wanted = _wanted(spec.labels, classes, len(labels))
    if wanted >= len(labels):
        raise OptionError(
            f"The number of labels is {wanted} and there are {len(labels)} training images: leave some without a label."
        )
    chosen = []
    for one in range(classes):
        number = wanted // classes + (one < wanted % classes)
        rows = (labels == one).nonzero().squeeze(1)
        if len(rows) < number:
            name = data.classes[one]
            raise OptionError(
                f"{number} labels are wanted of class {name!r}, which has {len(rows)} images: ask for fewer."
            )
        chosen.append(rows[torch.randperm(len(rows), generator=generator(spec.seed, Purpose.LABELS, one))[:number]])
    return torch.cat(chosen).sort().values


def _wanted(asked: float | None, classes: int, images: int) -> int:
    """How many labels are meant by a number, by a share below 1, or by nothing."""
    if asked is None:
        return LABELS_A_CLASS * classes
    return int(asked) if asked >= 1 else max(1, round(asked * images))


def labelled_in_batch(size: int, labelled: int, count: int) -> int:
    """Rows of a batch that carry a label, the same number in every batch; 0 where nothing is labelled.

    Their share of all images, but at least a quarter of the batch (with 100 labels among 55,000 images the share alone
    would be no row at all) and at most half of it. The objective weighs the two kinds by their true share, so this
    decides the noise of the gradient, not what is learned.

    Args:
        size: of the batch.
        labelled: labelled images.
        count: training images.

    Raises:
        OptionError: a batch of one image has no room for both kinds.
    """
    if not labelled:
        return 0
    if size < 2:
        raise OptionError("The batch size is 1 and each batch holds labelled and unlabelled images: give 2 or more.")
    return min(labelled, size // 2, max(1, size // 4, round(size * labelled / count)))
