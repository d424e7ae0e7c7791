"""Pictures keep every pixel a sharp square, and differences keep their sign."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter

from app.panels.x_row import difference
from app.widgets.picture import Picture, Strip, draw_whole, to_image, whole_side
from tests.app.conftest import discard

GROUND, MORE, LESS = QColor("#101010"), QColor("#00ff00"), QColor("#ff0000")


@pytest.mark.parametrize("ratio", [1.0, 2.0])
@pytest.mark.parametrize(("side", "room"), [(28, 140), (28, 150), (32, 128), (64, 128)])
def test_pixels_are_drawn_as_whole_squares(qapp, side: int, room: int, ratio: float) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (side, side), dtype=np.uint8)
    canvas = QImage(round(room * ratio), round(room * ratio), QImage.Format.Format_Grayscale8)
    canvas.fill(0)
    canvas.setDevicePixelRatio(ratio)
    painter = QPainter(canvas)
    draw_whole(painter, to_image(pixels), QRect(0, 0, room, room), ratio)
    painter.end()
    whole = int(room * ratio // side)
    start = (canvas.width() - whole * side) // 2
    drawn = np.frombuffer(canvas.constBits(), np.uint8).reshape(canvas.height(), -1)[:, : canvas.width()]
    inside = drawn[start : start + whole * side, start : start + whole * side]
    assert np.array_equal(inside, pixels.repeat(whole, 0).repeat(whole, 1))


@pytest.mark.parametrize(("side", "shown"), [(28, 140), (32, 128), (64, 128), (128, 128), (200, 200)])
def test_x_is_shown_at_128_at_least(side: int, shown: int) -> None:
    assert whole_side(side, 128) == shown


def test_a_shown_picture_is_a_copy(qapp) -> None:
    pixels = np.zeros((4, 4, 3), dtype=np.uint8)
    image = to_image(pixels)
    pixels[:] = 255
    assert image.pixelColor(0, 0) == QColor(0, 0, 0)


def test_colour_pictures_keep_their_channels(qapp) -> None:
    pixels = np.zeros((4, 5, 3), dtype=np.uint8)
    pixels[1, 2] = (10, 20, 30)
    assert to_image(pixels).pixelColor(2, 1) == QColor(10, 20, 30)


def test_a_difference_says_what_came_and_what_went() -> None:
    before = np.array([[0, 255, 100]], dtype=np.uint8)
    after = np.array([[255, 0, 100]], dtype=np.uint8)
    assert difference(before, after, GROUND, MORE, LESS).tolist() == [[[0, 255, 0], [255, 0, 0], [16, 16, 16]]]


def test_a_strip_keeps_both_ends(themes) -> None:
    strip = Strip()
    strip.show_pixels(np.stack([np.full((28, 28), value, np.uint8) for value in range(9)]), "unit 1")
    for tiles in (3, 5, 9):
        strip.set_most(tiles)
        assert strip.sizeHint().width() == tiles * 59 - 3
    assert strip.accessibleName() == "unit 1"
    discard(strip)


def test_an_empty_picture_has_a_size(themes) -> None:
    picture = Picture(128)
    assert picture.sizeHint().width() >= 128
    discard(picture)
