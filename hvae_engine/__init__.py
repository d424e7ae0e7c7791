"""Probability, data and training of hierarchical variational autoencoders; knows nothing of windows.

Everything named here is imported at first use, so that `import hvae_engine` costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hvae_engine.datasets import load_data
    from hvae_engine.exploring import Explorer
    from hvae_engine.models import FAMILIES, DataInfo, build
    from hvae_engine.objectives import Objective
    from hvae_engine.training import Run, RunSpec, Session, load_run, train

__version__ = "0.1.0"

_HOMES = {
    "FAMILIES": "models",
    "DataInfo": "models",
    "Explorer": "exploring",
    "Objective": "objectives",
    "Run": "training",
    "RunSpec": "training",
    "Session": "training",
    "build": "models",
    "load_data": "datasets",
    "load_run": "training",
    "train": "training",
}

__all__ = [
    "FAMILIES",
    "DataInfo",
    "Explorer",
    "Objective",
    "Run",
    "RunSpec",
    "Session",
    "build",
    "load_data",
    "load_run",
    "train",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
