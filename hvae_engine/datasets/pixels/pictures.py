"""Decodes one image file of any common kind into a small square of bytes, upright, without trusting it."""

from __future__ import annotations

import contextlib
import io
import os
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np
from PIL import Image, UnidentifiedImageError

from hvae_engine.datasets.keeping.limits import thousands
from hvae_engine.datasets.pixels.plain import planes, to_plain, transparent
from hvae_engine.datasets.pixels.small_jpegs import LARGEST as LARGEST_SMALL
from hvae_engine.datasets.pixels.small_jpegs import decode_small
from hvae_engine.datasets.trees.pieces import GONE, TRUNCATED
from hvae_engine.errors import DataError

FORMATS = ("JPEG", "PNG", "BMP", "GIF", "WEBP", "TIFF", "PPM")
"""The only decoders of Pillow that a file can reach."""

MOST_PIXELS = 64_000_000
"""Pixels of the largest picture that is decoded; its header is asked before anything is."""

MOST_WEBP = MOST_PIXELS // 2
TOO_LARGE_WEBP = f"It is too large: it has more than {thousands(MOST_WEBP)} pixels, which is the most for a WebP."
"""WebP takes twice the memory of other pictures while it is decoded."""

HEAVY = 4_000_000
"""Pixels from which on a picture is seen to take time and memory: up to 12 bytes each."""

