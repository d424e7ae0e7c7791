"""The status bar: a run planned in minutes shows time, any other steps, and both the last save."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from app.panels.status import Status
from app.state.experiment import Experiment, RunStatus
from app.state.permissions import Phase
from app.state.records import Settings
from app.theme import Themes
from tests.app.conftest import discard


@pytest.fixture
def experiment() -> Experiment:
    return Experiment()


@pytest.fixture
def status(experiment: Experiment, themes: Themes) -> Iterator[Status]:
    made = Status(experiment, themes)
    made.show()
    yield made
    experiment.set_phase(Phase.STOPPED)
    discard(made)


def test_a_run_planned_in_minutes_shows_its_time(status: Status, experiment: Experiment) -> None:
    experiment.run_settings = Settings(plan="minutes", minutes=10.0)
    experiment.status = RunStatus(step=500, device="cpu", seconds=150.0, images_per_s=4000.0)
    experiment.set_phase(Phase.TRAINING)
    assert "2 min of 10 min" in status.state.text()
    assert status.bar.value() == 250
    assert "8 min left" in status.figures.text()


def test_a_run_planned_in_epochs_shows_its_steps(status: Status, experiment: Experiment) -> None:
    experiment.run_settings = Settings(batch_size=100)
    experiment.status = RunStatus(
        step=500,
        planned_steps=1000,
        steps_per_epoch=100,
        device="cpu",
        images_per_s=1000.0,
        saved_at=time.monotonic() - 12,
    )
    experiment.set_phase(Phase.TRAINING)
    assert "epoch 5 of 10" in status.state.text()
    assert status.bar.value() == 500
    assert "50 s left" in status.figures.text()
    assert "saved 12 s ago" in status.place.text()


def test_before_the_first_step_it_says_that_it_starts(status: Status, experiment: Experiment) -> None:
    experiment.run_settings = Settings(plan="minutes")
    experiment.set_phase(Phase.TRAINING)
    assert "starting" in status.state.text()
    assert status.bar.isHidden()
