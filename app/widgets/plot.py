"""A plot of lines over steps that grows while it is looked at: built once, thinned without losing peaks."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QVBoxLayout, QWidget


class Plot(QWidget):
    """Named lines. `read` carries the step under the mouse, or a negative number when it has left."""

    read = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._widget = pg.PlotWidget(enableMenu=False)
        self._plot = self._widget.getPlotItem()
        self._plot.ctrlMenu.setParent(self)  # pyqtgraph makes it even when it is off, and nobody else would delete it
        self._plot.hideButtons()
        self._plot.setClipToView(True)
        self._plot.setDownsampling(auto=True, mode="peak")
        self._plot.getAxis("left").setWidth(44)
        self._plot.getAxis("left").enableAutoSIPrefix(False)
        self._plot.getAxis("bottom").enableAutoSIPrefix(False)
        self._plot.getViewBox().setMouseEnabled(x=True, y=False)
        self._cursor = pg.InfiniteLine(angle=90, movable=False)
        self._cursor.hide()
        self._plot.addItem(self._cursor, ignoreBounds=True)
        self._lines: dict[str, pg.PlotDataItem] = {}
        self._axes_shown = True
        self._show_axes(False)
        self._widget.scene().sigMouseMoved.connect(self._track)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._widget)

    @property
    def lines(self) -> Mapping[str, pg.PlotDataItem]:
        """The lines by name."""
        return self._lines

    def add_line(self, name: str, colour: QColor, width: float = 2.0, dashed: bool = False) -> None:
        """Add an empty line; lines added later lie above."""
        style = Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine
        line = pg.PlotDataItem(pen=pg.mkPen(colour, width=width, style=style), connect="finite")
        self._plot.addItem(line)
        self._lines[name] = line

    def clear_lines(self) -> None:
        """Take all lines away."""
        for line in self._lines.values():
            self._plot.removeItem(line)
        self._lines = {}
        self._plot.enableAutoRange(axis="x")
        self._show_axes(False)

    def recolour(self, background: QColor, axes: QColor, lines: Mapping[str, QColor]) -> None:
        """Follow another theme."""
        self._widget.setBackground(background)
        for side in ("left", "bottom"):
            self._plot.getAxis(side).setTextPen(axes)
            self._plot.getAxis(side).setPen(pg.mkPen(None) if side == "left" else pg.mkPen(axes, width=0.5))
        self._cursor.setPen(pg.mkPen(axes, width=1, style=Qt.PenStyle.DotLine))
        for name, colour in lines.items():
            pen = pg.mkPen(self._lines[name].opts["pen"])
            pen.setColor(colour)
            self._lines[name].setPen(pen)

    def set_line(self, name: str, x: np.ndarray, y: np.ndarray) -> None:
        """Draw a line through (x, y), which nobody writes to afterwards."""
        self._lines[name].setData(x, y)
        self._show_axes(self._axes_shown or len(x) > 0)

    def show_line(self, name: str, shown: bool) -> None:
        """Show or hide a line."""
        self._lines[name].setVisible(shown)

    def set_range(self, low: float, high: float) -> None:
        """Show values from `low` to `high`, in nats."""
        self._plot.setYRange(low, high, padding=0.06)

    def _show_axes(self, shown: bool) -> None:
        """Numbers on the axes, which would mean nothing while there is no line."""
        if shown != self._axes_shown:
            self._axes_shown = shown
            for side in ("left", "bottom"):
                self._plot.getAxis(side).setStyle(showValues=shown)
            self._plot.showGrid(y=shown, alpha=0.15)

    def _track(self, place: QPointF) -> None:
        box = self._plot.getViewBox()
        inside = box.sceneBoundingRect().contains(place) and bool(self._lines)
        self._cursor.setVisible(inside)
        step = float(box.mapSceneToView(place).x()) if inside else -1.0
        if inside:
            self._cursor.setPos(step)
        self.read.emit(step)
