"""Decodes one image file of any common kind into a small square of bytes, upright, without trusting it."""

from __future__ import annotations

import contextlib
import os
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

from hvae_engine.datasets.limits import thousands
from hvae_engine.errors import DataError

FORMATS = ("PNG", "JPEG", "BMP", "GIF", "WEBP", "TIFF", "PPM")
"""The only decoders of Pillow that a file can reach."""

MOST_PIXELS = 80_000_000
"""Pixels of the largest picture that is decoded, a little under Pillow's own limit."""

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


def read_picture(path: Path, side: int, colour: bool) -> np.ndarray:
    """Decode, turn upright, cut to the centred square and scale one picture; the first one of a file with many.

    Transparency shows black. 16-bit greys keep their upper eight bits, floating-point greys are taken as 0 to 1.

    Args:
        path: the file.
        side: height and width of the result in pixels.
        colour: three channels or one.

    Returns:
        uint8, (3 or 1, side, side).

    Raises:
        DataError: the file cannot be used; the sentence is about "it".
    """
    with opened(path) as picture:
        orientation = orientation_of(picture)
        picture.draft("RGB" if colour else "L", (2 * side, 2 * side))
        plain = to_plain(picture, colour)
        if plain.size != (side, side):
            edge = min(plain.size)
            left, top = (plain.width - edge) / 2, (plain.height - edge) / 2
            plain = plain.resize((side, side), Image.Resampling.BICUBIC, (left, top, left + edge, top + edge))
        if orientation in UPRIGHT:
            plain = plain.transpose(UPRIGHT[orientation])
        pixels = np.asarray(plain)
    return pixels.transpose(2, 0, 1) if colour else pixels[None]


def survey_picture(path: Path) -> tuple[tuple[int, int], bool]:
    """Width and height of a picture, and whether a hundredth of it or more is really coloured.

    Raises:
        DataError: the file cannot be used.
    """
    with opened(path) as picture:
        size = picture.size
        picture.draft("RGB", (64, 64))
        small = np.asarray(to_plain(picture, colour=True).resize((32, 32), Image.Resampling.BOX)).astype(np.int16)
    return size, bool((np.ptp(small, axis=2) > COLOURFUL).mean() >= 0.01)


@contextlib.contextmanager
def opened(path: Path) -> Iterator[Image.Image]:
    """An open picture; whatever goes wrong with it becomes a sentence."""
    try:
        with Image.open(path, formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise DataError(TOO_LARGE)
            yield picture
    except DataError:
        raise
    except UnidentifiedImageError as error:
        empty = os.path.getsize(path) == 0
        raise DataError("It is empty." if empty else "It is not an image, whatever its name says.") from error
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise DataError(TOO_LARGE) from error
    except PermissionError as error:
        raise DataError("It cannot be read: check its permissions.") from error
    except MemoryError as error:
        raise DataError("It takes more memory than there is: make it smaller.") from error
    except Exception as error:  # a damaged file makes Pillow's decoders raise nearly anything
        raise DataError("It is damaged or truncated.") from error


def orientation_of(picture: Image.Image) -> int:
    """EXIF orientation, 1 to 8; 1 if it is missing or damaged, for the picture itself may be whole."""
    try:
        return int(picture.getexif().get(ORIENTATION, 1))
    except Exception:  # EXIF is a TIFF of its own, and as ready to raise anything when damaged
        return 1


def to_plain(picture: Image.Image, colour: bool) -> Image.Image:
    """A picture of any mode in RGB or L."""
    if picture.mode.startswith(("I", "F")):
        picture = to_bytes(picture)
    if picture.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in picture.info:
        above = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", above.size, (0, 0, 0, 255)), above)
    if picture.mode not in ("1", "L", "RGB"):
        picture = picture.convert("RGB")
    return picture.convert("RGB" if colour else "L")


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
