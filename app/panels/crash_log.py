"""The crash log in a window of its own, to be read and copied."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from app.desktop import crashes, places


class CrashLog(QDialog):
    """Newest entry at the end, where it opens."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Crash log"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(820, 520)
        words = QPlainTextEdit(crashes.read())
        words.setReadOnly(True)
        words.setAccessibleName(self.windowTitle())
        words.moveCursor(words.textCursor().MoveOperation.End)
        where = QLabel(str(places.crash_log()))
        where.setProperty("role", "caption")
        where.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.close)
        column = QVBoxLayout(self)
        for widget in (words, where, buttons):
            column.addWidget(widget)
