"""What the window remembers from one start to the next: its place, its docks, how much is shown, the theme."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QSettings
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMainWindow, QWidget

DOCKS_VERSION = 2
VISIBLE = 120
"""Pixels of the window that must lie on a screen, each way, for a person to get hold of it."""


def remember(window: QMainWindow, settings: QSettings) -> None:
    """Keep where `window` and its docks stand, detached or hidden ones too."""
    settings.setValue("geometry", window.saveGeometry())
    settings.setValue("docks", window.saveState(DOCKS_VERSION))


def restore_place(window: QMainWindow, settings: QSettings) -> None:
    """Put `window` where it stood; what stood on a screen that went away comes back into sight."""
    geometry = settings.value("geometry")
    if isinstance(geometry, QByteArray):
        window.restoreGeometry(geometry)
    bring_into_sight(window)


def restore_docks(window: QMainWindow, settings: QSettings) -> None:
    """Put the docks of `window` where they stood."""
    docks = settings.value("docks")
    if isinstance(docks, QByteArray):
        window.restoreState(docks, DOCKS_VERSION)


def bring_into_sight(widget: QWidget) -> None:
    """Move a top-level widget to the middle of the first screen where too little of it lies on any."""
    frame = widget.frameGeometry()
    seen = [screen.availableGeometry().intersected(frame) for screen in QGuiApplication.screens()]
    if any(part.width() >= VISIBLE and part.height() >= VISIBLE for part in seen):
        return
    area = QGuiApplication.primaryScreen().availableGeometry()
    widget.resize(widget.size().boundedTo(area.size()))
    frame = widget.frameGeometry()
    frame.moveCenter(area.center())
    widget.move(frame.topLeft())
