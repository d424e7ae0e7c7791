"""What is said under the equation: of what it is, the other bound, beta on its way, bits, errors, the weight prior."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QCoreApplication

from app.state import objective
from app.state.experiment import Experiment
from app.state.objective import HELD_OUT, TRAINING
from app.widgets.remarks import Remark
from app.words import glossary, wording


def remarks(experiment: Experiment, split: str) -> Iterator[Remark]:
    """The most important ones first.

    Args:
        experiment: the run.
        split: of which images the equation is.
    """
    settings, curves = experiment.run_settings or experiment.settings, experiment.curves
    figures = objective.figures(curves, split)
    of_what = _tr("training images") if split == TRAINING else _tr("held-out images")
    hint = glossary.term("training_bound" if split == TRAINING else "held_out").meaning
    words = _tr("nats per image, {}") if settings.codes_of is None else _tr("nats per code, {}")
    yield Remark(words.format(of_what), f"{glossary.term('nats').meaning}\n{hint}")
    if figures is None:
        yield from _class_error(experiment)
        if settings.kappa is not None:
            yield _kappa(settings.kappa)
        return
    if curves.until is None and experiment.status.beta < experiment.settings.beta:
        beta = _tr("β {:.2f} on its way to {:g}").format(experiment.status.beta, experiment.settings.beta)
        yield Remark(beta, glossary.term("beta_now").meaning)
    yield from _class_error(experiment)
    if (bits := objective.bits_per_dim(figures.bound, experiment)) is not None:
        yield Remark(_tr("{} bits/dim").format(wording.nats(bits, 3)), glossary.term("bits_per_dim").meaning)
    other = HELD_OUT if split == TRAINING else TRAINING
    if (beside := objective.figures(curves, other)) is not None:
        words = _tr("held out {}") if split == TRAINING else _tr("training {}")
        hint = glossary.term("held_out" if split == TRAINING else "training_bound").meaning
        yield Remark(words.format(f"{experiment.bound_name} {wording.nats(beside.bound)}"), hint)
    if settings.kappa is not None:
        yield _kappa(settings.kappa)


def _class_error(experiment: Experiment) -> Iterator[Remark]:
    """Of the last validation; before the first one of a run that learns classes, when it will be known."""
    family = None if experiment.run_settings is None else experiment.families.get(experiment.run_settings.family)
    if (error := objective.error(experiment.curves)) is not None:
        yield Remark(_tr("error {:.1f} % held out").format(100 * error), glossary.term("error").meaning)
    elif family is not None and family.needs_labels:
        yield Remark(_tr("class error: after the first validation"), glossary.term("error").meaning)


def _kappa(kappa: float) -> Remark:
    return Remark(_tr("weight prior κ {:g}").format(kappa), glossary.term("kappa").meaning)


def _tr(words: str) -> str:
    return QCoreApplication.translate("ObjectiveWords", words)
