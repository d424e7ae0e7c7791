"""A picture of the window or of a part of it, drawn afresh at any scale, with a caption, as a file or an image."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QBuffer, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QImage, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QWidget

from app.widgets.fonts import small

SCALES = (1, 2, 4)
WORDS = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft
MARGIN = 10
DOTS_PER_METRE = 96 / 0.0254
"""Of a screen at scale 1: 96 dots an inch."""


def draw(widget: QWidget, scale: float, caption: str = "") -> QImage:
    """What `widget` shows, every letter and line drawn anew in `scale` pixels a logical pixel.

    Args:
        widget: a window or a part of one.
        scale: 1, 2, 4, or the ratio of the screen.
        caption: words on a strip beneath it; empty: no strip.
    """
    image = QImage(_size(widget, caption) * scale, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(scale)
    image.fill(widget.window().palette().window().color())
    painter = QPainter(image)
    _paint(widget, painter, caption)
    painter.end()
    image.setDotsPerMeterX(round(DOTS_PER_METRE * scale))  # afterwards: it would blow up the letters of the caption
    image.setDotsPerMeterY(round(DOTS_PER_METRE * scale))
    return image


def write_svg(widget: QWidget, path: Path, caption: str = "") -> str:
    """Write what `widget` shows to a file of lines and letters, which is sharp at any size.

    Args:
        widget: a window or a part of one.
        path: the file; its folder is made where it is missing.
        caption: as in `draw`.

    Returns:
        Empty when it was written, else one sentence.
    """
    size, drawing = _size(widget, caption), QBuffer()
    generator = QSvgGenerator()
    generator.setOutputDevice(drawing)
    generator.setSize(size)
    generator.setResolution(widget.logicalDpiX())
    generator.setViewBox(QRect(QPoint(0, 0), size))
    generator.setTitle(widget.accessibleName())
    generator.setDescription(caption)
    painter = QPainter(generator)
    painter.fillRect(QRect(QPoint(0, 0), size), widget.window().palette().window())
    _paint(widget, painter, caption)
    painter.end()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(drawing.data().data())
    except OSError as error:
        return f"The drawing cannot be written to {path} ({error.strerror}): choose another place."
    return ""


def _room(widget: QWidget) -> QRect:
    """Where a caption has room, under `widget`."""
    return QRect(MARGIN, widget.height() + MARGIN, widget.width() - 2 * MARGIN, 10_000)


def _size(widget: QWidget, caption: str) -> QSize:
    """Of `widget` and the strip with its caption."""
    metrics = QFontMetrics(small(widget.font()))
    strip = metrics.boundingRect(_room(widget), WORDS, caption).height() + 2 * MARGIN if caption else 0
    return QSize(widget.width(), widget.height() + strip)


def _paint(widget: QWidget, painter: QPainter, caption: str) -> None:
    widget.render(painter, QPoint(0, 0))
    painter.setFont(small(widget.font()))
    painter.setPen(widget.palette().placeholderText().color())
    painter.drawText(_room(widget), WORDS, caption)


def write(image: QImage, path: Path, entries: Mapping[str, str]) -> str:
    """Write an image to a file, with text entries by name inside it where its format (PNG) has them.

    Args:
        image: any.
        path: the file; its folder is made where it is missing.
        entries: such as the run and its settings.

    Returns:
        Empty when it was written, else one sentence.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        return f"The screenshot cannot be written to {path.parent} ({error.strerror}): choose another place."
    for name, text in entries.items():
        image.setText(name, text)
    if not image.save(str(path)):
        return f"The screenshot cannot be written to {path}: choose another place, with a name that ends in .png."
    return ""
