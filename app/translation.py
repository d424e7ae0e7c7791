"""The engine's records as the window's plain ones, and back; these and `app.offering` alone name both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from app.state.answers import Extras
from app.state.point import Point
from app.state.records import DataSource, Guest, Pictures, RunRecord, Settings
from app.state.view_specs import ViewSpec, Wish

if TYPE_CHECKING:
    from hvae_engine.datasets import Dataset
    from hvae_engine.exploring import Question
    from hvae_engine.exploring.subject import Gallery
    from hvae_engine.exploring.views import View
    from hvae_engine.training import RunSpec
    from hvae_engine.training.folder import RunFolder


EDIT_DIGITS = 4
"""Of the scores in the line that makes a view again."""


def pictures_of(dataset: Dataset, asked: DataSource, remarks: tuple[str, ...] = (), gone: str = "") -> Pictures:
    """A data set, loaded as it was asked for, without its tensors: training images first, held-out ones after them."""
    from hvae_engine.datasets import can_part

    splits = (dataset.train, dataset.validation)
    labels = None
    if all(split.labels is not None for split in splits):
        labels = np.concatenate([split.labels.numpy() for split in splits if split.labels is not None])
    return Pictures(
        name=dataset.name,
        source=dataset.source,
        pixels=dataset.pixels.numpy(),
        labels=labels,
        classes=dataset.classes,
        training=len(dataset.train),
        test=0 if dataset.test is None else len(dataset.test),
        skipped=tuple((one.path, one.reason) for one in dataset.skipped),
        size=asked.size,
        colour=asked.colour,
        framing=asked.framing,
        held_out=asked.held_out,
        folder_classes=asked.folder_classes,
        facts=remarks,
        own_held_out=dataset.own_validation,
        fixed_split=bool(gone) or not can_part(dataset),
        gone=gone,
    )


def spec_of(settings: Settings, asked: DataSource) -> RunSpec:
    """The run that a person asked for, of these data.

    Raises:
        OptionError: a value does not fit.
    """
    from hvae_engine.models import FAMILIES
    from hvae_engine.training import RunSpec

    iwae = (settings.bound or FAMILIES[settings.family].bound) == "iwae"  # which has no free bits
    return RunSpec(
        data=asked.path,
        size=asked.size,
        colour=asked.colour,
        framing=asked.framing,
        folder_classes=asked.folder_classes,
        family=settings.family,
        options=dict(settings.options),
        free_bits=None if iwae else settings.free_bits,
        binarise=settings.binarise,
        **{settings.plan: getattr(settings, settings.plan)},
        **{name: getattr(settings, name) for name in _SAME},
    )


def settings_of(spec: RunSpec) -> Settings:
    """The choices that a run was made with."""
    from hvae_engine.training.resolution import BINARISE

    plan = next(name for name in Settings.PLANS if getattr(spec, name) is not None)
    usual = BINARISE.get(str(spec.options.get("likelihood", "auto")), "none")
    return Settings(
        family=spec.family,
        options=dict(spec.options),
        free_bits=spec.free_bits,
        plan=plan,
        binarise=None if spec.codes_of or spec.binarise == usual else spec.binarise,
        **{plan: getattr(spec, plan)},
        **{name: getattr(spec, name) for name in _SAME},
    )


_SAME = (
    *("bound", "samples", "estimator", "batch_size", "seed", "device"),
    *("lr", "beta", "warm_up", "kappa", "labels", "alpha", "lr_schedule", "adam_eps", "codes_of"),
    *("skip_above", "ema", "held_out"),
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
        along=point.along,
        locked=point.locked,
    )


def shared_part(question: Question, shapes: Mapping[str, tuple[int, ...]]) -> Question:
    """The question without edits, bases and locks of levels and units that another model has not.

    Args:
        question: as it was asked of the model at hand.
        shapes: of the other model's levels, by name: (units,), or (channels, rows, columns).
    """

    def has(shape: tuple[int, ...], unit: int | tuple[int, ...]) -> bool:
        place = (unit,) if isinstance(unit, int) else unit
        return len(place) in (1, len(shape)) and all(one < size for one, size in zip(place, shape, strict=False))

    edits = {
        level: {unit: score for unit, score in moved.items() if has(shapes[level], unit)}
        for level, moved in question.edits.items()
        if level in shapes
    }
    return replace(
        question,
        edits={level: moved for level, moved in edits.items() if moved},
        along=question.along & shapes.keys(),
        locked=question.locked & shapes.keys(),
    )


def extras_of(question: Question) -> Extras:
    """What was asked beside the pictures of x."""
    return Extras(question.traverse, question.effects, question.samples)


def views_of() -> dict[str, ViewSpec]:
    """The views of whole levels, with what each can be asked."""
    from hvae_engine.exploring.views import VIEWS
    from hvae_engine.exploring.views.usual import usual

    found = {}
    for name, view in VIEWS.items():
        defaults = {one.name: one.default for one in fields(view)}
        found[name] = ViewSpec(name, view.title, MappingProxyType(defaults), partial(usual, view))
    return found


def view_of(wish: Wish) -> View:
    """The view that somebody wants to see.

    Raises:
        OptionError: it takes no such parameter.
    """
    from hvae_engine.exploring.views import asked

    return asked(wish.name, {**wish.parameters, **({} if wish.stands is None else _moved(wish.stands))})


def _moved(point: Point) -> dict[str, tuple[str, ...]]:
    """What was moved, as it is typed; so finely that nobody sees a difference."""
    from hvae_engine.exploring.typed import Moved, written

    edits = {
        level: {unit: round(score, EDIT_DIGITS) for unit, score in units.items()}
        for level, units in point.edits.items()
    }
    return {"edit": written(Moved(edits, point.along)), "lock": tuple(sorted(point.locked))}


def with_guests(gallery: Gallery, guests: Sequence[Guest]) -> Gallery:
    """The images that views look at the model with, and those that a person brought along."""
    return replace(gallery, guests={guest.file: guest.pixels.copy() for guest in guests})


def colours_of(gallery: Gallery) -> tuple[str, ...]:
    """What the points of a map can be coloured by."""
    from hvae_engine.exploring.views.latent_map import BRIGHTNESS, LABEL

    labels = () if gallery.held.labels is None else (LABEL,)
    return (*labels, BRIGHTNESS, *gallery.held.factors)


def record_of(run: RunFolder) -> RunRecord:
    """The past of a run, read from its folder.

    Raises:
        RunError: a table cannot be read.
    """
    history, evaluations = run.history.read(), run.evaluations.read()
    named = {name.removeprefix("kl_"): () for name in history if name.startswith("kl_")}
    shapes = {name: tuple(shape) for name, shape in run.about.get("levels", named).items()}
    levels = tuple(shapes)
    columns = ("step", "bound", "log_px", *(f"kl_{name}" for name in levels))
    step = int(history["step"][-1]) if history and len(history["step"]) else 0
    seconds = float(history["seconds"][-1]) if step else 0.0
    return RunRecord(
        shapes=MappingProxyType(shapes),
        training=_table(history, columns),
        clock=_table(history, ("seconds",)),
        validation=_table(evaluations, columns),
        activity=_table(evaluations, ("step", *(f"active_{name}" for name in levels))),
        step=step,
        seconds=seconds,
        planned_steps=run.planned_steps,
        steps_per_epoch=run.steps_per_epoch,
        exact=_known(evaluations, "exact"),
        error=_known(evaluations, "error"),
        weight_prior=_known(history, "weight_prior"),
    )


def _known(columns: Mapping[str, np.ndarray], name: str) -> np.ndarray:
    """Step and the column `name`, (n, 2), in the rows where it is a number; none where there is no such column."""
    rows = _table(columns, ("step", name)) if name in columns else np.empty((0, 2))
    return np.asarray(rows[np.isfinite(rows[:, 1])])


def _table(columns: Mapping[str, np.ndarray], names: tuple[str, ...]) -> np.ndarray:
    if not columns:
        return np.empty((0, len(names)))
    return np.column_stack([columns[name] for name in names])
