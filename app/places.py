"""Where things are kept on a desktop: runs, imported data, screenshots, settings."""

from __future__ import annotations

import os
import time
from pathlib import Path

import platformdirs

APPLICATION = "strata"


def runs() -> Path:
    """The folder of all runs; the environment variable STRATA_RUNS names another one."""
    named = os.environ.get("STRATA_RUNS")
    return Path(named) if named else platformdirs.user_data_path(APPLICATION, appauthor=False) / "runs"


def new_run(family: str) -> Path:
    """A folder for a new run, named by the time and the family; it does not exist yet."""
    return _unused(runs() / f"{time.strftime('%Y-%m-%d %H-%M-%S')} {family}")


def new_screenshot() -> Path:
    """A file in the pictures folder, named by the time; it does not exist yet."""
    return _unused(platformdirs.user_pictures_path() / f"Strata {time.strftime('%Y-%m-%d %H-%M-%S')}.png")


def crash_log() -> Path:
    """The file that bugs are written to."""
    return platformdirs.user_state_path(APPLICATION, appauthor=False) / "crashes.log"


def _unused(path: Path) -> Path:
    candidate, number = path, 2
    while candidate.exists():
        candidate, number = path.with_name(f"{path.stem} {number}{path.suffix}"), number + 1
    return candidate
