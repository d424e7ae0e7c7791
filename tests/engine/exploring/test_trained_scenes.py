"""The coarse truth of a trained ladder: its deepest level in use tells the layout of scenes and no texture."""

from __future__ import annotations

import json

import pytest

from hvae_engine.commands import main

SMALL = ["--set", "units=32,16,8", "--set", "width=256,128,64", "--steps", "800", "--device", "cpu"]
FINE = ("texture", "period", "stroke", "phase")


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_layout_goes_deep_and_texture_does_not(tmp_path, monkeypatch):
    monkeypatch.setenv("STRATA_CACHE", str(tmp_path / "cache"))
    run, figures = tmp_path / "run", tmp_path / "cards.json"
    assert main(["train", "--data", "scenes", "--family", "ladder", *SMALL, "--out", str(run)]) == 0
    assert main(["explore", str(run), "--view", "card", "--json", str(figures)]) == 0
    cards = [card for card in json.loads(figures.read_text())["levels"].values() if not card["unused"]]
    assert len(cards) >= 2
    deepest, nearest = cards[-1], cards[0]
    told = {one["factor"]: one["told"] for one in deepest["factors"]}
    assert told["layout"] > 0.5
    assert max(told[name] for name in FINE) < 0.1
    added = {one["factor"]: one["added"] for one in nearest["factors"]}
    assert added["layout"] < 0.2
    assert max(added["x"], added["y"]) > 0.1
