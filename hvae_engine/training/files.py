"""Writing into a run's folder so that a crash leaves the old file or the new one, and one trainer at a time."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from hvae_engine.errors import RunError

LOCK = "run.lock"


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Turn a failure of the disk inside this context into a sentence about `folder`.

    Raises:
        RunError: it is read-only, full, gone ...
    """
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise RunError(
            f"The run folder {folder} cannot be written ({reason}): make room there or choose another."
        ) from error


def replace(path: Path, content: bytes) -> None:
    """Write a whole file: whoever reads `path`, after a power cut too, finds all of the old content or of the new."""
    temporary = path.with_name(f".{path.name}.tmp")
    with temporary.open("wb") as file:
        file.write(content)
        _settle(file)
    os.replace(temporary, path)
    if hasattr(os, "O_DIRECTORY"):
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def append(path: Path, content: bytes) -> None:
    """Add to the end of a file and wait until the disk has it."""
    with path.open("ab") as file:
        file.write(content)
        _settle(file)


def _settle(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a folder's lock file, which the system lets go of by itself when a process dies.

    Raises:
        RunError: another trainer, in this process or another, holds it; or it cannot be written.
    """
    with writing(folder):
        file = (folder / LOCK).open("ab")
    with file:
        try:
            _acquire_patiently(file)
        except OSError:
            raise RunError(
                f"The run {folder} is being trained elsewhere: stop that training first, or train into another folder."
            ) from None
        yield


def is_locked(folder: Path) -> bool:
    """Whether somebody, in this process or another, holds the folder's lock file now."""
    if not (folder / LOCK).exists():
        return False
    try:
        with (folder / LOCK).open("ab") as file:
            _acquire(file)  # for an instant: it ends with the file
    except OSError:
        return True
    return False


def _acquire_patiently(file: IO[bytes]) -> None:
    """Try a few times: `is_locked` may hold the file for an instant."""
    for _ in range(4):
        try:
            return _acquire(file)
        except OSError:
            time.sleep(0.01)
    return _acquire(file)


if sys.platform == "win32":
    import msvcrt

    def _acquire(file: IO[bytes]) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _acquire(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
