"""A list of the files that an import left out, each with the sentence that says why; it can be saved."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.words import wording


class SkippedFiles(QDialog):
    """Stays open beside the window; the text can be copied, and saved as a table or as text.

    Args:
        skipped: path and sentence of each.
    """

    def __init__(self, skipped: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Files left out"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(720, 420)
        self._skipped = skipped
        self.said = QLabel(self._counted())
        self.said.setWordWrap(True)
        self.said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.words = QPlainTextEdit("\n".join(f"{path}\n    {reason}" for path, reason in skipped))
        self.words.setReadOnly(True)
        self.words.setAccessibleName(self.windowTitle())
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.save_button = QPushButton(self.tr("Save as …"))
        self.save_button.setToolTip(self.tr("Save the list as a table (.csv) or as text (.txt)."))
        self.save_button.setEnabled(bool(skipped))
        self.save_button.clicked.connect(self._ask)
        buttons.addButton(self.save_button, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.close)
        column = QVBoxLayout(self)
        for widget in (self.said, self.words, buttons):
            column.addWidget(widget)

    def save(self, path: Path) -> None:
        """Write the list, and say what came of it in the window."""
        try:
            write(self._skipped, path)
        except OSError as error:
            words = self.tr("The list cannot be written to {} ({}): choose another place.")
            self.said.setText(words.format(path, error.strerror))
        else:
            self.said.setText(self.tr("Saved to {}").format(path))

    def _counted(self) -> str:
        if not self._skipped:
            return self.tr("No file was left out of these data.")
        return wording.plural(
            len(self._skipped),
            self.tr("{} file could not be used, for the reason below it."),
            self.tr("{} files could not be used, each for the reason below it."),
        )

    def _ask(self) -> None:
        kinds = self.tr("Table (*.csv);;Text (*.txt)")
        start = str(Path.home() / self.tr("files left out.csv"))
        file, _ = QFileDialog.getSaveFileName(self, self.tr("Save the list"), start, kinds)
        if file:
            path = Path(file)
            self.save(path if path.suffix else path.with_suffix(".csv"))


def write(skipped: Sequence[tuple[str, str]], path: Path) -> None:
    """Write paths and reasons: in two lines each where the name ends with .txt, else as a table with a header.

    Raises:
        OSError: it cannot be written.
    """
    with path.open("w", encoding="utf-8", newline="") as file:
        if path.suffix.lower() == ".txt":
            file.writelines(f"{name}\n    {reason}\n" for name, reason in skipped)
            return
        table = csv.writer(file)
        table.writerow(("path", "reason"))
        table.writerows(skipped)
