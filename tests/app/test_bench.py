"""`strata bench`: one help for all of it, a sentence for a slip, and figures from a real window and a real drag."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.bench import startup, window
from app.state.view_specs import LEVELS, TABS
from tests.app.test_main import strata


def test_help_tells_of_the_window_s_and_of_the_engine_s() -> None:
    done = strata("bench", "--help")
    assert done.returncode == 0, done.stderr
    assert all(word in done.stdout for word in ("loop", "latency", "views", "start"))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["latncy"], "did you mean 'latency'?"),
        (["latency", "--seconds", "-1"], "not a number above 0"),
        (["start", "--rounds", "few"], "not a number above 0"),
        (["views", "--rounds", "0"], "not a number above 0"),
    ],
)
def test_mistakes_get_one_sentence(arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert window.main(arguments) == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert len(said.strip().splitlines()) == 1


def test_the_engine_keeps_its_own() -> None:
    assert not window.serves(["loop", "--rounds", "1"])
    assert window.serves(["latency"])


def test_a_dragged_slider_is_timed_while_a_model_trains(tmp_path: Path) -> None:
    file = tmp_path / "latency.json"
    done = strata("bench", "latency", "--seconds", "2", "--json", str(file), OMP_NUM_THREADS="1")
    assert done.returncode == 0, done.stderr
    figures = json.loads(file.read_text())
    assert figures == json.loads(done.stdout)
    assert figures["timer_ms"]["p50"] >= 10
    assert figures["bare_timer_ms"]["p99"] >= figures["bare_timer_ms"]["p50"]
    assert figures["slider_ms"]["p50"] > 0
    assert figures["images_per_s"]["idle"] > 0


@pytest.mark.slow
def test_sliders_and_first_pictures_are_timed_with_every_view(tmp_path: Path) -> None:
    views = [name for name in TABS if name != LEVELS]
    done = strata("bench", "latency", "--views", "--seconds", "1", OMP_NUM_THREADS="1")
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)["with_view"]
    assert list(figures) == views
    assert all(one["slider_ms"]["p50"] > 0 for one in figures.values())
    done = strata("bench", "views", "--rounds", "1", OMP_NUM_THREADS="1")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert list(found["median_s"]) == views
    assert all(0 < found["median_s"][name] <= found["slowest_s"][name] for name in views)


def test_starts_are_timed_in_processes_of_their_own() -> None:
    figures = startup.measure(rounds=1)
    assert 0 < figures["window_s"] < figures["torch_ready_s"]
    assert figures["ratio"] == pytest.approx(figures["window_s"] / figures["bare_window_s"], rel=0.02)
    assert figures["longest_gap_ms"] > 0
