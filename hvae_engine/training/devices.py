"""Where steps are taken: the device, its threads, and what to say when its memory is too small."""

from __future__ import annotations

import ctypes
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import torch

from hvae_engine.errors import OptionError, RunError

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # names of glibc's malloc.h
BEHIND = 5
"""Niceness of a training thread beside a window."""
CORES = torch.get_num_threads()
"""Threads torch takes by itself, read before anybody sets another number, which later threads would inherit."""


def choose_device(asked: str) -> torch.device:
    """The device a name stands for, "auto" being CUDA, else Apple's MPS, else the CPU.

    Raises:
        OptionError: it is not here.
    """
    cards = torch.cuda.device_count()
    mps = torch.backends.mps.is_available()
    if asked == "auto":
        asked = "cuda" if cards else "mps" if mps else "cpu"
    device = torch.device(asked)
    if device.type == "cuda" and (device.index or 0) >= cards:
        raise OptionError(f"The device {asked!r} is not here, found {cards} CUDA devices: choose 'auto' or 'cpu'.")
    if device.type == "mps" and not mps:
        raise OptionError("The device 'mps' is not here: choose 'auto' or 'cpu'.")
    return torch.device("cuda", device.index or 0) if device.type == "cuda" else device


def use_threads(spare_core: bool) -> int:
    """Set how many threads a step on the CPU uses, for steps taken on the calling thread, and return it.

    Args:
        spare_core: leave one core to a window that wants to stay quick, and go behind it in the queue for the others.
    """
    keep_freed_memory()
    if spare_core:
        step_back()
    threads = max(1, CORES - spare_core)
    torch.set_num_threads(threads)
    return threads


def step_back() -> None:
    """Ask the scheduler to serve other threads before the calling one, where a thread has a priority of its own.

    With three threads on two cores a dragged slider waited for the training thread's share of time otherwise.
    """
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), BEHIND)


def keep_freed_memory() -> None:
    """Ask glibc to keep what a step frees for the next one; elsewhere nothing happens.

    A thread that is not the main one gives the pages of its own heap back after every step and faults them in again,
    which cost 6 to 8 % of a small network's training speed on two cores.
    """
    if sys.platform == "linux":
        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
        if mallopt is not None:
            mallopt(M_TRIM_THRESHOLD, 256 << 20)
            mallopt(M_MMAP_THRESHOLD, 32 << 20)


@contextmanager
def memory_of(device: torch.device, batch_size: int) -> Iterator[None]:
    """Turn a lack of memory inside this context into a sentence with a batch size to try.

    Raises:
        RunError: the device's memory is too small.
    """
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        if not _is_out_of_memory(error):
            raise
        advice = f"try a batch size of {batch_size // 2}" if batch_size > 1 else "choose a smaller model"
        raise RunError(
            f"Steps with a batch size of {batch_size} need more memory than {device} has: {advice}."
        ) from error


def _is_out_of_memory(error: Exception) -> bool:
    refused = "allocate memory" in str(error) or "not enough memory" in str(error)
    return refused or isinstance(error, MemoryError | torch.OutOfMemoryError)
