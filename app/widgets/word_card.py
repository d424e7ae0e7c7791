"""A few lines of words: a title in a level's colour, the first line as a person reads it, the rest small."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget


class WordCard(QWidget):
    """Every line can be selected and copied."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._title, self._first, self._rest = QLabel(), QLabel(), QLabel()
        self._title.setProperty("role", "wordmark")
        self._rest.setProperty("role", "caption")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for label in (self._title, self._first, self._rest):
            label.setWordWrap(label is not self._title)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            column.addWidget(label)
        column.addStretch(1)

    @property
    def sentence(self) -> str:
        """The first line."""
        return self._first.text()

    def show_lines(self, lines: Sequence[str], title: str, colour: QColor) -> None:
        """Show lines, the first one as a sentence, under a title in `colour`."""
        self._title.setText(title)
        self._title.setStyleSheet(f"color: {colour.name()};")
        self._first.setText(lines[0] if lines else "")
        self._rest.setText("\n".join(line for line in lines[1:] if line))
        self.setAccessibleName(title)
        self.setAccessibleDescription(lines[0] if lines else "")
