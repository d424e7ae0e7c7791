"""Which Strata this is, and what it runs on."""

from __future__ import annotations

import platform

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

BUILT_ON = ("torch", "torchvision", "PySide6-Essentials", "pyqtgraph", "numpy")


class About(QDialog):
    """The versions can be copied into a report."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("About Strata"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        name = QLabel(self.tr("Strata {}").format(_version("strata-hvae")))
        name.setProperty("role", "headline")
        purpose = QLabel(self.tr("See what each level of a hierarchical variational autoencoder encodes."))
        self.versions = QLabel("\n".join([f"Python {platform.python_version()}", *map(_line, BUILT_ON)]))
        self.versions.setProperty("role", "caption")
        self.versions.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        licence = QLabel(self.tr("Free software under the MIT licence."))
        licence.setProperty("role", "caption")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.close)
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 22, 28, 16)
        column.setSpacing(12)
        for widget in (name, purpose, self.versions, licence, buttons):
            column.addWidget(widget)


def _line(package: str) -> str:
    return f"{package} {_version(package)}"


def _version(package: str) -> str:
    """The version that is installed, found without importing the package."""
    from importlib.metadata import PackageNotFoundError, version  # heavy, and wanted by nobody at the start

    try:
        return version(package)
    except PackageNotFoundError:
        return "?"
