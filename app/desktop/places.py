"""Where things are kept on a desktop: runs, imported data, screenshots, settings."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Container
from pathlib import Path

import platformdirs

APPLICATION = "strata"
EXPORTS = "exports"
"""Folder inside a run for pictures of it."""


def runs() -> Path:
    """The folder of all runs; the environment variable STRATA_RUNS names another one."""
    named = os.environ.get("STRATA_RUNS")
    return Path(named) if named else platformdirs.user_data_path(APPLICATION, appauthor=False) / "runs"


def new_run(family: str) -> Path:
    """A folder for a new run, named by the time and the family; it does not exist yet."""
    return _unused(runs() / f"{time.strftime('%Y-%m-%d %H-%M-%S')} {family}")


def new_screenshot(run: Path | None = None, part: str = "", taken: Container[Path] = ()) -> Path:
    """A file that does not exist yet, named by the part and the time.

    Args:
        run: it goes to the exports of this run; None: to the pictures folder.
        part: of the window; empty: all of it.
        taken: files that are on their way to the disk.
    """
    folder = platformdirs.user_pictures_path() if run is None else run / EXPORTS
    plain = re.sub(r"[^\w -]+", "", part).strip()
    return _unused(folder / f"Strata {plain} {time.strftime('%Y-%m-%d %H-%M-%S')}.png".replace("  ", " "), taken)


def new_export(run: Path, words: str, suffix: str) -> Path:
    """A file in the exports of a run that does not exist yet.

    Args:
        run: its folder.
        words: what is exported.
        suffix: such as ".png".
    """
    plain = re.sub(r"[^\w .-]+", "", words).strip()
    return _unused(run / EXPORTS / f"{plain}{suffix}")


def new_pasted() -> Path:
    """A file for a picture from the clipboard, named by the time; it does not exist yet."""
    folder = platformdirs.user_state_path(APPLICATION, appauthor=False) / "pasted"
    return _unused(folder / f"pasted {time.strftime('%Y-%m-%d %H-%M-%S')}.png")


def crash_log() -> Path:
    """The file that bugs are written to."""
    return platformdirs.user_state_path(APPLICATION, appauthor=False) / "crashes.log"


def _unused(path: Path, taken: Container[Path] = ()) -> Path:
    candidate, number = path, 2
    while candidate.exists() or candidate in taken:
        candidate, number = path.with_name(f"{path.stem} {number}{path.suffix}"), number + 1
    return candidate
