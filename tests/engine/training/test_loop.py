"""Training repeats itself bit for bit, goes on where it stood, and keeps what was good."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch

from hvae_engine.errors import RunError
from hvae_engine.models import WeightSlot
from hvae_engine.training import Run, loop, train
from hvae_engine.training.events import Evaluated, Finished, Progress, Saved, Snapshot, Started
from hvae_engine.training.inputs import Batch, Inputs

Make = Callable[..., Run]


def same_history(a: Run, b: Run) -> bool:
    """Bit for bit, in all columns but the clock's."""
    first, second = a.history.read(), b.history.read()
    return first.keys() == second.keys() and all(
        np.array_equal(first[name], second[name], equal_nan=True) for name in first if name != "seconds"
    )


def weights(run: Run) -> list[torch.Tensor]:
    model = run.build()
    run.load_weights(model)
    return list(model.state_dict().values())


def train_for(run: Run, steps: int) -> None:
    """Take so many steps, then close."""
    with loop.training(run) as open_loop:
        for _ in range(steps):
            open_loop.step()


@pytest.mark.parametrize("family", ["vae", "ladder", "m2"])
def test_one_seed_gives_one_history(make: Make, family: str) -> None:
    a, b, other = make("a", family), make("b", family), make("c", family, seed=1)
    for run in (a, b, other):
        list(train(run))
    assert same_history(a, b)
    assert all(torch.equal(x, y) for x, y in zip(weights(a), weights(b), strict=True))
    assert not same_history(a, other)


def test_a_model_explored_beside_a_run_does_not_change_it(make: Make) -> None:
    """Whoever builds models and asks for weights between the steps."""
    alone, watched = make("a"), make("b")
    list(train(alone))
    slot = WeightSlot()
    slot.want()
    for event in train(watched, slot=slot):
        watched.build()
        if isinstance(event, Snapshot):
            slot.want()
    assert same_history(alone, watched)
    assert slot.latest() is not None


def test_history_has_one_row_a_step_and_the_columns_of_the_model(make: Make) -> None:
    run = make("run", "m2")
    list(train(run))
    history = run.history.read()
    assert list(history) == (
        ["step", "seconds", "bound", "log_px", "kl_z1", "kl_y", "loss", "beta", "lr", "labelled", "error"]
    )
    assert history["step"].tolist() == list(range(1, 13))
    assert np.all(np.diff(history["seconds"]) >= 0)
    assert np.allclose(history["bound"], history["log_px"] - history["kl_z1"] - history["kl_y"], rtol=1e-5)


def test_events_tell_the_whole_run(make: Make) -> None:
    run = make("run", "ladder", steps=None, epochs=3)
    events = list(train(run))
    assert events[0] == Started(0, 19, 7, ("z1", "z2"), ((3,), (2,)), "cpu", loop.use_threads(False))
    assert events[-2:] == [Saved(19), Finished(19)]
    steps = np.concatenate([event.steps for event in events if isinstance(event, Progress)])
    assert steps.tolist() == list(range(1, 20))
    evaluated = [event for event in events if isinstance(event, Evaluated)]
    assert [event.step for event in evaluated] == [7, 13, 19]
    assert evaluated[-1].epoch == pytest.approx(3.04)
    columns = run.evaluations.read()
    assert list(columns)[:6] == ["step", "epoch", "elbo", "log_px", "kl_z1", "kl_z2"]
    assert np.allclose(columns["bound"], [event.bound for event in evaluated])
    best = int(columns["step"][columns["bound"].argmax()])
    assert run.load_weights(run.build(), best=True) == best


@pytest.mark.parametrize("family", ["vae", "ladder", "m2"])
@pytest.mark.parametrize("at", [1, 7, 9])
def test_going_on_is_the_same_as_never_having_stopped(make: Make, family: str, at: int) -> None:
    whole, broken = make("a", family), make("b", family)
    list(train(whole))
    train_for(broken, at)
    torch.manual_seed(1234)
    list(train(broken))
    assert same_history(whole, broken)
    assert all(torch.equal(x, y) for x, y in zip(weights(whole), weights(broken), strict=True))
    assert (whole.evaluations.path.read_text()) == broken.evaluations.path.read_text()


