"""What is asked of a training run: every choice that decides its curve, checked as it is made."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from hvae_engine.errors import OptionError, did_you_mean

DEFAULT_EPOCHS = 20.0

OptionValue = str | int | float | bool | tuple[int, ...] | None


@dataclass(frozen=True)
class RunSpec:
    """A run that can be repeated: with the same spec on the same device it gives the same curve.

    Attributes:
        data: a built-in name or a path, as `load_data` takes it.
        family: name of the model's family.
        options: the family's own options; what is not here keeps its default.
        bound: "elbo" or "iwae"; None: as the family wants.
        samples: K draws for each image; None: as the family wants.
        epochs: planned passes through the training images. Without `epochs`, `steps` and `minutes` there are 20.
        steps: planned steps instead.
        minutes: planned training time instead; such a run cannot be repeated to the step.
        batch_size: images in a step, labelled ones included.
        lr: Adam's learning rate.
        lr_schedule: "constant", or "burda": falling over stages of 1, 3, 9 ... epochs (Burda et al. 2016).
        adam_eps: what Adam adds to the root of its second moment.
        beta: weight of the KL terms in the loss once the warm-up is over.
        warm_up: epochs over which beta rises from 0; 0: none; None: a tenth of what was planned.
        free_bits: nats that each level may spend unpunished; None: off.
        kappa: variance of the normal prior on the generative weights; None: no such prior.
        labels: labelled images a semi-supervised family may see, balanced over the classes: how many, or below 1 their
            share of the training images; None: ten in each class.
        alpha: weight of the classification term of such a family.
        estimator: of the gradient: "plain", "stl" (for the ELBO) or "dreg" (for IWAE-K).
        skip_above: leave out steps whose gradient has a larger norm than this; None: off.
        ema: rate of a running average of the weights, such as 0.999, which is then what is scored, explored and kept as
            the best; None: off.
        seed: of everything that is drawn.
        device: "auto" (cuda, then mps, then cpu), "cpu", "mps", "cuda" or "cuda:1".
        binarise: "dynamic" draws each pixel's 0 or 1 afresh at every use, "static" draws it once, the same in every
            run, "none" takes grey values as they are; None: dynamic where the likelihood is Bernoulli.
        size: height and width the images are brought to; None: as they are.
        colour: whether to keep colours; None: as the images are.
        framing: "crop" to take the largest square in the middle of each image, "fit" to take all of it with black
            beside; None: crop.
        held_out: share of the training images that is held out for validation; None: those that the source holds out
            itself, or a twelfth, at most 10,000.
        folder_classes: whether subfolders of images are classes; None: they are.
        codes_of: folder of a run whose codes are learned instead of pixels; its weights are copied, so that the folder
            may go; None: pixels.
    """

    data: str
    family: str
    options: Mapping[str, OptionValue] = field(default_factory=dict)
    bound: str | None = None
    samples: int | None = None
    epochs: float | None = None
    steps: int | None = None
    minutes: float | None = None
    batch_size: int = 128
    lr: float = 1e-3
    lr_schedule: str = "constant"
    adam_eps: float = 1e-8
    beta: float = 1.0
    warm_up: float | None = None
    free_bits: float | None = None
    kappa: float | None = None
    labels: int | float | None = None
    alpha: float = 0.1
    estimator: str = "plain"
    skip_above: float | None = None
    ema: float | None = None
    seed: int = 0
    device: str = "auto"
    binarise: str | None = None
    size: int | None = None
    colour: bool | None = None
    framing: str | None = None
    held_out: float | None = None
    folder_classes: bool | None = None
    codes_of: str | None = None

    def __post_init__(self) -> None:
        for name, rule in _RULES.items():
            _check(name, getattr(self, name), rule)
        planned = [name for name in PLANS if getattr(self, name) is not None]
        if len(planned) > 1:
            raise OptionError(f"The length of the run is given by {' and '.join(planned)}: give only one of them.")
        if not planned:
            object.__setattr__(self, "epochs", DEFAULT_EPOCHS)
        for name in self.options:
            if not isinstance(name, str):
                raise OptionError(f"The name of an option is {name!r}: give text.")

    def to_json(self) -> dict[str, Any]:
        """Plain values for a JSON file, one key a field."""
        plain = dataclasses.asdict(self)
        plain["options"] = {name: _plain(value) for name, value in self.options.items()}
        return plain

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> RunSpec:
        """The spec that `to_json` turned into plain values.

        Raises:
            OptionError: a key is unknown or missing, or a value does not fit.
        """
        known = [one.name for one in dataclasses.fields(cls)]
        for name in plain:
            if name not in known:
                raise OptionError(f"A run has no setting {name!r}: {did_you_mean(name, known)}")
        for name in ("data", "family"):
            if name not in plain:
                raise OptionError(f"The run's {name} is missing: give it.")
        options = plain.get("options", {})
        if not isinstance(options, Mapping):
            raise OptionError(f"The options are {options!r}: give a name and a value for each.")
        return cls(**{**plain, "options": {name: _from_plain(value) for name, value in options.items()}})


PLANS = ("epochs", "steps", "minutes")


class _Rule(NamedTuple):
    """What a field must be, in words, and the same as a test."""

    wanted: str
    fits: Callable[[Any], bool]
    optional: bool = False


def _check(name: str, value: object, rule: _Rule) -> None:
    if value is None and rule.optional:
        return
    if not rule.fits(value):
        raise OptionError(f"The {_WORDS.get(name, name.replace('_', ' '))} is {value!r}: give {rule.wanted}.")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < float("inf")


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_amount(value: Any) -> bool:
    """Whether it says how many of something: a count, or below 1 a share."""
    return (_is_whole(value) and value >= 1) or (_is_number(value) and 0 < value < 1)


def _whole(low: int, *, optional: bool = False) -> _Rule:
    return _Rule(f"a whole number from {low} up", lambda value: _is_whole(value) and value >= low, optional)


def _above_zero(*, optional: bool = False) -> _Rule:
    return _Rule("a number above 0", lambda value: _is_number(value) and value > 0, optional)


def _from_zero(*, optional: bool = False) -> _Rule:
    return _Rule("a number from 0 up", lambda value: _is_number(value) and value >= 0, optional)


def _one_of(*words: str) -> _Rule:
    return _Rule(" or ".join(repr(word) for word in words), lambda value: value in words, optional=True)


_TEXT = _Rule("a name", lambda value: isinstance(value, str) and bool(value.strip()))

_RULES = {
    "data": _TEXT,
    "family": _TEXT,
    "options": _Rule("a name and a value for each", lambda value: isinstance(value, Mapping)),
    "bound": _one_of("elbo", "iwae"),
    "samples": _whole(1, optional=True),
    "epochs": _above_zero(optional=True),
    "steps": _whole(1, optional=True),
    "minutes": _above_zero(optional=True),
    "batch_size": _whole(1),
    "lr": _above_zero(),
    "lr_schedule": _one_of("constant", "burda"),
    "adam_eps": _above_zero(),
    "beta": _from_zero(),
    "warm_up": _from_zero(optional=True),
    "free_bits": _from_zero(optional=True),
    "kappa": _above_zero(optional=True),
    "labels": _Rule("a whole number from 1 up, or a share between 0 and 1", _is_amount, True),
    "alpha": _from_zero(),
    "estimator": _one_of("plain", "stl", "dreg"),
    "skip_above": _above_zero(optional=True),
    "ema": _Rule("a number above 0 and below 1", lambda value: _is_number(value) and 0 < value < 1, optional=True),
    "seed": _Rule("a whole number from 0 up and below 2^63", lambda value: _is_whole(value) and 0 <= value < 2**63),
    "device": _Rule(
        "'auto', 'cpu', 'mps', 'cuda' or 'cuda:1'",
        lambda value: isinstance(value, str) and re.fullmatch(r"auto|cpu|mps|cuda(:\d+)?", value) is not None,
    ),
    "binarise": _one_of("dynamic", "static", "none"),
    "size": _whole(1, optional=True),
    "colour": _Rule("true or false", lambda value: isinstance(value, bool), optional=True),
    "framing": _one_of("crop", "fit"),
    "held_out": _Rule("a number above 0 and below 1", lambda value: _is_number(value) and 0 < value < 1, optional=True),
    "folder_classes": _Rule("true or false", lambda value: isinstance(value, bool), optional=True),
    "codes_of": _Rule("the folder of a run", _TEXT.fits, optional=True),
}

_WORDS = {
    "lr": "learning rate",
    "samples": "number of samples",
    "epochs": "number of epochs",
    "steps": "number of steps",
    "minutes": "number of minutes",
    "labels": "number of labels",
    "codes_of": "run whose codes are learned",
    "free_bits": "number of free bits",
    "skip_above": "largest norm of a gradient",
    "ema": "rate of the averaged weights",
    "size": "image size",
    "held_out": "share held out",
}


def _plain(value: OptionValue) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _from_plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
