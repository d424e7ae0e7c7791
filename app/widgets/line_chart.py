"""A small curve with its axes, and one place on it that is pointed out."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.widgets.fonts import small

HEIGHT, WIDTH, WIDEST = 128, 260, 520
TICKS = 5


class LineChart(QWidget):
    """Takes what width there is; its curve starts at 0."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFont(small(self.font()))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMaximumWidth(WIDEST)
        self._x = self._y = np.zeros(2)
        self._labels, self._title = ("", ""), ""
        self._mark: tuple[float, str] | None = None
        self._colour = QColor("#35b3c6")

    def show_curve(
        self,
        x: np.ndarray,
        y: np.ndarray,
        labels: tuple[str, str],
        mark: tuple[float, str] | None,
        title: str,
        colour: QColor,
    ) -> None:
        """Show a curve.

        Args:
            x: places, (N,), rising.
            y: heights, (N,), from 0 up.
            labels: what x is and what y is.
            mark: a place on x to point out, and what to say there; None: none.
            title: over the curve.
            colour: of the curve.
        """
        self._x, self._y, self._labels, self._mark = x, y, labels, mark
        self._title, self._colour = title, QColor(colour)
        said = "" if mark is None else f", {mark[1]}"
        self.setAccessibleName(f"{title}: {labels[1]}, {labels[0]}{said}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, HEIGHT + 3 * self.fontMetrics().height() + 8)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter, line = QPainter(self), self.fontMetrics().height()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = max(float(np.nanmax(self._y)), 1e-9)
        number = f"{top:.2g}"
        left = self.fontMetrics().horizontalAdvance(number) + 6
        area = QRectF(left, line + 4, max(1, self.width() - left - 8), HEIGHT)
        painter.setPen(self._colour)
        painter.drawText(QRect(0, 0, self.width(), line), Qt.AlignmentFlag.AlignLeft, self._title)
        self._paint_axes(painter, area, number, line)
        self._paint_mark(painter, area, line)
        painter.setPen(QPen(self._colour, 1.8))
        points = zip(self._x.tolist(), self._y.tolist(), strict=True)
        painter.drawPolyline(QPolygonF([self._place(area, x, y / top) for x, y in points]))
        painter.end()

    def _paint_axes(self, painter: QPainter, area: QRectF, number: str, line: int) -> None:
        painter.setPen(QPen(self.palette().mid().color(), 1))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        painter.setPen(self.palette().placeholderText().color())
        low, high = float(self._x[0]), float(self._x[-1])
        room = max(2, min(TICKS, int(area.width() // 45)))
        for value in sorted({round(one) for one in np.linspace(low, high, room).tolist()}):
            at = self._place(area, value, 0).x()
            painter.drawText(QRectF(at - 24, area.bottom() + 2, 48, line), Qt.AlignmentFlag.AlignHCenter, str(value))
        beside = QRectF(0, area.top(), area.left() - 6, area.height())
        painter.drawText(beside, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, number)
        painter.drawText(beside, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom, "0")
        below = QRectF(0, area.bottom() + line + 2, self.width() - 8, line)
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, self._labels[0])
        painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, self._labels[1])

    def _paint_mark(self, painter: QPainter, area: QRectF, line: int) -> None:
        if self._mark is None:
            return
        at, words = self._place(area, self._mark[0], 0).x(), self._mark[1]
        painter.setPen(QPen(self.palette().placeholderText().color(), 1, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(at, area.top()), QPointF(at, area.bottom()))
        painter.setPen(self.palette().text().color())
        painter.drawText(QRectF(at + 4, area.top() + line, area.right() - at, line), Qt.AlignmentFlag.AlignLeft, words)

    def _place(self, area: QRectF, x: float, share: float) -> QPointF:
        low, high = float(self._x[0]), float(self._x[-1])
        across = (x - low) / (high - low) if high > low else 0.5
        return QPointF(area.left() + across * area.width(), area.bottom() - share * area.height())