ONE_AT_A_TIME = threading.Lock()
TOO_LARGE = f"It is too large: it has more than {thousands(MOST_PIXELS)} pixels."
ORIENTATION = 0x0112
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What undoes each EXIF orientation but 1."""

MOST_SIDES = 4
"""From so many times the side on a JPEG is scaled down as it is decoded."""

COLOURFUL = 24
"""Difference between the channels of a pixel, of 255, from which it counts as coloured."""


Readable = str | Path | BinaryIO


class Plan(NamedTuple):
    """What every picture becomes.

    Attributes:
        side: height and width in pixels.
        colour: three channels or one.
        framing: "crop" for the largest square in its middle, "fit" for all of it with black beside.
    """

    side: int
    colour: bool
    framing: str = "crop"


class Survey(NamedTuple):
    """What one picture is like: width and height, whether it is coloured, what is odd about it, pixels to decode."""

    size: tuple[int, int]
    coloured: bool
    oddity: str
    decoded: int


def read_picture(source: Readable, side: int, colour: bool, framing: str = "crop") -> np.ndarray:
    """Decode, turn upright, cut to a square and scale one picture; the first one of a file with many.

    Transparency shows black. 16-bit greys keep their upper eight bits, floating-point greys are taken as 0 to 1.

    Args:
        source: the file, or its bytes to read from.
        side: see `Plan`, as for the others.

    Returns:
        uint8, (3 or 1, side, side).

    Raises:
        DataError: the file cannot be used; the sentence is about "it".
    """
    small = decode_small(beginning(source), MOST_SIDES * side - 1, colour)
    if small is None:
        return read_closely(source, side, colour, framing)
    return planes(framed(small, side, framing), colour)


def read_closely(source: Readable, side: int, colour: bool, framing: str) -> np.ndarray:
    """As `read_picture`, for every kind of file."""
    with opened(source) as picture:
        orientation = orientation_of(picture)
        if picture.format == "JPEG" and (not colour or min(picture.size) >= MOST_SIDES * side):
            picture.draft("RGB" if colour else "L", (2 * side, 2 * side))
        plain = framed(to_plain(picture, colour), side, framing)
        if orientation in UPRIGHT:
            plain = plain.transpose(UPRIGHT[orientation])
        return planes(plain, colour)


def beginning(source: Readable) -> bytes:
    """All bytes of a file that is not larger than a small JPEG, the first ones of others, none if it cannot be read."""
    if isinstance(source, io.BytesIO):
        return source.getvalue()
    if not isinstance(source, str | Path):
        return b""
    try:
        with open(source, "rb", buffering=0) as file:
            return file.read(LARGEST_SMALL) or b""
    except (OSError, ValueError):  # whoever looks closer says why
        return b""


def framed(picture: Image.Image, side: int, framing: str) -> Image.Image:
    """A picture made square and scaled, unless it is as it should be."""
    if picture.size == (side, side):
        return picture
    return squared(picture, side) if framing == "crop" else fitted(picture, side)


def squared(picture: Image.Image, side: int) -> Image.Image:
    """The largest square in the middle of a picture, scaled."""
    edge = min(picture.size)
    left, top = (picture.width - edge) / 2, (picture.height - edge) / 2
    box = (left, top, left + edge, top + edge)
    return picture.resize((side, side), Image.Resampling.BICUBIC, box, reducing_gap=3.0)


def fitted(picture: Image.Image, side: int) -> Image.Image:
    """All of a picture, scaled, in the middle of a black square."""
    edge = max(picture.size)
    width, height = (max(1, round(side * length / edge)) for length in picture.size)
    square = Image.new(picture.mode, (side, side))
    scaled = picture.resize((width, height), Image.Resampling.BICUBIC, reducing_gap=3.0)
    square.paste(scaled, ((side - width) // 2, (side - height) // 2))
    return square


def survey_picture(source: Readable) -> Survey:
    """Look at a picture: its size, whether a hundredth of it or more is really coloured, and what is odd.

    Raises:
        DataError: the file cannot be used.
    """
    with opened(source) as picture:
        size, oddity = picture.size, oddity_of(picture)
        picture.draft("RGB", (64, 64))
        decoded = picture.width * picture.height
        small = to_plain(picture, colour=True).resize((32, 32), Image.Resampling.BOX)
    colours = planes(small, colour=True).astype(np.int16)
    return Survey(size, bool((np.ptp(colours, axis=0) > COLOURFUL).mean() >= 0.01), oddity, decoded)


def oddity_of(picture: Image.Image) -> str:
    """What is done to the pixels of a picture that people should know of; empty for nothing."""
    if transparent(picture):
        return "Transparent parts show black."
    if picture.mode.startswith("I"):
        return "16-bit greys keep their upper eight bits."
    if picture.mode == "F":
        return "Floating-point greys are taken as 0 to 1."
    if picture.mode == "CMYK":
        return "Printing colours (CMYK) are shown as red, green and blue."
    return "Of an animation the first picture is taken." if getattr(picture, "is_animated", False) else ""


@contextlib.contextmanager
def opened(source: Readable) -> Iterator[Image.Image]:
    """An open picture; whatever goes wrong with it becomes a sentence."""
    try:
        with Image.open(source, formats=FORMATS) as picture:
            if picture.width * picture.height > (MOST_WEBP if picture.format == "WEBP" else MOST_PIXELS):
                raise DataError(TOO_LARGE_WEBP if picture.format == "WEBP" else TOO_LARGE)
            with ONE_AT_A_TIME if is_heavy(picture) else contextlib.nullcontext():
                yield picture
    except DataError:
        raise
    except UnidentifiedImageError as error:
        raise DataError(
            "It is empty." if is_empty(source) else "It is not an image, whatever its name says."
        ) from error
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise DataError(TOO_LARGE) from error
    except FileNotFoundError as error:
        raise DataError(GONE) from error
    except PermissionError as error:
        raise DataError("It cannot be read: check its permissions.") from error
    except MemoryError as error:
        raise DataError("It takes more memory than there is: make it smaller.") from error
    except Exception as error:  # a damaged file makes Pillow's decoders raise nearly anything
        raise DataError(TRUNCATED) from error


def is_heavy(picture: Image.Image) -> bool:
    """Whether a picture takes so much memory that a process should not decode two of the kind at once."""
    return picture.format != "JPEG" and picture.width * picture.height > HEAVY


def is_empty(source: Readable) -> bool:
    """Whether there is not a single byte in a file."""
    if isinstance(source, str | Path):
        return os.path.getsize(source) == 0
    return source.seek(0, os.SEEK_END) == 0


def orientation_of(picture: Image.Image) -> int:
    """EXIF orientation, 1 to 8; 1 if it is missing or damaged, for the picture itself may be whole."""
    if picture.format == "JPEG" and "exif" not in picture.info and "xmp" not in picture.info:
        return 1
    try:
        return int(picture.getexif().get(ORIENTATION, 1))
    except Exception:  # EXIF is a TIFF of its own, and as ready to raise anything when damaged
        return 1


class _Quiet:
    """Filters of warnings are those of the whole process: the first who decodes sets them, the last puts them back."""

    def __init__(self) -> None:
        self._lock, self._users = threading.Lock(), 0
        self._before = warnings.catch_warnings()

    def begin(self) -> None:
        with self._lock:
            if self._users == 0:
                self._before = warnings.catch_warnings()
                self._before.__enter__()
                warnings.simplefilter("ignore")
                warnings.simplefilter("error", Image.DecompressionBombWarning)
            self._users += 1

    def end(self) -> None:
        with self._lock:
            self._users -= 1
            if self._users == 0:
                self._before.__exit__(None, None, None)


_QUIET = _Quiet()


@contextlib.contextmanager
def quiet_decoders() -> Iterator[None]:
    """No warnings about odd files but an error where Pillow warns of a decompression bomb, on any number of threads."""
    _QUIET.begin()
    try:
        yield
    finally:
        _QUIET.end()
