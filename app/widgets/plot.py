"""A plot of lines over steps or time that grows while it is looked at: built once, drawn anew only where it changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.widgets import plot_line
from app.widgets.plot_axis import PlaceAxis, ValueAxis
from app.widgets.plot_box import PlotBox
from app.widgets.plot_cursor import PlotCursor
from app.widgets.plot_line import Style

PADDING = 0.06
STROKE = 0.01
SLACK = 0.2
"""Of the range shown, how much may lie empty before the range follows: an axis that moves costs more than a line."""


class Plot(QWidget):
    """Named lines, few points each: who draws a long history thins it to `points` between the ends of `sight`.

    `read` carries the place under the mouse in the unit of the axis, `left` says that the mouse has gone, `moved` that
    another stretch came in sight or that the room has changed, `zoomed` that a hand did it, `menu_wanted` where on the
    screen. A double click follows the lines again.
    """

    read = Signal(float)
    left = Signal()
    moved = Signal()
    zoomed = Signal()
    menu_wanted = Signal(QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._axis = PlaceAxis()
        self._box = PlotBox()
        self._values = ValueAxis()
        axes = {"bottom": self._axis, "left": self._values}
        self._widget = pg.PlotWidget(enableMenu=False, viewBox=self._box, axisItems=axes)
        for part in (self._widget, self._widget.viewport()):
            part.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # no key does anything in a plot
        self._plot = self._widget.getPlotItem()
        self._plot.ctrlMenu.setParent(self)  # pyqtgraph makes it even when it is off, and nobody else would delete it
        self._plot.ctrlMenu.hide()  # or it would come into sight with its new parent
        self._plot.hideButtons()
        self._box.disableAutoRange()
        self._cursor = PlotCursor(self._box, self._widget)
        self._lines: dict[str, pg.PlotCurveItem] = {}
        self._range: tuple[float, float] | None = None
        self._end = 0.0
        self._following = True
        self._axes_shown = True
        self._show_axes(False)
        self._widget.scene().sigMouseMoved.connect(self._track)
        self._widget.scene().sigMouseClicked.connect(self._click)
        self._widget.installEventFilter(self)
        self._box.taken.connect(self._take_over)
        self._box.sigResized.connect(lambda: self.moved.emit())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._widget)

    @property
    def lines(self) -> Mapping[str, pg.PlotCurveItem]:
        """The lines by name."""
        return self._lines

    @property
    def sight(self) -> tuple[float, float]:
        """The two ends of the stretch of the axis that is in sight."""
        low, high = self._box.viewRange()[0]
        return float(low), float(high)

    @property
    def stretch(self) -> tuple[float, float] | None:
        """The stretch of the axis that a hand chose; None: the plot follows its lines."""
        return None if self._following else self.sight

    @property
    def band(self) -> tuple[float, float] | None:
        """The values between which a hand chose to look; None: the plot fits them to its lines."""
        low, high = self._box.viewRange()[1]
        return (float(low), float(high)) if self._box.height_by_hand else None

    @property
    def points(self) -> int:
        """How many points a line has room for: one for every two pixels."""
        return max(16, round(float(self._box.width())) // 2)

    @property
    def reading(self) -> str:
        """What is said of the place under the mouse; empty when nothing is."""
        return self._cursor.reading

    def add_line(self, name: str, style: Style) -> None:
        """Add an empty line; lines added later lie above."""
        line = plot_line.made(style)
        line.setZValue(len(self._lines))
        self._box.addItem(line, ignoreBounds=True)
        self._lines[name] = line

    def clear_lines(self) -> None:
        """Take all lines away."""
        for line in self._lines.values():
            self._box.removeItem(line)
        self._lines, self._range = {}, None
        self.follow()
        self._show_axes(False)

    def recolour(self, background: QColor, axes: QColor, lines: Mapping[str, QColor]) -> None:
        """Follow another theme."""
        self._widget.setBackground(background)
        for side in ("left", "bottom"):
            self._plot.getAxis(side).setTextPen(axes)
            self._plot.getAxis(side).setPen(pg.mkPen(None) if side == "left" else pg.mkPen(axes, width=0.5))
        self._cursor.recolour(background, axes)
        for name, colour in lines.items():
            plot_line.recolour(self._lines[name], colour)

    def set_line(self, name: str, x: np.ndarray, y: np.ndarray) -> None:
        """Draw a line through (x, y), which nobody writes to afterwards; a single point becomes a short stroke."""
        line = self._lines[name]
        if len(x) == 1:
            stroke = STROKE * (self.sight[1] - self.sight[0])
            x, y = np.array([x[0] - stroke, x[0] + stroke]), np.repeat(y, 2)
        if len(x) or (line.xData is not None and len(line.xData)):
            line.setData(x, y)
        self._show_axes(self._axes_shown or len(x) > 0)

    def show_line(self, name: str, shown: bool) -> None:
        """Show or hide a line."""
        self._lines[name].setVisible(shown)

    def set_unit(self, unit: str) -> None:
        """Number the axis in "steps", their decimal "log" or "time" in seconds, from its beginning."""
        self._axis.set_unit(unit)
        self.follow()

    def set_end(self, end: float) -> None:
        """Keep everything from 0 to `end` in sight, unless a hand chose another stretch."""
        shown = self.sight[1]
        if self._following and end > 0 and not end <= shown <= 1.06 * end:
            self._box.setXRange(0, 1.04 * end, padding=0)
        self._end = end

    def follow(self) -> None:
        """Show all of the axis again, and what is added to it."""
        self._following = True
        self._box.setXRange(0, 1.04 * self._end if self._end > 0 else 1.0, padding=0)
        self.moved.emit()

    def look(self, stretch: tuple[float, float] | None) -> None:
        """Show a stretch of the axis as if a hand had chosen it; None: follow."""
        if stretch is None:
            self.follow()
            return
        self._following = False
        self._box.setXRange(*stretch, padding=0)
        self.moved.emit()

    def hold(self, band: tuple[float, float] | None) -> None:
        """Show the values between two as if a hand had chosen them; None: fit them to the lines."""
        self._box.height_by_hand, self._range = band is not None, None
        if band is not None:
            self._box.setYRange(*band, padding=0)
        self.moved.emit()

    def set_range(self, low: float, high: float, tight: bool = False) -> None:
        """Show values from `low` to `high`, in the lines' unit, with room around them unless it is to be tight."""
        if self._box.height_by_hand:
            return
        margin = 0.0 if tight else PADDING * max(high - low, 1e-6)
        wanted = (low if tight else low - margin, high + margin)
        if self._range is not None and self._range[0] <= low and high <= self._range[1]:
            empty = (self._range[1] - self._range[0]) - (wanted[1] - wanted[0])
            if empty <= SLACK * (self._range[1] - self._range[0]):
                return
        self._range = wanted
        self._values.make_room(*wanted)
        self._box.setYRange(*wanted, padding=0)

    def show_cursor(self, place: float | None, words: str = "") -> None:
        """Mark a place on the axis and say `words`, rich text, beside it; None: no place."""
        self._cursor.show_at(place, words)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self.left.emit()
        return super().eventFilter(watched, event)

    @contextmanager
    def afresh(self) -> Iterator[None]:
        """Inside this context no line is a kept picture, so that all stay sharp at any scale."""
        kept = [line for line in self._lines.values() if line.cacheMode() != line.CacheMode.NoCache]
        for line in kept:
            line.setCacheMode(line.CacheMode.NoCache)
        yield
        for line in kept:
            line.setCacheMode(line.CacheMode.DeviceCoordinateCache)

    def _show_axes(self, shown: bool) -> None:
        """Numbers on the axes, which would mean nothing while there is no line."""
        if shown != self._axes_shown:
            self._axes_shown = shown
            for side in ("left", "bottom"):
                self._plot.getAxis(side).setStyle(showValues=shown)
            self._plot.showGrid(y=shown, alpha=0.15)

    def _track(self, place: QPointF) -> None:
        if self._box.sceneBoundingRect().contains(place) and self._axes_shown:
            self.read.emit(float(self._box.mapSceneToView(place).x()))
        else:
            self.left.emit()

    def _take_over(self, along: bool, in_height: bool) -> None:
        self._following = self._following and not along
        self.moved.emit()
        self.zoomed.emit()

    def show_all(self) -> None:
        """Follow the lines again along both axes, as after a double click."""
        self.hold(None)
        self.follow()
        self.zoomed.emit()

    def _click(self, event: pg.GraphicsScene.mouseEvents.MouseClickEvent) -> None:
        if event.button() == Qt.MouseButton.RightButton:
            self.menu_wanted.emit(event.screenPos().toPoint())
        elif event.double():
            self.show_all()
