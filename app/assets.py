"""Files that travel with the window: its style sheet and icons, found the same way in a checkout and in a wheel."""

from __future__ import annotations

from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

ICON_SIDE = 16


@cache
def root() -> Traversable:
    """The folder of resources: inside the package where it is installed, beside it in a checkout."""
    installed = resources.files("app").joinpath("resources")
    return installed if installed.is_dir() else Path(__file__).resolve().parent.parent / "resources"


def style_sheet() -> str:
    """The style sheet with its colours still as names, such as `@panel`."""
    return root().joinpath("style", "window.qss").read_text(encoding="utf-8")


def icon_path(name: str) -> str:
    """Where an icon lies, with forward slashes as style sheets want them."""
    return Path(str(root().joinpath("icons", f"{name}.svg"))).as_posix()


def icon(name: str, colour: QColor) -> QIcon:
    """The icon `name` drawn in one colour, sharp at device pixel ratios 1, 2 and 3.

    Args:
        name: the SVG file's name without its ending; its strokes and fills say `currentColor`.
        colour: what stands for `currentColor`.
    """
    drawing = root().joinpath("icons", f"{name}.svg").read_text(encoding="utf-8")
    renderer = QSvgRenderer(QByteArray(drawing.replace("currentColor", colour.name()).encode()))
    made = QIcon()
    for ratio in (1, 2, 3):
        pixmap = QPixmap(QSize(ICON_SIDE, ICON_SIDE) * ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        renderer.render(painter, QRectF(pixmap.rect()))
        painter.end()
        pixmap.setDevicePixelRatio(ratio)
        made.addPixmap(pixmap)
    return made
