"""The running average of the weights: what it is after some steps, who sees it, and that it survives a stop."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from hvae_engine.errors import OptionError, RunError
from hvae_engine.models import WeightSlot
from hvae_engine.training import loop, train
from hvae_engine.training.checkpoint import Checkpoint
from hvae_engine.training.events import Progress, Snapshot
from hvae_engine.training.inputs import Batch

from .test_loop import same_history, train_for, weights
from .test_stepper import GOOD, state, stepper

__all__ = ["stepper"]


def same(a, b):
    return a.keys() == b.keys() and all(torch.equal(a[name], b[name]) for name in a)


@pytest.fixture
def averaged(stepper):
    made = loop.Stepper(stepper.module, torch.device("cpu"), ema=0.9)
    made.set(1e-2, 1.0, float("-inf"))
    return made


def test_the_average_follows_the_recursion(averaged):
    """9 / (10 + n) of the way at step n, and never less than 1 - rate."""
    name = "posterior.rules.1.head.linear.weight"
    expected = averaged.module.model.state_dict()[name].clone().double()
    for n in range(1, 121):
        averaged.take(GOOD)
        way = max(1 - 0.9, 9 / (10 + n))
        expected += way * (averaged.module.model.state_dict()[name].double() - expected)
    torch.testing.assert_close(averaged.average.model.state_dict()[name].double(), expected, rtol=1e-4, atol=1e-6)
    live, mine = averaged.module.model.state_dict(), averaged.average.model.state_dict()
    moving = [key for key in live if key.endswith("running_mean")]
    assert moving
    assert all(not torch.equal(live[key], mine[key]) for key in moving)
    assert all(torch.equal(live[key], mine[key]) for key in live if key.endswith("num_batches_tracked"))


def test_a_step_that_is_not_taken_leaves_the_average(averaged):
    averaged.take(GOOD)
    before = {name: value.clone() for name, value in averaged.average.model.state_dict().items()}
    averaged.take(Batch(None, None, torch.full_like(GOOD.x_u, float("nan"))))
    assert all(torch.equal(value, before[name]) for name, value in averaged.average.model.state_dict().items())


def test_the_average_is_what_is_scored_explored_and_loaded(make):
    """Training itself does not know of it."""
    with_average, without = make("a", "ladder", ema=0.9), make("b", "ladder")
    slot = WeightSlot()
    slot.want()
    shown = [event for event in train(with_average, slot=slot) if isinstance(event, Snapshot)]
    list(train(without))
    assert shown
    assert same_history(with_average, without)
    checkpoint, plain = (Checkpoint.read(run.checkpoint_path) for run in (with_average, without))
    model = with_average.build()
    with_average.load_weights(model)
    in_slot = slot.latest()
    assert in_slot is not None
    assert same(checkpoint.weights, plain.weights)
    assert same(checkpoint.average, model.state_dict())
    assert same(checkpoint.average, in_slot[1])
    assert not same(checkpoint.average, checkpoint.weights)
    assert not same(Checkpoint.read(with_average.best_path).weights, checkpoint.weights)
    assert with_average.evaluations.read()["bound"][-1] != without.evaluations.read()["bound"][-1]


@pytest.mark.parametrize("at", [1, 8])
def test_going_on_with_an_average_is_the_same_as_never_having_stopped(make, at):
    whole, broken = make("a", "ladder", ema=0.99), make("b", "ladder", ema=0.99)
    list(train(whole))
    train_for(broken, at)
    torch.manual_seed(99)
    list(train(broken))
    assert same_history(whole, broken)
    assert whole.evaluations.path.read_text() == broken.evaluations.path.read_text()
    first, second = (Checkpoint.read(run.checkpoint_path) for run in (whole, broken))
    for group in ("weights", "average", "optimiser"):
        assert same(getattr(first, group), getattr(second, group))
    assert first.average


def test_a_gradient_above_the_limit_is_not_followed(stepper):
    norm = float(torch.nn.utils.get_total_norm(gradients_of(stepper)))
    limited = loop.Stepper(stepper.module, torch.device("cpu"), skip_above=norm * 0.99)
    limited.set(1e-2, 1.0, float("-inf"))
    before = state(limited)
    torch.manual_seed(4)
    assert limited.take(GOOD)[0] == loop.TOO_STEEP
    assert all(torch.equal(value, before[name]) for name, value in state(limited).items())
    limited.skip_above = norm * 1.01
    torch.manual_seed(4)
    assert limited.take(GOOD)[0] == 0
    assert limited.take(Batch(None, None, torch.full_like(GOOD.x_u, float("nan"))))[0] == 1


def gradients_of(stepper):
    before = state(stepper)
    torch.manual_seed(4)
    loss = stepper.module(None, None, GOOD.x_u).loss
    gradients = torch.autograd.grad(loss, list(stepper.module.parameters()))
    stepper.module.load_state_dict({name: before[name] for name in stepper.module.state_dict()})
    return list(gradients)


def test_steps_that_are_too_steep_are_counted_and_end_a_run_that_takes_none(make, monkeypatch):
    monkeypatch.setattr(loop, "REPORT_EVERY", 0.0)
    free = make("free", steps=40)
    list(train(free))
    steep = make("steep", steps=500, skip_above=1e-3)
    with pytest.raises(RunError) as caught:
        list(train(steep))
    assert str(caught.value) == (
        "50 steps in a row were not taken, since the norm of the gradient was above 0.001: "
        "start a run with a larger limit."
    )
    assert all(torch.equal(a, b) for a, b in zip(weights(steep), steep.build().state_dict().values(), strict=True))
    some = make("some", steps=40, skip_above=6.0)
    reports = [event for event in train(some) if isinstance(event, Progress)]
    assert reports[-1].skipped == 0
    assert np.isfinite(some.history.read()["loss"]).all()
    assert 0 < reports[-1].too_steep < 40
    assert Checkpoint.read(some.checkpoint_path).facts["too_steep"] == reports[-1].too_steep


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"ema": 1.0}, "The rate of the averaged weights is 1.0: give a number above 0 and below 1."),
        ({"skip_above": 0.0}, "The largest norm of a gradient is 0.0: give a number above 0."),
    ],
)
def test_what_cannot_be_is_refused(make, settings, sentence):
    with pytest.raises(OptionError) as caught:
        make("wrong", **settings)
    assert str(caught.value) == sentence
