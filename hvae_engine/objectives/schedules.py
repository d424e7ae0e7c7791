"""How beta rises while a model warms up."""

from __future__ import annotations


def warm_up(step: int, steps: float, end: float = 1.0) -> float:
    """Beta at a step of a linear warm-up from 0 (Sonderby et al. 2016, section 2.2).

    Args:
        step: steps already taken.
        steps: length of the warm-up in steps; 0 for none.
        end: beta from there on.
    """
    return end if step >= steps else end * step / steps
