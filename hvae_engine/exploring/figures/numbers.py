"""The figures behind a picture as JSON: what a machine reads where a person looks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hvae_engine.errors import OptionError
from hvae_engine.exploring.figures.panels import Figure
from hvae_engine.exploring.figures.whole import whole


def numbers(figure: Figure) -> dict[str, Any]:
    """Run, step, the view's parameters, and the figures of each level: plain values."""
    return {"run": figure.run, "step": figure.step, **figure.settings, "levels": figure.data}


def save_numbers(figure: Figure, path: Path) -> None:
    """Write them to a .json file.

    Raises:
        OptionError: the view has none, or the file cannot be written.
    """
    if not figure.data:
        raise OptionError(f"The view {figure.settings['view']!r} has no figures: ask for 'card' or 'effect'.")
    with whole(path) as partial:
        partial.write_text(json.dumps(numbers(figure), indent=2) + "\n", encoding="utf-8")
