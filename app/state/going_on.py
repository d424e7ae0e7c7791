"""What a run that has begun can take over from the present choices, and how far it goes on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from app.state.records import Settings
from app.state.run_status import RunStatus

TAKEN_OVER = (*Settings.LIVE, *Settings.PLANS, "plan")
"""Settings that a run takes over: those that act at once, and its length."""


def differing(chosen: Settings, of_run: Settings) -> tuple[str, ...]:
    """Names of the settings that the run cannot take over; empty: it can go on as it is."""
    names = [one.name for one in fields(Settings) if one.name not in TAKEN_OVER]
    return tuple(name for name in names if getattr(chosen, name) != getattr(of_run, name))


def length_to_go_on(
    chosen: Settings, of_run: Settings, status: RunStatus, images: int, finished: bool
) -> Mapping[str, Any] | None:
    """The length of a run that rests if it went on now, from its first step, by unit; None: as it is planned.

    At its end it goes on for as long again as a new run would take.

    Args:
        chosen: the present choices.
        of_run: what the run was made with.
        status: where the run stands.
        images: trained on in an epoch.
        finished: whether the run is at its end.
    """
    unit, length = chosen.plan, chosen.length
    moved = (unit, length) != (of_run.plan, of_run.length)
    epochs = status.step * of_run.batch_size / images
    done = {"epochs": epochs, "steps": status.step, "minutes": status.seconds / 60}[unit]
    at_end = done >= length if moved else finished
    if not (moved or at_end):
        return None
    end = done + length if at_end else length
    return {unit: end if unit == "minutes" else round(end)}
