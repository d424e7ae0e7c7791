"""Plain records that pass between the bridge, the state and the panels."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np


class Guest(NamedTuple):
    """An image that a person brought along.

    Attributes:
        name: for people.
        pixels: uint8, (H, W) or (H, W, 3), as the data are.
        file: where it lies.
    """

    name: str
    pixels: np.ndarray
    file: str


@dataclass(frozen=True)
class DataSource:
    """Data as a person asked for them.

    Attributes:
        path: a built-in name, a file or a folder, or several with a line break between them.
        size: height and width the images are brought to; None: as the loader finds fit.
        colour: three channels or one; None: as the images are.
        framing: "crop" or "fit"; None: crop.
        held_out: share of the training images that is held out; None: a twelfth.
        folder_classes: whether subfolders of images are classes; None: they are.
    """

    path: str
    size: int | None = None
    colour: bool | None = None
    framing: str | None = None
    held_out: float | None = None
    folder_classes: bool | None = None


@dataclass(frozen=True)
class Pictures:
    """A data set as the window sees it.

    Attributes:
        name: how people call it.
        source: what to ask for to get it again.
        pixels: uint8, (N, C, H, W), the training images and after them the held-out ones.
        labels: (N,) or None.
        classes: names by label.
        training: how many of the images are trained on.
        test: how many further images only an evaluation touches.
        skipped: (path, sentence) of each file left out.
        size: what was asked for, as in `DataSource`.
        colour: the same.
        framing: the same.
        held_out: the same.
        folder_classes: the same.
        facts: what people should know of the images, in sentences.
        guests: images that a person brought along; numbered after the data.
        own_held_out: images that the source itself holds out of training; 0: none.
        fixed_split: whether no other share can be held out.
        gone: why there are only the images that a run's folder keeps, on which nothing can be trained; empty: it can.
    """

    name: str
    source: str
    pixels: np.ndarray
    labels: np.ndarray | None
    classes: tuple[str, ...]
    training: int
    test: int
    skipped: tuple[tuple[str, str], ...] = ()
    size: int | None = None
    colour: bool | None = None
    framing: str | None = None
    held_out: float | None = None
    folder_classes: bool | None = None
    facts: tuple[str, ...] = ()
    guests: tuple[Guest, ...] = ()
    own_held_out: int = 0
    fixed_split: bool = False
    gone: str = ""

    @property
    def asked(self) -> DataSource:
        """What to ask for to get the very same pictures again."""
        return DataSource(self.source, self.size, self.colour, self.framing, self.held_out, self.folder_classes)

    def __len__(self) -> int:
        return len(self.pixels)

    def picture(self, index: int) -> np.ndarray:
        """One image, uint8, (H, W) or (H, W, 3), C-contiguous and nobody else's."""
        if index >= len(self.pixels):
            return self.guests[index - len(self.pixels)].pixels.copy()
        image = self.pixels[index]
        return image[0].copy() if len(image) == 1 else np.ascontiguousarray(image.transpose(1, 2, 0))

    def label(self, index: int) -> str:
        """The class of one image in words, or the name of a guest; empty without labels."""
        if index >= len(self.pixels):
            return self.guests[index - len(self.pixels)].name
        if self.labels is None or self.labels[index] < 0:
            return ""
        number = int(self.labels[index])
        return self.classes[number] if number < len(self.classes) else str(number)


@dataclass(frozen=True)
class Download:
    """A data set that can be downloaded.

    Attributes:
        title: how people call it.
        words: what it holds, who made it, under which licence, and from where it comes.
        size: bytes of the download.
        there: whether it is on the disk already.
    """

    title: str
    words: str
    size: int
    there: bool


@dataclass(frozen=True)
class Prospect:
    """Images that may be imported, listed but not decoded.

    Attributes:
        name: how people call them.
        training: how many are learned from, by the share that is held out (None: the usual one) and by whether folders
            are classes.
        held_out: how many are held out of training, by the same.
        own_held_out: those that the source holds out itself.
        test: images that only an evaluation touches.
        classes: images of each class, by name; empty without classes.
        size: side in pixels that suits the images.
        colour: whether they are coloured.
        budget: bytes of pixels that memory is given for; more stay on the disk.
        facts: what people should know of them, in sentences.
        skipped: (path, sentence) of what is left out.
        found: what the bridge knows them by.
    """

    name: str
    training: Callable[[float | None, bool], int]
    held_out: Callable[[float | None, bool], int]
    own_held_out: int
    test: int
    classes: Mapping[str, int]
    size: int
    colour: bool
    budget: int
    facts: tuple[str, ...] = ()
    skipped: tuple[tuple[str, str], ...] = ()
    found: Any = None

    def nbytes(self, size: int, colour: bool, classes: bool) -> int:
        """Bytes of their pixels at a size."""
        count = self.training(None, classes) + self.held_out(None, classes) + self.test
        return count * size * size * (3 if colour else 1)


