"""Pictures keep every pixel a sharp square, and differences keep their sign."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter

from app.panels.x_row import difference
from app.widgets.effect_map import tinted
from app.widgets.picture import Picture, Strip, draw_whole, tile_side, to_image, whole_side
from app.widgets.picture_grid import PictureGrid
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


def test_a_change_of_hue_alone_is_a_difference() -> None:
    before = np.array([[[200, 100, 0]]], dtype=np.uint8)
    after = np.array([[[98, 202, 0]]], dtype=np.uint8)
    assert np.abs(difference(before, after, GROUND, MORE, LESS).astype(int) - 16).max() > 50


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


def test_an_effect_is_full_colour_where_it_is_greatest_and_noise_does_not_shine() -> None:
    deviation = np.array([[0.0, 0.1, 0.2]], dtype=np.float32)
    assert tinted(deviation, GROUND, MORE).tolist() == [[[16, 16, 16], [8, 136, 8], [0, 255, 0]]]
    assert tinted(deviation / 1000, GROUND, MORE).max() < 20


def test_a_grid_shows_whole_pictures_only(themes) -> None:
    grid = PictureGrid("draws")
    grid.show_pixels(np.zeros((12, 32, 32, 3), np.uint8))
    line = grid.fontMetrics().height() + 3
    for size, fitting in (((200, line + 64), 3), ((200, line + 131), 6), ((900, line + 64), 12), ((200, line), 0)):
        grid.resize(*size)
        assert grid.fitting == fitting
    discard(grid)


@pytest.mark.parametrize(("shape", "side"), [((28, 28), 56), ((32, 32), 64), ((64, 64), 64), ((96, 80), 64)])
def test_small_pictures_are_scaled_by_whole_numbers(shape: tuple[int, int], side: int) -> None:
    assert tile_side(*shape) == side
