"""The families by name: each is a function whose annotated keyword-only signature is its configuration."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from torch import Tensor

from hvae_engine.errors import OptionError, did_you_mean
from hvae_engine.models.hvae import HVAE
from hvae_engine.models.options import Option, of_length, options_of


class DataInfo(NamedTuple):
    """What a family may know of the data.

    Attributes:
        shape: (C, H, W) of an image.
        classes: how many classes its labels have; 0 without labels.
        mean: the mean training image, (C, H, W), in 0..1; the output bias starts there (Burda et al. 2016).
        levels: grey levels of a channel, 256 for 8-bit images; 0 for codes, which are real numbers.
    """

    shape: tuple[int, int, int]
    classes: int
    mean: Tensor
    levels: int = 256


Remark = Callable[[Mapping[str, Any], int], str]


def _no_remark(settings: Mapping[str, Any], classes: int) -> str:
    return ""


@dataclass(frozen=True)
class Family:
    """A kind of model that can be built.

    Attributes:
        name: as it is typed.
        title: as people say it.
        bound: "elbo" or "iwae": what it is trained on when nothing is chosen.
        samples: draws for each image when nothing is chosen.
        semi_supervised: whether it needs labels of some of the images.
        learns_codes: whether it can be the second of two models, learning the first one's codes.
        remark: of its settings and the number of classes: a sentence where they fit but are unwise, else empty.
        options: by name.
        function: composes the model.
    """

    name: str
    title: str
    bound: str
    samples: int
    semi_supervised: bool
    learns_codes: bool
    remark: Remark
    options: Mapping[str, Option]
    function: Callable[..., HVAE]

    def settings(self, options: Mapping[str, Any], colours: int | None = None) -> dict[str, Any]:
        """All options, those given and the defaults, as people write them (sizes from z1 up).

        Where lists of sizes are given and agree on the number of levels, the defaults of the others follow.

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
        levels = {len(settings[name]) for name in self.lists if name in options}
        if len(levels) == 1:
            count = levels.pop()
            settings |= {name: of_length(settings[name], count) for name in self.lists if name not in options}
        if colours is not None and settings.get("likelihood") == "auto":
            settings["likelihood"] = "bernoulli" if colours == 1 else "gaussian"
        return settings

    @property
    def lists(self) -> tuple[str, ...]:
        """The options with one number for each level."""
        return tuple(name for name, option in self.options.items() if option.kind == "sizes")

    def uneven(self, settings: Mapping[str, Any]) -> str:
        """The sentence against lists of sizes of different lengths; empty: all have one number for each level."""
        lengths = {name: len(settings[name]) for name in self.lists}
        if len(set(lengths.values())) <= 1:
            return ""
        found = ", ".join(f"{name!r} has {count}" for name, count in lengths.items())
        return f"Each level needs one number in every list of sizes, but {found}; give lists of one length."


_FAMILIES: dict[str, Family] = {}


def family(
    title: str,
    *,
    bound: str = "elbo",
    samples: int = 1,
    semi_supervised: bool = False,
    learns_codes: bool = False,
    remark: Remark = _no_remark,
) -> Callable[[Callable[..., HVAE]], Callable[..., HVAE]]:
    """Register a function `name(data, *, option=default, ...) -> HVAE` as the family `name`.

    Args:
        title: as people say it.
        bound: what it is trained on when nothing is chosen.
        samples: draws for each image when nothing is chosen.
        semi_supervised: whether it needs labels.
        learns_codes: whether it can learn the codes of another model.
        remark: see `Family`.
    """

    def register(function: Callable[..., HVAE]) -> Callable[..., HVAE]:
        name = function.__name__
        _FAMILIES[name] = Family(
            name, title, bound, samples, semi_supervised, learns_codes, remark, options_of(function), function
        )
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
    if complaint := chosen.uneven(settings):
        raise OptionError(complaint)
    if chosen.semi_supervised and data.classes < 2:
        raise OptionError(f"Family {family!r} needs labelled classes, but the data have none; choose another family.")
    return chosen.function(
        data, **{name: value[::-1] if name in chosen.lists else value for name, value in settings.items()}
    )
