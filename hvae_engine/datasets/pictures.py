"""Decodes one image file of any common kind into a small square of bytes, upright, without trusting it."""

from __future__ import annotations

import contextlib
import os
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np
from PIL import Image, UnidentifiedImageError

from hvae_engine.datasets.limits import thousands
from hvae_engine.datasets.pieces import GONE, TRUNCATED
from hvae_engine.errors import DataError

FORMATS = ("JPEG", "PNG", "BMP", "GIF", "WEBP", "TIFF", "PPM")
"""The only decoders of Pillow that a file can reach."""

MOST_PIXELS = 64_000_000
"""Pixels of the largest picture that is decoded; its header is asked before anything is."""

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
    """What one picture is like: width and height, whether it is coloured, and what is odd about its pixels."""

    size: tuple[int, int]
    coloured: bool
    oddity: str


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
    with opened(source) as picture:
        orientation = orientation_of(picture)
        if picture.format == "JPEG" and (not colour or min(picture.size) >= 4 * side):
            picture.draft("RGB" if colour else "L", (2 * side, 2 * side))
        plain = to_plain(picture, colour)
        if plain.size != (side, side):
            plain = squared(plain, side) if framing == "crop" else fitted(plain, side)
        if orientation in UPRIGHT:
            plain = plain.transpose(UPRIGHT[orientation])
        pixels = np.asarray(plain)
    return pixels.transpose(2, 0, 1) if colour else pixels[None]


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
        small = np.asarray(to_plain(picture, colour=True).resize((32, 32), Image.Resampling.BOX)).astype(np.int16)
    return Survey(size, bool((np.ptp(small, axis=2) > COLOURFUL).mean() >= 0.01), oddity)


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
            if picture.width * picture.height > MOST_PIXELS:
                raise DataError(TOO_LARGE)
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


def to_plain(picture: Image.Image, colour: bool) -> Image.Image:
    """A picture of any mode in RGB or L."""
    if picture.mode.startswith(("I", "F")):
        picture = to_bytes(picture)
    if transparent(picture):
        above = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", above.size, (0, 0, 0, 255)), above)
    if picture.mode not in ("1", "L", "RGB"):
        picture = picture.convert("RGB")
    mode = "RGB" if colour else "L"
    return picture if picture.mode == mode else picture.convert(mode)


def transparent(picture: Image.Image) -> bool:
    """Whether parts of a picture may be seen through."""
    return picture.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in picture.info


def to_bytes(picture: Image.Image) -> Image.Image:
    """A grey picture of 16 or 32 bits a pixel in eight.

    Raises:
        DataError: its values are outside 0 to 65 535, or 0 to 1 if they are floating-point numbers.
    """
    values = np.asarray(picture).astype(np.float32)
    white, found = (1, "floating-point numbers") if picture.mode == "F" else (65_535, "32-bit numbers")
    if not (values.min() >= 0 and values.max() <= white):
        raise DataError(f"It holds {found} outside 0 to {thousands(white)}.")
    return Image.fromarray(np.rint(values * (255 / white)).astype(np.uint8))


@contextlib.contextmanager
def quiet_decoders() -> Iterator[None]:
    """No warnings about odd files, but an error where Pillow warns of a decompression bomb; not for nested use."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        yield
