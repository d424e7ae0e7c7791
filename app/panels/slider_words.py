"""What is said about the sliders of a level: on each of them, and in their place where none carries anything."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QCoreApplication

from app.state import units
from app.widgets.slider_bank import Unit
from app.words import wording

if TYPE_CHECKING:
    from hvae_engine.exploring import LevelAnswer

UNUSED_NATS = 0.01


def sliders(answer: LevelAnswer, order: Sequence[int], weights: np.ndarray) -> list[Unit]:
    """The units of a level in `order`, or its directions from the widest on, with what each of them carries."""
    if answer.along is None:
        return [_unit(answer.name, number, float(weights[number])) for number in order]
    return [_direction(answer.name, number, float(weights[number])) for number in range(len(weights))]


def active(answer: LevelAnswer) -> int:
    """How many of its sliders carry something."""
    if unused(answer):
        return 0
    return answer.active if answer.along is None else answer.along.active


def unused(answer: LevelAnswer) -> bool:
    """Whether the posterior equals the prior: whatever its mean does, it tells nothing about the image."""
    return float(answer.unit_kl.sum()) < UNUSED_NATS


def idle(answer: LevelAnswer) -> str:
    """What is said in place of sliders where none carries anything."""
    if unused(answer):
        return _tr("{} is unused: its posterior equals its prior.").format(answer.name)
    nats = wording.nats(float(answer.unit_kl.sum()), 2)
    if answer.along is not None:
        words = _tr("{} has no wide direction: its posterior means hardly vary over images, though it costs {} nats.")
    else:
        words = _tr("No unit of {} is active: their posterior means hardly vary over images, though they cost {} nats.")
    return words.format(answer.name, nats)


def traversal(unit: units.Unit, along: bool) -> str:
    """What a strip shows."""
    number = units.channel_of(unit)
    name = _tr("direction {}").format(number) if along else _tr("unit {}").format(number)
    if isinstance(unit, int):
        return name
    return _tr("{} at row {}, column {}").format(name, unit[1] + 1, unit[2] + 1)


def _unit(level: str, number: int, nats: float) -> Unit:
    hint = _tr(
        "Unit {} of {}: {} nats for this image. Shift: fine; Enter: type; double click: reset.\n"
        "Sliders stand by falling nats over 64 images, and change places only while no hand is near."
    )
    name = _tr("{} unit {}").format(level, number)
    return Unit(number, nats, name, hint.format(number, level, wording.nats(nats, 2)))


def _direction(level: str, number: int, share: float) -> Unit:
    hint = _tr(
        "Direction {} of {}: {:.1%} of the variance of its posterior means over images. Shift: fine; Enter: type; "
        "double click: reset.\nFrom −3 to 3 standard deviations of these means around their mean."
    )
    return Unit(number, share, _tr("{} direction {}").format(level, number), hint.format(number, level, share))


def _tr(text: str) -> str:
    return QCoreApplication.translate("SliderWords", text)
