"""Options of a family: read off its annotated signature, and off what people type."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from hvae_engine.errors import OptionError, did_you_mean


class FromSurface:
    """Marks an option with one number for each level: people write it from z1 up, families read it root first."""


Sizes = Annotated[tuple[int, ...], FromSurface]
Covariance = Literal["diagonal", "rank1", "full"]
Network = Literal["dense", "conv"]
Decoder = Literal["deep", "linear"]
Activation = Literal["relu", "leaky_relu", "tanh", "softplus", "silu"]


@dataclass(frozen=True)
class Option:
    """One option of a family.

    Attributes:
        name: as it is typed.
        kind: "sizes", "int", "float", "bool" or "choice".
        default: its value where nothing is said.
        choices: the words a choice knows; empty for the other kinds.
        help: one line about it.
    """

    name: str
    kind: str
    default: Any
    choices: tuple[str, ...]
    help: str

    def read(self, value: Any) -> Any:
        """The value as the family wants it, from Python or as typed ("64,32,16", "true", "0.1").

        Raises:
            OptionError: it does not fit; the sentence says what would.
        """
        reader = _READERS[self.kind]
        try:
            if self.kind == "choice":
                return self._choice(str(value))
            return reader(value)
        except (ValueError, TypeError):
            raise OptionError(f"Option {self.name!r} takes {_KINDS[self.kind]}, not {value!r}.") from None

    def _choice(self, value: str) -> str:
        if value not in self.choices:
            raise OptionError(f"Option {self.name!r} has no value {value!r}; {did_you_mean(value, self.choices)}")
        return value


def of_length(sizes: tuple[int, ...], count: int) -> tuple[int, ...]:
    """Sizes from z1 up for another number of levels: the first `count`, or further ones that go on as they do.

    Sizes that fall are halved, down to 8 at the least; sizes that rise, such as strides, keep the last.
    """
    longer = list(sizes[:count])
    while len(longer) < count:
        last = longer[-1]
        longer.append(last if last > sizes[0] else max(min(last, 8), last // 2))
    return tuple(longer)


def options_of(function: Callable[..., object]) -> dict[str, Option]:
    """The keyword-only arguments of a family's function, with their help from its docstring, by name."""
    hints = get_type_hints(function, include_extras=True)
    helps = _argument_lines(inspect.getdoc(function) or "")
    options = {}
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY:
            kind, choices = _kind(hints[name])
            options[name] = Option(name, kind, parameter.default, choices, helps[name])
    return options


def _kind(hint: Any) -> tuple[str, tuple[str, ...]]:
    if get_origin(hint) is Annotated:
        return "sizes", ()
    if get_origin(hint) is Literal:
        return "choice", get_args(hint)
    return hint.__name__, ()


def _argument_lines(doc: str) -> dict[str, str]:
    """The lines "name: text" under "Args:" of a docstring."""
    lines = doc.partition("Args:\n")[2].splitlines()
    pairs = [line.strip().partition(": ") for line in lines if ": " in line]
    return {name: text for name, _, text in pairs}


def _read_sizes(value: Any) -> tuple[int, ...]:
    parts = value.replace(" ", "").split(",") if isinstance(value, str) else value
    if isinstance(parts, int):
        parts = [parts]
    sizes = tuple(_read_count(part) for part in parts)
    if not sizes:
        raise ValueError
    return sizes


def _read_count(value: Any) -> int:
    if isinstance(value, bool) or (isinstance(value, float) and value != int(value)) or int(value) < 1:
        raise ValueError
    return int(value)


def _read_float(value: Any) -> float:
    number = float(value)
    if not 0 < number < float("inf"):
        raise ValueError
    return number


def _read_bool(value: Any) -> bool:
    words = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}
    key = str(value).lower()
    if key not in words:
        raise ValueError
    return words[key]


_READERS: dict[str, Callable[[Any], Any]] = {
    "sizes": _read_sizes,
    "int": _read_count,
    "float": _read_float,
    "bool": _read_bool,
    "choice": str,
}
_KINDS = {
    "sizes": "whole numbers from z1 up, such as 64,32,16",
    "int": "a whole number from 1 up",
    "float": "a number above 0",
    "bool": "true or false",
    "choice": "one of its words",
}
