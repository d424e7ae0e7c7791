"""Sizes of text, always as shares of the size that the person chose for the desktop."""

from __future__ import annotations

from PySide6.QtGui import QFont

SMALL = 0.88


def small(font: QFont) -> QFont:
    """The same font for captions."""
    made = QFont(font)
    if font.pointSizeF() > 0:
        made.setPointSizeF(font.pointSizeF() * SMALL)
    else:
        made.setPixelSize(round(font.pixelSize() * SMALL))
    return made
