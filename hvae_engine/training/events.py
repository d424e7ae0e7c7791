"""What a training run says while it runs: frozen records of plain numbers and numpy arrays, no torch inside."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class Started:
    """Training begins, or goes on from a checkpoint.

    Attributes:
        step: steps already taken.
        planned_steps: the step at which the run ends; 0 where it is planned in minutes and nobody knows.
        steps_per_epoch: steps that see every training image once.
        levels: names of the levels, from the surface down: ("z1", "z2", ...), a label's level "y" among them.
        shapes: of one z of each of these levels, (units,) or (channels, height, width).
        device: "cpu", "cuda:0", "mps".
        threads: threads a step uses on the CPU.
    """

    step: int
    planned_steps: int
    steps_per_epoch: int
    levels: tuple[str, ...]
    shapes: tuple[tuple[int, ...], ...]
    device: str
    threads: int


@dataclass(frozen=True)
class Progress:
    """Every step since the last Progress; at most ten of these a second.

    Attributes:
        steps: (n,) int64, number of each step, the first step of a run being 1.
        seconds: (n,) float64, training time since the run's first start at which each step was issued.
        bound: (n,) nats per image: the honest bound (beta 1, no free bits), mean over the batch.
        log_px: (n,) nats, E[log p(x|z)].
        kl: (n, L) nats, the charge of each level, columns in the order of `Started.levels`.
        loss: (n,) what was minimised.
        beta: weight of the KL terms in the loss at the last step.
        lr: learning rate at the last step.
        images_per_s: training images a second since the last Progress.
        skipped: steps not taken so far because loss or gradient was not finite.
        too_steep: steps not taken so far because the gradient's norm was above `skip_above`.
        labelled: (n,) the bound on log p(x, y) of labelled images; empty where a family has none.
        error: (n,) fraction of the labelled rows whose class was guessed wrong; empty where a family has none.
        weight_prior: (n,) nats per image, log p(theta^g) / N; empty where no weight prior is on.
    """

    steps: np.ndarray
    seconds: np.ndarray
    bound: np.ndarray
    log_px: np.ndarray
    kl: np.ndarray
    loss: np.ndarray
    beta: float
    lr: float
    images_per_s: float
    skipped: int = 0
    labelled: np.ndarray = field(default_factory=lambda: np.empty(0))
    error: np.ndarray = field(default_factory=lambda: np.empty(0))
    weight_prior: np.ndarray = field(default_factory=lambda: np.empty(0))
    too_steep: int = 0


@dataclass(frozen=True)
class Evaluated:
    """The validation images were scored.

    Attributes:
        step: after how many steps.
        epoch: the same in passes through the training images.
        bound: nats per image, of the bound the run is trained on.
        elbo: nats per image: log_px minus the sum of kl.
        log_px: nats.
        kl: (L,) nats, in the order of `Started.levels`.
        active: (L,) units whose posterior mean varies over the images (Burda et al. 2016: variance above 0.01).
        error: fraction of validation images whose class is guessed wrong, or None.
        exact: mean log p(x) of the validation images in closed form, nats, where the model is linear-Gaussian; or None.
    """

    step: int
    epoch: float
    bound: float
    elbo: float
    log_px: float
    kl: np.ndarray
    active: np.ndarray
    error: float | None = None
    exact: float | None = None


@dataclass(frozen=True)
class Snapshot:
    """Fresh weights lie in the slot for whoever explores."""

    step: int


@dataclass(frozen=True)
class Saved:
    """The run folder is up to date with `step`."""

    step: int


@dataclass(frozen=True)
class Paused:
    """No step is taken until somebody resumes."""

    step: int


@dataclass(frozen=True)
class Resumed:
    """Steps are taken again."""

    step: int


@dataclass(frozen=True)
class Stopped:
    """Somebody stopped the run; it is saved and can go on."""

    step: int


@dataclass(frozen=True)
class Finished:
    """The planned steps are done; the run is saved and can go on."""

    step: int


@dataclass(frozen=True)
class Failed:
    """The run ended by a mistake of a person or a bug; what was learned before is saved.

    Attributes:
        step: the last good step.
        reason: one sentence.
        details: a traceback where the failure is a bug, empty where it is a mistake.
    """

    step: int
    reason: str
    details: str = ""


Event = Started | Progress | Evaluated | Snapshot | Saved | Paused | Resumed | Stopped | Finished | Failed