@dataclass(frozen=True)
class Settings:
    """Everything a person chose about the next run.

    Attributes:
        options: the model's options that differ from the family's defaults, by name, as text or number.
        bound: "elbo" or "iwae"; None: as the family wants.
        samples: draws for each image; None: as the family wants.
        estimator: of the gradient, "plain", "stl" or "dreg".
        plan: which of `epochs`, `steps` and `minutes` says how long the run is.
        beta: weight of the KL terms once the warm-up is over.
        warm_up: epochs over which beta rises from 0; None: a tenth of the run.
        free_bits: nats per level below which KL is not charged, or None.
        kappa: variance of the normal prior on the generative weights, or None.
        labels: labelled images that a semi-supervised family sees, or below 1 their share; None: ten in each class.
        alpha: weight of such a family's classification term.
        device: "auto" or one that was found.
        lr_schedule: "constant", or "burda": falling by stages.
        adam_eps: what Adam adds to the root of its second moment.
        skip_above: steps whose gradient has a larger norm are left out; None: none.
        ema: rate of a running average of the weights, which is then scored and explored; None: none.
        binarise: pixels as 0 or 1, drawn afresh ("dynamic") or once ("static"), or as they are ("none"); None: as the
            likelihood wants.
        codes_of: folder of a run whose codes are learned; None: pixels.
        held_out: share of the images that is held out of training; None: those that the source holds out, or a twelfth.
    """

    family: str = "ladder"
    options: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    bound: str | None = None
    samples: int | None = None
    estimator: str = "plain"
    plan: str = "epochs"
    epochs: float = 50.0
    steps: int = 10_000
    minutes: float = 10.0
    batch_size: int = 128
    seed: int = 0
    device: str = "auto"
    lr: float = 1e-3
    beta: float = 1.0
    warm_up: float | None = None
    free_bits: float | None = None
    kappa: float | None = None
    labels: float | None = None
    alpha: float = 0.1
    lr_schedule: str = "constant"
    adam_eps: float = 1e-8
    skip_above: float | None = None
    ema: float | None = None
    binarise: str | None = None
    codes_of: str | None = None
    held_out: float | None = None

    LIVE = ("lr", "beta", "free_bits")
    PLANS = ("epochs", "steps", "minutes")

    @property
    def length(self) -> float:
        """How long the run is, in the unit `plan` names."""
        return float(getattr(self, self.plan))


@dataclass(frozen=True)
class RunRecord:
    """What a run's folder tells of its past.

    Attributes:
        shapes: of one z of each level, by name, from the surface down; (units,) or (channels, height, width).
        training: a row a step: step, bound, log_px, KL of each level.
        clock: (n, 1) seconds of training at each of these steps.
        validation: the same columns as `training`, a row an evaluation.
        activity: a row an evaluation: step, active units of each level.
        step: steps taken.
        seconds: of training.
        planned_steps: where the run ends; 0 where it is planned in minutes.
        steps_per_epoch: steps that see every training image once.
        exact: a row an evaluation: step, exact mean log p(x); none where nobody knows it.
        error: a row an evaluation: step, share of classes guessed wrong; none without classes.
        weight_prior: a row a step: step, log p(theta) / N; none without a weight prior.
    """

    shapes: Mapping[str, tuple[int, ...]]
    training: np.ndarray
    clock: np.ndarray
    validation: np.ndarray
    activity: np.ndarray
    step: int
    seconds: float
    planned_steps: int
    steps_per_epoch: int
    exact: np.ndarray = field(default_factory=lambda: np.empty((0, 2)))
    error: np.ndarray = field(default_factory=lambda: np.empty((0, 2)))
    weight_prior: np.ndarray = field(default_factory=lambda: np.empty((0, 2)))
