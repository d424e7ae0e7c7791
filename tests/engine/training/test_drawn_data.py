"""A run of images that Strata draws itself knows which version it learned, and takes no other for them."""

from __future__ import annotations

import dataclasses
import json

import pytest

from hvae_engine.datasets.drawn import scenes
from hvae_engine.errors import DataError
from hvae_engine.galleries import gallery
from hvae_engine.training import Run, RunSpec


@pytest.fixture
def run(tmp_path, monkeypatch) -> Run:
    monkeypatch.setenv("STRATA_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(scenes, "TRAINING", 200)
    monkeypatch.setattr(scenes, "TEST", 20)
    return Run.create(
        tmp_path / "run", RunSpec("scenes", family="vae", options={"units": "2", "width": "8"}, epochs=1.0)
    )


def test_the_version_is_written_down(run: Run) -> None:
    about = json.loads((run.path / "run.json").read_text())
    assert about["data"]["version"] == scenes.VERSION
    assert len(Run.open(run.path).dataset.train) > 100


def test_images_of_another_version_are_refused_in_a_sentence(run: Run, monkeypatch) -> None:
    later = dataclasses.replace(run.dataset, version=scenes.VERSION + 1)
    with pytest.raises(DataError) as refused:
        Run.open(run.path, later)
    assert str(refused.value) == (
        f"The images of 'scenes' have changed since this run: it learned version {scenes.VERSION} and they are version "
        f"{scenes.VERSION + 1} now; start a new run on them."
    )
    monkeypatch.setattr(scenes, "VERSION", scenes.VERSION + 1)
    with pytest.raises(DataError, match="have changed since this run"):
        _ = Run.open(run.path).dataset


def test_such_a_run_is_explored_with_the_images_that_it_keeps(run: Run, monkeypatch) -> None:
    monkeypatch.setattr(scenes, "VERSION", scenes.VERSION + 1)
    told: list[str] = []
    shown = gallery(Run.open(run.path), tell=told.append)
    assert shown.fitted is None
    assert len(shown.shown) == len(run.images)
    assert "kept in the run's folder" in told[0]


def test_a_run_from_before_versions_were_written_is_refused_too(run: Run) -> None:
    path = run.path / "run.json"
    about = json.loads(path.read_text())
    del about["data"]["version"]
    path.write_text(json.dumps(about))
    with pytest.raises(DataError, match="it learned an earlier version and they are version"):
        _ = Run.open(run.path).dataset
