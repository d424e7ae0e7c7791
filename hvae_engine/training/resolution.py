"""What a spec leaves open, decided: by the family, the data and the seed."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from typing import cast

from hvae_engine.errors import OptionError
from hvae_engine.models import FAMILIES, HVAE, DataInfo, build
from hvae_engine.objectives import Objective
from hvae_engine.objectives.bound import Bound
from hvae_engine.objectives.estimators import Estimator
from hvae_engine.training.seeds import DrawnFrom, Purpose, generator
from hvae_engine.training.spec import OptionValue, RunSpec

DEFAULT_SAMPLES = {"elbo": 1, "iwae": 5}
BINARISE = {"bernoulli": "dynamic", "auto": None}
OF_CODES: dict[str, OptionValue] = {"likelihood": "gaussian", "sigma": 1.0}
"""Options of a model that learns codes, where nothing is said: they have deviation 1."""


def first_model(spec: RunSpec, info: DataInfo) -> HVAE:
    """The model a run starts from, the same at every call; torch's global generator is left alone.

    Raises:
        OptionError: the family or an option does not exist or does not fit.
    """
    with DrawnFrom(generator(spec.seed, Purpose.WEIGHTS)):
        return build(spec.family, info, **spec.options)


def resolved(spec: RunSpec, colours: int | None = None) -> RunSpec:
    """The same spec with nothing left to the family: all options, bound, samples and binarisation written out.

    Args:
        spec: what was asked for.
        colours: channels of the images; None where they are not known yet: what hangs on them stays open.

    Raises:
        OptionError: the family or an option does not exist or does not fit; or free bits with a bound that has none.
    """
    family = FAMILIES[spec.family]
    options = family.settings(spec.options if spec.codes_of is None else _for_codes(spec), colours)
    bound = spec.bound or family.bound
    if spec.free_bits is not None and bound != "elbo":
        raise OptionError(f"Free bits belong to the ELBO and the bound is {bound!r}: leave them out or choose 'elbo'.")
    settled = dataclasses.replace(
        spec,
        options=options,
        bound=bound,
        samples=spec.samples or (family.samples if bound == family.bound else DEFAULT_SAMPLES[bound]),
        binarise=spec.binarise or BINARISE.get(options["likelihood"], "none"),
    )
    objective(settled, 1)  # refuses an estimator that would be biased
    return settled


def eight_bit_dimensions(spec: RunSpec, shape: Sequence[int]) -> int | None:
    """Channels times pixels, over which bits per dimension = -bound / (D ln 2) are counted; None: not 8-bit data.

    Args:
        spec: resolved.
        shape: of an image.
    """
    grey = spec.binarise == "none" and spec.codes_of is None
    return math.prod(shape) if grey and str(spec.options.get("likelihood", "")).startswith("logistic") else None


def _for_codes(spec: RunSpec) -> dict[str, OptionValue]:
    """The options that were given to a family that learns codes, with a likelihood of real numbers.

    Raises:
        OptionError: the family cannot learn codes, or the likelihood is one of pixels.
    """
    if not FAMILIES[spec.family].learns_codes:
        able = ", ".join(name for name, one in FAMILIES.items() if one.learns_codes)
        raise OptionError(f"Family {spec.family!r} learns pixels only: to learn the codes of a run choose {able}.")
    options = {**OF_CODES, **spec.options}
    if options["likelihood"] == "auto":
        options["likelihood"] = OF_CODES["likelihood"]
    if not str(options["likelihood"]).startswith("gaussian"):
        raise OptionError(
            f"Codes are real numbers and the likelihood is {options['likelihood']!r}: "
            "choose 'gaussian' or 'gaussian_fixed'."
        )
    return options


def objective(spec: RunSpec, count: int) -> Objective:
    """What a run maximises.

    Args:
        spec: resolved.
        count: training images.
    """
    return Objective(cast(Bound, spec.bound), spec.samples or 1, spec.kappa, count, cast(Estimator, spec.estimator))
