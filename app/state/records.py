"""Plain records that pass between the bridge, the state and the panels."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np


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
    """

    name: str
    source: str
    pixels: np.ndarray
    labels: np.ndarray | None
    classes: tuple[str, ...]
    training: int
    test: int
    skipped: tuple[tuple[str, str], ...] = ()

    def __len__(self) -> int:
        return len(self.pixels)

    def picture(self, index: int) -> np.ndarray:
        """One image, uint8, (H, W) or (H, W, 3), C-contiguous and nobody else's."""
        image = self.pixels[index]
        return image[0].copy() if len(image) == 1 else np.ascontiguousarray(image.transpose(1, 2, 0))

    def label(self, index: int) -> str:
        """The class of one image in words; empty without labels."""
        if self.labels is None or self.labels[index] < 0:
            return ""
        number = int(self.labels[index])
        return self.classes[number] if number < len(self.classes) else str(number)


def _no_complaint(value: Any) -> str:
    del value
    return ""


@dataclass(frozen=True)
class FieldSpec:
    """One setting of a model as the form shows it.

    Attributes:
        kind: "int", "float", "bool", "choice" or "sizes".
        choices: allowed values of a "choice".
        help: one sentence.
        complaint: the sentence against a value that does not fit; empty for one that does.
    """

    name: str
    kind: str
    default: Any
    choices: tuple[str, ...] = ()
    help: str = ""
    complaint: Callable[[Any], str] = _no_complaint

    @property
    def shown(self) -> Any:
        """The default as the field hands it out: text for what is typed, else the value."""
        if self.kind in ("bool", "choice"):
            return self.default
        if isinstance(self.default, tuple):
            return ",".join(map(str, self.default))
        return f"{self.default:g}" if isinstance(self.default, float) else str(self.default)


@dataclass(frozen=True)
class FamilySpec:
    """A family of models as the window offers it.

    Attributes:
        bound: what it is trained on when nothing is chosen, "elbo" or "iwae".
        samples: draws for each image when nothing is chosen, for each bound.
        needs_labels: whether it can only be trained on labelled images.
    """

    name: str
    title: str
    fields: tuple[FieldSpec, ...]
    bound: str = "elbo"
    samples: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({"elbo": 1, "iwae": 5}))
    needs_labels: bool = False


@dataclass(frozen=True)
class EngineOffer:
    """What the engine can do on this machine.

    Attributes:
        families: by name.
        devices: those found, without "auto".
    """

    families: Mapping[str, FamilySpec]
    devices: tuple[str, ...]


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
        labels: labelled images that a semi-supervised family sees; None: ten in each class.
        alpha: weight of such a family's classification term.
        device: "auto" or one that was found.
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
    labels: int | None = None
    alpha: float = 0.1

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
        levels: names from the surface down.
        training: a row a step: step, bound, log_px, KL of each level.
        clock: (n, 1) seconds of training at each of these steps.
        validation: the same columns as `training`, a row an evaluation.
        activity: a row an evaluation: step, active units of each level.
        step: steps taken.
        seconds: of training.
        planned_steps: where the run ends; 0 where it is planned in minutes.
        steps_per_epoch: steps that see every training image once.
    """

    levels: tuple[str, ...]
    training: np.ndarray
    clock: np.ndarray
    validation: np.ndarray
    activity: np.ndarray
    step: int
    seconds: float
    planned_steps: int
    steps_per_epoch: int
