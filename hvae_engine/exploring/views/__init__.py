"""Views of a level as a whole, by name: the command line, the window and exports all make them here."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from hvae_engine.errors import OptionError, did_you_mean
from hvae_engine.exploring.views.card_view import CardView
from hvae_engine.exploring.views.effect import EffectView
from hvae_engine.exploring.views.grid import Grid
from hvae_engine.exploring.views.interpolation import Interpolation
from hvae_engine.exploring.views.latent_map import LatentMap
from hvae_engine.exploring.views.mixing import Mixing
from hvae_engine.exploring.views.progressive import Progressive
from hvae_engine.exploring.views.samples import Samples
from hvae_engine.exploring.views.traversal import Traversal
from hvae_engine.exploring.views.view import View, growing, render

__all__ = [
    "VIEWS",
    "CardView",
    "EffectView",
    "Grid",
    "Interpolation",
    "LatentMap",
    "Mixing",
    "Progressive",
    "Samples",
    "Traversal",
    "View",
    "asked",
    "growing",
    "render",
]

VIEWS: Mapping[str, type[View]] = {
    view.name: view
    for view in (Traversal, Grid, Progressive, Mixing, EffectView, LatentMap, Interpolation, Samples, CardView)
}


def asked(name: str, settings: Mapping[str, Any]) -> View:
    """A view from its name and some of its parameters, as typed or as read back from a file.

    Args:
        name: of `VIEWS`.
        settings: parameters by name; lists count as tuples.

    Raises:
        OptionError: there is no such view, or it has no such parameter.
    """
    if name not in VIEWS:
        raise OptionError(f"There is no view {name!r}; {did_you_mean(name, VIEWS)}")
    kind = VIEWS[name]
    known = [field.name for field in dataclasses.fields(kind)]
    for one in settings:
        if one not in known:
            options = ", ".join("--" + other.replace("_", "-") for other in known)
            raise OptionError(f"The view {name!r} has no --{one.replace('_', '-')}; it takes {options}.")
    plain = {one: tuple(value) if isinstance(value, list) else value for one, value in settings.items()}
    return kind(**plain)
