"""`strata evaluate`: the figures of a run on images it never learned from, on paper and as JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hvae_engine.commands.writing import write
from hvae_engine.errors import OptionError
from hvae_engine.training import Run
from hvae_engine.training.devices import use_threads
from hvae_engine.training.evaluating import Report, evaluate

INTERRUPTED = 130


def main(settings: Mapping[str, Any]) -> int:
    """Score the run the typed settings name and return the exit code.

    Raises:
        StrataError: the run cannot be read, a number does not fit, or the file cannot be written.
    """
    numbers = {name: settings[name] for name in ("samples", "images") if name in settings}
    for name, value in numbers.items():
        if value < 1:
            raise OptionError(f"--{name} is {value}: give a whole number from 1 up.")
    use_threads(spare_core=False)
    try:
        report = evaluate(Run.open(settings["run"]), **numbers, best="best" in settings, progress=_Progress())
    except KeyboardInterrupt:
        print("\nInterrupted; nothing was written.", file=sys.stderr)
        return INTERRUPTED
    print(file=sys.stderr)
    _print(report)
    if "json" in settings:
        write(Path(settings["json"]), json.dumps(report.to_json(), indent=2) + "\n")
    return 0


class _Progress:
    """One line that is drawn over on a terminal; elsewhere a line for each tenth of the images."""

    def __init__(self) -> None:
        self._live, self._tenths = sys.stderr.isatty(), 0

    def __call__(self, done: int, total: int) -> None:
        tenths, before = 10 * done // total, self._tenths
        self._tenths = tenths
        if self._live:
            print(f"\r{done:,} of {total:,} images scored", end="", file=sys.stderr, flush=True)
        elif tenths > before:
            print(f"{done:,} of {total:,} images scored", file=sys.stderr, flush=True)


def _print(report: Report) -> None:
    plain = report.to_json()
    print(f"{plain['images']:,} {plain['split']} images, nats per {report.of[:-1]}")
    print(f"IWAE-{plain['samples']:<6}{plain['iwae']:10.2f} ± {plain['iwae_se']:.2f}   median ESS {plain['ess']:.1f}")
    if "exact" in plain:
        print(f"log p(x)   {plain['exact']:10.2f}   exactly")
    print(f"ELBO       {plain['elbo']:10.2f}")
    print(f"log p(x|z) {plain['log_px']:10.2f}")
    for name, kl in plain["kl"].items():
        print(f"KL {name:8}{kl:10.2f}   {plain['active_units'][name]} active units")
    if "bits_per_dim" in plain:
        print(f"bits/dim   {plain['bits_per_dim']:10.3f}")
    if "error" in plain:
        print(f"error      {100 * plain['error']:10.2f} %")
