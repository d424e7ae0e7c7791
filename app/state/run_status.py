"""Where a run stands: its step, its speed, its last save."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RunStatus:
    """Where a run stands.

    Attributes:
        name: of the run's folder.
        device: "cpu", "cuda:0"; empty before the first start.
        images_per_s: training images a second, lately.
        beta: weight of the KL terms in the loss at the last step.
        skipped: steps not taken because they were not finite.
        saved_at: `time.monotonic()` of the last save, or None.
        seconds: of training since the run's first step.
    """

    name: str = ""
    step: int = 0
    planned_steps: int = 0
    steps_per_epoch: int = 1
    device: str = ""
    threads: int = 0
    images_per_s: float = 0.0
    beta: float = 1.0
    skipped: int = 0
    saved_at: float | None = None
    seconds: float = 0.0
