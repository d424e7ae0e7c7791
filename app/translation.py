"""The engine's records as the window's plain ones, and back; the only functions that name both."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from app.state.answers import Extras
from app.state.exploration import Point
from app.state.records import FamilySpec, FieldSpec, Pictures, RunRecord, Settings

if TYPE_CHECKING:
    from hvae_engine.datasets import Dataset
    from hvae_engine.exploring import Question
    from hvae_engine.models import Family, Option
    from hvae_engine.training import Run, RunSpec


def pictures_of(dataset: Dataset) -> Pictures:
    """A data set without its tensors: training images first, held-out ones after them."""
    splits = (dataset.train, dataset.validation)
    labels = None
    if all(split.labels is not None for split in splits):
        labels = np.concatenate([split.labels.numpy() for split in splits if split.labels is not None])
    return Pictures(
        name=dataset.name,
        source=dataset.source,
        pixels=np.concatenate([split.pixels.numpy() for split in splits]),
        labels=labels,
        classes=dataset.classes,
        training=len(dataset.train),
        test=0 if dataset.test is None else len(dataset.test),
        skipped=tuple((one.path, one.reason) for one in dataset.skipped),
    )


def families_of(families: Mapping[str, Family]) -> dict[str, FamilySpec]:
    """What each family lets a person choose."""
    from hvae_engine.training.resolution import DEFAULT_SAMPLES

    return {
        name: FamilySpec(
            name=name,
            title=family.title,
            fields=tuple(_field_of(option) for option in family.options.values()),
            bound=family.bound,
            samples=MappingProxyType({**DEFAULT_SAMPLES, family.bound: family.samples}),
            needs_labels=family.semi_supervised,
        )
        for name, family in families.items()
    }


def _field_of(option: Option) -> FieldSpec:
    help_text = option.help[:1].upper() + option.help[1:] + "." if option.help else ""
    return FieldSpec(option.name, option.kind, option.default, option.choices, help_text, _complaints(option))


def _complaints(option: Option) -> Callable[[Any], str]:
    from hvae_engine.errors import OptionError

    def complaint(value: Any) -> str:
        try:
            option.read(value)
        except OptionError as error:
            return str(error)
        return ""

    return complaint


def spec_of(settings: Settings, source: str) -> RunSpec:
    """The run that a person asked for.

    Raises:
        OptionError: a value does not fit.
    """
    from hvae_engine.models import FAMILIES
    from hvae_engine.training import RunSpec

    iwae = (settings.bound or FAMILIES[settings.family].bound) == "iwae"  # which has no free bits
    return RunSpec(
        data=source,
        family=settings.family,
        options=dict(settings.options),
        free_bits=None if iwae else settings.free_bits,
        **{settings.plan: getattr(settings, settings.plan)},
        **{name: getattr(settings, name) for name in _SAME},
    )


def settings_of(spec: RunSpec) -> Settings:
    """The choices that a run was made with."""
    plan = next(name for name in Settings.PLANS if getattr(spec, name) is not None)
    return Settings(
        family=spec.family,
        options=dict(spec.options),
        free_bits=spec.free_bits,
        plan=plan,
        **{plan: getattr(spec, plan)},
        **{name: getattr(spec, name) for name in _SAME},
    )


_SAME = (
    *("bound", "samples", "estimator", "batch_size", "seed", "device"),
    *("lr", "beta", "warm_up", "kappa", "labels", "alpha"),
)
"""Settings that a spec has under the same name, with the same meaning."""


def question_of(point: Point, pictures: Pictures, extras: Extras) -> Question:
    """What the explorer is asked about one point."""
    from hvae_engine.exploring import Question

    return Question(
        image=None if point.image is None else pictures.picture(point.image),
        prior_seed=point.prior_seed,
        edits={level: dict(units) for level, units in point.edits.items()},
        below=point.below,
        traverse=extras.strips,
        effects=extras.effects,
        samples=extras.samples,
    )


def extras_of(question: Question) -> Extras:
    """What was asked beside the pictures of x."""
    return Extras(question.traverse, question.effects, question.samples)


def record_of(run: Run) -> RunRecord:
    """The past of a run, read from its folder.

    Raises:
        RunError: a table cannot be read.
    """
    history, evaluations = run.history.read(), run.evaluations.read()
    levels = tuple(name.removeprefix("kl_") for name in history if name.startswith("kl_"))
    columns = ("step", "bound", "log_px", *(f"kl_{name}" for name in levels))
    per_epoch = max(1, math.ceil(run.about["data"]["train"] / run.spec.batch_size))
    step = int(history["step"][-1]) if history and len(history["step"]) else 0
    seconds = float(history["seconds"][-1]) if step else 0.0
    planned = run.spec.steps or math.ceil((run.spec.epochs or 0) * per_epoch)
    return RunRecord(
        levels=levels,
        training=_table(history, columns),
        clock=_table(history, ("seconds",)),
        validation=_table(evaluations, columns),
        activity=_table(evaluations, ("step", *(f"active_{name}" for name in levels))),
        step=step,
        seconds=seconds,
        planned_steps=planned,
        steps_per_epoch=per_epoch,
    )


def _table(columns: Mapping[str, np.ndarray], names: tuple[str, ...]) -> np.ndarray:
    if not columns:
        return np.empty((0, len(names)))
    return np.column_stack([columns[name] for name in names])
