"""Validation in the midst of training: the score of the images held out, and its row in evaluations.csv."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hvae_engine.models import HVAE
from hvae_engine.objectives import Objective, validate
from hvae_engine.training.events import Evaluated
from hvae_engine.training.inputs import Inputs
from hvae_engine.training.seeds import Purpose, generator


def evaluate(model: HVAE, objective: Objective, inputs: Inputs, step: int) -> Evaluated:
    """Score the validation images after `step` steps; pixels and draws are the same every time and in every run."""
    draws = generator(0, Purpose.VALIDATION_DRAWS, device=inputs.device)
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
    )


def columns(names: Sequence[str]) -> list[str]:
    """The columns of evaluations.csv for levels named from the surface down."""
    levels = [*(f"kl_{name}" for name in names), *(f"active_{name}" for name in names)]
    return ["step", "epoch", "elbo", "log_px", *levels, "bound", "error"]


def row(one: Evaluated) -> list[float]:
    """One evaluation under `columns`; an error that nobody can know is NaN."""
    error = np.nan if one.error is None else one.error
    return [one.step, one.epoch, one.elbo, one.log_px, *one.kl, *one.active, one.bound, error]
