"""The help page on scenes: it names every factor at its scale, and its pictures are what is drawn."""

from __future__ import annotations

import re

import numpy as np
import pytest
from PIL import Image

from hvae_engine.datasets.drawn.scene_drawing import RIM, SHAPES, TEXTURES
from hvae_engine.datasets.drawn.scenes import FACTORS, draw_causes
from tests.engine.datasets.scene_sheet import FOLDER, VALUES, row

PAGE = (FOLDER / "scenes.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("factor", FACTORS)
def test_the_picture_of_a_factor_is_what_is_drawn(factor):
    with Image.open(FOLDER / f"scenes-{factor}.png") as kept:
        assert np.array_equal(np.asarray(kept), np.asarray(row(factor)))


def test_every_factor_stands_under_its_scale():
    parts = re.split(r"^## (\w+)$", PAGE, flags=re.MULTILINE)
    found = {
        factor: scale.lower()
        for scale, text in zip(parts[1::2], parts[2::2], strict=True)
        for factor in re.findall(r"scenes-(\w+)\.png", text)
    }
    assert found == {factor: scale for factor, (scale, _) in FACTORS.items()}
    assert all(f"**{factor}**" in PAGE for factor in FACTORS)


def test_the_pictures_show_the_values_that_are_drawn():
    causes = draw_causes(20_000, 0, colour=True)
    for factor, values in VALUES.items():
        assert causes[factor].min() == pytest.approx(min(values), abs=0.01)
        if factor not in ("phase", "ground_hue", "figure_hue"):  # turns: the last is the first again
            assert causes[factor].max() == pytest.approx(max(values), abs=0.01)
    for values in (causes["period"], causes["stroke"]):
        assert len(np.unique(values)) == 2


def test_the_page_says_the_ranges_that_are_drawn():
    spans = {name: (f"{min(VALUES[name]):g}", f"{max(VALUES[name]):g}") for name in ("x", "size", "period", "stroke")}
    assert f"up to {spans['x'][1]} units" in PAGE
    assert f"{spans['size'][0]} to {spans['size'][1]} of" in PAGE
    for name in ("period", "stroke"):
        assert f"{spans[name][0]} or {spans[name][1]} units" in PAGE
    assert "The rim of a shape stays whole" in PAGE
    assert RIM > 1
    assert SHAPES == ("disc", "square", "triangle", "cross")
    assert TEXTURES == ("rows", "columns", "slanted", "dots")
