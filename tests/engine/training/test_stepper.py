"""A step that is not finite is not taken: nothing of the model or of Adam changes."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from hvae_engine.models import DataInfo, build
from hvae_engine.objectives import Objective, Step
from hvae_engine.training.inputs import Batch
from hvae_engine.training.stepper import Stepper


def state(stepper: Stepper) -> dict[str, Tensor]:
    named = {**stepper.module.state_dict(), **stepper.adam.state()}
    return {name: value.clone() for name, value in named.items()}


@pytest.fixture
def stepper() -> Stepper:
    torch.manual_seed(0)
    info = DataInfo((1, 8, 8), 0, torch.full((1, 8, 8), 0.5))
    model = build("ladder", info, units=(3, 2), width=(8, 6), batch_norm=True)
    made = Stepper(Step(model, Objective()), torch.device("cpu"))
    made.set(1e-2, 1.0, float("-inf"))
    return made


GOOD = Batch(None, None, torch.linspace(0, 1, 16 * 64).view(16, 1, 8, 8))


@pytest.mark.parametrize("poison", [float("nan"), float("inf")])
def test_a_poisoned_batch_leaves_everything_as_it_was(stepper: Stepper, poison: float) -> None:
    """Batch norm's running statistics too, which the forward pass has already spoiled by then."""
    assert stepper.take(GOOD)[0] == 0
    before = state(stepper)
    x = GOOD.x_u.clone()
    x[3, 0, 2, 2] = poison
    row = stepper.take(Batch(None, None, x))
    assert row[0] == 1
    assert all(torch.equal(value, before[name]) for name, value in state(stepper).items())


def test_a_gradient_that_is_not_finite_under_a_finite_loss_is_seen(stepper: Stepper) -> None:
    before = state(stepper)
    stepper.adam.parameters[0].register_hook(lambda gradient: gradient * float("nan"))
    row = stepper.take(GOOD)
    assert row[0] == 1
    assert torch.isfinite(row[1])
    after = stepper.module.state_dict()
    assert all(torch.equal(after[name], before[name]) for name in after)


def test_a_good_step_after_a_poisoned_one_is_the_step_it_would_have_been(stepper: Stepper) -> None:
    stepper.take(GOOD)
    start = state(stepper)
    torch.manual_seed(1)
    stepper.take(GOOD)
    expected = state(stepper)
    stepper.module.load_state_dict({name: start[name] for name in stepper.module.state_dict()})
    stepper.adam.restore(start)
    stepper.take(Batch(None, None, torch.full_like(GOOD.x_u, float("nan"))))
    torch.manual_seed(1)
    assert stepper.take(GOOD)[0] == 0
    assert all(torch.equal(value, expected[name]) for name, value in state(stepper).items())


def test_the_device_alone_can_refuse_a_step(stepper: Stepper) -> None:
    """What steps on CUDA hang on: fused Adam with found_inf, and statistics put back without reading the number."""
    stepper.take(GOOD)
    before = state(stepper)
    stepper._statistics.keep()
    stepper.module(None, None, GOOD.x_u).loss.backward()
    refused = torch.tensor(1.0)
    stepper.adam.step(refused)
    stepper._statistics.restore_where(refused)
    assert all(torch.equal(value, before[name]) for name, value in state(stepper).items())


def test_columns_are_those_of_the_score(stepper: Stepper) -> None:
    torch.manual_seed(2)
    row = stepper.take(GOOD)
    refused, loss, bound, log_px, *kl = row.tolist()
    assert refused == 0
    assert loss == pytest.approx(-bound, rel=1e-5)
    assert bound == pytest.approx(log_px - sum(kl), rel=1e-5)
    assert len(kl) == 2
