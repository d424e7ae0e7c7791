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
RATIOS = (1, 2, 4)


@cache
def root() -> Traversable:
    """The folder of resources: inside the package where it is installed, beside it in a checkout."""
    installed = resources.files("app").joinpath("resources")
    return installed if installed.is_dir() else Path(__file__).resolve().parents[2] / "resources"


def style_sheet() -> str:
    """The style sheet with its colours still as names, such as `@panel`."""
    return root().joinpath("style", "window.qss").read_text(encoding="utf-8")


def help_pages() -> list[tuple[str, str]]:
    """Title and Markdown text of every help page, in the order of their files."""
    files = [file for file in root().joinpath("help").iterdir() if file.name.endswith(".md")]
    texts = [file.read_text(encoding="utf-8") for file in sorted(files, key=lambda file: file.name)]
    return [(text.partition("\n")[0].lstrip("# "), text) for text in texts]


def help_folder() -> str:
    """Where the pictures of the help pages lie."""
    return Path(str(root().joinpath("help"))).as_posix()


def icon_path(name: str) -> str:
    """Where an icon lies, with forward slashes as style sheets want them."""
    return Path(str(root().joinpath("icons", f"{name}.svg"))).as_posix()


def icon(name: str, colour: QColor, disabled: QColor | None = None) -> QIcon:
    """The icon `name` drawn in one colour, sharp at device pixel ratios 1, 2 and 4.

    Args:
        name: the SVG file's name without its ending; its strokes and fills say `currentColor`.
        colour: what stands for `currentColor`.
        disabled: the same on a control that is off; None: Qt greys the other.
    """
    made = QIcon()
    shades = {QIcon.Mode.Normal: colour} | ({} if disabled is None else {QIcon.Mode.Disabled: disabled})
    for mode, shade in shades.items():
        for ratio in RATIOS:
            made.addPixmap(_drawn(name, shade, ratio), mode)
    return made


def _drawn(name: str, colour: QColor, ratio: int) -> QPixmap:
    drawing = root().joinpath("icons", f"{name}.svg").read_text(encoding="utf-8")
    renderer = QSvgRenderer(QByteArray(drawing.replace("currentColor", colour.name()).encode()))
    pixmap = QPixmap(QSize(ICON_SIDE, ICON_SIDE) * ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(pixmap.rect()))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap
