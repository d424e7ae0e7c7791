"""Colours of the window on a dark and on a light ground, and the one colour that each level has everywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from types import MappingProxyType

import pyqtgraph as pg
from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFontInfo, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from app.desktop import assets
from app.state.equation import Group


@dataclass(frozen=True)
class Theme:
    """The colours of one ground, as `#rrggbb`.

    Attributes:
        levels: the colours of z1, z2, ... from the surface down; neighbours stay apart for the colour-blind.
        shades: percent of a hue's lightness at the ends of a group of levels.
        surface: the colour of x.
        classes: colours of the classes of images, told apart with any kind of colour vision.
    """

    name: str
    window: str
    panel: str
    field: str
    hover: str
    line: str
    text: str
    dim: str
    faint: str
    accent: str
    accent_hover: str
    on_accent: str
    problem: str
    surface: str
    levels: tuple[str, ...]
    shades: tuple[int, int]
    classes: tuple[str, ...]

    def colours(self, groups: Sequence[Group]) -> dict[str, QColor]:
        """The colour of each level, by name: one hue a group, and a lightness inside it where the group holds several.

        Args:
            groups: of neighbouring levels, z1 first; no more than there are hues.
        """
        made, (low, high) = {}, self.shades
        for group, hue in zip(groups, self.levels, strict=False):
            count = len(group.levels)
            for place, name in enumerate(group.levels):
                lightness = 100 if count == 1 else low + (high - low) * place / (count - 1)
                made[name] = QColor(hue).lighter(round(lightness))
        return made


DARK = Theme(
    name="dark",
    window="#14161a",
    panel="#1d2027",
    field="#282c35",
    hover="#323742",
    line="#343945",
    text="#eceef2",
    dim="#9aa2b0",
    faint="#626a78",
    accent="#2c98ab",
    accent_hover="#35abc0",
    on_accent="#ffffff",
    problem="#e0685a",
    surface="#9aa2b0",
    levels=("#35b3c6", "#8ccb6e", "#f7da72", "#dd7a36", "#e0528c", "#8f7bea"),
    shades=(88, 130),
    classes=(
        *("#4aa8e0", "#f0b030", "#2fc79b", "#f0844a", "#e39ac4"),
        *("#a8dcf5", "#f0e442", "#b9c0cc", "#b48be8", "#ff6b7a"),
    ),
)
LIGHT = Theme(
    name="light",
    window="#eef0f3",
    panel="#ffffff",
    field="#eef1f5",
    hover="#e2e6ec",
    line="#d8dce3",
    text="#16181d",
    dim="#5d6673",
    faint="#a0a7b3",
    accent="#137f93",
    accent_hover="#0f6c7d",
    on_accent="#ffffff",
    problem="#b3261e",
    surface="#5d6673",
    levels=("#1793ab", "#5f9a2c", "#7d5a00", "#d2672c", "#9d1259", "#5a3fc4"),
    shades=(68, 106),
    classes=(
        *("#0072b2", "#c98600", "#009e73", "#d55e00", "#b85f92"),
        *("#3a9bd0", "#968c00", "#5a5a5a", "#783ca0", "#aa1428"),
    ),
)
CHOICES: Mapping[str, Theme | None] = MappingProxyType({"system": None, "light": LIGHT, "dark": DARK})


class Themes(QObject):
    """Dresses the application, follows the system while nobody chose, and tells the panels when colours change."""

    changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._choice = "system"
        self.current = DARK
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow)

    @property
    def choice(self) -> str:
        """ "system", "light" or "dark"."""
        return self._choice

    def choose(self, choice: str) -> None:
        """Use one of CHOICES from now on."""
        self._choice = choice
        self._dress(CHOICES[choice] or _of_the_system())

    @Slot()
    def _follow(self) -> None:
        if self._choice == "system":
            self._dress(_of_the_system())

    def _dress(self, theme: Theme) -> None:
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        self.current = theme
        application.setPalette(palette(theme))
        application.setStyleSheet(style_sheet(theme))
        pg.setConfigOptions(background=theme.panel, foreground=theme.dim, antialias=True)
        self.changed.emit(theme)


def _of_the_system() -> Theme:
    return LIGHT if QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Light else DARK


def palette(theme: Theme) -> QPalette:
    """The theme as Qt's palette, which painted widgets read."""
    roles = QPalette.ColorRole
    made = QPalette()
    for colour, role in (
        (theme.window, roles.Window),
        (theme.text, roles.WindowText),
        (theme.panel, roles.Base),
        (theme.field, roles.AlternateBase),
        (theme.text, roles.Text),
        (theme.dim, roles.PlaceholderText),
        (theme.field, roles.Button),
        (theme.text, roles.ButtonText),
        (theme.line, roles.Mid),
        (theme.faint, roles.Dark),
        (theme.accent, roles.Highlight),
        (theme.on_accent, roles.HighlightedText),
        (theme.field, roles.ToolTipBase),
        (theme.text, roles.ToolTipText),
        (theme.accent, roles.Link),
    ):
        made.setColor(role, QColor(colour))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(theme.faint))
    return made


def style_sheet(theme: Theme) -> str:
    """The style sheet with the theme's colours and sizes taken from the font that the person chose."""
    size = QFontInfo(QApplication.font()).pixelSize()
    names = {name: value for name, value in asdict(theme).items() if isinstance(value, str)}
    names |= {"smallpx": f"{round(size * 0.86)}px", "largepx": f"{round(size * 1.2)}px", "hugepx": f"{size * 2}px"}
    names["arrow"] = assets.icon_path("arrow")
    sheet = assets.style_sheet()
    for name in sorted(names, key=len, reverse=True):
        sheet = sheet.replace(f"@{name}", names[name])
    return sheet
