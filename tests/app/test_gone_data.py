"""A run whose images are gone, or drawn otherwise by now: explored with the images that it kept, and not trained on."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.main_window import MainWindow
from app.state.permissions import Phase
from tests.app.conftest import import_as_offered
from tests.app.test_journey import WAIT


@pytest.fixture
def trained(window: MainWindow, image_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A run of a few steps, made beside the window."""
    monkeypatch.setenv("STRATA_CACHE", str(tmp_path / "cache"))
    from hvae_engine.training import Run, RunSpec
    from hvae_engine.training.loop import train

    options = {"units": "6,4", "width": "32,16"}
    run = Run.create(tmp_path / "runs" / "old", RunSpec(str(image_folder), "ladder", options, steps=5, device="cpu"))
    for _ in train(run):
        pass
    return run.path


def change(run: Path, edit: Callable[[dict[str, Any]], object]) -> None:
    about = json.loads((run / "run.json").read_text())
    edit(about)
    (run / "run.json").write_text(json.dumps(about))


def opened(window: MainWindow, run: Path, qtbot) -> list[tuple[str, bool, str]]:
    """What was noted while the run was opened."""
    notes: list[tuple[str, bool, str]] = []
    window.bridge.noted.connect(lambda *note: notes.append(note))
    window.bridge.load_engine()
    qtbot.waitUntil(lambda: bool(window.experiment.families), timeout=WAIT)
    window.opening.offer(str(run))
    qtbot.waitUntil(lambda: window.answers.latest is not None, timeout=WAIT)
    return notes


@pytest.mark.parametrize("gone", ["moved", "drawn otherwise"])
def test_it_opens_with_the_images_it_kept_and_says_so(window: MainWindow, trained: Path, tmp_path, gone, qtbot) -> None:
    if gone == "moved":
        change(trained, lambda about: about["spec"].update(data=str(tmp_path / "away")))
    else:
        change(trained, lambda about: about["data"].update(version=1))
    notes = opened(window, trained, qtbot)
    (note,) = [words for words, _, _ in notes if "can be explored" in words]
    assert note.endswith("The run can be explored with the 10 images that its folder keeps.")
    assert ("away" if gone == "moved" else "version 1") in note
    assert len(window.experiment.pictures) == 10
    assert window.experiment.phase == Phase.FINISHED
    assert len(window.experiment.curves.training) == 5
    assert np.array_equal(window.answers.latest.input, window.experiment.pictures.picture(0))
    unit = window.answers.order("z1")[0]
    window.exploration.edit("z1", unit, 3.0)
    qtbot.waitUntil(lambda: window.answers.latest.question.edits == {"z1": {unit: 3.0}}, timeout=WAIT)


def test_training_on_is_refused_with_the_reason(window: MainWindow, trained: Path, tmp_path, qtbot) -> None:
    change(trained, lambda about: about["data"].update(version=1))
    notes = opened(window, trained, qtbot)
    phase, refused = window.experiment.phase, []
    for key in ("train", "step", "start_again"):
        notes.clear()
        if not window.commands[key].isEnabled():
            continue
        window.commands[key].trigger()
        refused.append(key)
        ((words, problem, _),) = notes
        assert problem
        assert words.startswith("This run cannot be trained on. The images of ")
        assert "start a new run on them." in words
    assert refused == ["train", "start_again"], "a finished run takes no single step"
    assert window.experiment.phase == phase
    assert window.experiment.run_path == trained


def test_other_data_are_trained_on_as_ever(window: MainWindow, trained: Path, image_folder: Path, qtbot) -> None:
    change(trained, lambda about: about["data"].update(version=1))
    opened(window, trained, qtbot)
    window.opening.offer(str(image_folder))
    import_as_offered(window, qtbot)
    qtbot.waitUntil(lambda: window.experiment.phase == Phase.READY, timeout=WAIT)
    assert not window.experiment.pictures.gone
    window.bridge.train()
    qtbot.waitUntil(lambda: len(window.experiment.curves.training) > 3, timeout=WAIT)
    assert window.experiment.run_path != trained
