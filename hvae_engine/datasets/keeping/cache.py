"""Arrays kept between sessions: written whole or not at all, and believed only when they are what was asked for."""

from __future__ import annotations

import os
import tempfile
import time
import zipfile
import zlib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import numpy as np
import platformdirs

LIMIT = 8 * 2**30
"""Bytes that all cached arrays together may take; beyond it the least recently used go."""

KEPT = ("*.npz", "*.npy")
UNFINISHED = ".part"
ABANDONED = 24 * 3600


def cache_folder(asked: Path | None = None) -> Path:
    """Where cached arrays live: what was asked for, else `STRATA_CACHE`, else the user's cache folder.

    Args:
        asked: a folder that overrides both.
    """
    if asked is not None:
        return asked
    named = os.environ.get("STRATA_CACHE")
    return Path(named).expanduser() if named else platformdirs.user_cache_path("strata")


def recall(path: Path, fingerprint: str) -> dict[str, np.ndarray] | None:
    """The arrays stored under `path`, or None if there are none, they are damaged, or another fingerprint's.

    Args:
        path: the .npz file.
        fingerprint: what `remember` was given; anything else means that the arrays are out of date.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            if str(stored["fingerprint"]) != fingerprint:
                return None
            arrays = {name: stored[name] for name in stored.files if name != "fingerprint"}
        os.utime(path)
    # Whatever is wrong with the file (numpy and zipfile say it in many ways), it will be made again.
    except (OSError, ValueError, KeyError, EOFError, TypeError, AttributeError, zipfile.BadZipFile, zlib.error):
        return None
    return arrays


def remember(path: Path, fingerprint: str, arrays: Mapping[str, np.ndarray]) -> bool:
    """Store arrays under `path` atomically; a folder that cannot be written only costs the next session time.

    Args:
        path: the .npz file.
        fingerprint: what makes these arrays valid; see `recall`.
        arrays: by name; no objects.

    Returns:
        Whether they are there now.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        make_room(path.parent, sum(values.nbytes for values in arrays.values()))
        handle, name = tempfile.mkstemp(dir=path.parent, suffix=UNFINISHED)
    except OSError:
        return False
    part = Path(name)
    try:
        with suppress(OSError), os.fdopen(handle, "wb") as file:  # a full disk: the data are there all the same
            write_arrays(file, {**arrays, "fingerprint": np.array(fingerprint)})
            file.close()
            os.replace(part, path)
            return True
        return False
    finally:
        part.unlink(missing_ok=True)


def write_arrays(file: BinaryIO, arrays: Mapping[str, np.ndarray]) -> None:
    """Write a .npz, as `numpy.savez` does but refusing objects, which would be pickled."""
    with zipfile.ZipFile(file, "w") as archive:
        for name, values in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as entry:
                np.lib.format.write_array(entry, values, allow_pickle=False)


def make_room(folder: Path, needed: int) -> None:
    """Remove the least recently used arrays until `needed` bytes fit under the limit, and what a crash left behind."""
    abandoned = time.time() - ABANDONED
    for part in folder.glob("*" + UNFINISHED):
        if part.stat().st_mtime < abandoned:
            part.unlink(missing_ok=True)
    files = [file for kind in KEPT for file in folder.glob(kind)]
    stored = sorted(((file.stat(), file) for file in files), key=lambda entry: entry[0].st_mtime)
    total = needed + sum(status.st_size for status, _ in stored)
    for status, file in stored:
        if total <= LIMIT:
            return
        with suppress(OSError):  # somebody else learns from it, and the system keeps it for them
            file.unlink(missing_ok=True)
            total -= status.st_size
