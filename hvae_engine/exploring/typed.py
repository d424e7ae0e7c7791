"""Where somebody starts and what was moved, as it is typed: `prior:7`, `z2:3=1.5,0=-2`."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import NamedTuple

from hvae_engine.errors import OptionError
from hvae_engine.exploring.questions import Edits, Unit

Image = int | str
"""An image to start from: a number; "prior", or "prior:7" for the draw of seed 7; or the file of an image that a person
brought along."""
PRIOR = "prior"
_LEVEL = re.compile(r"(?P<level>[^:=,\s]+):(?P<moves>[^:\s]+)")
_MOVE = re.compile(r"(?P<along>d?)(?P<unit>\d+|\d+/\d+/\d+)=(?P<score>[^=,]+)")


class Moved(NamedTuple):
    """What was moved.

    Attributes:
        edits: level name -> unit -> standard-normal score; of a level among `along`, direction -> standard deviations.
        along: levels that were moved along their principal directions.
        locked: levels that stay pinned whatever the others do.
    """

    edits: Edits
    along: frozenset[str] = frozenset()
    locked: frozenset[str] = frozenset()


def prior_seed(image: Image, seed: int = 0) -> int | None:
    """The seed of a draw of the prior; None for an image.

    Args:
        image: what is started from.
        seed: of a draw that names none.
    """
    if not isinstance(image, str):
        return None
    if image == PRIOR:
        return seed
    number = image.removeprefix(f"{PRIOR}:")
    return int(number) if number != image and number.isdecimal() else None


def brought(images: Iterable[Image]) -> tuple[str, ...]:
    """Those among some images that a person brought along."""
    return tuple(one for one in images if isinstance(one, str) and prior_seed(one) is None)


def named(image: Image) -> str:
    """What to start from, in a word or two."""
    if isinstance(image, int):
        return f"image {image}"
    return "prior" if prior_seed(image) is not None else re.split(r"[/\\]", image)[-1]


def number(value: float) -> str:
    """A number in as few digits as tell it from every other one."""
    short = f"{value:g}"
    return short if float(short) == value else repr(float(value))


def written(moved: Moved) -> tuple[str, ...]:
    """What was moved as it is typed, a text for each level; what `read` reads."""
    return tuple(
        f"{level}:" + ",".join(f"{_unit(unit, level in moved.along)}={number(score)}" for unit, score in moves.items())
        for level, moves in moved.edits.items()
        if moves
    )


def read(texts: Iterable[str]) -> Moved:
    """What was moved, from what was typed.

    Args:
        texts: such as "z2:3=1.5,0=-2"; a place of a spatial level is channel/row/column, a direction d0.

    Raises:
        OptionError: one says something else.
    """
    found: dict[str, dict[Unit, float]] = {}
    along: dict[str, set[bool]] = {}
    for text in texts:
        whole = _LEVEL.fullmatch(text)
        moves = [_MOVE.fullmatch(part) for part in whole["moves"].split(",")] if whole else []
        for move in moves:
            score = math.nan if move is None else _score(move["score"])
            if whole is None or move is None or not math.isfinite(score):
                raise _mistake(text)
            found.setdefault(whole["level"], {})[_typed_unit(move["unit"])] = score
            along.setdefault(whole["level"], set()).add(bool(move["along"]))
            if len(along[whole["level"]]) > 1:
                raise _mistake(text)
        if not moves:
            raise _mistake(text)
    return Moved(found, frozenset(level for level, kinds in along.items() if True in kinds))


def _mistake(text: str) -> OptionError:
    return OptionError(
        f"--edit is {text!r}: write a level and where its units go, such as z2:3=1.5,0=-2 or, along its directions, "
        "z2:d0=1.5; one place of a spatial level is channel/row/column, such as z2:3/4/5=1.5."
    )


def _unit(unit: Unit, along: bool) -> str:
    numbers = "/".join(map(str, unit)) if isinstance(unit, tuple) else str(unit)
    return f"d{numbers}" if along else numbers


def _typed_unit(text: str) -> Unit:
    first, *rest = map(int, text.split("/"))
    return (first, rest[0], rest[1]) if rest else first


def _score(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
