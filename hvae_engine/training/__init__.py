"""Training: a spec, a run's folder, the loop over steps, and a session that drives it on a thread.

Everything named here is imported at first use: a window or a parser that wants events or a spec needs no torch.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hvae_engine.training.loop import train
    from hvae_engine.training.run import Run, load_run
    from hvae_engine.training.session import Session
    from hvae_engine.training.spec import RunSpec

_HOMES = {"Run": "run", "RunSpec": "spec", "Session": "session", "load_run": "run", "train": "loop"}

__all__ = ["Run", "RunSpec", "Session", "load_run", "train"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
