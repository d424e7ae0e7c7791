"""Models of the papers as ready specs, read from JSON files that come with Strata."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from hvae_engine.errors import OptionError, did_you_mean


@dataclass(frozen=True)
class Preset:
    """A model of a paper and how it is trained.

    Attributes:
        name: as it is typed.
        title: as people say it.
        source: paper or code the numbers are from.
        note: what differs from it, and what else one should know.
        spec: fields of a `RunSpec`, all but the data.
    """

    name: str
    title: str
    source: str
    note: str
    spec: dict[str, Any]


def presets() -> dict[str, Preset]:
    """Every preset by name."""
    found = {}
    for path in sorted(_folder().glob("*.json")):
        about = json.loads(path.read_text(encoding="utf-8"))
        found[path.stem] = Preset(path.stem, about["title"], about["source"], about["note"], about["spec"])
    return found


def preset(name: str) -> Preset:
    """The preset of a name.

    Raises:
        OptionError: there is none.
    """
    known = presets()
    if name not in known:
        raise OptionError(f"There is no preset {name!r}; {did_you_mean(name, known)}")
    return known[name]


def _folder() -> Path:
    """Inside an installed package, or beside the packages in a checkout."""
    package = Path(str(files("hvae_engine")))
    inside = package / "presets"
    return inside if inside.is_dir() else package.parent / "resources" / "presets"
