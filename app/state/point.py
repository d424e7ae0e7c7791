"""One state of the explorer: where it starts and what was moved."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType

from app.state.units import Edits


@dataclass(frozen=True)
class Point:
    """What undo comes back to.

    Attributes:
        image: number of the base image in the data, or None for a draw from the prior.
        prior_seed: which draw.
        edits: level name -> unit -> normal score.
        below: what the levels below an edited one do: "follow", "mean" or "pinned".
    """

    image: int | None = 0
    prior_seed: int = 0
    edits: Edits = field(default_factory=lambda: MappingProxyType({}))
    below: str = "follow"
