"""Any number of small pictures in rows that scroll: only those in sight are ever made, and few are kept."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QToolTip, QWidget

from app.widgets.fonts import small
from app.widgets.picture import draw_whole, tile_side, to_image

GAP, INNER = 6, 2
"""Logical pixels between two cells, and between the pictures of one."""
KEPT_CELLS, KEPT_BYTES = 1024, 16 << 20
"""Cells that were made last, and bytes of their pictures, at most: scrolling back a little is free."""

Look = Callable[[int], Sequence[np.ndarray]]
Words = Callable[[int], str]


class PictureWall(QAbstractScrollArea):
    """Cells of one picture, or of several side by side. `picked` carries the place of the cell that a person chose, by
    a click or by the keys that walk through it, and which of its pictures it was.

    Args:
        name: what it shows, for people.
        across: pictures in a cell.
        captioned: lines of words that stand under each cell; they are its tool tip in any case.
    """

    picked = Signal(int, int)

    def __init__(self, name: str, across: int = 1, captioned: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._across, self._captioned = across, captioned
        self._count, self._tile, self._chosen = 0, 56, -1
        self._look: Look = lambda place: ()
        self._words: Words = lambda place: ""
        self._kept: OrderedDict[int, list[QImage]] = OrderedDict()
        self._nothing = ""
        self._step, self._columns, self._left = QSize(), 1, 0
        self.setAccessibleName(name)
        self.setFont(small(self.font()))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._measure()

    @property
    def count(self) -> int:
        """How many cells there are."""
        return self._count

    @property
    def chosen(self) -> int:
        """The place of the framed cell; -1: none."""
        return self._chosen

    @property
    def kept(self) -> int:
        """Cells whose pictures are in memory."""
        return len(self._kept)

    def show_cells(self, count: int, size: tuple[int, int], look: Look, words: Words, nothing: str = "") -> None:
        """Show other cells, from the first one on.

        Args:
            count: how many.
            size: height and width of a picture in its own pixels.
            look: gives the pictures of a cell, uint8, (H, W) or (H, W, 3), when it comes into sight.
            words: says of a cell what it is.
            nothing: said where there are no cells.
        """
        self._count, self._look, self._words, self._nothing = count, look, words, nothing
        self._tile, self._chosen = tile_side(*size), -1
        self._kept.clear()
        self._measure()
        self.verticalScrollBar().setValue(0)
        self.viewport().update()

    def choose(self, place: int) -> None:
        """Frame a cell and bring it into sight, without telling anybody; -1: none."""
        if place == self._chosen:
            return
        self._chosen = place
        if 0 <= place < self._count:
            self.setAccessibleDescription(self._words(place))
            self._bring_into_sight(place)
        self.viewport().update()

    def cell(self, place: int) -> QRect:
        """Where a cell is drawn, in logical pixels of the viewport."""
        row, column = divmod(place, self._columns)
        width, height = self._step.width(), self._step.height()
        top = GAP // 2 + row * height - self.verticalScrollBar().value()
        return QRect(self._left + column * width, top, width - GAP, height - GAP)

    def in_sight(self) -> range:
        """The places of the cells that are at least partly in sight."""
        columns, height, first = self._columns, self._step.height(), self.verticalScrollBar().value()
        end = -(-(first + self.viewport().height()) // height) * columns
        return range(first // height * columns, min(self._count, end))

    def sizeHint(self) -> QSize:
        return QSize(4 * self._step.width(), 4 * self._step.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(self._step.width() + self.verticalScrollBar().sizeHint().width(), self._step.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._measure()

    def scrollContentsBy(self, across: int, down: int) -> None:
        """Move what is painted already; the rest is painted anew."""
        self.viewport().scroll(across, down)

    def focusInEvent(self, event: QEvent) -> None:
        self.viewport().update()

    def focusOutEvent(self, event: QEvent) -> None:
        self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self._place_at(event.position().toPoint())
        if place >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self._pick(place, self._picture_at(place, event.position().x()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        columns = self._columns
        page = max(1, self.viewport().height() // self._step.height()) * columns
        steps = {
            Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -columns, Qt.Key.Key_Down: columns,
            Qt.Key.Key_PageUp: -page, Qt.Key.Key_PageDown: page,
            Qt.Key.Key_Home: -self._count, Qt.Key.Key_End: self._count,
        }  # fmt: skip
        if (key := Qt.Key(event.key())) in steps and self._count:
            near = (
                self._chosen < 0 and abs(steps[key]) <= page
            )  # where nothing is chosen, it begins with what is in sight
            wanted = self.in_sight().start if near else self._chosen + steps[key]
            self._pick(min(max(wanted, 0), self._count - 1), 0)
        else:
            super().keyPressEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            place = self._place_at(event.pos())
            QToolTip.showText(event.globalPos(), self._words(place) if place >= 0 else "", self.viewport())
            return True
        return super().viewportEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setFont(self.font())
        if not self._count:
            painter.setPen(self.palette().placeholderText().color())
            area = self.viewport().rect().adjusted(GAP, GAP, -GAP, -GAP)
            painter.drawText(area, Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap, self._nothing)
        for place in self.in_sight():
            if self.cell(place).adjusted(-3, -3, 3, 3).intersects(event.rect()):
                self._paint_cell(painter, place)
        painter.end()

    def _paint_cell(self, painter: QPainter, place: int) -> None:
        area, ratio = self.cell(place), self.devicePixelRatioF()
        for number, image in enumerate(self._images(place)):
            left = area.left() + number * (self._tile + INNER)
            tile = QRect(left, area.top(), self._tile, self._tile)
            painter.fillRect(tile, self.palette().alternateBase())
            draw_whole(painter, image, tile, ratio)
        if self._captioned:
            painter.setPen(self.palette().placeholderText().color())
            self._write(painter, self._words(place), area.adjusted(0, self._tile + INNER, 0, 0))
        if place == self._chosen:
            painter.setPen(QPen(self.palette().highlight().color(), 3 if self.hasFocus() else 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(area.adjusted(-1, -1, 0, 0))

    def _write(self, painter: QPainter, words: str, area: QRect) -> None:
        metrics, line = self.fontMetrics(), self.fontMetrics().height()
        for number, text in enumerate(words.split("\n")[: self._captioned]):
            place = QRect(area.left(), area.top() + number * line, area.width(), line)
            elided = metrics.elidedText(text, Qt.TextElideMode.ElideRight, area.width())
            painter.drawText(place, Qt.AlignmentFlag.AlignHCenter, elided)

    def _images(self, place: int) -> list[QImage]:
        """The pictures of a cell, made unless they are kept; what was wanted longest ago is forgotten."""
        if place in self._kept:
            self._kept.move_to_end(place)
            return self._kept[place]
        made = self._kept[place] = [to_image(pixels) for pixels in self._look(place)]
        size = max(1, sum(image.sizeInBytes() for image in made))
        most = min(KEPT_CELLS, KEPT_BYTES // size)
        while len(self._kept) > max(most, len(self.in_sight())):
            self._kept.popitem(last=False)
        return made

    def _pick(self, place: int, picture: int) -> None:
        self.choose(place)
        self.picked.emit(place, picture)

    def _place_at(self, point: QPoint) -> int:
        return next((place for place in self.in_sight() if self.cell(place).contains(point)), -1)

    def _picture_at(self, place: int, x: float) -> int:
        return min(int(x - self.cell(place).left()) // (self._tile + INNER), self._across - 1)

    def _bring_into_sight(self, place: int) -> None:
        bar, area = self.verticalScrollBar(), self.cell(place)
        if area.top() < GAP // 2:
            bar.setValue(bar.value() + area.top() - GAP // 2)
        elif area.bottom() > self.viewport().height() - GAP // 2:
            bar.setValue(bar.value() + area.bottom() + GAP // 2 - self.viewport().height())

    def _measure(self) -> None:
        """Find out how many cells have room side by side, in the middle of it, and how far there is to scroll."""
        words = self._captioned * self.fontMetrics().height() + (INNER if self._captioned else 0)
        self._step = QSize(self._across * (self._tile + INNER) - INNER + GAP, self._tile + words + GAP)
        self._columns = max(1, self.viewport().width() // self._step.width())
        self._left = (self.viewport().width() - self._columns * self._step.width() + GAP) // 2
        bar, height = self.verticalScrollBar(), self._step.height()
        rows = -(-self._count // self._columns)
        bar.setRange(0, max(0, rows * height - self.viewport().height()))
        bar.setPageStep(self.viewport().height())
        bar.setSingleStep(height // 2)
