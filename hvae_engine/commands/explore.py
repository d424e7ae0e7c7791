"""`strata explore`: any view of a run as a picture, a film, figures or arrays, made again by the same line."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hvae_engine.errors import OptionError, did_you_mean
from hvae_engine.exploring.figures.numbers import save_numbers
from hvae_engine.exploring.figures.saving import save, writer
from hvae_engine.exploring.latents import latents, write_latents
from hvae_engine.exploring.views import VIEWS, asked, render
from hvae_engine.exploring.views.usual import usual
from hvae_engine.galleries import subject, with_guests
from hvae_engine.training import Run
from hvae_engine.training.devices import use_threads

INTERRUPTED = 130
MOMENTS = 25
"""Pictures of a film where nobody says how many."""
LATENTS = "latents"
OUTPUTS = ("run", "view", "out", "scale", "json", "best")


def main(settings: Mapping[str, Any]) -> int:
    """Make what the typed settings name and return the exit code.

    Raises:
        StrataError: the run cannot be read, or the view does not fit it.
    """
    run = Run.open(settings["run"])
    _check(settings)
    use_threads(spare_core=False)
    try:
        (_latents if settings["view"] == LATENTS else _view)(run, settings)
    except KeyboardInterrupt:
        print("\nInterrupted; nothing was written.", file=sys.stderr)
        return INTERRUPTED
    return 0


def _check(settings: Mapping[str, Any]) -> None:
    """What can be said before anything is loaded.

    Raises:
        OptionError: the view is unknown, or there is nowhere to write to.
    """
    name = settings["view"]
    if name not in VIEWS and name != LATENTS:
        raise OptionError(f"There is no view {name!r}; {did_you_mean(name, [*VIEWS, LATENTS])}")
    if "out" not in settings and (name != "card" or "json" not in settings):
        raise OptionError(
            "strata explore needs --out: name a file for the view"
            + (", or --json one for its figures." if name == "card" else ".")
        )
    if "out" in settings and name != LATENTS:
        writer(Path(settings["out"]))


def _view(run: Run, settings: Mapping[str, Any]) -> None:
    name, parameters = settings["view"], _parameters(settings)
    wanted = asked(name, parameters)  # a mistake in them is said before anything is loaded
    shown = with_guests(subject(run, best="best" in settings, tell=_tell), wanted.brought)
    trained, total = shown.gallery.trained, len(shown.gallery.shown)
    figure = render(shown, asked(name, {**usual(VIEWS[name], trained, total - trained), **parameters}), _show)
    if "json" in settings:
        save_numbers(figure, Path(settings["json"]))
    if "out" in settings:
        save(figure, Path(settings["out"]), settings.get("scale", 1), _show)
    for level in figure.data.values():
        if "sentence" in level:
            print(level["sentence"])


def _latents(run: Run, settings: Mapping[str, Any]) -> None:
    known = {"count", "seed", *OUTPUTS}
    for name in settings:
        if name not in known or name in ("scale", "json"):
            raise OptionError(f"The view 'latents' has no --{name.replace('_', '-')}; it takes --count, --seed.")
    if settings.get("count", 1) < 1:
        raise OptionError(f"--count is {settings['count']}: give a whole number from 1 up.")
    path = Path(settings["out"])
    if path.suffix.lower() != ".npz":
        raise OptionError(f"{path.name} does not end in .npz, which latents are written in: name a .npz file.")
    shown = subject(run, best="best" in settings, held=None, tell=_tell)
    write_latents(latents(shown, settings.get("count"), settings.get("seed", 0), _show), path)


def _parameters(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The view's own parameters: one level where it takes one, and more moments where a film is asked for."""
    plain = {name: value for name, value in settings.items() if name not in OUTPUTS}
    typed = {name: tuple(value) if isinstance(value, list) else value for name, value in plain.items()}
    defaults = {field.name: field.default for field in dataclasses.fields(VIEWS[settings["view"]])}
    for name, value in list(typed.items()):
        if isinstance(value, tuple) and name in defaults and not isinstance(defaults[name], tuple):
            if len(value) != 1:
                raise OptionError(f"The view {settings['view']!r} takes one --{name}, found {len(value)}: give one.")
            typed[name] = value[0]
    film = Path(settings.get("out", "")).suffix.lower() in (".gif", ".mp4")
    return {"steps": MOMENTS, **typed} if film and "steps" in defaults else typed


def _tell(words: str) -> None:
    print(f"strata: {words}", file=sys.stderr)


def _show(done: int, total: int) -> None:
    """Draw over the share that is done; nothing where nobody watches, and nothing is left of it at the end."""
    if sys.stderr.isatty():
        print(f"\r{done / total:4.0%}" if done < total else "\r    \r", end="", file=sys.stderr, flush=True)
