"""What a picture of the window shows, in words beneath it and inside its file, so that it can be made again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from PySide6.QtCore import QCoreApplication

from app.state.experiment import Experiment
from app.state.exploration import Exploration
from app.state.point import Point
from app.state.records import Pictures, Settings
from app.state.units import Unit
from app.words import glossary, wording

MOST_EDITS = 3


def words(experiment: Experiment, exploration: Exploration) -> str:
    """Run, step, data, family with the settings that are not the usual ones, and what the explorer looks at."""
    parts = [of_run(experiment)]
    if (pictures := experiment.pictures) is not None and experiment.run_path is not None:
        parts.append(of_point(exploration.told, pictures))
    return " · ".join(part for part in parts if part)


def of_run(experiment: Experiment) -> str:
    """Run, step, data, family with the settings that are not the usual ones."""
    parts = []
    if experiment.run_path is not None:
        parts.append(experiment.run_path.name)
        parts.append(_tr("step {}").format(wording.count(experiment.status.step)))
    if (pictures := experiment.pictures) is not None:
        height, width = pictures.pixels.shape[2:]
        parts.append(f"{pictures.name} {width} × {height}")
        parts.extend(_settings_words(experiment))
    return " · ".join(parts)


def metadata(experiment: Experiment, exploration: Exploration) -> dict[str, str]:
    """The same as text entries of a PNG file, with every setting in JSON."""
    import json  # not wanted before the first screenshot

    entries = {"Software": "Strata", "Description": words(experiment, exploration)}
    if experiment.run_path is not None:
        entries["Run"] = str(experiment.run_path)
        entries["Step"] = str(experiment.status.step)
    if experiment.pictures is not None:
        settings = experiment.run_settings or experiment.settings
        entries["Data"] = json.dumps(asdict(experiment.pictures.asked))
        entries["Settings"] = json.dumps(_plain(settings))
        entries["Explorer"] = json.dumps(_plain(exploration.told))
    return entries


def _settings_words(experiment: Experiment) -> list[str]:
    settings, usual = experiment.run_settings or experiment.settings, Settings()
    family = experiment.families.get(settings.family)
    said = [family.title if family else settings.family]
    said += [f"{name.replace('_', ' ')} {value}" for name, value in settings.options.items()]
    silent = ("family", "options", "plan", *Settings.PLANS)
    names = [one.name for one in fields(Settings) if one.name not in silent]
    changed = [name for name in names if getattr(settings, name) != getattr(usual, name)]
    return said + [f"{glossary.term(name).title} {_value(getattr(settings, name))}" for name in changed]


def of_point(point: Point, pictures: Pictures) -> str:
    """Where the explorer starts, and what was moved."""
    if point.image is None:
        base = _tr("a draw from the prior")
    elif point.image >= len(pictures):
        base = pictures.label(point.image)
    else:
        base = _tr("image {}").format(point.image)
    edits = [(level, unit, score) for level, units in point.edits.items() for unit, score in units.items()]
    what = {level: _tr("direction") if level in point.along else _tr("unit") for level in point.edits}
    shown = edits[:MOST_EDITS]
    moved = [f"{level} {what[level]} {_unit(unit)} {wording.nats(score, 2)}" for level, unit, score in shown]
    more = [_tr("{} more").format(len(edits) - MOST_EDITS)] if len(edits) > MOST_EDITS else []
    below = [_tr("below: {}").format(glossary.term(point.below).title)] if edits else []
    locked = [_tr("locked: {}").format(" ".join(sorted(point.locked)))] if point.locked else []
    return ", ".join([base, *moved, *more, *below, *locked])


def _unit(unit: Unit) -> str:
    """A number, or a channel and its place as a command line has them."""
    return "/".join(map(str, unit)) if isinstance(unit, tuple) else str(unit)


def _value(value: Any) -> str:
    if value is None:
        return _tr("off")
    return f"{value:g}" if isinstance(value, float) else str(value)


def _plain(record: Any) -> Any:
    """A record of records and mappings as JSON takes it."""
    if isinstance(record, Mapping):
        return {str(key): _plain(value) for key, value in record.items()}
    if hasattr(record, "__dataclass_fields__"):
        return {one.name: _plain(getattr(record, one.name)) for one in fields(record)}
    return sorted(record) if isinstance(record, frozenset) else record


def _tr(text: str) -> str:
    return QCoreApplication.translate("Captions", text)
