"""Hierarchical VAEs: a walk down levels, what may choose each z, and the families composed of these."""

from hvae_engine.models.codes import Codes, obstacle
from hvae_engine.models.hvae import HVAE, Draw, Level, Posterior, Source, drawing
from hvae_engine.models.options import Option
from hvae_engine.models.registry import FAMILIES, DataInfo, Family, build, family
from hvae_engine.models.sources import (
    BELOW,
    Below,
    Edit,
    Move,
    Shift,
    edited,
    from_prior,
    held,
    riding,
    scores,
    side_by_side,
)
from hvae_engine.models.trace import Choice, Rows, Trace, Visit
from hvae_engine.models.weights import WeightSlot

__all__ = [
    "BELOW",
    "FAMILIES",
    "HVAE",
    "Below",
    "Choice",
    "Codes",
    "DataInfo",
    "Draw",
    "Edit",
    "Family",
    "Level",
    "Move",
    "Option",
    "Posterior",
    "Rows",
    "Shift",
    "Source",
    "Trace",
    "Visit",
    "WeightSlot",
    "build",
    "drawing",
    "edited",
    "family",
    "from_prior",
    "held",
    "obstacle",
    "riding",
    "scores",
    "side_by_side",
]