def test_a_crash_after_the_histories_and_before_the_checkpoint_leaves_no_trace(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, crashed = make("a"), make("b")
    list(train(whole))
    train_for(crashed, 5)
    with monkeypatch.context() as patch:

        def power_cut(*_: object) -> None:
            raise KeyboardInterrupt

        patch.setattr(loop.Checkpoint, "write", power_cut)
        with pytest.raises(KeyboardInterrupt):
            train_for(crashed, 4)
    assert crashed.history.read()["step"][-1] == 9
    with crashed.history.path.open("a") as file:
        file.write("10,0.1,-4")
    list(train(crashed))
    assert same_history(whole, crashed)
    assert crashed.evaluations.path.read_text() == whole.evaluations.path.read_text()


def test_a_crash_while_a_file_is_written_leaves_the_old_one(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    run = make()
    train_for(run, 3)
    before = run.checkpoint_path.read_bytes()

    def power_cut(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(loop.files.os, "replace", power_cut)
    with pytest.raises(KeyboardInterrupt):
        train_for(run, 3)
    assert run.checkpoint_path.read_bytes() == before


def test_closing_the_generator_saves(make: Make) -> None:
    run = make()
    events = train(run)
    while not isinstance(next(events), Evaluated):
        pass
    events.close()
    assert run.history.read()["step"].tolist() == list(range(1, 8))
    assert run.load_weights(run.build()) == 7


def test_a_run_can_be_planned_longer(make: Make) -> None:
    """And its warm-up keeps the length it had."""
    run = make("run", steps=20)
    list(train(run))
    longer = run.planned(steps=40)
    list(train(longer))
    history = longer.history.read()
    assert history["step"].tolist() == list(range(1, 41))
    assert history["beta"].tolist() == [0.0, 0.5] + [1.0] * 38


@pytest.mark.parametrize(
    ("settings", "betas"),
    [
        ({"steps": 20}, [0, 0.5, 1, 1]),
        ({"warm_up": 0}, [1, 1, 1, 1]),
        ({"warm_up": 0.64, "beta": 2.0}, [0, 0.5, 1.0, 1.5]),
        ({"steps": 20, "beta": 0.0}, [0, 0, 0, 0]),
    ],
)
def test_beta_warms_up_as_asked(make: Make, settings: dict[str, float], betas: list[float]) -> None:
    """A tenth of 20 steps, none, and 0.64 epochs of 100 images in batches of 16, which are 4 steps."""
    run = make("run", **settings)
    list(train(run))
    assert run.history.read()["beta"][:4].tolist() == betas


def test_a_run_in_minutes_ends_by_its_clock(make: Make) -> None:
    run = make("run", minutes=0.001)
    events = list(train(run))
    seconds = run.history.read()["seconds"]
    assert isinstance(events[-1], Finished)
    assert seconds[-1] >= 0.06 > (seconds[-2] if len(seconds) > 1 else 0)
    assert isinstance(events[0], Started)
    assert events[0].planned_steps == 0


@pytest.fixture
def poisoned(monkeypatch: pytest.MonkeyPatch) -> set[int]:
    """Steps, counted from 0, whose batch holds a NaN."""
    steps: set[int] = set()
    draw = Inputs.batch

    def batch(self: Inputs, step: int) -> Batch:
        drawn = draw(self, step)
        return drawn._replace(x_u=drawn.x_u * float("nan")) if step in steps else drawn

    monkeypatch.setattr(Inputs, "batch", batch)
    return steps


def test_a_step_that_is_not_finite_is_counted_and_shown(make: Make, poisoned: set[int]) -> None:
    poisoned.update((3, 4, 9))
    run = make("run", "ladder")
    reports = [event for event in train(run) if isinstance(event, Progress)]
    assert reports[-1].skipped == 3
    loss = run.history.read()["loss"]
    assert np.flatnonzero(np.isnan(loss)).tolist() == [3, 4, 9]
    assert all(torch.isfinite(value).all() for value in weights(run))


def test_many_in_a_row_end_the_run_with_its_last_good_weights(
    make: Make, poisoned: set[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "REPORT_EVERY", 0.0)
    good, bad = make("a", steps=6), make("b", steps=500)
    list(train(good))
    poisoned.update(range(6, 500))
    with pytest.raises(RunError) as caught:
        list(train(bad))
    assert str(caught.value) == (
        "50 steps in a row were not taken, since loss or gradient was not finite: try a learning rate below 0.001."
    )
    assert bad.history.read()["step"][-1] == 56
    assert np.isnan(bad.history.read()["loss"][6:]).all()


class Clock:
    """Moves by a millisecond whenever somebody looks."""

    def __init__(self) -> None:
        self.now = 0.0

    def perf_counter(self) -> float:
        self.now += 0.001
        return self.now


def test_reports_come_ten_times_a_second_and_carry_every_step(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr(loop, "time", clock)
    reports = [event for event in train(make("run", steps=300)) if isinstance(event, Progress)]
    assert 10 < len(reports) <= 1 + clock.now / loop.REPORT_EVERY
    assert np.concatenate([report.steps for report in reports]).tolist() == list(range(1, 301))
    spans = [report.seconds[-1] - report.seconds[0] for report in reports[1:-1]]
    assert 0.07 < min(spans) <= max(spans) < 0.11


def test_losses_of_float32_are_written_in_full(make: Make) -> None:
    run = make()
    shown = [event for event in train(run) if isinstance(event, Progress)]
    assert np.array_equal(
        run.history.read()["bound"].astype(np.float32), np.concatenate([one.bound for one in shown]).astype(np.float32)
    )


def test_validation_changes_nothing(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    often, never = make("a", "ladder"), make("b", "ladder")
    monkeypatch.setattr(Inputs, "completes_pass", lambda self, step: True)
    list(train(often))
    monkeypatch.setattr(Inputs, "completes_pass", lambda self, step: False)
    list(train(never))
    assert len(often.evaluations.read()["step"]) == 12
    assert same_history(often, never)
