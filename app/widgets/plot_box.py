"""Where the lines of a plot live: a wheel zooms along the axis, with Ctrl or over the other axis it zooms in height."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import Qt, Signal

HEIGHT_KEYS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


class PlotBox(pg.ViewBox):  # type: ignore[misc]
    """`taken` says that a hand moved it along the axis and in height (two truths).

    A drag inside moves along the axis alone until a hand has chosen a height, so that nobody does so by accident.

    Attributes:
        height_by_hand: whether a hand has chosen the height.
    """

    taken = Signal(bool, bool)

    def __init__(self) -> None:
        super().__init__(enableMenu=False)
        self.height_by_hand = False

    def wheelEvent(self, event: pg.Qt.QtWidgets.QGraphicsSceneWheelEvent, axis: int | None = None) -> None:
        if axis is None:
            axis = 1 if event.modifiers() & HEIGHT_KEYS else 0
        super().wheelEvent(event, axis)
        self._take(axis)

    def mouseDragEvent(self, event: pg.GraphicsScene.mouseEvents.MouseDragEvent, axis: int | None = None) -> None:
        if axis is None and not self.height_by_hand:
            axis = 0
        super().mouseDragEvent(event, axis)
        self._take(axis)

    def _take(self, axis: int | None) -> None:
        self.height_by_hand = self.height_by_hand or axis != 0
        self.taken.emit(axis != 1, axis != 0)
