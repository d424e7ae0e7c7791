"""Validation in the midst of training: the score of the images held out, and its row in evaluations.csv."""

from __future__ import annotations

import dataclasses

import numpy as np

from hvae_engine.models import HVAE
from hvae_engine.models.linear import is_linear_gaussian
from hvae_engine.objectives import Objective, exact_log_px, validate
from hvae_engine.training.events import Evaluated
from hvae_engine.training.inputs import Inputs
from hvae_engine.training.seeds import Purpose, generator


def evaluate(model: HVAE, objective: Objective, inputs: Inputs, step: int) -> Evaluated:
    """Score the validation images after `step` steps; pixels and draws are the same every time and in every run.

    Where log p(x) is known exactly, charges are scored on the draws instead of integrated: the noise of the bound then
    vanishes as the posterior becomes the true one, and cannot lift it above that line.
    """
    draws = generator(0, Purpose.VALIDATION_DRAWS, device=inputs.device)
    exact = exact_log_px(model, (x for x, _ in inputs.validation_batches()))
    if exact is not None and objective.bound == "elbo":
        objective = dataclasses.replace(objective, estimator="stl")
    scores = validate(model, objective, inputs.validation_batches(), draws)
    return Evaluated(
        step=step,
        epoch=inputs.epoch(step),
        bound=scores.bound,
        elbo=scores.elbo,
        log_px=scores.log_px,
        kl=np.array(scores.kl),
        active=np.array(scores.active),
        error=scores.error,
        exact=exact,
    )


def columns(model: HVAE) -> list[str]:
    """The columns of evaluations.csv, levels from the surface down; `exact` only where log p(x) is known so."""
    levels = [*(f"kl_{name}" for name in model.names), *(f"active_{name}" for name in model.names)]
    return ["step", "epoch", "elbo", "log_px", *levels, "bound", "error", *["exact"] * is_linear_gaussian(model)]


def row(one: Evaluated) -> list[float]:
    """One evaluation under `columns`; an error that nobody can know is NaN."""
    error = np.nan if one.error is None else one.error
    exact = [] if one.exact is None else [one.exact]
    return [one.step, one.epoch, one.elbo, one.log_px, *one.kl, *one.active, one.bound, error, *exact]
