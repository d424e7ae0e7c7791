"""What has been changed since a preset filled in the settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from app.state.offers import FamilySpec, PresetSpec
from app.state.records import Settings

OWN = PresetSpec("", "", "", "", Settings())
"""What the window starts with."""
NOT_OF_A_PRESET = ("seed", "device", "codes_of", "options", *Settings.PLANS)
"""A person's own, or compared by themselves."""


def filled(preset: PresetSpec, settings: Settings) -> Settings:
    """The settings as the preset has them, with a person's own seed and device."""
    return replace(preset.settings, seed=settings.seed, device=settings.device)


def changed(preset: PresetSpec, settings: Settings, family: FamilySpec | None = None) -> tuple[str, ...]:
    """Names of settings and of the model's options that differ from the preset's, as they are written.

    Options are compared while the family is the preset's own, and the length while it is in the same unit.

    Args:
        preset: what filled in the settings.
        settings: as they are now.
        family: theirs, whose options have defaults; None: not known yet.
    """
    of_preset = preset.settings
    names = [one.name for one in fields(Settings) if one.name not in NOT_OF_A_PRESET]
    found = [name for name in names if getattr(settings, name) != getattr(of_preset, name)]
    if settings.plan == of_preset.plan and settings.length != of_preset.length:
        found.append("length")
    if settings.family == of_preset.family:
        defaults = {} if family is None else {field.name: field.shown for field in family.fields}
        found += _changed_options({**defaults, **of_preset.options}, {**defaults, **settings.options})
    return tuple("length" if name == "plan" else name for name in found)


def _changed_options(of_preset: Mapping[str, Any], chosen: Mapping[str, Any]) -> list[str]:
    return [name for name in {**of_preset, **chosen} if _plain(chosen.get(name)) != _plain(of_preset.get(name))]


def _plain(value: Any) -> str:
    """Sizes are written as tuples or as text, with or without blanks."""
    return ",".join(map(str, value)) if isinstance(value, tuple | list) else str(value).replace(" ", "")
