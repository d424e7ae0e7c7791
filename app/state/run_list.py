"""The runs on the disk as the window lists them, and what each was asked for that another was not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any

Spec = Mapping[str, Any]
APART = ("data", "size", "colour", "family", "options", "device")
"""Parts of a spec that have a place of their own in a list, or that say nothing about the run."""


class Standing(StrEnum):
    """How far a run has come."""

    IN_USE = "in use"
    FINISHED = "finished"
    INTERRUPTED = "interrupted"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class RunEntry:
    """One run of the list.

    Attributes:
        path: of its folder.
        changed_at: of its last step on the disk, or of its beginning; seconds since 1970.
        data: how people call the data.
        step: steps taken.
        epochs: the same in passes through the training images.
        best: the best validation bound, nats per image; None before any.
        spec: everything that was asked for, as run.json has it.
        complaint: why it cannot be read; empty where it can.
    """

    path: str
    standing: Standing
    changed_at: float
    family: str = ""
    data: str = ""
    step: int = 0
    epochs: float = 0.0
    best: float | None = None
    spec: Spec = field(default_factory=lambda: MappingProxyType({}))
    complaint: str = ""

    @property
    def name(self) -> str:
        """Of its folder."""
        return Path(self.path).name


def differences(spec: Spec, reference: Spec) -> dict[str, Any]:
    """What `spec` asks for otherwise than `reference`: setting or option of the model -> value in `spec`.

    Data and families have columns of their own in a list; options are compared where both families have them.
    """
    found = {name: value for name, value in spec.items() if name not in APART and value != reference.get(name, value)}
    mine, theirs = spec.get("options", {}), reference.get("options", {})
    return found | {name: value for name, value in mine.items() if _plain(value) != _plain(theirs.get(name, value))}


def _plain(value: Any) -> Any:
    """Sizes are written as lists, tuples or text."""
    return ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
