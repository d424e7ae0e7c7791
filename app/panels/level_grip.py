"""How a level can be moved: the padlock that holds it, and whether its sliders are its units or its directions."""

from __future__ import annotations

from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.panels.curve_card import switch
from app.state.exploration import LABEL, Exploration
from app.widgets.padlock import Padlock
from app.words import glossary

UNITS, DIRECTIONS = "units", "directions"
TERMS = {UNITS: "by_unit", DIRECTIONS: "by_direction"}


class LevelGrip(QWidget):
    """One line for the left end of a level's row. A label has classes, and so no directions."""

    def __init__(self, name: str, exploration: Exploration, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._exploration = name, exploration
        self._shown: tuple[object, ...] = ()
        self.lock = Padlock()
        self.lock.clicked.connect(lambda shut: exploration.lock(name, shut))
        self.basis = switch(
            {UNITS: self.tr("units"), DIRECTIONS: self.tr("directions")},
            {basis: f"{glossary.sentences(term)}\n{self._warning}" for basis, term in TERMS.items()},
            self.tr("What the sliders of {} move").format(name),
        )
        self.basis.chosen.connect(lambda basis: exploration.turn(name, basis == DIRECTIONS))
        for basis in TERMS:
            self.basis.button(basis).setProperty("slim", True)
        if name == LABEL:
            self.basis.hide()  # never shown before it has a parent: it would be a window of its own
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        line.addWidget(self.lock)
        line.addWidget(self.basis)
        line.addStretch(1)
        exploration.changed.connect(self._show)
        self._show()

    @property
    def _warning(self) -> str:
        return self.tr("To change over gives back what was moved of {}; one undo brings it again.").format(self._name)

    @property
    def reason(self) -> str:
        """Why the level cannot be moved; empty while it is not locked."""
        if self._name not in self._exploration.point.locked:
            return ""
        words = self.tr("{} is locked: it keeps its values until a click on its padlock, or L, lets it go.")
        return words.format(self._name)

    def dress(self, colour: QColor) -> None:
        """Use the colour of the level."""
        self.lock.set_colour(colour)

    def _show(self) -> None:
        point, reason = self._exploration.point, self.reason
        shown, self._shown = self._shown, (reason, self._name in point.along)
        if shown == self._shown:  # as all through a drag
            return
        self.lock.setChecked(bool(reason))
        words = self.tr("Unlock {}") if reason else self.tr("Lock {}")
        self.lock.setAccessibleName(words.format(self._name))
        hint = self.tr("Lock {} (L): it keeps the values of the image and its own edits, whatever is moved above it.")
        self.lock.setToolTip(reason or hint.format(self._name))
        self.basis.choose(DIRECTIONS if self._name in point.along else UNITS)
        for basis in (UNITS, DIRECTIONS):
            self.basis.rule_out(basis, reason)
