"""Where a level acts on the picture, as a small map in the level's colour, with how much in words above it."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.widgets.fonts import small
from app.widgets.picture import draw_whole, tile_side, to_image

FAINTEST = 0.02
"""A map whose strongest pixel moves less than this is not blown up to full colour: noise must not shine."""


class EffectMap(QWidget):
    """Full colour where the effect is greatest, the ground where there is none."""

    faintest = FAINTEST

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFont(small(self.font()))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._deviation: np.ndarray | None = None
        self._image: QImage | None = None
        self._colour, self._caption = QColor("#35b3c6"), ""

    @property
    def image(self) -> QImage | None:
        """What is shown."""
        return self._image

    @property
    def tile(self) -> int:
        """Side of the map in logical pixels."""
        return 56 if self._deviation is None else tile_side(*self._deviation.shape)

    @property
    def area(self) -> QRect:
        """Where the map is drawn, in logical pixels."""
        line = self.fontMetrics().height() + 3
        side = self.height() - line
        return QRect((self.contentsRect().width() - side) // 2, line, side, side)

    @property
    def caption(self) -> str:
        """The words above the map."""
        return self._caption

    def set_colour(self, colour: QColor) -> None:
        """Draw in the colour of the level."""
        self._colour = QColor(colour)
        self._draw()

    def show_effect(self, deviation: np.ndarray, caption: str, hint: str) -> None:
        """Show standard deviations, (H, W), in shares of the full range, and say how great they are.

        Args:
            deviation: by pixel.
            caption: a word and a number.
            hint: the same as a sentence, for the tool tip.
        """
        if deviation is self._deviation:
            return
        if self._deviation is None or self._deviation.shape != deviation.shape:
            self.updateGeometry()
        self._deviation, self._caption = deviation, caption
        self.setToolTip(hint)
        self.setAccessibleName(hint)
        self._draw()

    def sizeHint(self) -> QSize:
        line = self.fontMetrics().height()
        words = self.fontMetrics().horizontalAdvance("marked 8.8% ")
        return QSize(max(self.tile, words) + self.contentsMargins().right(), self.tile + line + 3)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()

    def _draw(self) -> None:
        if self._deviation is not None:
            ground = self.palette().alternateBase().color()
            self._image = to_image(tinted(self._deviation, ground, self._colour, self.faintest))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setPen(self.palette().placeholderText().color())
        line = QRect(0, 0, self.contentsRect().width(), self.fontMetrics().height())
        painter.drawText(line, Qt.AlignmentFlag.AlignHCenter, self._caption)
        tile = self.area
        painter.fillRect(tile, self.palette().alternateBase())
        if self._image is not None:
            draw_whole(painter, self._image, tile, self.devicePixelRatioF())
        painter.end()


def tinted(deviation: np.ndarray, ground: QColor, colour: QColor, faintest: float = FAINTEST) -> np.ndarray:
    """Deviations (H, W) as a colour picture, (H, W, 3) uint8, its greatest one, or `faintest`, in full `colour`."""
    share = np.minimum(deviation / max(float(deviation.max()), faintest), 1.0)[..., None]
    low, high = (np.array((one.red(), one.green(), one.blue()), np.float32) for one in (ground, colour))
    return np.asarray((1 - share) * low + share * high).round().astype(np.uint8)
