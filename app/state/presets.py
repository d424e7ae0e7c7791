"""What has been changed since a preset filled in the settings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from typing import Any

from app.state.offers import FamilySpec, PresetSpec
from app.state.records import Settings

OWN = PresetSpec("", "", "", "", Settings())
"""What the window starts with."""
NOT_OF_A_PRESET = ("seed", "device", "codes_of", "held_out", "options", *Settings.PLANS)
"""A person's own, or compared by themselves."""


def filled(preset: PresetSpec, settings: Settings) -> Settings:
    """The settings as the preset has them, with a person's own seed, device and share held out."""
    return replace(preset.settings, seed=settings.seed, device=settings.device, held_out=settings.held_out)


def changed(
    preset: PresetSpec, settings: Settings, family: FamilySpec | None = None, channels: int | None = None
) -> tuple[str, ...]:
    """Names of settings and of the model's options that differ from the preset's, as they are written.

    Options are compared while the family is the preset's own, and the length while it is in the same unit.

    Args:
        preset: what filled in the settings.
        settings: as they are now.
        family: theirs, which settles what is left open; None: not known yet.
        channels: of the images, which decide over a likelihood that is left open; None: not known.
    """
    settings, of_preset = settled(settings, preset.settings, family, channels)
    names = [one.name for one in fields(Settings) if one.name not in NOT_OF_A_PRESET]
    found = [name for name in names if getattr(settings, name) != getattr(of_preset, name)]
    if settings.plan == of_preset.plan and settings.length != of_preset.length:
        found.append("length")
    if settings.family == of_preset.family:
        defaults = {} if family is None else {field.name: field.shown for field in family.fields}
        found += _changed_options({**defaults, **of_preset.options}, {**defaults, **settings.options})
    return tuple("length" if name == "plan" else name for name in found)


def settled(
    one: Settings, other: Settings, family: FamilySpec | None, channels: int | None
) -> tuple[Settings, Settings]:
    """Both with nothing left open, so that what makes the same run is equal; as they are where that cannot be done.

    Args:
        one: settings.
        other: to compare them with.
        family: of both; of one of them alone, nothing is settled.
        channels: of the images; None: not known.
    """
    if family is None or not one.family == other.family == family.name:
        return one, other
    first, second = family.settled(one, channels), family.settled(other, channels)
    return (one, other) if first is None or second is None else (first, second)


def fitting(
    known: Iterable[PresetSpec], settings: Settings, family: FamilySpec | None, channels: int | None
) -> PresetSpec:
    """The preset that a run was made with, be it for another length; `OWN` where there is none.

    Args:
        known: to look among.
        settings: of the run.
        family: of the run.
        channels: of its images; None: not known.
    """
    same = (one for one in known if set(changed(one, settings, family, channels)) <= {"length"})
    return next(same, OWN)


def _changed_options(of_preset: Mapping[str, Any], chosen: Mapping[str, Any]) -> list[str]:
    return [name for name in {**of_preset, **chosen} if plain(chosen.get(name)) != plain(of_preset.get(name))]


def plain(value: Any) -> str:
    """An option to compare: sizes are written as tuples or as text, with or without blanks."""
    return ",".join(map(str, value)) if isinstance(value, tuple | list) else str(value).replace(" ", "")
