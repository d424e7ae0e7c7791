"""What the folder of a run tells by itself, without its model and without torch: enough to list and compare runs."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from hvae_engine.errors import RunError
from hvae_engine.training import files
from hvae_engine.training.spec import RunSpec
from hvae_engine.training.tables import Table

ABOUT, IMAGES, HISTORY, EVALUATIONS = "run.json", "images.npz", "history.csv", "evaluations.csv"
CHECKPOINT, BEST, CODES = "checkpoint.safetensors", "best.safetensors", "codes.safetensors"
MOMENTS = "moments"
OWN_FILES = (ABOUT, IMAGES, HISTORY, EVALUATIONS, CHECKPOINT, BEST, CODES)


@dataclass(frozen=True)
class RunFolder:
    """One run as it lies on the disk.

    Attributes:
        path: of the folder.
        spec: what was asked for.
        about: everything in run.json.
    """

    path: Path
    spec: RunSpec
    about: dict[str, Any]

    @classmethod
    def open(cls, path: Path) -> RunFolder:
        """Read the run.json of the folder `path`.

        Raises:
            RunError: there is no run, or its run.json is not what Strata writes.
            OptionError: its run.json asks for something impossible.
        """
        about = read_about(path)
        if about is None:
            raise RunError(f"{path} is no run of Strata (there is no run.json in it): give the folder of a run.")
        return cls(path, RunSpec.from_json(about["spec"]), about)

    @property
    def history(self) -> Table:
        """One row a step."""
        return Table(self.path / HISTORY)

    @property
    def evaluations(self) -> Table:
        """One row a validation."""
        return Table(self.path / EVALUATIONS)

    @property
    def in_use(self) -> bool:
        """Whether somebody, in this process or another, trains the run now."""
        return files.is_locked(self.path)

    @property
    def changed_at(self) -> float:
        """When a step was last written, or when the run was made: seconds since 1970."""
        newest = self.history.path if self.history.path.exists() else self.path / ABOUT
        return newest.stat().st_mtime

    @property
    def steps_per_epoch(self) -> int:
        """Steps that see every training image once."""
        return max(1, math.ceil(int(self.about["data"]["train"]) / self.spec.batch_size))

    @property
    def planned_steps(self) -> int:
        """The step at which the run ends; 0 where it is planned in minutes."""
        return self.spec.steps or math.ceil((self.spec.epochs or 0.0) * self.steps_per_epoch)

    def is_over(self, step: int, seconds: float) -> bool:
        """Whether the run is at its planned end after so many steps and seconds of training."""
        if self.spec.minutes is not None:
            return seconds >= 60 * self.spec.minutes
        return step >= self.planned_steps

    def best(self) -> float | None:
        """The best validation bound so far, nats per image; None before any.

        Raises:
            RunError: the table holds something else than numbers.
        """
        bounds = self.evaluations.read().get("bound", np.empty(0))
        bounds = bounds[np.isfinite(bounds)]
        return float(bounds.max()) if len(bounds) else None


def read_about(path: Path) -> dict[str, Any] | None:
    """What the run.json of the folder `path` says; None where there is none.

    Raises:
        RunError: it is not what Strata writes.
    """
    file = path / ABOUT
    if not file.is_file():
        return None
    try:
        about = json.loads(file.read_bytes())
        if not isinstance(about, dict) or not {"strata", "spec", "data"} <= about.keys():
            raise ValueError("it lacks what a run has")
    except (OSError, ValueError) as error:
        raise RunError(f"{file} cannot be read as that of a run ({error}): give the folder of another run.") from None
    return about


def write_about(path: Path, about: dict[str, Any]) -> None:
    """Write the run.json of the folder `path`."""
    files.replace(path / ABOUT, (json.dumps(about, indent=2, ensure_ascii=False) + "\n").encode())
