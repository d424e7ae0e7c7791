"""`strata train`: a run from the command line, with a progress bar."""

from __future__ import annotations

import queue
import shlex
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from hvae_engine.commands.loading import LoadingLine
from hvae_engine.commands.progress import ProgressBar
from hvae_engine.datasets import Skipped, remarks
from hvae_engine.errors import OptionError
from hvae_engine.training import Run, RunSpec, Session
from hvae_engine.training.events import Event, Failed, Finished, Stopped
from hvae_engine.training.presets import preset
from hvae_engine.training.spec import PLANS

INTERRUPTED = 130
LISTED = 10


def main(settings: Mapping[str, Any]) -> int:
    """Train as the typed settings say and return the exit code.

    Raises:
        StrataError: they do not fit together, the data or the folder.
    """
    run = _resumed(settings) if "resume" in settings else _created(settings)
    return follow(run, ProgressBar(sys.stderr, run.spec.minutes))


def follow(run: Run, bar: ProgressBar) -> int:
    """Train a run to its end, or until Ctrl+C, and return the exit code."""
    events: queue.SimpleQueue[Event] = queue.SimpleQueue()
    session = Session(run, on_event=events.put)
    session.start()
    end, interrupted = None, False
    while end is None:
        try:
            event = _next(events)
            bar.show(event)
            end = event if isinstance(event, Finished | Stopped | Failed) else None
        except KeyboardInterrupt:
            interrupted = True
            session.stop()
    session.join()
    return _said(end, run, interrupted)


def _said(end: Finished | Stopped | Failed, run: Run, interrupted: bool) -> int:
    """Say how the run ended; the exit code."""
    where = shlex.quote(str(run.path))
    if isinstance(end, Failed):
        print(f"strata: {end.reason}\n{end.details}".rstrip(), file=sys.stderr)
        return 1 if end.details else 2
    if isinstance(end, Stopped):
        print(f"Stopped at step {end.step} and saved; to go on: strata train --resume --out {where}", file=sys.stderr)
        return INTERRUPTED
    print(f"Finished at step {end.step}; the run is in {where}", file=sys.stderr)
    return INTERRUPTED if interrupted else 0


def _next(events: queue.SimpleQueue[Event]) -> Event:
    """The next event; waits in short turns, since Ctrl+C does not reach a longer wait on Windows."""
    while True:
        try:
            return events.get(timeout=0.2)
        except queue.Empty:
            continue


def _created(settings: Mapping[str, Any]) -> Run:
    start = dict(preset(settings["preset"]).spec) if "preset" in settings else {}
    if set(PLANS) & set(settings):
        start = {name: value for name, value in start.items() if name not in PLANS}
    if "codes_of" in settings and "data" not in settings:
        start |= _images_of(settings["codes_of"])
    typed = {name: value for name, value in settings.items() if name not in ("out", "overwrite", "set", "preset")}
    if "data" in typed:
        typed["data"] = "\n".join(typed["data"])  # how a run names several sources
    fields = {**start, **typed, "options": {**start.get("options", {}), **_options(settings.get("set", []))}}
    for name in ("data", "family"):
        if name not in fields:
            raise OptionError(f"strata train needs --{name}: give it, or --resume with the folder of a run.")
    spec = RunSpec(**fields)
    loading = LoadingLine(sys.stderr)
    try:
        run = Run.create(settings["out"], spec, overwrite="overwrite" in settings, progress=loading.show)
    finally:
        loading.end()
    for remark in remarks(run.dataset):
        print(remark, file=sys.stderr)
    _list(run.dataset.skipped)
    if run.remark:
        print(run.remark, file=sys.stderr)
    return run


def _images_of(first: str) -> dict[str, Any]:
    """The data of a run, as it asked for them."""
    spec = Run.open(first).spec
    return {name: getattr(spec, name) for name in ("data", "size", "colour", "framing", "held_out", "folder_classes")}


def _list(skipped: Sequence[Skipped]) -> None:
    """Say which files were left out and why, the first few by name."""
    if skipped:
        print(f"{len(skipped)} files were skipped:", file=sys.stderr)
    for one in skipped[:LISTED]:
        print(f"  {one.path}: {one.reason}", file=sys.stderr)
    if len(skipped) > LISTED:
        print(f"  and {len(skipped) - LISTED} more", file=sys.stderr)


def _resumed(settings: Mapping[str, Any]) -> Run:
    longer = {name: settings[name] for name in PLANS if name in settings}
    for name in settings:
        if name not in ("out", "resume", *PLANS):
            option = "--" + name.replace("_", "-")
            raise OptionError(f"--resume takes the run's own settings: leave {option} out, or start a new run.")
    run = Run.open(settings["out"])
    return run.planned(**longer) if longer else run


def _options(typed: list[str]) -> dict[str, str]:
    """The family's options from "name=value", as typed.

    Raises:
        OptionError: one has no "=" or comes twice.
    """
    options: dict[str, str] = {}
    for one in typed:
        name, equals, value = one.partition("=")
        if not equals:
            raise OptionError(f"--set takes NAME=VALUE and found {one!r}: write --set units=64,32,16.")
        if name in options:
            raise OptionError(f"--set gives {name!r} twice: give it once.")
        options[name] = value
    return options
