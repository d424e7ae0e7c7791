"""What a spec leaves open, decided: by the family, the data and the seed."""

from __future__ import annotations

import dataclasses
from typing import cast

from hvae_engine.errors import OptionError
from hvae_engine.models import FAMILIES, HVAE, DataInfo, build
from hvae_engine.objectives import Objective
from hvae_engine.objectives.bound import Bound
from hvae_engine.objectives.estimators import Estimator
from hvae_engine.training.seeds import DrawnFrom, Purpose, generator
from hvae_engine.training.spec import RunSpec

DEFAULT_SAMPLES = {"elbo": 1, "iwae": 5}
BINARISE = {"bernoulli": "dynamic", "auto": None}


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
    options = family.settings(spec.options, colours)
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


def objective(spec: RunSpec, count: int) -> Objective:
    """What a run maximises.

    Args:
        spec: resolved.
        count: training images.
    """
    return Objective(cast(Bound, spec.bound), spec.samples or 1, spec.kappa, count, cast(Estimator, spec.estimator))
