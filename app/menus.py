"""Which action stands in which menu."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMenu, QMenuBar

from app.actions import Actions
from app.inputs.recent import Recent
from app.state.view_specs import TABS
from app.words import wording

_MENUS = (
    (
        "&File",
        ("open_folder", "open_files", "skipped", "", "screenshot", "copy_window", "", "export_curves", "", "quit"),
    ),
    ("&Edit", ("undo", "redo", "", "paste", "", "lock", "basis", "dice", "", "reset_all")),
    ("&Run", ("train", "step", "stop", "", "start_again", "", "cancel", "", "runs", "pin_run")),
    ("&Image", ("previous", "next", "random", "prior")),
    ("&View", ("setup", "extent", "curves", "data", "", *(f"view_{name}" for name in TABS), "", "palette", "")),
    ("&Help", ("help", "shortcuts", "", "crash_log", "about")),
)


def fill(
    bar: QMenuBar,
    actions: Actions,
    recent: Recent,
    opened: Callable[[str], object],
    list_panels: Callable[[QMenu], object],
) -> None:
    """Put every action into a menu; an empty key is a line between two groups.

    Args:
        bar: still empty.
        actions: those of the window.
        recent: data and runs, for the first menu.
        opened: called with the path of a recent one.
        list_panels: fills the menu of panels that a screenshot can show.
    """
    menus = {}
    for title, keys in _MENUS:
        menus[title] = bar.addMenu(_tr(title))
        menus[title].addActions(actions.group(keys))
    menus["&View"].addMenu(_tr("&Theme")).addActions(actions.theme_group.actions())
    before = actions["skipped"]
    for kind, title in (("data", _tr("Recent &data")), ("runs", _tr("Recent &runs"))):
        menu = QMenu(title, bar)
        menus["&File"].insertMenu(before, menu)
        menus["&File"].aboutToShow.connect(lambda menu=menu, kind=kind: _list(menu, recent.paths(kind), opened))
    panels = QMenu(_tr("Screenshot &of"), bar)
    menus["&File"].insertMenu(actions["copy_window"], panels)
    panels.aboutToShow.connect(lambda: list_panels(panels))


def _list(menu: QMenu, paths: list[str], opened: Callable[[str], object]) -> None:
    """List what is still there; an empty menu is not shown."""
    menu.clear()
    menu.menuAction().setVisible(bool(paths))
    for path in paths:
        action = menu.addAction(wording.source(path).replace("&", "&&"))
        action.setToolTip(path)
        action.triggered.connect(lambda _=False, path=path: opened(path))


def _tr(text: str) -> str:
    return QCoreApplication.translate("Menus", text)
