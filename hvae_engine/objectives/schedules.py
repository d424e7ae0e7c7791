"""How beta rises while a model warms up, and how the learning rate falls."""

from __future__ import annotations

from collections.abc import Callable, Mapping


def warm_up(step: int, steps: float, end: float = 1.0) -> float:
    """Beta at a step of a linear warm-up from 0 (Sonderby et al. 2016, section 2.2).

    Args:
        step: steps already taken.
        steps: length of the warm-up in steps; 0 for none.
        end: beta from there on.
    """
    return end if step >= steps else end * step / steps


def burda_rate(epoch: float) -> float:
    """What the learning rate is multiplied by after so many epochs.

    Stage i = 1, 2, ... 8 lasts 3^(i-1) epochs at 10^(-(i-1)/7), rounded to two digits as in the authors' code; the last
    one has no end (Burda et al. 2016, section 5).
    """
    stage = 0
    while stage < 7 and epoch >= (3 ** (stage + 1) - 1) / 2:
        stage += 1
    return round(10 ** (1 - stage / 7), 1) / 10


RATES: Mapping[str, Callable[[float], float]] = {"constant": lambda epoch: 1.0, "burda": burda_rate}
"""Schedules of the learning rate by name: epoch -> factor."""
