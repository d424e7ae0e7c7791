"""A few choices side by side of which one holds, each of which can be ruled out with a reason."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QSizePolicy, QWidget


class Choices(QWidget):
    """Buttons in a row; `chosen` says the key of the one a person pressed."""

    chosen = Signal(str)

    def __init__(self, captions: Mapping[str, str], hints: Mapping[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._hints = dict(hints)
        self._group = QButtonGroup(self)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(3)
        self._buttons: dict[str, QPushButton] = {}
        for key, caption in captions.items():
            button = QPushButton(caption)
            button.setCheckable(True)
            button.setToolTip(hints.get(key, ""))
            button.setAccessibleDescription(hints.get(key, ""))
            if not any(letter.isalpha() for letter in caption):  # read aloud alone, a number says nothing
                button.setAccessibleName(hints.get(key, ""))
            button.clicked.connect(lambda _=False, key=key: self.chosen.emit(key))
            self._group.addButton(button)
            self._buttons[key] = button
            line.addWidget(button)

    @property
    def current(self) -> str:
        """The key of the choice that holds."""
        return next((key for key, button in self._buttons.items() if button.isChecked()), "")

    def button(self, key: str) -> QPushButton:
        """The button of one choice."""
        return self._buttons[key]

    def choose(self, key: str) -> None:
        """Let `key` hold without telling anybody; a key that is not there lets none hold."""
        self._group.setExclusive(False)
        for name, button in self._buttons.items():
            button.setChecked(name == key)
        self._group.setExclusive(True)

    def rule_out(self, key: str, reason: str) -> None:
        """Disable a choice and say why in its tool tip; an empty reason allows it again."""
        self._buttons[key].setEnabled(not reason)
        self._buttons[key].setToolTip(reason or self._hints.get(key, ""))
        self._buttons[key].setAccessibleDescription(reason or self._hints.get(key, ""))
