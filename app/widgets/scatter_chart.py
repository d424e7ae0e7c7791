"""Points in a plane, coloured by class or by shade; the one under the mouse or the cursor shows its picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from app.widgets.points import HUES, Points, legend, shades
from app.widgets.thumbnail import Thumbnail

REACH = 14
"""Pixels from the mouse within which a point is meant."""
HEIGHT, LOW = 150, 290
SHAPES = ("o", "s", "t", "d", "star")
SIZE = 7


class ScatterChart(QWidget):
    """`picked` says the number of the image that a person chose; a wheel zooms, a double click shows all.

    Args:
        picture: an image by its number, uint8; None where there is none.
    """

    picked = Signal(int)

    def __init__(self, picture: Callable[[int], np.ndarray | None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._picture = picture
        self._points: Points | None = None
        self._at = -1
        self._title, self._legend, self._thumbnail = QLabel(), QLabel(), Thumbnail(self)
        self._legend.setProperty("role", "caption")
        self._legend.setWordWrap(True)
        self._widget = _Plot(enableMenu=False)
        for part in (self._widget, self._widget.viewport()):
            part.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._widget.setMinimumHeight(HEIGHT)
        self._plot = self._widget.getPlotItem()
        self._plot.ctrlMenu.setParent(self)  # pyqtgraph makes it even when it is off, and nobody else would delete it
        self._plot.ctrlMenu.hide()
        self._plot.hideButtons()
        self._dots = pg.ScatterPlotItem(pxMode=True, antialias=True)
        self._ring = pg.ScatterPlotItem(pxMode=True, antialias=True)
        for item in (self._dots, self._ring):
            self._plot.addItem(item)
        self._widget.scene().sigMouseMoved.connect(self._hover)
        self._widget.scene().sigMouseClicked.connect(self._click)
        self._widget.installEventFilter(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for part, stretch in ((self._title, 0), (self._widget, 1), (self._legend, 0)):
            column.addWidget(part, stretch)

    @property
    def points(self) -> Points | None:
        """What is shown."""
        return self._points

    @property
    def at(self) -> int:
        """Which point is looked at; -1: none."""
        return self._at

    def place_of(self, number: int) -> QPointF:
        """Where a point is drawn, in pixels of the plot's widget."""
        assert self._points is not None
        x, y = self._points.places[number].tolist()
        return QPointF(self._widget.mapFromScene(self._plot.vb.mapViewToScene(QPointF(x, y))))

    @property
    def canvas(self) -> QWidget:
        """The widget that the points are drawn on."""
        viewport: QWidget = self._widget.viewport()
        return viewport

    def show_points(self, points: Points, colours: Sequence[QColor], title: QColor) -> None:
        """Show points.

        Args:
            points: what.
            colours: one a class; else the ends of a ramp from the least number to the greatest.
            title: colour of the title.
        """
        fresh = self._points is None or self._points.labels != points.labels or len(self._points.ids) != len(points.ids)
        self._points = points
        self._title.setText(points.title)
        self._title.setStyleSheet(f"color: {title.name()};")
        self.setAccessibleName(points.title)
        self._draw(points, colours)
        self._legend.setText(legend(points, colours))
        self._label_axes(points)
        if fresh:
            self._at = -1
            self._plot.vb.autoRange(padding=0.04)
        self._look_at(min(self._at, len(points.ids) - 1))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._points is not None:
            self._label_axes(self._points)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave and not self.hasFocus():
            self._look_at(-1)
        return super().eventFilter(watched, event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._look_at(-1)
        super().focusOutEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        ways = {
            Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1),
        }  # fmt: skip
        key = Qt.Key(event.key())
        if key in ways and self._points is not None and len(self._points.ids):
            self._look_at(self._neighbour(*ways[key]))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self._at >= 0:
            self._pick(self._at)
        else:
            super().keyPressEvent(event)

    def _draw(self, points: Points, colours: Sequence[QColor]) -> None:
        if points.classes:
            kinds = points.values.astype(int) % len(colours)
            brushes = [pg.mkBrush(colours[kind]) for kind in kinds]
            shapes = [SHAPES[kind // HUES % len(SHAPES)] for kind in kinds]
        else:
            brushes = [pg.mkBrush(one) for one in shades(points.values, colours)]
            shapes = ["o"] * len(brushes)
        self._dots.setData(pos=points.places, size=SIZE, pen=None, brush=brushes, symbol=shapes)

    def _label_axes(self, points: Points) -> None:
        """Say what the axes are; on the upright one without what stands in brackets where there is little height."""
        text, (across, up) = self.palette().placeholderText().color(), points.labels
        self._widget.setBackground(self.palette().base().color())
        low = self._widget.height() < LOW
        for side, words in (("bottom", across), ("left", up.partition(" (")[0] if low else up)):
            axis = self._plot.getAxis(side)
            axis.setLabel(words, color=text.name())
            axis.setTextPen(text)
            axis.setPen(pg.mkPen(text, width=0.5))

    def _places(self) -> np.ndarray:
        """Every point in pixels of the scene, (N, 2)."""
        assert self._points is not None
        box = self._plot.vb
        (left, right), (low, high) = box.viewRange()
        room = box.sceneBoundingRect()
        across = (self._points.places[:, 0] - left) / max(right - left, 1e-12)
        up = (self._points.places[:, 1] - low) / max(high - low, 1e-12)
        return np.stack([room.left() + across * room.width(), room.bottom() - up * room.height()], 1)

    def _near(self, place: QPointF) -> int:
        """The point that a place of the scene means; -1: none."""
        if self._points is None or not len(self._points.ids) or not self._plot.vb.sceneBoundingRect().contains(place):
            return -1
        away = np.hypot(*(self._places() - (place.x(), place.y())).T)
        nearest = int(away.argmin())
        return nearest if away[nearest] <= REACH else -1

    def _neighbour(self, across: int, down: int) -> int:
        """The next point in a direction: the nearest one that does not lie more to the side than ahead."""
        places = self._places()
        if self._at < 0:
            return int(np.hypot(*(places - places.mean(0)).T).argmin())
        away = places - places[self._at]
        ahead = away @ np.array([across, down], float)
        aside = np.abs(away @ np.array([down, across], float))
        fits = (ahead > 0) & (aside <= ahead)
        if not fits.any():
            return self._at
        return int(np.where(fits, np.hypot(ahead, aside), np.inf).argmin())

    def _look_at(self, number: int) -> None:
        self._at = number
        points = self._points
        if number < 0 or points is None:
            self._ring.setData([])
            self._thumbnail.hide()
            return
        pen = pg.mkPen(self.palette().text().color(), width=2)
        self._ring.setData(pos=points.places[number : number + 1], size=SIZE + 6, pen=pen, brush=None)
        picture = self._picture(int(points.ids[number]))
        words = self.tr("image {}").format(int(points.ids[number]))
        if points.classes:
            words += f" · {points.classes[int(points.values[number]) % len(points.classes)]}"
        self._thumbnail.show_beside(picture, words, self._widget.mapTo(self, self.place_of(number).toPoint()))

    def _pick(self, number: int) -> None:
        assert self._points is not None
        self.picked.emit(int(self._points.ids[number]))

    def _hover(self, place: QPointF) -> None:
        found = self._near(place)
        if found != self._at and (found >= 0 or not self.hasFocus()):
            self._look_at(found)

    def _click(self, event: pg.GraphicsScene.mouseEvents.MouseClickEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        found = self._near(event.scenePos())
        if event.double() and found < 0:
            self._plot.vb.autoRange(padding=0.04)
        elif found >= 0:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self._look_at(found)
            self._pick(found)


class _Plot(pg.PlotWidget):  # type: ignore[misc]
    def sizeHint(self) -> QSize:
        return QSize(2 * HEIGHT, HEIGHT)  # a graphics view wants 480 pixels, for which the page would have to scroll
