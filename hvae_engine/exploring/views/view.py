"""What every view is: a frozen record of what is asked for, which a subject can be shown by."""

from __future__ import annotations

import dataclasses
import shlex
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, NamedTuple

import torch

from hvae_engine.errors import OptionError, did_you_mean
from hvae_engine.exploring.edits import index_of
from hvae_engine.exploring.figures import Figure, Panel
from hvae_engine.exploring.subject import Progress, Subject, unwatched
from hvae_engine.models import BELOW, Below

MOST_LEVELS = 6
"""Levels a view shows when nobody says which."""
MOST = 4096


class Made(NamedTuple):
    """What a view makes: rows of panels from the top, and plain figures behind them, by level, where there are some."""

    rows: tuple[tuple[Panel, ...], ...]
    data: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class View(ABC):
    """A view that was asked for: plain values alone, so that it can be pickled, written as JSON and made again.

    Attributes:
        name: as it is typed.
        title: as people say it.
    """

    name: ClassVar[str]
    title: ClassVar[str]

    def settled(self, subject: Subject) -> View:
        """The same view with nothing left open: levels and units that nobody chose are those with the most nats."""
        return self

    @abstractmethod
    def make(self, subject: Subject, progress: Progress) -> Made:
        """Its panels; asked of a settled view.

        Raises:
            OptionError: a level, a unit or an image does not exist, or a number does not fit.
        """

    @property
    def settings(self) -> dict[str, Any]:
        """Its name and parameters, plain values."""
        return {"view": self.name, **dataclasses.asdict(self)}

    def command(self, run: str) -> str:
        """The command line that makes it again, of a run whose folder is written as a shell reads it."""
        words = ["strata explore", run, "--view", self.name]
        for name, value in dataclasses.asdict(self).items():
            if value not in ((), ""):
                words += ["--" + name.replace("_", "-"), _typed(value)]
        return " ".join(words)


def render(subject: Subject, view: View, progress: Progress = unwatched) -> Figure:
    """Make a view's figure; the same subject and view give the same one.

    Draws come from generators of their own, never from torch's global one.

    Args:
        subject: the model at one step, and its images.
        view: what is wanted.
        progress: called with parts done and parts in all; may raise to cancel.

    Raises:
        OptionError: what is asked for does not exist in this model or among these images.
    """
    with torch.no_grad():
        settled = view.settled(subject)
        made = settled.make(subject, progress)
    line = settled.command(shlex.quote(subject.run)) + (" --best" if subject.best else "")
    caption = f"{view.title}, run {subject.run}, step {subject.step}", line
    return Figure(made.rows, subject.model.names, caption, settled.settings, subject.run, subject.step, made.data)


def rule(below: str) -> Below:
    """The rule for the levels below of this name.

    Raises:
        OptionError: there is none.
    """
    if below not in BELOW:
        raise OptionError(f"Levels below cannot {below!r}; {did_you_mean(below, BELOW)}")
    return below


def chosen(subject: Subject, level: str) -> str:
    """A level by name; empty: the one with the most nats.

    Raises:
        OptionError: there is no such level.
    """
    if level:
        index_of(subject.model, level)
        return level
    return subject.informative()[0]


def several(subject: Subject, level: tuple[str, ...]) -> tuple[str, ...]:
    """Levels by name, from the surface down; none: all of them, or those with the most nats where there are many.

    Raises:
        OptionError: there is no such level.
    """
    for name in level:
        index_of(subject.model, name)
    names = level or subject.informative()[:MOST_LEVELS]
    return tuple(name for name in subject.model.names if name in names)


def check_count(what: str, value: int, least: int = 1) -> None:
    """Refuse a number of something that is too small or too large to draw.

    Raises:
        OptionError: it is.
    """
    if not least <= value <= MOST:
        raise OptionError(f"--{what} is {value}: give a whole number from {least} to {MOST}.")


def check_some(images: Sequence[int]) -> None:
    """Refuse a view of no image.

    Raises:
        OptionError: there is none.
    """
    if not images:
        raise OptionError("--image names no image: give one or more numbers.")


def _typed(value: Any) -> str:
    if value is None:
        return "prior"
    if isinstance(value, tuple):
        return ",".join(map(_typed, value))
    return f"{value:g}" if isinstance(value, float) else str(value)
