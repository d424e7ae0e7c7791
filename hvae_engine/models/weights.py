"""The slot through which a model's weights reach whoever explores it while it trains."""

from __future__ import annotations

import threading

import torch
from torch import Tensor, nn


class WeightSlot:
    """Holds the latest copy of a model's weights and the step they are from.

    One thread puts, others take. A copy that was taken is never written to again.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._latest: tuple[int, dict[str, Tensor]] | None = None
        self._wanted = threading.Event()

    def want(self) -> None:
        """Ask for a copy newer than the one that lies here; the trainer looks at this between steps."""
        self._wanted.set()

    @property
    def wanted(self) -> bool:
        """Whether somebody waits for fresh weights."""
        return self._wanted.is_set()

    def put(self, model: nn.Module, step: int) -> None:
        """Copy the parameters and buffers of `model` to the CPU and lay them here as those of `step`."""
        with torch.no_grad():
            state = {name: value.detach().to("cpu", copy=True) for name, value in model.state_dict().items()}
        with self._lock:
            self._latest = (step, state)
        self._wanted.clear()

    def latest(self) -> tuple[int, dict[str, Tensor]] | None:
        """The step and the weights that were put last; None before the first."""
        with self._lock:
            return self._latest
