"""The number of a slider while a person types another."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget


class ScoreField(QLineEdit):
    """Enter tells `typed`, Escape or going elsewhere `left`; what is no number is marked and stays."""

    typed = Signal(float)
    left = Signal()

    def __init__(self, score: float, slider: QWidget) -> None:
        super().__init__(f"{score:.2f}", slider)
        self._slider = slider
        self.setAccessibleName(self.tr("Prior standard deviations, from −3 to 3"))
        self.setStyleSheet("padding: 0 2px;")
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._tell()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
            self._slider.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:  # its own menu
            self.left.emit()

    def _tell(self) -> None:
        score = _number(self.text())
        if score is None:
            self.setProperty("wrong", True)
            self.style().polish(self)
            self.selectAll()
        else:
            self.typed.emit(score)


def _number(text: str) -> float | None:
    """What was typed, with a true minus or a decimal comma too; None where it is no number."""
    try:
        number = float(text.strip().replace("−", "-").replace(",", "."))
    except ValueError:
        return None
    return number if math.isfinite(number) else None
