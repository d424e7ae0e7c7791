"""Random numbers for each purpose, all from a run's one seed and none of them from torch's global generator."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import numpy as np
import torch
from torch.overrides import TorchFunctionMode


class Purpose(IntEnum):
    """What random numbers are for: each purpose has a stream of its own."""

    WEIGHTS = 1
    ORDER = 2
    LABELLED_ORDER = 3
    LABELS = 4
    VALIDATION_PIXELS = 5
    VALIDATION_DRAWS = 6
    EVALUATION = 7
    TRAINING_PIXELS = 8
    CODE_PIXELS = 9


def generator(seed: int, purpose: Purpose, turn: int = 0, device: torch.device | str = "cpu") -> torch.Generator:
    """A generator that depends on its arguments alone.

    Args:
        seed: of the run.
        purpose: what is drawn.
        turn: which of many draws for one purpose, such as the epoch.
        device: where the numbers are wanted.
    """
    state = np.random.SeedSequence([seed, purpose, turn]).generate_state(2, np.uint32)
    return torch.Generator(device).manual_seed(int(state[0]) << 31 | int(state[1]) >> 1)


def key(seed: int, purpose: Purpose, turn: int = 0) -> int:
    """A number below 2^64 that depends on its arguments alone, for draws that have a place instead of an order.

    Args:
        seed: as for `generator`, like the others.
        purpose: what is drawn.
        turn: which of many.
    """
    return int(np.random.SeedSequence([seed, purpose, turn]).generate_state(1, np.uint64)[0])


class DrawnFrom(TorchFunctionMode):
    """Inside this context layers draw their first weights from `source`, on this thread only.

    torch's layers know only the global generator, and that one belongs to the training thread: an explorer that builds
    the same model beside it would change the run.
    """

    DRAWS = frozenset({"normal_", "uniform_", "bernoulli_", "normal", "rand", "randn"})

    def __init__(self, source: torch.Generator) -> None:
        super().__init__()
        self.source = source

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Give every function that draws the generator, where it was given none."""
        kwargs = kwargs or {}
        draws = "generator" in kwargs or getattr(func, "__name__", "") in self.DRAWS
        if draws and kwargs.get("generator") is None:
            kwargs = {**kwargs, "generator": self.source}
        return func(*args, **kwargs)
