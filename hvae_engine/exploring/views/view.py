"""What every view is: a frozen record of what is asked for, which a subject can be shown by."""

from __future__ import annotations

import dataclasses
import shlex
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar, NamedTuple

import torch

from hvae_engine.errors import OptionError, did_you_mean
from hvae_engine.exploring.edits import index_of
from hvae_engine.exploring.figures import Figure, Panel
from hvae_engine.exploring.standing import Standing, stand
from hvae_engine.exploring.subject import Progress, Subject, unwatched
from hvae_engine.exploring.typed import Image, Moved, brought, named, number, read
from hvae_engine.models import BELOW, Below

IMAGES = ("image", "other", "to")
"""Parameters that name images."""
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
        follows: it starts from where the sliders are.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    follows: ClassVar[bool] = False

    def settled(self, subject: Subject) -> View:
        """The same view with nothing left open: levels and units that nobody chose are those with the most nats."""
        return self

    @abstractmethod
    def make(self, subject: Subject, progress: Progress) -> Made:
        """Its panels; asked of a settled view.

        Raises:
            OptionError: a level, a unit or an image does not exist, or a number does not fit.
        """

    def stages(self, subject: Subject, progress: Progress) -> Iterator[Made]:
        """What there is of its panels, again whenever there is more, the whole at last; arguments as in `make`."""
        yield self.make(subject, progress)

    @property
    def settings(self) -> dict[str, Any]:
        """Its name and parameters, plain values."""
        return {"view": self.name, **dataclasses.asdict(self)}

    @property
    def unmoved(self) -> View:
        """The same view with every slider back at its base point: what stays the same all through a drag."""
        return self

    @property
    def brought(self) -> tuple[str, ...]:
        """The files of images that it starts from and that are not of the data."""
        values = [value for name, value in dataclasses.asdict(self).items() if name in IMAGES]
        return brought(one for value in values for one in (value if isinstance(value, tuple) else (value,)))

    def command(self, run: str) -> str:
        """The command line that makes it again, of a run whose folder is written as a shell reads it."""
        words = ["strata explore", run, "--view", self.name]
        for name, value in dataclasses.asdict(self).items():
            for typed in _typed(name, value):
                words += ["--" + name.replace("_", "-"), shlex.quote(typed)]
        return " ".join(words)


@dataclass(frozen=True)
class Started(View):
    """A view that starts from where somebody stands.

    Attributes:
        edit: what was moved there, a text for each level, see `hvae_engine.exploring.typed`.
        lock: names of levels that stay pinned whatever the others do.
    """

    follows: ClassVar[bool] = True

    edit: tuple[str, ...] = field(default=(), kw_only=True)
    lock: tuple[str, ...] = field(default=(), kw_only=True)

    @property
    def unmoved(self) -> View:
        """See `View`."""
        return replace(self, edit=())

    @property
    def moved(self) -> Moved:
        """What was moved.

        Raises:
            OptionError: it was typed wrong.
        """
        return read(self.edit)._replace(locked=frozenset(self.lock))

    def stand(
        self, subject: Subject, images: Sequence[Image], below: str, seed: int = 0, progress: Progress = unwatched
    ) -> Standing:
        """Images side by side, each with these sliders moved; arguments and mistakes as in `standing.stand`."""
        check_some(images)
        return stand(subject, images, self.moved, rule(below), seed, progress)


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
    return deque(growing(subject, view, progress), maxlen=1)[0]


@torch.no_grad()
def growing(subject: Subject, view: View, progress: Progress = unwatched) -> Iterator[Figure]:
    """The same, again whenever there is more of it, the whole figure at last; arguments and mistakes as in `render`."""
    settled = view.settled(subject)
    line = settled.command(shlex.quote(subject.run)) + (" --best" if subject.best else "")
    caption = f"{view.title}, run {subject.run}, step {subject.step}", line, *_lost(settled)
    for made in settled.stages(subject, progress):
        yield Figure(made.rows, subject.model.names, caption, settled.settings, subject.run, subject.step, made.data)


def _lost(view: View) -> list[str]:
    """A sentence for each image that the line above names and that nobody will find."""
    return [
        f"The image {named(file)} was brought along and lies there no longer: name another file to make this again."
        for file in view.brought
        if not Path(file).is_file()
    ]


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


def check_some(images: Sequence[Image]) -> None:
    """Refuse a view of no image.

    Raises:
        OptionError: there is none.
    """
    if not images:
        raise OptionError("--image names no image: give one or more numbers.")


def _typed(name: str, value: Any) -> list[str]:
    """A parameter as it is typed, each text after an option of its own."""
    values = list(value) if isinstance(value, tuple) else [] if value == "" else [value]
    if name == "edit":
        return values
    alone = brought(values) if name in IMAGES else ()  # a file's name may hold a comma
    texts: list[list[str]] = []
    for one, before in zip(values, [None, *values], strict=False):
        text = number(one) if isinstance(one, float) else str(one)
        if texts and one not in alone and before not in alone:
            texts[-1].append(text)
        else:
            texts.append([text])
    return [",".join(parts) for parts in texts]
