"""What the engine offers, as the window's plain records: families with their options, and presets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from app import translation
from app.state.offers import FamilySpec, FieldSpec, PresetSpec
from app.state.records import DataSource, Settings

if TYPE_CHECKING:
    from hvae_engine.models import Family, Option


def families_of(families: Mapping[str, Family]) -> dict[str, FamilySpec]:
    """What each family lets a person choose."""
    from hvae_engine.training.codes import GIVING
    from hvae_engine.training.resolution import DEFAULT_SAMPLES

    return {
        name: FamilySpec(
            name=name,
            title=family.title,
            fields=tuple(_field_of(option) for option in family.options.values()),
            bound=family.bound,
            samples=MappingProxyType({**DEFAULT_SAMPLES, family.bound: family.samples}),
            needs_labels=family.semi_supervised,
            learns_codes=family.learns_codes,
            gives_codes=name in GIVING,
            remark=_remarks(family),
            in_effect=_in_effect(family),
            settled=_settled,
        )
        for name, family in families.items()
    }


def _field_of(option: Option) -> FieldSpec:
    help_text = option.help[:1].upper() + option.help[1:] + "." if option.help else ""
    if option.kind == "sizes":
        help_text += " " + _LEVELS
    return FieldSpec(option.name, option.kind, option.default, option.choices, help_text, _complaints(option))


_LEVELS = "There are as many levels as numbers; lists that you have not changed follow."


def _complaints(option: Option) -> Callable[[Any], str]:
    from hvae_engine.errors import OptionError

    def complaint(value: Any) -> str:
        try:
            option.read(value)
        except OptionError as error:
            return str(error)
        return ""

    return complaint


def _remarks(family: Family) -> Callable[[Mapping[str, Any], int], str]:
    from hvae_engine.errors import OptionError

    def remark(options: Mapping[str, Any], classes: int) -> str:
        try:
            settings = family.settings(options)
        except OptionError:  # said where it is typed
            return ""
        return family.uneven(settings) or (family.remark(settings, classes) if classes else "")

    return remark


def _in_effect(family: Family) -> Callable[[Mapping[str, Any]], Mapping[str, Any]]:
    from hvae_engine.errors import OptionError

    def in_effect(options: Mapping[str, Any]) -> Mapping[str, Any]:
        try:
            return family.settings(options)
        except OptionError:  # said where it is typed
            return options

    return in_effect


def _settled(settings: Settings, channels: int | None) -> Settings | None:
    from hvae_engine.errors import OptionError
    from hvae_engine.training.resolution import resolved

    try:
        spec = resolved(translation.spec_of(settings, DataSource("scenes")), channels)  # of any data
    except OptionError:  # said where it is typed
        return None
    return translation.settings_of(spec)


def presets_of(families: Mapping[str, FamilySpec]) -> dict[str, PresetSpec]:
    """The presets of the papers, each as the choices that it fills in."""
    from hvae_engine.models import FAMILIES
    from hvae_engine.training import RunSpec
    from hvae_engine.training.presets import presets

    found = {}
    for name, one in presets().items():
        settings = translation.settings_of(RunSpec("scenes", **one.spec))
        known, options = FAMILIES[settings.family].options, settings.options
        defaults = {field.name: field for field in families[settings.family].fields}
        filled = {key: replace(defaults[key], default=known[key].read(value)).shown for key, value in options.items()}
        moved = {key: value for key, value in filled.items() if value != defaults[key].shown}
        settings = replace(settings, options=MappingProxyType(moved))
        found[name] = PresetSpec(name, one.title, one.source, one.note, settings)
    return found
