"""Colours that can be read and told apart on both grounds, by colour-blind eyes too."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from PySide6.QtGui import QColor

from app.state.equation import groups_of
from app.theme import DARK, LIGHT, Theme, Themes, style_sheet

# Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB.
SIGHTS = {
    "normal": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
}


def linear(colour: str) -> np.ndarray:
    made = QColor(colour)
    channels = np.array([made.redF(), made.greenF(), made.blueF()])
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    low, high = sorted(float(linear(colour) @ [0.2126, 0.7152, 0.0722]) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def lab(rgb: np.ndarray) -> np.ndarray:
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ np.clip(rgb, 0, 1)
    xyz = xyz / [0.9505, 1.0, 1.089]
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_words_can_be_read(theme: Theme) -> None:
    for ground in (theme.panel, theme.window, theme.field):
        assert contrast(theme.text, ground) > 7
        assert contrast(theme.dim, ground) > 4.5
    assert contrast(theme.on_accent, theme.accent) > 3
    for colour in theme.levels:  # bold words and lines: WCAG asks 3 of large text and graphics
        assert contrast(colour, theme.panel) > 3


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_levels_can_be_told_apart(theme: Theme, sight: str) -> None:
    seen = [lab(np.asarray(SIGHTS[sight]) @ linear(colour)) for colour in theme.levels]
    assert min(np.linalg.norm(a - b) for a, b in combinations(seen, 2)) > 7.5


@pytest.mark.parametrize("count", [1, 2, 5, 6, 12, 45])
def test_each_level_has_a_colour_of_its_own(count: int) -> None:
    colours = DARK.colours(groups_of([f"z{place + 1}" for place in range(count)]))
    assert len({colour.name() for colour in colours.values()}) == count
    for theme in (DARK, LIGHT):
        every = theme.colours(groups_of([f"z{place + 1}" for place in range(count)])).values()
        assert min(contrast(colour.name(), theme.panel) for colour in every) > 2.5


def test_every_name_in_the_style_sheet_is_filled_in(themes: Themes) -> None:
    for theme in (DARK, LIGHT):
        assert "@" not in style_sheet(theme).split("*/", 1)[1]


def test_choosing_a_theme_tells_the_panels(themes: Themes, qtbot) -> None:
    with qtbot.waitSignal(themes.changed) as told:
        themes.choose("light")
    assert told.args == [LIGHT]
    assert themes.choice == "light"
