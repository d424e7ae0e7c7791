"""The card with the objective: which bound, estimated how, and what its terms weigh."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.panels.setting_rows import SettingRows, hint
from app.state.experiment import Experiment
from app.widgets.card import Card
from app.widgets.fields import ChoiceField, Range
from app.words import glossary

MOST_DRAWS, MOST_NATS = 10_000, 10_000.0


class ObjectiveCard(Card):
    """Beta and free bits act at once; the others at the next start."""

    refused = Signal(str)

    def __init__(self, experiment: Experiment, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.set_title(self.tr("Objective"))
        self._experiment = experiment
        rows = SettingRows(experiment, self)
        rows.refused.connect(self.refused)
        self.bound = self._bound_row(rows)
        auto, off = self.tr("auto"), self.tr("off")
        self.samples = rows.number("samples", Range(1, MOST_DRAWS, whole=True, word=auto))
        self.estimator = rows.choice("estimator", {"plain": self.tr("plain"), "stl": "STL", "dreg": "DReG"})
        self.beta = rows.number("beta", Range(0, 1000, step=0.05))
        self.warm_up = rows.number("warm_up", Range(0, 100_000, word=auto))
        self.free_bits = rows.number("free_bits", Range(0, MOST_NATS, step=0.25, word=off))
        self.kappa = rows.number("kappa", Range(0, 1e9, above=True, factor=2, word=off))
        self.body.addLayout(rows.form)
        experiment.settings_changed.connect(self._show)
        experiment.families_changed.connect(self._show)
        self._show()

    def _bound_row(self, rows: SettingRows) -> ChoiceField:
        title = glossary.term("bound").title
        field = ChoiceField(title)
        field.offer({"elbo": glossary.term("elbo").title, "iwae": glossary.term("iwae").title})
        field.chosen.connect(self._choose_bound)
        rows.form.add(title, field, hint("bound"))
        return field

    def _choose_bound(self, bound: str) -> None:
        family = self._experiment.family
        own = family is not None and family.bound == bound
        if bound != self.bound_in_use:
            self._experiment.change(bound=None if own else bound, samples=None, estimator="plain")

    @property
    def bound_in_use(self) -> str:
        """ "elbo" or "iwae": the one chosen, else that of the family."""
        family = self._experiment.family
        return self._experiment.settings.bound or (family.bound if family else "elbo")

    def _show(self) -> None:
        bound, family = self.bound_in_use, self._experiment.family
        iwae = bound == "iwae"
        self.bound.show_value(bound)
        self.estimator.rule_out("stl", self.tr("STL is biased for the IWAE bound.") if iwae else "")
        self.estimator.rule_out("dreg", "" if iwae else self.tr("DReG is made for the IWAE bound."))
        self.free_bits.setEnabled(not iwae)
        self.free_bits.set_hint(self.tr("Free bits belong to the ELBO.") if iwae else hint("free_bits"))
        if family is not None:
            draws = self._experiment.settings.samples or family.samples[bound]
            self.samples.set_hint(self.tr("{} Now {}.").format(hint("samples"), draws))
            self.set_caption(f"IWAE-{draws}" if iwae else "ELBO")
