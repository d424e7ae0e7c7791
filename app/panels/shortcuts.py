"""The sheet of shortcuts, made of the same table as the menus."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QLabel, QVBoxLayout, QWidget

from app.actions import Actions

COLUMNS = 2


class Shortcuts(QDialog):
    """Stays open beside the window. Keys that act on the picture alone are marked."""

    def __init__(self, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Shortcuts"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(5)
        commands = [command for command in actions.commands() if command.keys]
        rows = -(-len(commands) // COLUMNS)
        for number, command in enumerate(commands):
            column, row = divmod(number, rows)
            keys = QLabel(command.keys + (" *" if command.local else ""))
            keys.setProperty("role", "title")
            keys.setAlignment(Qt.AlignmentFlag.AlignRight)
            grid.addWidget(keys, row, 2 * column)
            grid.addWidget(QLabel(command.words), row, 2 * column + 1)
        note = QLabel(self.tr("* while the picture or a level has the keyboard; Esc goes there"))
        note.setProperty("role", "caption")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.close)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(22, 18, 22, 14)
        whole.setSpacing(14)
        whole.addLayout(grid)
        whole.addWidget(note)
        whole.addWidget(buttons)
