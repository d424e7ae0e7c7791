"""The weight prior's value, from the loss to the events and to history.csv."""

from __future__ import annotations

import numpy as np
import pytest

from hvae_engine.training import train
from hvae_engine.training.events import Progress
from hvae_engine.training.loop import training


@pytest.mark.parametrize("family", ["vae", "m2"])
def test_the_loss_is_what_the_bound_and_the_weight_prior_leave(make, family):
    run = make("run", family, kappa=0.5, warm_up=0, alpha=0.0)
    reports = [event for event in train(run) if isinstance(event, Progress)]
    history = run.history.read()
    shown = np.concatenate([report.weight_prior for report in reports])
    assert shown == pytest.approx(history["weight_prior"])
    assert (shown < 0).all()
    bound = history["bound"]
    if family == "m2":  # 40 of 100 images have a label
        bound = 0.6 * bound + 0.4 * history["labelled"]
    assert history["loss"] == pytest.approx(-bound - shown, rel=1e-5)


def test_it_is_the_log_density_of_the_generative_weights_shared_among_the_images(make):
    run = make("run", kappa=0.5)
    with training(run) as loop:
        squares = sum(float(weight.detach().square().sum()) for weight in loop.model.generative_parameters())
        loop.step()
        report = loop.ledger.report(wait=True)
    assert report.weight_prior[0] == pytest.approx(-squares / (2 * 0.5 * 100), rel=1e-5)


def test_without_one_there_is_no_such_column(make):
    run = make()
    reports = [event for event in train(run) if isinstance(event, Progress)]
    assert all(len(report.weight_prior) == 0 for report in reports)
    assert "weight_prior" not in run.history.read()
