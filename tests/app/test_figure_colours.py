"""A level and a class have the same colour in an exported figure as in the window on a light ground."""

from __future__ import annotations

from app.theme import LIGHT
from hvae_engine.exploring.figures.palette import CLASSES, LEVELS


def test_figures_have_the_window_s_colours():
    for drawn, shown in ((LEVELS, LIGHT.levels), (CLASSES, LIGHT.classes)):
        assert tuple("#{:02x}{:02x}{:02x}".format(*colour) for colour in drawn) == shown
