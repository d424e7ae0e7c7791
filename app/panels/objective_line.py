"""The objective's equation as a line of terms: a term a button with its number, written as fully as there is room."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from app.state import objective
from app.state.equation import Group, terms_of
from app.state.experiment import Experiment
from app.state.exploration import LABEL
from app.state.objective import Figures
from app.theme import Theme, Themes
from app.words import glossary, wording

DENSITIES = 6
EDGE = 12
ASIDE = ("elbo", "gain")
"""Terms that are left out first where there is no room."""


class ObjectiveLine(QWidget):
    """A click on a term shows or hides its curve; a click on a group of levels writes them one by one, or folds them.

    Where the equation is wider than its room, its captions get shorter, and then its numbers lose their decimals.
    `toggled` says that a curve is wanted, or no longer; `rebuilt` that there are other terms, which hold no number yet.
    """

    toggled = Signal(str, bool)
    rebuilt = Signal()

    def __init__(self, experiment: Experiment, themes: Themes, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._experiment, self._themes = experiment, themes
        self._terms: dict[str, QPushButton] = {}
        self._signs: dict[str, QLabel] = {}
        self._groups: dict[str, Group] = {}
        self._opened = ""
        self._hidden: set[str] = set()
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(2)
        self._line.addStretch(1)
        themes.changed.connect(self._paint)
        self.build()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the terms, in order."""
        return tuple(self._terms)

    def term(self, name: str) -> QPushButton:
        """The button of one term."""
        return self._terms[name]

    def hide_terms(self, names: Iterable[str]) -> None:
        """Show as hidden those whose curves are hidden already."""
        self._hidden = set(names)
        self.build()

    def fold(self) -> None:
        """Sum the levels by groups again, without a word about it."""
        self._opened = ""

    @property
    def stale(self) -> bool:
        """Whether the objective has gained or lost a term since the line was built."""
        draws = ("gain" in self._terms) != self._has_several_draws()
        return draws or ("log_prior" in self._terms) != self._is_weighed()

    def build(self) -> None:
        """Make the terms that the objective at hand has."""
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
        self.rebuilt.emit()

    def write(self, figures: Figures | None, room: int) -> None:
        """Write the numbers as fully as fits: the equation is never clipped.

        Args:
            figures: nats; None: there are none yet.
            room: pixels.
        """
        texts = dict[str, str]()
        for density in range(DENSITIES):
            texts = self._texts(density, figures)
            if self._width_of(texts) <= room:
                break
        for name, term in self._terms.items():
            term.setVisible(name in texts)
            if name in texts and term.text() != texts[name]:
                term.setText(texts[name])
        for name, sign in self._signs.items():
            sign.setVisible(name in texts)
        if "gain" in self._terms:
            self._signs["log_px"].setText(self.tr(")  ELBO =") if "gain" in texts else self.tr("ELBO ="))

    def _has_several_draws(self) -> bool:
        return self._experiment.bound_name != "ELBO"

    def _is_weighed(self) -> bool:
        return objective.log_prior(self._experiment.curves) is not None

    def _hint(self, group: Group) -> str:
        if len(group.levels) > 1:
            return self.tr("The sum over {}; a click shows each level").format(group.name)
        meaning = glossary.term("label" if group.name == LABEL else "kl").meaning
        return f"KL({group.name}): {meaning}"

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
        self.build()

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
