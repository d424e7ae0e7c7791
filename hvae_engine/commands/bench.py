"""`strata bench`: figures on the speed of the engine, on paper and as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from hvae_engine.bench import bench_data, bench_evaluate, bench_import, bench_loop, bench_models
from hvae_engine.commands.writing import write
from hvae_engine.errors import OptionError

Figures = Mapping[str, Any]


class _Bench(NamedTuple):
    """One thing to measure: how, which numbers it takes, and its figures in words."""

    measure: Callable[..., Figures]
    takes: tuple[str, ...]
    lines: Callable[[Figures], list[str]]


def main(settings: Mapping[str, Any]) -> int:
    """Measure what the typed settings name, print it, and write it to a file where one is named.

    Raises:
        OptionError: a number does not fit, or the file cannot be written.
    """
    bench = BENCHES[settings["what"]]
    numbers = {name: value for name, value in settings.items() if name not in ("what", "json")}
    for name, value in numbers.items():
        option = "--" + name.replace("_", "-")
        if name not in bench.takes:
            raise OptionError(f"strata bench {settings['what']} takes no {option}: leave it out.")
        if not isinstance(value, str) and not value > 0:
            raise OptionError(f"{option} is {value}: give a number above 0.")
    figures = bench.measure(**numbers)
    print("\n".join(bench.lines(figures)))
    if "json" in settings:
        write(Path(settings["json"]), json.dumps(figures, indent=2) + "\n")
    return 0


def _loop(figures: Figures) -> list[str]:
    ratios = f"engine / bare {figures['ratio_to_bare']:.3f}, engine / dataloader {figures['ratio_to_dataloader']:.3f}"
    return [*(f"{name:12}{speed:12,.0f} images/s" for name, speed in figures["images_per_s"].items()), ratios]


def _models(figures: Figures) -> list[str]:
    return [
        f"{name:18}engine {speeds['engine']:9,.1f}   bare {speeds['bare']:9,.1f} images/s   "
        f"engine / bare {figures['ratio_to_bare'][name]:.3f}"
        for name, speeds in figures["images_per_s"].items()
    ]


def _evaluate(figures: Figures) -> list[str]:
    return [
        f"{name:18}encoded once {times['once']:8.1f}   for every draw {times['again']:8.1f} ms an image   "
        f"ratio {figures['ratio'][name]:.2f}"
        for name, times in figures["ms_per_image"].items()
    ]


def _import(figures: Figures) -> list[str]:
    lines = [f"{name:12}{speed:12,.0f} images/s" for name, speed in figures["images_per_s"].items()]
    if "imagefolder" not in figures["images_per_s"]:
        lines.append(
            "torchvision cannot be imported here (its build may not fit that of torch), so its ImageFolder is missing:"
            " the dataloader does the same to every picture."
        )
    return [*lines, ", ".join(f"strata / {name} {ratio:.2f}" for name, ratio in figures["ratio"].items())]


def _data(figures: Figures) -> list[str]:
    lines = [f"{name:12}{speed:12,.0f} images/s" for name, speed in figures["images_per_s"].items()]
    return [*lines, ", ".join(f"{name} / memory {ratio:.3f}" for name, ratio in figures["ratio_to_memory"].items())]


BENCHES = {
    "loop": _Bench(bench_loop, ("rounds", "seconds", "batch_size"), _loop),
    "models": _Bench(bench_models, ("rounds", "seconds"), _models),
    "import": _Bench(bench_import, ("rounds", "data"), _import),
    "data": _Bench(bench_data, ("rounds", "seconds", "batch_size"), _data),
    "evaluate": _Bench(bench_evaluate, ("rounds", "samples"), _evaluate),
}
