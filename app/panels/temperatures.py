"""A temperature for each level, or one for all where there are many."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from app.widgets.fields import NumberField, Range

MOST_FIELDS = 8
"""More levels than these share one temperature."""
WIDTH = 40
ALLOWED = Range(0.0, 10.0, step=0.1)


class Temperatures(QWidget):
    """`chosen` carries a number for each level from the surface down, or one for all of them."""

    chosen = Signal(object)
    refused = Signal(str)

    def __init__(self, levels: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        names = list(levels) if 1 < len(levels) <= MOST_FIELDS else [""]
        self.fields = [self._field(name, place) for place, name in enumerate(names)]
        self._values = [1.0] * len(names)
        self.setFocusProxy(self.fields[0])
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        for name, field in zip(names, self.fields, strict=True):
            if name:
                label = QLabel(name)
                label.setProperty("role", "caption")
                line.addWidget(label)
            line.addWidget(field)

    def show_value(self, temperature: Sequence[float]) -> None:
        """Stand at a temperature for each level, or at one for all."""
        count = len(self.fields)
        self._values = list(temperature) if len(temperature) == count else [temperature[0]] * count
        for field, value in zip(self.fields, self._values, strict=True):
            field.show_value(value)

    def _field(self, name: str, place: int) -> NumberField:
        title = self.tr("temperature of {}").format(name) if name else self.tr("temperature")
        field = NumberField(title, ALLOWED)
        words = self.tr("Factor on the prior's noise of {}: 1 is the model's own, 0 its mode.")
        field.set_hint(words.format(name or "z"))
        field.setFixedWidth(WIDTH)
        field.chosen.connect(lambda value: self._take(place, value))
        field.refused.connect(self.refused)
        return field

    def _take(self, place: int, value: float) -> None:
        values = [*self._values]
        values[place] = float(value)
        self.chosen.emit((values[0],) if len(set(values)) == 1 else tuple(values))
