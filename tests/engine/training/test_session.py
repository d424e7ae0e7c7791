"""The buttons: start, pause, resume, step, stop and live changes, each obeyed between two steps."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import numpy as np
import pytest
import torch

from hvae_engine.errors import OptionError
from hvae_engine.models import WeightSlot
from hvae_engine.training import Run, Session, loop, train
from hvae_engine.training.events import (
    Event,
    Failed,
    Finished,
    Paused,
    Progress,
    Resumed,
    Saved,
    Snapshot,
    Started,
    Stopped,
)
from hvae_engine.training.stepper import Stepper
from tests.engine.training.conftest import Listener
from tests.engine.training.test_loop import same_history

Make = Callable[..., Run]
LONG = {"steps": 10**6, "warm_up": 0}


@pytest.fixture
def begin(listener: Listener) -> Iterator[Callable[..., Session]]:
    """Make sessions that end with the test."""
    sessions: list[Session] = []

    def begin(run: Run, slot: WeightSlot | None = None, **settings: bool) -> Session:
        sessions.append(Session(run, slot, listener, **settings))
        return sessions[-1]

    yield begin
    for session in sessions:
        session.stop()
        assert session.join(60)


def kinds(events: list[Event]) -> list[type]:
    return [type(event) for event in events]


def test_a_session_runs_to_the_end_on_a_thread_that_is_no_daemon(make: Make, begin: Callable[..., Session]) -> None:
    seen: list[tuple[str, bool]] = []
    session = Session(make(), on_event=lambda event: seen.append(_thread()))
    assert session.state == "ready"
    session.start()
    assert session.join(60)
    assert session.state == "finished"
    assert set(seen) == {("training", False)}


def _thread() -> tuple[str, bool]:
    return threading.current_thread().name, threading.current_thread().daemon


def test_pause_reports_saves_and_takes_no_further_step(
    make: Make, begin: Callable[..., Session], listener: Listener
) -> None:
    run, slot = make("run", **LONG), WeightSlot()
    session = begin(run, slot)
    session.start()
    listener.until(Progress)
    session.pause()
    paused = listener.until(Paused)
    assert session.state == "paused"
    assert kinds(listener.all[-3:]) == [Snapshot, Saved, Paused]
    steps = np.concatenate([event.steps for event in listener.all if isinstance(event, Progress)])
    assert steps.tolist() == list(range(1, paused.step + 1))
    assert run.history.read()["step"][-1] == paused.step == run.load_weights(run.build())
    latest = slot.latest()
    assert latest is not None
    assert latest[0] == paused.step
    session.resume()
    assert listener.until(Resumed).step == paused.step
    assert listener.until(Progress).steps[0] == paused.step + 1


def test_step_takes_one_step_and_pauses(make: Make, begin: Callable[..., Session], listener: Listener) -> None:
    session = begin(make("run", **LONG))
    session.step()
    assert listener.until(Paused).step == 1
    session.step()
    session.step()
    assert [listener.until(Paused).step, listener.until(Paused).step] == [2, 3]
    assert session.state == "paused"
    session.resume()
    assert listener.until(Progress).steps[0] == 4
    session.step()
    at = listener.until(Paused).step
    assert at >= 5


def test_stop_saves_and_another_session_goes_on(make: Make, begin: Callable[..., Session], listener: Listener) -> None:
    whole, run = make("a"), make("b")
    list(train(whole))
    first = begin(run)
    first.step()
    listener.until(Paused)
    first.stop()
    assert listener.until(Stopped).step == 1
    assert first.join(60)
    assert first.state == "stopped"
    second = begin(run)
    second.start()
    assert listener.until(Started).step == 1
    assert listener.until(Finished).step == 12
    assert same_history(whole, run)


def test_pauses_change_nothing(make: Make, begin: Callable[..., Session], listener: Listener) -> None:
    whole, run = make("a"), make("b")
    list(train(whole))
    session = begin(run, WeightSlot())
    for _ in range(5):
        session.step()
        listener.until(Paused)
    session.resume()
    listener.until(Finished)
    assert same_history(whole, run)


def test_settings_change_between_steps_and_survive_a_stop(
    make: Make, begin: Callable[..., Session], listener: Listener
) -> None:
    run = make("run", steps=4, warm_up=0)
    session = begin(run)
    session.step()
    listener.until(Paused)
    session.set(lr=0.5, beta=0.25)
    session.set(free_bits=2.0)
    session.step()
    progress = listener.until(Progress)
    assert (progress.lr, progress.beta) == (0.5, 0.25)
    assert progress.loss[0] == pytest.approx(0.25 * max(2.0, progress.kl[0, 0]) - progress.log_px[0], rel=1e-5)
    session.stop()
    listener.until(Stopped)
    again = begin(run)
    again.start()
    listener.until(Finished)
    history = run.history.read()
    assert history["lr"].tolist() == [float(f"{lr:.9g}") for lr in (0.001, 0.5, 0.5, 0.5)]
    assert history["beta"].tolist() == [1.0, 0.25, 0.25, 0.25]


def test_a_setting_that_does_not_fit_is_refused_at_once(make: Make) -> None:
    session = Session(make("run", bound="iwae"))
    with pytest.raises(OptionError, match="The learning rate is -1"):
        session.set(lr=-1)
    with pytest.raises(OptionError, match="Free bits belong to the ELBO"):
        session.set(free_bits=0.5)


def test_weights_are_laid_out_only_when_somebody_looks(
    make: Make, begin: Callable[..., Session], listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "SHOW_EVERY", 0.0)
    slot = WeightSlot()
    session = begin(make("run", batch_size=1, **LONG), slot)
    monkeypatch.setattr(loop.Inputs, "completes_pass", lambda self, step: False)
    session.start()
    for _ in range(3):
        listener.until(Progress)
    assert slot.latest() is None
    slot.want()
    assert listener.until(Snapshot).step == (slot.latest() or (None,))[0]
    assert not slot.wanted


def test_a_mistake_ends_as_a_sentence(make: Make, begin: Callable[..., Session], listener: Listener) -> None:
    run = make()
    with run.locked():
        session = begin(run)
        session.start()
        failed = listener.until(Failed)
    assert failed.reason.startswith(f"The run {run.path} is being trained elsewhere")
    assert failed.details == ""
    assert session.state == "failed"


@pytest.mark.parametrize(
    "error", [torch.OutOfMemoryError("CUDA out of memory."), RuntimeError("DefaultCPUAllocator: can't allocate memory")]
)
def test_out_of_memory_says_what_to_try(
    make: Make, begin: Callable[..., Session], listener: Listener, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    run = make()

    def take(self: Stepper, batch: object) -> None:
        raise error

    monkeypatch.setattr(Stepper, "take", take)
    begin(run).start()
    failed = listener.until(Failed)
    assert failed.reason == "Steps with a batch size of 16 need more memory than cpu has: try a batch size of 8."
    assert failed.details == ""


def test_a_fault_of_the_program_is_told_with_its_traceback_and_the_run_is_saved(
    make: Make, begin: Callable[..., Session], listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, take = make(), Stepper.take

    def fails_at_the_fourth(self: Stepper, batch: object) -> torch.Tensor:
        if self.adam.count == 3:
            raise ZeroDivisionError("a bug")
        return take(self, batch)  # type: ignore[arg-type]

    monkeypatch.setattr(Stepper, "take", fails_at_the_fourth)
    begin(run).start()
    failed = listener.until(Failed)
    assert failed.step == 3
    assert "ZeroDivisionError: a bug" in failed.reason
    assert "fails_at_the_fourth" in failed.details
    assert run.load_weights(run.build()) == 3


def test_a_window_gets_a_core(make: Make, begin: Callable[..., Session], listener: Listener) -> None:
    begin(make(), spare_core=True).start()
    assert listener.until(Started).threads == max(1, loop.use_threads(False) - 1)
