"""`strata bench latency` and `strata bench start`: how quickly the window answers a hand, and how soon it is there."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from hvae_engine.errors import OptionError, did_you_mean

KINDS = {
    "latency": "how long a dragged slider takes to move the picture while a model trains",
    "views": "how soon each view shows its first picture while a model trains",
    "start": "how soon the window is up, and how smoothly the rest loads behind it",
}
ENGINE_KINDS = {
    "loop": "how many images a second the training loop takes",
    "models": "how many every preset takes, beside a bare loop over the same modules",
    "import": "how many pictures a second an import takes, beside plain ways of reading them",
    "data": "how many images a second training takes from the disk, beside memory",
    "evaluate": "what it saves to encode an image once when many draws are scored",
}
USAGE = "usage: strata bench WHAT [options]\n\n{}\n\nEach has its own --help."

LATENCY = (
    "Trains the default model on the built-in scenes in the real window, 1440 x 900 and off the screen, and drags a "
    "slider by 60 mouse moves a second. slider_ms: from the mouse move to the picture of its value, or of a later one, "
    "being painted. timer_ms: from tick to tick of a 16 ms timer in the window. bare_timer_ms: the same in an empty "
    "window beside the same training. with_view: the same with each view open in turn, and how many figures of it came "
    "in the drag."
)
VIEWS = (
    "Trains the default model on the built-in scenes in the real window, off the screen, and opens every view in turn. "
    "median_s, slowest_s: from opening a view of which nothing is known to its first picture being painted."
)
START = (
    "Starts the window in fresh processes, off the screen, in turn with a bare pyqtgraph window, and takes medians. "
    "window_s, bare_window_s: from the process to the first paint. longest_gap_ms: in which the window answered "
    "nothing while torch was loading. torch_ready_s: from the process to an engine that is ready."
)


def serves(argv: list[str]) -> bool:
    """Whether these arguments, those after `strata bench`, are for this module and not for the engine."""
    return not argv or argv[0] in ("-h", "--help", *KINDS) or not (argv[0].startswith("-") or argv[0] in ENGINE_KINDS)


def main(argv: list[str]) -> int:
    """Measure, print the figures, and write them to a file where one is named.

    Args:
        argv: the arguments after `strata bench`.

    Returns:
        0, or 2 after a person's mistake, which is said in one sentence on stderr.
    """
    if not argv or argv[0] in ("-h", "--help"):
        kinds = {**ENGINE_KINDS, **KINDS}
        print(USAGE.format("\n".join(f"  {name:9}{words}" for name, words in kinds.items())))
        return 0
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    try:
        if argv[0] not in KINDS:
            known = did_you_mean(argv[0], (*ENGINE_KINDS, *KINDS))
            raise OptionError(f"There is nothing called {argv[0]!r} to measure; {known}")
        measure = {"latency": _latency, "views": _views, "start": _start}[argv[0]]
        file, figures = measure(argv[1:])
        _tell(figures, file)
    except OptionError as error:
        print(f"strata: {error}", file=sys.stderr)
        return 2
    except SystemExit as end:  # how argparse ends after --help
        return int(end.code or 0)
    return 0


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise OptionError(f"{message}; {self.prog} --help shows what fits.")


def _latency(argv: list[str]) -> tuple[Path | None, dict[str, Any]]:
    parser = _Parser(prog="strata bench latency", description=LATENCY)
    parser.add_argument("--seconds", type=_positive(float), default=20.0, help="of dragging (20)")
    parser.add_argument("--views", action="store_true", help="drag as long again with each view open in turn")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to a file")
    asked = parser.parse_args(argv)
    from app.bench import latency

    return asked.json, latency.measure(asked.seconds, asked.views)


def _views(argv: list[str]) -> tuple[Path | None, dict[str, Any]]:
    parser = _Parser(prog="strata bench views", description=VIEWS)
    parser.add_argument("--rounds", type=_positive(int), default=5, help="how often each view is opened (5)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to a file")
    asked = parser.parse_args(argv)
    from app.bench import first_pictures

    return asked.json, first_pictures.measure(asked.rounds)


def _start(argv: list[str]) -> tuple[Path | None, dict[str, Any]]:
    parser = _Parser(prog="strata bench start", description=START)
    parser.add_argument("--rounds", type=_positive(int), default=5, help="processes of each kind (5)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to a file")
    asked = parser.parse_args(argv)
    from app.bench import startup

    return asked.json, startup.measure(asked.rounds)


def _positive(kind: Callable[[str], float]) -> Callable[[str], float]:
    def read(typed: str) -> float:
        try:
            number = kind(typed)
        except ValueError:
            number = 0
        if not 0 < number < float("inf"):
            raise argparse.ArgumentTypeError(f"{typed!r} is not a number above 0")
        return number

    return read


def _tell(figures: dict[str, Any], file: Path | None) -> None:
    text = json.dumps(figures, indent=2)
    print(text)
    if file is None:
        return
    try:
        file.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise OptionError(f"{file} cannot be written ({error.strerror}): name another file.") from None
