"""Past weights of a run: kept ever further apart, few, small, and cut where the run goes back."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from hvae_engine.errors import RunError
from hvae_engine.training import moments, train
from hvae_engine.training.moments import Moments


@pytest.fixture
def model() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(6, 5), nn.BatchNorm1d(5))


def test_they_lie_ever_further_apart(tmp_path):
    due = [step for step in range(1, 400) if Moments(tmp_path / "moments").due(step)]
    assert due == [10, 15, 23, 34, 51, 76, 114, 171, 257, 385]


def test_what_is_read_is_what_was_kept(tmp_path, model):
    kept = Moments(tmp_path / "moments")
    kept.keep(10, model.state_dict())
    read = kept.read(10, model)
    model.load_state_dict(read)
    for name, value in read.items():
        tolerance = 1e-3 if value.ndim > 1 else 0.0
        torch.testing.assert_close(value, model.state_dict()[name], rtol=tolerance, atol=tolerance)
        assert value.dtype == model.state_dict()[name].dtype


def test_a_weight_beyond_half_precision_keeps_its_value(tmp_path, model):
    with torch.no_grad():
        model[0].weight[0, 0] = 1e6
    kept = Moments(tmp_path / "moments")
    kept.keep(10, model.state_dict())
    assert kept.read(10, model)["0.weight"][0, 0] == 1e6


def test_too_many_are_thinned_from_where_they_are_closest(tmp_path, model, monkeypatch):
    monkeypatch.setattr(moments, "MOST", 4)
    kept = Moments(tmp_path / "moments")
    for step in (10, 100, 120, 1000, 5000):
        kept.keep(step, model.state_dict())
    assert kept.steps == (10, 100, 1000, 5000)


def test_a_run_that_goes_back_forgets_what_came_after(tmp_path, model):
    kept = Moments(tmp_path / "moments")
    for step in (10, 15, 23):
        kept.keep(step, model.state_dict())
    kept.cut(15)
    assert kept.steps == (10, 15)


def test_no_moment_and_another_models_moment_are_said(tmp_path, model):
    kept = Moments(tmp_path / "moments")
    with pytest.raises(RunError, match="cannot be read"):
        kept.read(10, model)
    kept.keep(10, model.state_dict())
    with pytest.raises(RunError, match="do not fit"):
        kept.read(10, nn.Linear(6, 4))
    (tmp_path / "moments" / "000000010.safetensors").write_bytes(b"torn")
    with pytest.raises(RunError, match="cannot be read"):
        kept.read(10, model)


def test_a_run_keeps_moments_that_its_model_can_look_back_at(make):
    run = make(steps=24)
    list(train(run))
    assert run.moments.steps == (10, 15, 23)
    model, past = run.build(), run.build()
    run.load_weights(model)
    past.load_state_dict(run.moments.read(10, past))
    assert any(not torch.equal(a, b) for a, b in zip(model.parameters(), past.parameters(), strict=True))


def test_a_run_that_goes_on_after_a_crash_keeps_no_moment_of_what_was_lost(make):
    run = make(steps=24)
    loop = train(run)
    next(loop)
    loop.close()  # saved after the first step
    run.moments.keep(20, run.build().state_dict())  # as if it had been further
    list(train(run))
    assert run.moments.steps == (10, 15, 23)
    past = run.build()
    fresh = make("other", steps=24)
    list(train(fresh))
    first = run.moments.read(23, past)
    for name, value in fresh.moments.read(23, past).items():
        assert torch.equal(value, first[name])
