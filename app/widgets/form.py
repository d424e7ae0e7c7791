"""Rows of a name and a field, with the names of all forms in one column."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout, QLabel, QWidget

NAME_WIDTH = 86


class Form(QFormLayout):
    """Names on the left, small and dim; fields take the rest of the width."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setContentsMargins(0, 0, 0, 0)
        self.setVerticalSpacing(5)
        self.setHorizontalSpacing(8)
        self.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

    def add(self, name: str, field: QWidget, hint: str, *, live: bool = False) -> None:
        """Add a row.

        Args:
            name: for people.
            field: takes the name as its accessible name.
            hint: tool tip and accessible description of both.
            live: whether the setting acts on a run in training; its name then stands out.
        """
        label = QLabel(name)
        label.setProperty("role", "live" if live else "caption")
        label.setFixedWidth(NAME_WIDTH)
        label.setMinimumHeight(field.sizeHint().height())
        label.setBuddy(field)
        label.setToolTip(hint)
        field.setToolTip(hint)
        field.setAccessibleName(name)
        field.setAccessibleDescription(hint)
        self.addRow(label, field)
