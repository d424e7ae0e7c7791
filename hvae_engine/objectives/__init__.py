"""The bound and all that is made of it: losses, schedules, evaluations."""

from hvae_engine.objectives.bound import OFF, Objective, Score
from hvae_engine.objectives.evaluation import Estimate, Evaluation, log_likelihood, log_weights, validate
from hvae_engine.objectives.exact import exact_log_px
from hvae_engine.objectives.memory import within_memory
from hvae_engine.objectives.schedules import RATES, burda_rate, warm_up
from hvae_engine.objectives.step import Step

__all__ = [
    "OFF",
    "RATES",
    "Estimate",
    "Evaluation",
    "Objective",
    "Score",
    "Step",
    "burda_rate",
    "exact_log_px",
    "log_likelihood",
    "log_weights",
    "validate",
    "warm_up",
    "within_memory",
]
