"""Which action stands in which menu."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMenuBar

from app.actions import Actions

_MENUS = (
    ("&File", ("open_folder", "open_file", "", "screenshot", "", "quit")),
    ("&Edit", ("undo", "redo", "", "reset_all")),
    ("&Run", ("train", "step", "stop", "", "start_again")),
    ("&Image", ("previous", "next", "random", "prior")),
    ("&View", ("setup", "curves", "")),
)


def fill(bar: QMenuBar, actions: Actions) -> None:
    """Put every action into a menu; an empty key is a line between two groups."""
    for title, keys in _MENUS:
        menu = bar.addMenu(QCoreApplication.translate("Menus", title))
        menu.addActions(actions.group(keys))
    theme = menu.addMenu(QCoreApplication.translate("Menus", "&Theme"))
    theme.addActions(actions.theme_group.actions())
