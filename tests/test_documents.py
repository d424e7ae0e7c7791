"""What the README and CONTRIBUTING show is run as it stands there."""

from __future__ import annotations

import inspect
import re
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from hvae_engine.models import FAMILIES, DataInfo, build, families, registry
from tests.contract import test_families
from tests.contract.variants import made

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
def narrow(tmp_path, monkeypatch):
    """The family that CONTRIBUTING writes down, as a file of its own among the families and nothing else."""
    before, known = len(FAMILIES), dict(registry._FAMILIES)
    (tmp_path / "narrow.py").write_text(python_block("CONTRIBUTING.md"), encoding="utf-8")
    monkeypatch.setattr(families, "__path__", [*families.__path__, str(tmp_path)])
    assert len(FAMILIES) == before + 1
    yield "narrow", {}
    registry._FAMILIES.clear()
    registry._FAMILIES.update(known)
    del sys.modules[f"{families.__name__}.narrow"]
    del families.narrow


def test_the_family_of_contributing_is_found_by_being_there(narrow):
    family = FAMILIES[narrow[0]]
    assert (family.title, family.options["units"].help, family.options["units"].default) == (
        ("Narrow VAE", "size of z1", 2)
    )
    assert build("narrow", DataInfo((1, 8, 8), 0, torch.full((1, 8, 8), 0.5)), units="3").names == ("z1",)


BATTERY = [
    check
    for name, check in vars(test_families).items()
    if name.startswith("test_") and list(inspect.signature(check).parameters) == ["model"]
]


@pytest.mark.parametrize("check", BATTERY, ids=lambda check: check.__name__)
def test_the_battery_runs_over_the_family_of_contributing(narrow, check):
    check(made(narrow))


def test_every_parameter_of_the_family_of_contributing_gets_a_gradient(narrow):
    assert len(BATTERY) > 10
    for bound, samples in (("elbo", 1), ("elbo", 5), ("iwae", 5)):
        test_families.test_every_parameter_gets_a_gradient(narrow, bound, samples)
