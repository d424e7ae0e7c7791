"""What drawing one level again does to the picture: how much, where, and at what scale."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch

from hvae_engine.exploring.base import Base
from hvae_engine.exploring.edits import UNITS, Bases, edits_of, index_of
from hvae_engine.exploring.effects import DRAWS, redrawn
from hvae_engine.exploring.questions import Edits, Effect
from hvae_engine.exploring.spectrum import Spectrum, spectrum_of
from hvae_engine.exploring.subject import Progress, unwatched
from hvae_engine.models import HVAE, Below


@dataclass(frozen=True)
class Place:
    """Where an effect is.

    Attributes:
        x: of its centre of mass, 0 at the left edge of the picture and 1 at the right.
        y: of it, 0 at the upper edge and 1 at the lower.
        spread: share of the picture it fills, (sum v)^2 / (pixels * sum v^2) of the variance v of each pixel: 1 where
            all pixels vary alike, 1 / pixels where one does.
    """

    x: float
    y: float
    spread: float


@dataclass(frozen=True)
class Reach:
    """The effect of a level around some base points.

    Attributes:
        effect: standard deviation of each pixel's mean over draws, root mean square over the base points.
        spectrum: of the draws' differences from their mean.
    """

    effect: Effect
    spectrum: Spectrum

    @property
    def figures(self) -> dict[str, Any]:
        """Its size, scale and place as plain values."""
        place = None if self.place is None else asdict(self.place)
        return {"size": self.effect.size, "cycles": self.spectrum.cycles, "place": place}

    @property
    def place(self) -> Place | None:
        """Where it is; None where there is no effect."""
        variance = np.square(self.effect.deviation.astype(np.float64))
        total = variance.sum()
        if total <= 0:
            return None
        height, width = variance.shape
        x = (variance.sum(0) * (np.arange(width) + 0.5)).sum() / total / width
        y = (variance.sum(1) * (np.arange(height) + 0.5)).sum() / total / height
        return Place(float(x), float(y), float(total**2 / (variance.size * np.square(variance).sum())))


@torch.no_grad()
def reach_of(
    model: HVAE,
    bases: Sequence[Base],
    level: str,
    below: Below,
    *,
    edits: Edits | None = None,
    along: Bases = UNITS,
    locked: Collection[str] = (),
    draws: int = DRAWS,
    seed: int = 0,
    progress: Progress = unwatched,
) -> Reach:
    """What drawing a level again does around base points; the levels above keep their values.

    Args:
        model: whose level it is.
        bases: where the other levels stand.
        level: its name.
        below: what the levels below do.
        edits: what else is moved, at every base point; the level's own edits are drawn over.
        along: by name the levels whose edits are said in something else than units.
        locked: names of levels that stay pinned whatever the others do.
        draws: for each base point, at least 2.
        seed: of the draws, the same at every base point.
        progress: called with base points done and base points in all; may raise to cancel.
    """
    index, changes = index_of(model, level), []
    others = {name: units for name, units in (edits or {}).items() if name != level}
    pinned = frozenset(index_of(model, name) for name in locked)
    for done, base in enumerate(bases):
        progress(done, len(bases))
        generator = torch.Generator(model.root.device).manual_seed(seed)
        moves = edits_of(model, base.trace, others, along)
        mean = redrawn(model, base.trace, index, moves, below, generator, draws, pinned)
        change = (mean - mean.mean(0)).double().cpu().numpy()
        unbiased = len(mean) / max(1, len(mean) - 1) if level != "y" else 1.0
        changes.append(np.sqrt(unbiased) * change)
    every = np.concatenate(changes)
    deviation = np.sqrt(np.square(every).mean((0, 1))).astype(np.float32)
    return Reach(Effect(deviation), spectrum_of(every.reshape(-1, *every.shape[-2:])))
