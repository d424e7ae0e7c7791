"""What the views and their parameters are called, each with a sentence that says what it is."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from PySide6.QtCore import QCoreApplication

from app.words.glossary import Term

_CONTEXT = "Views"


def tab(name: str) -> Term:
    """A tab: its title, and what it shows."""
    return _translated(_TABS[name])


def parameter(name: str) -> Term:
    """A parameter of a view: its title, and what it does."""
    return _translated(_PARAMETERS[name])


def word(key: str) -> str:
    """One of the words to choose among, or of the engine's keys, for people."""
    return QCoreApplication.translate(_CONTEXT, _WORDS[key]) if key in _WORDS else key.replace("_", " ")


def _translated(words: tuple[str, str]) -> Term:
    title, meaning = words
    return Term(QCoreApplication.translate(_CONTEXT, title), QCoreApplication.translate(_CONTEXT, meaning))


def _term(title: str, meaning: str) -> tuple[str, str]:
    return title, meaning


_TABS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "levels": _term("Levels", "A row for each level with the sliders of its units."),
        "traversal": _term("Traversal", "Units or directions of a level, each moved from −3 to 3 standard deviations."),
        "grid": _term(
            "Grid",
            "A row is the base image or a draw of everything above a level, a column one draw of the level itself.",
        ),
        "progressive": _term(
            "Progressive", "The deepest levels from the posterior of an image, one more in each column, the rest drawn."
        ),
        "mixing": _term("Mixing", "One level of the image above put into the image at the left, for every pair."),
        "effect": _term("Effect", "Where the picture changes when a level alone is drawn again, and at what scale."),
        "map": _term("Map", "The posterior means of a level in two of its principal directions, a point an image."),
        "interpolation": _term("Interpolate", "The way from one image to another, at all levels or at one."),
        "samples": _term("Samples", "Draws of the whole model, with a temperature for each level."),
        "card": _term("Cards", "What each level encodes, measured, with a sentence made of these figures alone."),
    }
)
_PARAMETERS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "level": _term("level", "Which level is looked at."),
        "basis": _term("along", "Single units of the level, or principal directions of its posterior means."),
        "unit": _term("which", "Their numbers, such as 3, 0; empty: those with the most nats, the widest directions."),
        "units": _term("rows", "How many units or directions, where none are named."),
        "direction": _term("directions", "The two principal directions of the axes; 0 is the widest."),
        "steps": _term("pictures", "How many pictures lie between the two ends."),
        "below": _term(
            "below",
            "What the levels below do in this view, whatever they do in the row of x: follow their priors, go to their "
            "means, or stay.",
        ),
        "image": _term(
            "image",
            "Number of the base image; it goes along with the image of the row of x. Held-out images are numbered on "
            "after those of training.",
        ),
        "images": _term(
            "images",
            "Numbers of the images, a row each; the base image comes first. Held-out images are numbered on after "
            "those of training.",
        ),
        "around": _term(
            "around",
            "Numbers of the images around which the level is drawn again, the base image first; the map in the row of "
            "a level is of the base image alone.",
        ),
        "other": _term("with", "Numbers of the images whose level is put in, a column each."),
        "to": _term("to", "Number of the image at the other end."),
        "path": _term("path", "Spherical keeps the length of the latent vector, as draws of a prior do; or straight."),
        "down": _term("rows", "How many rows."),
        "columns": _term("columns", "How many columns."),
        "draws": _term("draws", "How often the level is drawn again around each image."),
        "count": _term("points", "How many held-out images at most."),
        "colour": _term("colour", "What the points are coloured by."),
        "temperature": _term("temperature", "Factor on the prior's noise: 1 is the model's own, 0 its mode."),
        "seed": _term("seed", "Start of the draws; the same seed gives the same noise at every step."),
    }
)  # fmt: skip
_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "all": "all levels",
        "units": "units",
        "directions": "directions",
        "follow": "Follow",
        "mean": "Mean",
        "pinned": "Pinned",
        "spherical": "spherical",
        "linear": "linear",
        "label": "label",
        "brightness": "brightness",
        "most": "most nats",
        "prior": "prior",
        "dropped": "dropped",
    }
)
