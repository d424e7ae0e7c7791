"""The engine's records as the window's plain ones, and back; the only functions that name both."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

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
    return {
        name: FamilySpec(
            name=name,
            title=family.title,
            fields=tuple(_field_of(option) for option in family.options.values()),
            bound="ELBO" if family.bound == "elbo" else f"IWAE-{family.samples}",
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
    from hvae_engine.training import RunSpec

    return RunSpec(
        data=source,
        family=settings.family,
        options=dict(settings.options),
        epochs=settings.epochs,
        batch_size=settings.batch_size,
        lr=settings.lr,
        beta=settings.beta,
        free_bits=settings.free_bits,
        seed=settings.seed,
    )


def settings_of(spec: RunSpec) -> Settings:
    """The choices that a run was made with, as far as the window shows them."""
    known = Settings()
    return Settings(
        family=spec.family,
        options=dict(spec.options),
        epochs=spec.epochs or known.epochs,
        batch_size=spec.batch_size,
        lr=spec.lr,
        beta=spec.beta,
        free_bits=spec.free_bits,
        seed=spec.seed,
    )


def question_of(point: Point, pictures: Pictures, traverse: tuple[tuple[str, int], ...]) -> Question:
    """What the explorer is asked about one point."""
    from hvae_engine.exploring import Question

    return Question(
        image=None if point.image is None else pictures.picture(point.image),
        prior_seed=point.prior_seed,
        edits={level: dict(units) for level, units in point.edits.items()},
        below=point.below,
        traverse=traverse,
    )


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
    planned = run.spec.steps or math.ceil((run.spec.epochs or 0) * per_epoch) or step
    return RunRecord(levels, _table(history, columns), _table(evaluations, columns), step, planned, per_epoch)


def _table(columns: Mapping[str, np.ndarray], names: tuple[str, ...]) -> np.ndarray:
    if not columns:
        return np.empty((0, len(names)))
    return np.column_stack([columns[name] for name in names])
