"""The sheet of shortcuts by where they act: those of the menus from the same table, and the keys of the controls."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.actions import Actions

SIZE = (860, 560)
Row = tuple[str, str]
"""Keys, and what they do."""


class Shortcuts(QDialog):
    """Stays open beside the window."""

    def __init__(self, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Shortcuts"))
        self.resize(*SIZE)
        commands = [command for command in actions.commands() if command.keys]
        left = QVBoxLayout()
        anywhere = [(command.keys, command.words) for command in commands if not command.local]
        left.addLayout(_section(self.tr("Anywhere in the window"), anywhere))
        left.addStretch(1)
        right = QVBoxLayout()
        local = [(command.keys, command.words) for command in commands if command.local]
        right.addLayout(_section(self.tr("While the picture or a level has the keyboard"), local))
        for title, rows in _of_controls():
            right.addLayout(_section(title, rows))
        right.addStretch(1)
        content = QWidget()
        content.setProperty("plain", True)
        line = QHBoxLayout(content)
        line.setSpacing(34)
        line.addLayout(left)
        line.addLayout(right)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(content)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.close)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(18, 14, 18, 14)
        whole.setSpacing(10)
        whole.addWidget(scroll)
        whole.addWidget(buttons)


def _section(title: str, rows: Sequence[Row]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(4)
    grid.setContentsMargins(0, 0, 0, 14)
    heading = QLabel(title)
    heading.setProperty("role", "live")
    grid.addWidget(heading, 0, 0, 1, 2)
    for row, (keys, words) in enumerate(rows, start=1):
        label = QLabel(keys)
        label.setProperty("role", "title")
        grid.addWidget(label, row, 0)
        grid.addWidget(QLabel(words), row, 1)
    grid.setColumnStretch(1, 1)
    return grid


def _of_controls() -> tuple[tuple[str, tuple[Row, ...]], ...]:
    return (
        (
            _tr("On a slider"),
            (
                (_tr("Arrows, wheel"), _tr("Move it; with Shift by a tenth")),
                (_tr("Home, End"), _tr("To −3 and +3 prior standard deviations")),
                (_tr("Enter"), _tr("Type a value")),
                (_tr("Double click, Backspace"), _tr("Give the unit back to the image")),
            ),
        ),
        (
            _tr("While a screenshot is picked"),
            (
                (_tr("Tab, arrows"), _tr("Another panel")),
                ("1, 2, 4", _tr("Its scale")),
                (_tr("Enter, click"), _tr("Save it; with Shift ask where")),
                ("C", _tr("To the clipboard")),
            ),
        ),
        (_tr("Everywhere"), ((_tr("Esc"), _tr("Give the keyboard to the picture")),)),
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("Shortcuts", text)
