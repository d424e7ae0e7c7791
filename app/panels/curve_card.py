"""The card around one plot: its title, what its colours mean, and small switches at the right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.widgets.choices import Choices
from app.widgets.plot import Plot
from app.widgets.remarks import Remark, Remarks

EDGE, SPACING = 12, 8
LEAST_HEIGHT = 150
"""Of a card that has a line to spare for its legend."""


class CurveCard(QFrame):
    """The legend stands in the heading, or under it where that is too narrow and the card high enough.

    It says as much as there is room for: the crosshair names every line anyway.

    Args:
        title: of the card.
        hint: one sentence about it.
        plot: what it shows.
        switches: from left to right.
    """

    def __init__(self, title: str, hint: str, plot: Plot, *switches: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.setAccessibleName(title)
        plot.setAccessibleName(title)
        plot.setAccessibleDescription(hint)
        self._heading = heading = QLabel(title)
        heading.setProperty("role", "title")
        heading.setToolTip(hint)
        self.plot, self.legend, self._switches = plot, Remarks(), switches
        self._beneath = Remarks()
        self._beneath.hide()
        head = QHBoxLayout()
        head.setSpacing(SPACING)
        head.addWidget(heading)
        head.addWidget(self.legend, 1)
        for switch in switches:
            head.addWidget(switch)
        column = QVBoxLayout(self)
        column.setContentsMargins(EDGE, 6, EDGE, 6)
        column.setSpacing(2)
        column.addLayout(head)
        column.addWidget(self._beneath)
        column.addWidget(plot, 1)

    @property
    def meanings(self) -> tuple[Remark, ...]:
        """What the legend says, or would say if it had the room."""
        return (*self.legend.remarks, *self._beneath.remarks)

    def explain(self, meanings: Sequence[Remark]) -> None:
        """Say what each colour means, the most important first."""
        if tuple(meanings) != self.meanings:
            self.legend.say(meanings)
            self._beneath.say(())
            self._find_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._find_room()

    def _find_room(self) -> None:
        meanings = self.meanings
        self.legend.say(meanings)
        beside = [one for one in (self._heading, *self._switches) if not one.isHidden()]
        taken = sum(one.sizeHint().width() + SPACING for one in beside) + EDGE + EDGE
        low = self.legend.width_needed > self.width() - taken and self.height() >= LEAST_HEIGHT
        if low:
            self.legend.say(())
        self._beneath.say(meanings if low else ())
        self._beneath.setVisible(low)

    @contextmanager
    def bare(self) -> Iterator[None]:
        """Inside this context the card is a figure: without switches and crosshair, every line drawn anew."""
        shown = [one for one in self._switches if not one.isHidden()]
        for one in shown:
            one.hide()
        self.plot.show_cursor(None)
        self._find_room()
        with self.plot.afresh():
            yield
        for one in shown:
            one.show()
        self._find_room()


def switch(captions: Mapping[str, str], hints: Mapping[str, str], name: str) -> Choices:
    """A small switch for the heading of a card; its first choice holds."""
    made = Choices(captions, hints)
    made.setAccessibleName(name)
    for key in captions:
        made.button(key).setProperty("segment", True)
    made.choose(next(iter(captions)))
    return made
