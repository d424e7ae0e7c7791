"""A figure of the engine on the screen: each of its panels as a widget, in rows, with room to scroll."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.panels import figure_picks
from app.state.experiment import Experiment
from app.state.exploration import Exploration
from app.theme import Theme
from app.widgets.heat_chart import HeatChart
from app.widgets.line_chart import LineChart
from app.widgets.points import Points
from app.widgets.scatter_chart import ScatterChart
from app.widgets.tile_sheet import TileSheet
from app.widgets.word_card import WordCard

if TYPE_CHECKING:
    from hvae_engine.exploring.figures import Figure, Panel

Part = TileSheet | HeatChart | LineChart | ScatterChart | WordCard


class FigureView(QScrollArea):
    """Widgets are made when the figure is of another make, and filled anew otherwise: focus and zoom stay."""

    def __init__(self, experiment: Experiment, exploration: Exploration, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._experiment, self._exploration = experiment, exploration
        self._figure: Figure | None = None
        self._make: tuple[str, tuple[tuple[str, ...], ...]] = "", ()
        self._rows: list[list[Part]] = []
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._start_over()

    @property
    def figure(self) -> Figure | None:
        """What is shown."""
        return self._figure

    @property
    def parts(self) -> list[Part]:
        """The widgets of the panels, from the top and from the left."""
        return [part for row in self._rows for part in row]

    def show_figure(self, figure: Figure | None, theme: Theme) -> None:
        """Show a figure in the colours of `theme`; None: an empty page."""
        self._figure = figure
        rows = () if figure is None else figure.rows
        make = tuple(tuple(type(panel).__name__ for panel in row) for row in rows)
        view = "" if figure is None else str(figure.settings["view"])
        if (view, make) != self._make:
            self._make = view, make
            self._start_over()
            for kinds in make:
                self._add_row([self._part(kind) for kind in kinds])
        self._give_room()
        colours = theme.colours(self._experiment.groups)
        for parts, panels in zip(self._rows, rows, strict=True):
            for part, panel in zip(parts, panels, strict=True):
                self._fill(part, panel, colours.get(panel.level, QColor(theme.text)), theme)

    def _start_over(self) -> None:
        page = QWidget()
        page.setProperty("plain", True)
        self._column = QVBoxLayout(page)
        self._column.setContentsMargins(18, 8, 12, 12)
        self._column.setSpacing(14)
        self._column.addStretch(1)
        self._rows = []
        self.setWidget(page)  # deletes the former one

    def _add_row(self, parts: Sequence[Part]) -> None:
        line = QHBoxLayout()
        line.setSpacing(22)
        grows = any(isinstance(part, ScatterChart) for part in parts)
        for part in parts:
            line.addWidget(part, 0, Qt.AlignmentFlag(0) if grows else Qt.AlignmentFlag.AlignTop)
        self._column.insertLayout(self._column.count() - 1, line, 1 if grows else 0)
        if grows:
            self._column.setStretch(self._column.count() - 1, 0)
        self._rows.append(list(parts))

    def _part(self, kind: str) -> Part:
        """The widget for a panel, by the name of the panel's class."""
        if kind == "Scatter":
            scatter = ScatterChart(self._picture)
            scatter.setToolTip(self.tr("Each point is an image: click it, or press Enter on it, to start from it."))
            scatter.picked.connect(self._exploration.pick)
            return scatter
        if kind == "Tiles":
            sheet = TileSheet()
            sheet.picked.connect(self._pick)
            return sheet
        return HeatChart() if kind == "Heat" else LineChart() if kind == "Line" else WordCard()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._give_room()

    def _give_room(self) -> None:
        """A single sheet shrinks its tiles before it is scrolled."""
        single = len(self.parts) == 1
        for part in self.parts:
            if isinstance(part, TileSheet):
                part.set_room(self.viewport().height() - 20 if single else None)

    def _fill(self, part: Part, panel: Panel, colour: QColor, theme: Theme) -> None:
        shown = vars(panel)
        if isinstance(part, TileSheet):
            assert self._figure is not None
            view, words = self._figure.settings["view"], (shown["rows"], shown["columns"], shown["title"])
            part.show_tiles(shown["pictures"], *words, colour, framed=view == "mixing")
            part.allow_picking(figure_picks.hint(view))
        elif isinstance(part, HeatChart):
            part.show_map(shown["values"], shown["unit"], shown["title"], colour)
        elif isinstance(part, LineChart):
            labels = shown["x_label"], shown["y_label"]
            part.show_curve(shown["x"], shown["y"], labels, shown["mark"], shown["title"], colour)
        elif isinstance(part, ScatterChart):
            self._fill_scatter(part, panel, colour, theme)
        else:
            part.show_lines(shown["lines"], shown["title"], colour)

    def _fill_scatter(self, part: ScatterChart, panel: Panel, colour: QColor, theme: Theme) -> None:
        shown = vars(panel)
        points = Points(
            shown["points"],
            shown["ids"],
            shown["colours"],
            shown["classes"],
            shown["colour_label"],
            (shown["x_label"], shown["y_label"]),
            shown["title"],
        )
        ramp = (QColor(theme.line), QColor(theme.accent))
        part.show_points(points, [QColor(one) for one in theme.classes] if points.classes else ramp, colour)

    def _pick(self, row: int, column: int) -> None:
        if self._figure is not None:
            figure_picks.act(self._figure.settings, self._figure.data, row, column, self._exploration)

    def _picture(self, number: int) -> np.ndarray | None:
        pictures = self._experiment.pictures
        return pictures.picture(number) if pictures is not None and number < len(pictures) else None
