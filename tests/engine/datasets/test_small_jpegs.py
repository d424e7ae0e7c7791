"""Small JPEGs take a shorter way to their pixels, which must be the very pixels of the long one."""

import io
from unittest import mock

import numpy as np
import pytest
from PIL import Image

from hvae_engine.datasets.pixels import pictures
from hvae_engine.datasets.pixels.pictures import read_closely, read_picture
from hvae_engine.datasets.pixels.plain import planes
from hvae_engine.datasets.pixels.small_jpegs import LARGEST, decode_small
from hvae_engine.errors import DataError

SIDE = 16
MANNERS = {
    "plain": {},
    "progressive": {"progressive": True},
    "fine": {"quality": 98, "subsampling": 0},
    "coarse": {"quality": 5, "subsampling": 2},
    "remarked": {"comment": "drawn by hand", "optimize": True, "restart_marker_rows": 1},
}


def jpeg(width: int = 20, height: int = 24, mode: str = "RGB", **manner: object) -> bytes:
    colours = np.random.default_rng(width + height).integers(0, 256, (height, width, 3), np.uint8)
    file = io.BytesIO()
    Image.fromarray(colours).convert(mode).save(file, "JPEG", **manner)
    return file.getvalue()


@pytest.mark.parametrize("framing", ["crop", "fit"])
@pytest.mark.parametrize("colour", [True, False])
@pytest.mark.parametrize("mode", ["RGB", "L"])
@pytest.mark.parametrize("manner", MANNERS)
def test_the_short_way_gives_the_same_pixels(manner, mode, colour, framing):
    for width, height in ((SIDE, SIDE), (20, 24), (63, 9), (1, 1), (4 * SIDE - 1, 4 * SIDE - 1)):
        contents = jpeg(width, height, mode, **MANNERS[manner])
        assert decode_small(contents, 4 * SIDE - 1, colour) is not None
        short = read_picture(io.BytesIO(contents), SIDE, colour, framing)
        np.testing.assert_array_equal(short, read_closely(io.BytesIO(contents), SIDE, colour, framing))


def test_it_is_the_short_way_that_is_taken(tmp_path):
    contents = jpeg()
    path = tmp_path / "one.jpg"
    path.write_bytes(contents)
    expected = read_closely(path, SIDE, True, "crop")
    with mock.patch.object(pictures, "read_closely", side_effect=AssertionError):
        for source in (io.BytesIO(contents), path, str(path)):
            np.testing.assert_array_equal(read_picture(source, SIDE, True), expected)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_what_may_be_turned_takes_the_long_way(orientation):
    exif = Image.Exif()
    exif[pictures.ORIENTATION] = orientation
    contents = jpeg(SIDE, SIDE, exif=exif)
    assert decode_small(contents, 4 * SIDE - 1, True) is None
    upright = Image.open(io.BytesIO(contents)).convert("RGB")
    if orientation in pictures.UPRIGHT:
        upright = upright.transpose(pictures.UPRIGHT[orientation])
    np.testing.assert_array_equal(read_picture(io.BytesIO(contents), SIDE, True), planes(upright, True))


@pytest.mark.parametrize("contents", [jpeg(mode="CMYK"), jpeg(4 * SIDE, 20), jpeg(20, 4 * SIDE), b"", b"\xff\xd8\xff"])
def test_what_is_large_or_odd_takes_the_long_way(contents):
    assert decode_small(contents, 4 * SIDE - 1, True) is None


def test_a_long_file_with_a_small_picture_gives_the_same_pixels(tmp_path):
    path = tmp_path / "tail.jpg"
    path.write_bytes(jpeg() + bytes(2 * LARGEST))
    np.testing.assert_array_equal(read_picture(path, SIDE, True), read_closely(path, SIDE, True, "crop"))


def outcome(read, contents: bytes) -> object:
    try:
        return read(io.BytesIO(contents), SIDE, True, "crop").tobytes()
    except DataError as error:
        return str(error)


@pytest.mark.parametrize("manner", ["plain", "progressive"])
def test_damage_is_told_as_before(manner):
    """Cut at every byte, and with each byte of the header spoiled: the same pixels or the same sentence."""
    whole = jpeg(SIDE, SIDE, **MANNERS[manner])
    header = whole.index(b"\xff\xda") + 14
    spoiled = [whole[:at] + bytes([whole[at] ^ bits]) + whole[at + 1 :] for at in range(header) for bits in (0xFF, 1)]
    with pictures.quiet_decoders():
        for contents in [whole[:end] for end in range(len(whole))] + spoiled:
            assert outcome(read_picture, contents) == outcome(read_closely, contents)
