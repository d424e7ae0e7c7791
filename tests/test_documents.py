"""What the README and CONTRIBUTING show is run as it stands there."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import torch

from hvae_engine.models import FAMILIES, HVAE, DataInfo, build, family, registry
from hvae_engine.models.heads import DiagonalHead
from hvae_engine.models.levels import Free
from hvae_engine.models.pixels import vector_pixels
from hvae_engine.models.posteriors import Amortised, TopDownPosterior
from hvae_engine.networks import BottomUp, Layers, from_image
from hvae_engine.objectives import Objective

ROOT = Path(__file__).parents[1]


def python_block(name: str) -> str:
    found = re.search(r"```python\n(.*?)```", (ROOT / name).read_text(encoding="utf-8"), re.DOTALL)
    assert found, f"{name} shows no Python"
    return found.group(1)


def test_the_python_of_the_readme_trains_and_perturbs_a_level(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    seen = {}
    exec(compile(python_block("README.md"), "README.md", "exec"), seen)
    assert seen["picture"].shape == (28, 28)
    assert seen["picture"].dtype == np.uint8
    assert (seen["picture"] != seen["explorer"].decode(seen["base"])).any()
    assert (tmp_path / "runs" / "readme" / "history.csv").stat().st_size > 0


@pytest.fixture
def _families_as_they_were():
    before = dict(registry._FAMILIES)
    yield
    registry._FAMILIES.clear()
    registry._FAMILIES.update(before)


@pytest.mark.usefixtures("_families_as_they_were")
def test_the_family_of_contributing_is_a_family():
    len(FAMILIES)  # found before, so that the clean-up keeps them
    names = [
        family,
        HVAE,
        DataInfo,
        DiagonalHead,
        Free,
        vector_pixels,
        Amortised,
        TopDownPosterior,
        BottomUp,
        Layers,
        from_image,
    ]
    seen = {one.__name__: one for one in names} | {"torch": torch}
    source = python_block("CONTRIBUTING.md")
    exec(compile(source, "CONTRIBUTING.md", "exec", dont_inherit=True), seen)
    model = build("narrow", DataInfo((1, 8, 8), 0, torch.full((1, 8, 8), 0.5)), units="3")
    assert FAMILIES["narrow"].options["units"].help == "size of z1"
    assert Objective()(model, torch.rand(4, 1, 8, 8).round()).bound.isfinite().all()
