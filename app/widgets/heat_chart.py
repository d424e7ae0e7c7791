"""A map of one number a pixel in a level's colour, with a scale beside it that says what the colours stand for."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.widgets.effect_map import tinted
from app.widgets.fonts import small
from app.widgets.picture import draw_whole, to_image, whole_side

LEAST = 128
BAR, GAP = 10, 10


class HeatChart(QWidget):
    """No colour where the number is 0, full colour where it is greatest."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFont(small(self.font()))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._values = np.zeros((28, 28), np.float32)
        self._title = self._unit = ""
        self._colour = QColor("#35b3c6")
        self._image: QImage | None = None

    @property
    def image(self) -> QImage | None:
        """What is shown."""
        return self._image

    def show_map(self, values: np.ndarray, unit: str, title: str, colour: QColor) -> None:
        """Show numbers.

        Args:
            values: (H, W), from 0 up.
            unit: what they are, said below the map.
            title: said above it.
            colour: of the greatest number.
        """
        self._values, self._unit, self._title, self._colour = values, unit, title, QColor(colour)
        self.setAccessibleName(f"{title}, {self._number()} {unit}")
        self._draw()
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        metrics, line = self.fontMetrics(), self.fontMetrics().height()
        numbers = BAR + GAP + metrics.horizontalAdvance(" 0.000")
        width = max(self._side().width() + numbers, metrics.horizontalAdvance(self._title))
        return QSize(width, self._side().height() + 2 * line + 8)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter, line = QPainter(self), self.fontMetrics().height()
        area = QRect(0, line + 4, self._side().width(), self._side().height())
        painter.fillRect(area, self.palette().alternateBase())
        if self._image is not None:
            draw_whole(painter, self._image, area, self.devicePixelRatioF())
        bar = QRect(area.right() + GAP, area.top(), BAR, area.height())
        ramp = QLinearGradient(bar.bottomLeft(), bar.topLeft())
        ramp.setColorAt(0, self.palette().alternateBase().color())
        ramp.setColorAt(1, self._colour)
        painter.fillRect(bar, ramp)
        painter.setPen(self._colour)
        painter.drawText(QRect(0, 0, self.width(), line), Qt.AlignmentFlag.AlignLeft, self._title)
        painter.setPen(self.palette().placeholderText().color())
        beside = QRect(bar.right() + 5, bar.top(), self.width(), bar.height())
        painter.drawText(beside, Qt.AlignmentFlag.AlignTop, self._number())
        painter.drawText(beside, Qt.AlignmentFlag.AlignBottom, "0")
        below = QRect(0, area.bottom() + 4, self.width(), line)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, f"{self._number()} {self._unit}")
        painter.end()

    def _number(self) -> str:
        return f"{float(self._values.max()):.2g}"

    def _side(self) -> QSize:
        height, width = self._values.shape
        scale = whole_side(min(height, width), LEAST) // min(height, width)
        return QSize(width * scale, height * scale)

    def _draw(self) -> None:
        ground = self.palette().alternateBase().color()
        self._image = to_image(tinted(self._values, ground, self._colour, 1e-6))
        self.update()
