"""The families by name: each is a function whose annotated keyword-only signature is its configuration."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, NamedTuple, get_args, get_origin, get_type_hints

from torch import Tensor

from hvae_engine.errors import OptionError, did_you_mean
from hvae_engine.models.hvae import HVAE


class DataInfo(NamedTuple):
    """What a family may know of the data.

    Attributes:
        shape: (C, H, W) of an image.
        classes: how many classes its labels have; 0 without labels.
        mean: the mean training image, (C, H, W), in 0..1; the output bias starts there (Burda et al. 2016).
        levels: grey levels of a channel, 256 for 8-bit images.
    """

    shape: tuple[int, int, int]
    classes: int
    mean: Tensor
    levels: int = 256


class FromSurface:
    """Marks an option with one number for each level: people write it from z1 up, families read it root first."""


Sizes = Annotated[tuple[int, ...], FromSurface]
Covariance = Literal["diagonal", "rank1", "full"]
Network = Literal["dense", "conv"]
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


@dataclass(frozen=True)
class Family:
    """A kind of model that can be built.

    Attributes:
        name: as it is typed.
        title: as people say it.
        bound: "elbo" or "iwae": what it is trained on when nothing is chosen.
        samples: draws for each image when nothing is chosen.
        semi_supervised: whether it needs labels of some of the images.
        options: by name.
        function: composes the model.
    """

    name: str
    title: str
    bound: str
    samples: int
    semi_supervised: bool
    options: Mapping[str, Option]
    function: Callable[..., HVAE]

    def settings(self, options: Mapping[str, Any], colours: int | None = None) -> dict[str, Any]:
        """All options, those given and the defaults, as people write them (sizes from z1 up).

        Args:
            options: those that were given.
            colours: channels of the images, where they are known: an "auto" likelihood is then settled.

        Raises:
            OptionError: an option is unknown or does not fit.
        """
        for name in options:
            if name not in self.options:
                hint = did_you_mean(name, self.options)
                raise OptionError(f"Family {self.name!r} has no option {name!r}; {hint}")
        settings = {name: option.read(options.get(name, option.default)) for name, option in self.options.items()}
        if colours is not None and settings.get("likelihood") == "auto":
            settings["likelihood"] = "bernoulli" if colours == 1 else "gaussian"
        return settings


_FAMILIES: dict[str, Family] = {}


def family(
    title: str, *, bound: str = "elbo", samples: int = 1, semi_supervised: bool = False
) -> Callable[[Callable[..., HVAE]], Callable[..., HVAE]]:
    """Register a function `name(data, *, option=default, ...) -> HVAE` as the family `name`.

    Args:
        title: as people say it.
        bound: what it is trained on when nothing is chosen.
        samples: draws for each image when nothing is chosen.
        semi_supervised: whether it needs labels.
    """

    def register(function: Callable[..., HVAE]) -> Callable[..., HVAE]:
        name = function.__name__
        _FAMILIES[name] = Family(name, title, bound, samples, semi_supervised, _options(function), function)
        return function

    return register


class _Families(Mapping[str, Family]):
    """Every family of the folder `families`, looked for at first use."""

    def _found(self) -> dict[str, Family]:
        package = importlib.import_module("hvae_engine.models.families")
        for module in pkgutil.iter_modules(package.__path__):
            importlib.import_module(f"{package.__name__}.{module.name}")
        return _FAMILIES

    def __getitem__(self, name: str) -> Family:
        found = self._found()
        if name not in found:
            raise OptionError(f"There is no family {name!r}; {did_you_mean(name, found)}")
        return found[name]

    def __contains__(self, name: object) -> bool:
        return name in self._found()

    def __iter__(self) -> Iterator[str]:
        return iter(self._found())

    def __len__(self) -> int:
        return len(self._found())


FAMILIES: Mapping[str, Family] = _Families()
"""The families by name. A name that is not there is an OptionError with the closest one."""


def build(family: str, data: DataInfo, **options: Any) -> HVAE:
    """Compose a model.

    Args:
        family: a name of `FAMILIES`.
        data: what the model may know of the data.
        **options: as in the family's signature; sizes from z1 up, as papers write them; strings are read as typed.

    Raises:
        OptionError: the family or an option is unknown, or a value does not fit.
    """
    chosen = FAMILIES[family]
    settings = chosen.settings(options, data.shape[0])
    lengths = {name: len(settings[name]) for name, option in chosen.options.items() if option.kind == "sizes"}
    if len(set(lengths.values())) > 1:
        found = ", ".join(f"{name!r} has {count}" for name, count in lengths.items())
        raise OptionError(f"Each level needs one number in every list of sizes, but {found}; give lists of one length.")
    if chosen.semi_supervised and data.classes < 2:
        raise OptionError(f"Family {family!r} needs labelled classes, but the data have none; choose another family.")
    return chosen.function(
        data, **{name: value[::-1] if name in lengths else value for name, value in settings.items()}
    )


def _options(function: Callable[..., HVAE]) -> dict[str, Option]:
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
