"""A sheet of small pictures in rows and columns with labels, each scaled by a whole number; one can be chosen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.widgets.fonts import small
from app.widgets.picture import draw_whole, same_pixels, to_image, whole_side

SPACE = 3
LARGEST, COMFORTABLE, LEAST = 128, 48, 24
"""Logical pixels of a tile: at most, what it is not made smaller than for want of height, and for want of width."""


class TileSheet(QWidget):
    """As wide as its room, and as tall as that makes it. `picked` says row and column of the tile a person chose."""

    picked = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFont(small(self.font()))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._pixels: np.ndarray | None = None
        self._images: list[list[QImage]] = []
        self._rows: tuple[str, ...] = ()
        self._columns: tuple[str, ...] = ()
        self._title, self._colour = "", QColor()
        self._size = QSize(28, 28)
        self._cursor = (0, 0)
        self._room: int | None = None
        self._framed = False
        self._pickable = False

    @property
    def images(self) -> list[list[QImage]]:
        """The tiles, row by row."""
        return [list(row) for row in self._images]

    @property
    def cursor_tile(self) -> tuple[int, int]:
        """Row and column of the tile that Enter chooses."""
        return self._cursor

    def show_tiles(
        self,
        pixels: np.ndarray,
        rows: Sequence[str],
        columns: Sequence[str],
        title: str,
        colour: QColor,
        *,
        framed: bool = False,
    ) -> None:
        """Show pictures.

        Args:
            pixels: uint8, (rows, columns, H, W) or (rows, columns, H, W, 3).
            rows: a label each; none: no labels.
            columns: a label each; none: no labels.
            title: over the sheet, or empty.
            colour: of the title.
            framed: the first row and the first column say what the others are made of; their corner stays empty.
        """
        self._framed = framed
        words = (tuple(rows), tuple(columns), title)
        if not same_pixels(pixels, self._pixels):
            self._pixels = pixels
            self._images = [[to_image(tile) for tile in row] for row in pixels]
            self._size = QSize(pixels.shape[3], pixels.shape[2])
        if words != (self._rows, self._columns, self._title):
            self._rows, self._columns, self._title = words
        self._colour = QColor(colour)
        count = len(self._images), len(self._images[0]) if self._images else 0
        self._cursor = min(self._cursor[0], max(0, count[0] - 1)), min(self._cursor[1], max(0, count[1] - 1))
        self.setAccessibleName(title or self.tr("{} × {} pictures").format(*count))
        self._fit()
        self.update()

    def allow_picking(self, hint: str) -> None:
        """Let a person choose a tile, for what `hint` says in a sentence; empty: they cannot."""
        self._pickable = bool(hint)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if hint else Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor if hint else Qt.CursorShape.ArrowCursor)
        self.setToolTip(hint)
        self.setAccessibleDescription(hint)

    def set_room(self, height: int | None) -> None:
        """Be no taller than `height` if that leaves tiles a comfortable size; None: be as tall as the width allows."""
        self._room = height
        self._fit()

    def tile(self, row: int, column: int) -> QRect:
        """Where a tile is drawn, in logical pixels."""
        tile = self._tile()
        left = self._left() + column * (tile.width() + SPACE)
        return QRect(QPoint(left, self._top() + row * (tile.height() + SPACE)), tile)

    def sizeHint(self) -> QSize:
        tile, (rows, columns) = self._tile(), self._count()
        width = self._left() + columns * (tile.width() + SPACE)
        return QSize(width, self._top() + rows * (tile.height() + SPACE))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._left() + self._count()[1] * (LEAST + SPACE), self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        found = self._tile_at(event.position().toPoint())
        if found is None or not self._pickable or event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        self._cursor = found
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.update()
        self.picked.emit(*found)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0),
        }  # fmt: skip
        key, (rows, columns) = Qt.Key(event.key()), self._count()
        if self._pickable and key in steps:
            row, column = (place + step for place, step in zip(self._cursor, steps[key], strict=True))
            self._cursor = min(max(row, 0), rows - 1), min(max(column, 0), columns - 1)
            self.update()
        elif self._pickable and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.picked.emit(*self._cursor)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._paint_words(painter)
        ratio = self.devicePixelRatioF()
        for row, images in enumerate(self._images):
            for column, image in enumerate(images):
                place = self.tile(row, column)
                if place.intersects(event.rect()) and not (self._framed and row == column == 0):
                    draw_whole(painter, image, place, ratio)
        if self.hasFocus() and self._images:
            painter.setPen(QPen(self.palette().highlight().color(), 3))
            painter.drawRect(self.tile(*self._cursor).adjusted(1, 1, -1, -1))
        painter.end()

    def _paint_words(self, painter: QPainter) -> None:
        line, metrics = self._line(), self.fontMetrics()
        if self._title:
            painter.setPen(self._colour)
            painter.drawText(QRect(0, 0, self.width(), line), Qt.AlignmentFlag.AlignLeft, self._title)
        painter.setPen(self.palette().placeholderText().color())
        middle = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom
        for column, words in enumerate(self._columns):
            area = self.tile(0, column)
            place = QRect(area.x() - 1, area.y() - line - 1, area.width() + 2, line)
            painter.drawText(place, middle, metrics.elidedText(words, Qt.TextElideMode.ElideRight, place.width()))
        for row, words in enumerate(self._rows):
            area = self.tile(row, 0)
            place = QRect(0, area.y(), self._left() - 6, area.height())
            painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)

    def _count(self) -> tuple[int, int]:
        return len(self._images), len(self._images[0]) if self._images else 0

    def _line(self) -> int:
        return self.fontMetrics().height() + SPACE

    def _left(self) -> int:
        widest = max(map(self.fontMetrics().horizontalAdvance, self._rows), default=0)
        return widest + 8 if widest else 0

    def _top(self) -> int:
        return (self._line() if self._title else 0) + (self._line() if self._columns else 0)

    def _tile(self) -> QSize:
        """A whole multiple of a picture in device pixels, so that as many columns as there are fit side by side."""
        ratio, (rows, columns) = self.devicePixelRatioF(), self._count()
        room = min(LARGEST, (self.width() - self._left()) // max(1, columns) - SPACE)
        if self._room is not None:
            comfortable = whole_side(max(self._size.width(), self._size.height()), COMFORTABLE)
            room = min(room, max(comfortable, (self._room - self._top()) // max(1, rows) - SPACE))
        scale = max(room, LEAST) * ratio / max(self._size.width(), self._size.height())
        whole = int(scale) / ratio if scale >= 1 else scale / ratio
        return QSize(round(self._size.width() * whole), round(self._size.height() * whole))

    def _tile_at(self, place: QPoint) -> tuple[int, int] | None:
        rows, columns = self._count()
        every = ((row, column) for row in range(rows) for column in range(columns))
        return next((one for one in every if self.tile(*one).contains(place)), None)

    def _fit(self) -> None:
        """Be as tall as the width makes the tiles."""
        height = self.sizeHint().height()
        if self.minimumHeight() != height:
            self.setFixedHeight(height)
        self.update()
