"""`strata bench`: figures on the speed of the engine, on paper and as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hvae_engine.bench import bench_loop
from hvae_engine.commands.writing import write
from hvae_engine.errors import OptionError


def main(settings: Mapping[str, Any]) -> int:
    """Measure what the typed settings name, print it, and write it to a file where one is named.

    Raises:
        OptionError: a number does not fit, or the file cannot be written.
    """
    numbers = {name: settings[name] for name in ("rounds", "seconds", "batch_size") if name in settings}
    for name, value in numbers.items():
        if not value > 0:
            raise OptionError(f"--{name.replace('_', '-')} is {value}: give a number above 0.")
    figures = bench_loop(**numbers)
    for name, speed in figures["images_per_s"].items():
        print(f"{name:12}{speed:12,.0f} images/s")
    print(f"engine / bare {figures['ratio_to_bare']:.3f}, engine / dataloader {figures['ratio_to_dataloader']:.3f}")
    if "json" in settings:
        write(Path(settings["json"]), json.dumps(figures, indent=2) + "\n")
    return 0
