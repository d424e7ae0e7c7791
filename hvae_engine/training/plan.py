"""How long a run is planned to be, and how long beta warms up in it."""

from __future__ import annotations

from dataclasses import dataclass

from hvae_engine.objectives import warm_up
from hvae_engine.training.inputs import Inputs
from hvae_engine.training.spec import RunSpec

WARM_UP_SHARE = 0.1


@dataclass(frozen=True)
class Plan:
    """The end of a run: a number of steps, or of training seconds.

    Attributes:
        steps: None where the clock decides.
        seconds: None where the steps do.
    """

    steps: int | None
    seconds: float | None

    @classmethod
    def of(cls, spec: RunSpec, inputs: Inputs) -> Plan:
        """What a spec plans for these images."""
        if spec.minutes is not None:
            return cls(None, 60 * spec.minutes)
        return cls(spec.steps or inputs.steps_in(spec.epochs or 0.0), None)

    def over(self, steps: int, seconds: float) -> bool:
        """Whether a run that took so many steps in so many seconds is at its end."""
        return steps >= self.steps if self.steps is not None else seconds >= (self.seconds or 0.0)


@dataclass(frozen=True)
class WarmUp:
    """A linear rise of beta from 0. It keeps its length when the run is later planned longer.

    In a run planned in minutes it follows the clock, unless its length was given in epochs; otherwise it depends on
    steps alone, so that the run can be repeated.

    Attributes:
        unit: "steps" or "milliseconds".
        length: in that unit; 0: none.
    """

    unit: str
    length: int

    @classmethod
    def of(cls, spec: RunSpec, plan: Plan, inputs: Inputs) -> WarmUp:
        """What a spec asks for: its own number of epochs, else a tenth of what is planned."""
        if spec.warm_up is not None:
            return cls("steps", inputs.steps_in(spec.warm_up) if spec.warm_up else 0)
        if plan.steps is None:
            return cls("milliseconds", round(1000 * WARM_UP_SHARE * (plan.seconds or 0.0)))
        return cls("steps", round(WARM_UP_SHARE * plan.steps))

    def beta(self, steps: int, seconds: float, end: float) -> float:
        """Beta after so many steps and seconds, `end` once the warm-up is over."""
        return warm_up(steps if self.unit == "steps" else round(1000 * seconds), self.length, end)
