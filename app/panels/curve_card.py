"""The card around one plot: its title, what its colours mean, and small switches at the right."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from app.widgets.choices import Choices
from app.widgets.plot import Plot


class CurveCard(QFrame):
    """The legend leaves when there is no room for it: the crosshair names every line anyway.

    Args:
        title: of the card.
        plot: what it shows.
        switches: from left to right.
    """

    def __init__(self, title: str, plot: Plot, *switches: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        plot.setAccessibleName(title)
        heading = QLabel(title)
        heading.setProperty("role", "title")
        self._legend = QLabel()
        self._legend.setProperty("role", "caption")
        room = QWidget()
        room.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._room = room
        inside = QHBoxLayout(room)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self._legend)
        inside.addStretch(1)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(heading)
        head.addWidget(room, 1)
        for switch in switches:
            head.addWidget(switch)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(12, 6, 10, 6)
        column.setSpacing(2)
        column.addLayout(head)
        column.addWidget(plot, 1)

    @property
    def legend(self) -> str:
        """What the colours mean; empty where there is no room to say it."""
        return "" if self._legend.isHidden() else self._legend.text()

    def explain(self, colours: Mapping[str, str]) -> None:
        """Say what each colour means: name -> colour, as `#rrggbb`."""
        self._legend.setText(
            " · ".join(f"<span style='color:{colour}'>{name}</span>" for name, colour in colours.items())
        )
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self._column.activate()
        self._legend.setVisible(self._legend.sizeHint().width() <= self._room.width())


def switch(captions: Mapping[str, str], hints: Mapping[str, str], name: str) -> Choices:
    """A small switch for the heading of a card; its first choice holds."""
    made = Choices(captions, hints)
    made.setAccessibleName(name)
    for key in captions:
        made.button(key).setProperty("segment", True)
    made.choose(next(iter(captions)))
    return made
