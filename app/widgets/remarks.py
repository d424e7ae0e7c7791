"""A line of short remarks, each with a sentence behind it; those at its end give way where there is no room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

GAP = 10


class Remark(NamedTuple):
    """One of them.

    Attributes:
        text: a few words.
        hint: one sentence, the tool tip.
        colour: `#rrggbb`; empty: that of captions.
    """

    text: str
    hint: str = ""
    colour: str = ""


class Remarks(QWidget):
    """The most important remark comes first. A window may become narrower than all of them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._remarks: tuple[Remark, ...] = ()
        self._labels: list[QLabel] = []
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(GAP)
        self._line.addStretch(1)

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """All of them, with and without room."""
        return self._remarks

    @property
    def shown(self) -> tuple[str, ...]:
        """The words for which there is room."""
        return tuple(label.text() for label in self._labels if not label.isHidden())

    @property
    def width_needed(self) -> int:
        """Pixels that all of them take side by side."""
        widths = [label.sizeHint().width() for label, _ in zip(self._labels, self._remarks, strict=False)]
        return sum(widths) + GAP * max(0, len(widths) - 1)

    def say(self, remarks: Sequence[Remark]) -> None:
        """Show these from now on."""
        if tuple(remarks) == self._remarks:
            return
        self._remarks = tuple(remarks)
        while len(self._labels) < len(remarks):
            label = QLabel()
            label.setProperty("role", "caption")
            self._line.insertWidget(len(self._labels), label)
            self._labels.append(label)
        for label, remark in zip(self._labels, remarks, strict=False):
            label.setText(remark.text)
            label.setToolTip(remark.hint)
            sheet = f"color: {remark.colour};" if remark.colour else ""
            if label.styleSheet() != sheet:
                label.setStyleSheet(sheet)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        left = self.width() + GAP
        for number, label in enumerate(self._labels):
            label.ensurePolished()
            left -= label.sizeHint().width() + GAP
            label.setVisible(number < len(self._remarks) and left >= 0)
