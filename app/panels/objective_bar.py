"""The objective as an equation with live numbers in nats, each term in its level's colour."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.panels import objective_words
from app.panels.curve_card import switch
from app.state import objective, series
from app.state.equation import Group, terms_of
from app.state.experiment import Experiment
from app.state.exploration import LABEL
from app.state.objective import HELD_OUT, TRAINING, Figures
from app.state.series import Axis, View
from app.theme import Theme, Themes
from app.widgets.remarks import Remarks
from app.widgets.spark import Spark
from app.words import glossary, wording

PAUSE_MS = 250
"""Between two sets of numbers: quicker ones nobody reads."""
HEIGHT = 58
EDGE = 12
DENSITIES = 6
ASIDE = ("elbo", "gain")
"""Terms that are left out first where there is no room; the remarks below never need them."""


class ObjectiveBar(QFrame):
    """A click on a term shows or hides its curve; a click on a group of levels writes them one by one, or folds them.

    Where the equation is wider than the bar, its captions get shorter, and then its numbers lose their decimals.
    """

    toggled = Signal(str, bool)
    curves_wanted = Signal()

    def __init__(self, experiment: Experiment, themes: Themes, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.setFixedHeight(HEIGHT)
        self._experiment, self._themes = experiment, themes
        self._terms: dict[str, QPushButton] = {}
        self._signs: dict[str, QLabel] = {}
        self._groups: dict[str, Group] = {}
        self._opened = ""
        self._folded = False
        self._hidden: set[str] = set()
        self.remarks = Remarks()
        self.spark = Spark()
        self.spark.wanted.connect(self.curves_wanted)
        self.spark.hide()
        self._place()
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._write_all)
        experiment.run_changed.connect(self._start)
        experiment.evaluated.connect(self._write_all)
        experiment.settings_changed.connect(self._follow_terms)
        experiment.families_changed.connect(self._build)
        themes.changed.connect(self._paint)
        self._build()

    @property
    def terms(self) -> tuple[str, ...]:
        """The names of the terms, in order."""
        return tuple(self._terms)

    @property
    def split(self) -> str:
        """Of which images the equation is: TRAINING or HELD_OUT."""
        return self.splits.current if self.splits.button(HELD_OUT).isEnabled() else TRAINING

    def term(self, name: str) -> QPushButton:
        """The term "bound", "log_px", "gain", the name of a level, or that of a group such as "z1–z3"."""
        return self._terms[name]

    def take_in_curves(self, folded: bool) -> None:
        """Show the bound as a small curve while the large ones are folded away."""
        self.spark.setVisible(folded and self._experiment.run_settings is not None)
        self._folded = folded
        self._write_all()

    def hide_terms(self, names: Iterable[str]) -> None:
        """Show as hidden those whose curves are hidden already."""
        self._hidden = set(names)
        self._build()

    def show_numbers(self) -> None:
        """Write the present numbers, if they were not written just now."""
        if not self._pause.isActive():
            self._pause.start()
            self._write_all()

    def _place(self) -> None:
        hints = {TRAINING: glossary.term("training_bound").meaning, HELD_OUT: glossary.term("held_out").meaning}
        captions = {TRAINING: self.tr("Training"), HELD_OUT: self.tr("Held out")}
        self.splits = switch(captions, hints, self.tr("Of which images the equation is"))
        self.splits.chosen.connect(self._write_all)
        self._line = QHBoxLayout()
        self._line.setSpacing(2)
        self._line.addStretch(1)
        below = QHBoxLayout()
        below.setContentsMargins(5, 0, 0, 0)
        below.addWidget(self.remarks, 1)
        below.addWidget(self.splits)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(EDGE - 4, 3, EDGE, 4)
        whole.setSpacing(EDGE)
        column = QVBoxLayout()
        column.setSpacing(0)
        whole.addLayout(column, 1)
        whole.addWidget(self.spark)
        whole.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)  # the window may always become narrower
        column.addLayout(self._line, 1)
        column.addLayout(below)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def _start(self) -> None:
        self._opened = ""
        self.spark.setVisible(self._folded and self._experiment.run_settings is not None)
        self._build()

    def _build(self) -> None:
        for widget in (*self._terms.values(), *self._signs.values()):
            self._line.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self._terms, self._signs = {}, {}
        self._groups = {group.name: group for group in terms_of(self._experiment.groups, self._opened)}
        several = self._has_several_draws()
        self._add("bound", "", glossary.term("iwae" if several else "elbo").meaning)
        if several:
            self._add("elbo", "(", glossary.term("elbo").meaning)
            self._add("gain", "+", glossary.term("gain").meaning)
        self._add("log_px", "=", glossary.term("log_px").meaning)
        if self._opened:
            self._add("fold", "", self.tr("Sum {} again").format(self._opened))
        for name, group in self._groups.items():
            self._add(name, "−", self._hint(group))
        if self._is_weighed():
            self._add("log_prior", self.tr("plus"), glossary.term("log_prior").meaning)
        self._paint(self._themes.current)
        self._write_all()

    def _has_several_draws(self) -> bool:
        return self._experiment.bound_name != "ELBO"

    def _is_weighed(self) -> bool:
        return objective.log_prior(self._experiment.curves) is not None

    def _hint(self, group: Group) -> str:
        if len(group.levels) > 1:
            return self.tr("The sum over {}; a click shows each level").format(group.name)
        meaning = glossary.term("label" if group.name == LABEL else "kl").meaning
        return f"KL({group.name}): {meaning}"

    def _follow_terms(self) -> None:
        if ("gain" in self._terms) != self._has_several_draws():
            self._build()
        else:
            self._write_all()

    def _add(self, name: str, sign: str, hint: str) -> None:
        if sign:
            mark = QLabel(sign)
            mark.setProperty("role", "caption")
            self._signs[name] = mark
            self._line.insertWidget(self._line.count() - 1, mark)
        term = QPushButton()
        term.setProperty("term", True)
        term.setToolTip(hint)
        self._terms[name] = term
        group = self._groups.get(name)
        if name == "fold":
            term.setText("◂")
            term.setAccessibleName(hint)
            term.clicked.connect(lambda: self._open(""))
        elif group is not None and len(group.levels) > 1:
            term.clicked.connect(lambda: self._open(name))
        elif name in (*ASIDE, "log_prior"):
            term.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # it has no curve of its own
        else:
            term.setCheckable(True)
            term.setChecked(name not in self._hidden)
            term.toggled.connect(lambda on: self._toggle(name, on))
        self._line.insertWidget(self._line.count() - 1, term)

    def _open(self, name: str) -> None:
        self._opened = name
        self._build()

    def _toggle(self, name: str, on: bool) -> None:
        (self._hidden.discard if on else self._hidden.add)(name)
        self._paint(self._themes.current)
        self.toggled.emit(name, on)

    def _paint(self, theme: Theme) -> None:
        colours = theme.colours(self._experiment.groups)
        for name, term in self._terms.items():
            group = self._groups.get(name)
            colour = theme.text if group is None else colours[group.middle].name()
            shade = theme.faint if term.isCheckable() and not term.isChecked() else colour
            term.setStyleSheet(f"color: {shade};")

    def _write_all(self) -> None:
        """Write as fully as there is room: the equation is never clipped."""
        self.splits.rule_out(HELD_OUT, "" if len(self._experiment.curves.validation) else self.tr("No validation yet."))
        if ("log_prior" in self._terms) != self._is_weighed():
            self._build()
            return
        figures, texts = objective.figures(self._experiment.curves, self.split), dict[str, str]()
        for density in range(DENSITIES):
            texts = self._texts(density, figures)
            if self._width_of(texts) <= self.width() - (self.spark.width() + EDGE if self._folded else 0):
                break
        for name, term in self._terms.items():
            term.setVisible(name in texts)
            if name in texts and term.text() != texts[name]:
                term.setText(texts[name])
        for name, sign in self._signs.items():
            sign.setVisible(name in texts)
        if "gain" in self._terms:
            self._signs["log_px"].setText(self.tr(")  ELBO =") if "gain" in texts else self.tr("ELBO ="))
        if self.spark.isVisibleTo(self):
            self._draw_spark()
        self.remarks.say(tuple(objective_words.remarks(self._experiment, self.split)))

    def _draw_spark(self) -> None:
        curves = self._experiment.curves
        view = View(Axis.STEPS, 0.0, series.end(curves, Axis.STEPS), self.spark.width())
        y = series.bound_lines(curves, view)["bound"][1]
        self.spark.show_line(y[len(y) // 10 :], QColor(self._themes.current.accent))
        words = self.tr("The {} so far, {}; a click shows the curves (F10)")
        self.spark.setToolTip(words.format(self._experiment.bound_name, self.tr("training images")))
        self.spark.setAccessibleName(self.spark.toolTip())

    def _width_of(self, texts: dict[str, str]) -> int:
        self._terms["bound"].ensurePolished()
        measure = self._terms["bound"].fontMetrics()
        bold = sum(round(1.06 * measure.horizontalAdvance(text)) + 12 for text in texts.values())
        signs = sum(sign.sizeHint().width() + 2 for name, sign in self._signs.items() if name in texts)
        return bold + signs + 2 * EDGE

    def _texts(self, density: int, figures: Figures | None) -> dict[str, str]:
        """The words of each term that is written; `density` 0 is the fullest."""
        values, captions = self._values(figures), self._captions(density)
        digits = 0 if density > 3 else 1
        texts = {}
        for name in self._terms:
            if density < 2 or name not in ASIDE:
                figure = f" {wording.nats(values[name], digits)}" if name in values else ""
                texts[name] = f"{captions[name]}{figure}"
        return texts

    def _values(self, figures: Figures | None) -> dict[str, float]:
        if figures is None:
            return {}
        values = {"bound": figures.bound, "log_px": figures.log_px, "elbo": figures.elbo, "gain": figures.gain}
        if (weighed := objective.log_prior(self._experiment.curves)) is not None:
            values["log_prior"] = weighed
        return values | {name: sum(figures.kl[level] for level in group.levels) for name, group in self._groups.items()}

    def _captions(self, density: int) -> dict[str, str]:
        captions = {"bound": self._experiment.bound_name, "elbo": "ELBO", "gain": self.tr("gain"), "fold": "◂"}
        captions["log_px"] = "E[log p(x|z)]" if density < 3 else "log p(x|z)" if density < 5 else "log p"
        captions["log_prior"] = glossary.term("log_prior").title
        for name, group in self._groups.items():
            brief = name if density < 5 or len(group.levels) == 1 else f"{group.levels[0]}…"
            captions[name] = brief if density > 0 else f"KL({name})"
        return captions

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._write_all()
