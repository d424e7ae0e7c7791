"""A plot of lines over steps or time that grows while it is looked at: built once, drawn anew only where it changed."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.widgets.plot_axis import PlaceAxis, ValueAxis

PADDING = 0.06
SLACK = 0.2
"""Of the range shown, how much may lie empty before the range follows: an axis that moves costs more than a line."""


class Plot(QWidget):
    """Named lines, few points each: who draws a long history thins it to `points` between the ends of `sight`.

    `read` carries the place under the mouse in the unit of the axis, `left` says that the mouse has gone, `moved` that
    another stretch came in sight by hand or that the room has changed. A double click follows the lines again.
    """

    read = Signal(float)
    left = Signal()
    moved = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._axis = PlaceAxis()
        self._widget = pg.PlotWidget(enableMenu=False, axisItems={"bottom": self._axis, "left": ValueAxis()})
        for part in (self._widget, self._widget.viewport()):
            part.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # no key does anything in a plot
        self._plot = self._widget.getPlotItem()
        self._plot.ctrlMenu.setParent(self)  # pyqtgraph makes it even when it is off, and nobody else would delete it
        self._plot.hideButtons()
        self._box = self._plot.getViewBox()
        self._box.setMouseEnabled(x=True, y=False)
        self._box.disableAutoRange()
        self._cursor = pg.InfiniteLine(angle=90, movable=False)
        self._cursor.hide()
        self._box.addItem(self._cursor, ignoreBounds=True)
        self._words = QLabel(self._widget)
        self._words.setProperty("role", "caption")
        self._words.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._words.hide()
        self._lines: dict[str, pg.PlotCurveItem] = {}
        self._range: tuple[float, float] | None = None
        self._end = 0.0
        self._following = True
        self._axes_shown = True
        self._show_axes(False)
        self._widget.scene().sigMouseMoved.connect(self._track)
        self._widget.scene().sigMouseClicked.connect(self._click)
        self._widget.installEventFilter(self)
        self._box.sigRangeChangedManually.connect(self._take_over)
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
    def points(self) -> int:
        """How many points a line has room for: one for every two pixels."""
        return max(16, round(float(self._box.width())) // 2)

    @property
    def reading(self) -> str:
        """What is said of the place under the mouse; empty when nothing is."""
        return "" if self._words.isHidden() else self._words.text()

    def add_line(self, name: str, colour: QColor, width: float = 1.5, filled: bool = False) -> None:
        """Add an empty line; lines added later lie above.

        Args:
            name: of the line.
            colour: of the line, or of the area when it is filled.
            width: in pixels.
            filled: paint the area down to zero instead of a line.
        """
        line = pg.PlotCurveItem(pen=pg.mkPen(colour, width=width), connect="finite", antialias=True)
        line.setZValue(len(self._lines))
        if filled:
            line.setPen(None)
            line.setFillLevel(0.0)
            line.setBrush(colour)
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
        self._cursor.setPen(pg.mkPen(axes, width=1, style=Qt.PenStyle.DotLine))
        ground = QColor(background)
        ground.setAlphaF(0.88)
        self._words.setStyleSheet(f"background: {ground.name(QColor.NameFormat.HexArgb)}; padding: 1px 4px;")
        for name, colour in lines.items():
            line = self._lines[name]
            if line.opts["fillLevel"] is not None:
                line.setBrush(colour)
            else:
                line.setPen(pg.mkPen(colour, width=line.opts["pen"].widthF()))

    def set_line(self, name: str, x: np.ndarray, y: np.ndarray) -> None:
        """Draw a line through (x, y), which nobody writes to afterwards."""
        line = self._lines[name]
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

    def set_range(self, low: float, high: float, tight: bool = False) -> None:
        """Show values from `low` to `high`, in the lines' unit, with room around them unless it is to be tight."""
        margin = 0.0 if tight else PADDING * max(high - low, 1e-6)
        wanted = (low if tight else low - margin, high + margin)
        if self._range is not None and self._range[0] <= low and high <= self._range[1]:
            empty = (self._range[1] - self._range[0]) - (wanted[1] - wanted[0])
            if empty <= SLACK * (self._range[1] - self._range[0]):
                return
        self._range = wanted
        self._box.setYRange(*wanted, padding=0)

    def show_cursor(self, place: float | None, words: str = "") -> None:
        """Mark a place on the axis and say `words`, rich text, beside it; None: no place."""
        self._cursor.setVisible(place is not None)
        self._words.setVisible(place is not None and bool(words))
        if place is None:
            return
        self._cursor.setPos(place)
        self._words.setWordWrap(False)  # else its hint is that of a square
        self._words.setText(words)
        room = self._box.sceneBoundingRect()
        width = min(self._words.sizeHint().width(), max(80, round(room.width()) - 4))
        self._words.setWordWrap(True)
        self._words.resize(width, self._words.heightForWidth(width))
        low, high = self.sight
        at_right = place < (low + high) / 2
        x = room.right() - self._words.width() - 2 if at_right else room.left() + 2
        self._words.move(round(x), round(room.top()))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self.left.emit()
        return super().eventFilter(watched, event)

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

    def _take_over(self) -> None:
        self._following = False
        self.moved.emit()

    def _click(self, event: pg.GraphicsScene.mouseEvents.MouseClickEvent) -> None:
        if event.double():
            self.follow()
