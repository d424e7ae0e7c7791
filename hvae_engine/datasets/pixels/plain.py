"""Turns pictures of any mode into plain ones of bytes, RGB or grey, without taking four times their memory for it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PIL import Image

from hvae_engine.datasets.keeping.limits import thousands
from hvae_engine.errors import DataError

STRIP = 2**20
"""Pixels that are turned to plain ones at a time: all of a large picture at once would take four times its memory."""


def to_plain(picture: Image.Image, colour: bool) -> Image.Image:
    """A picture of any mode in RGB or L; a grey one in L whatever is wanted, since it is smaller."""
    picture.load()  # all of it, before strips are cut
    if picture.mode.startswith(("I", "F")):
        picture = by_strips(picture, "L", to_bytes)
    if transparent(picture):
        picture = by_strips(picture, "RGB", over_black)
    if picture.mode not in ("L", "RGB"):
        picture = picture.convert("L" if picture.mode == "1" else "RGB")
    return picture if colour or picture.mode == "L" else picture.convert("L")


def by_strips(picture: Image.Image, mode: str, change: Callable[[Image.Image], Image.Image]) -> Image.Image:
    """A picture with every pixel changed, a strip of it at a time.

    Args:
        picture: loaded.
        mode: of the changed picture.
        change: changes a picture pixel by pixel.
    """
    rows = max(1, STRIP // picture.width)
    whole = Image.new(mode, picture.size)
    for top in range(0, picture.height, rows):
        strip = picture.crop((0, top, picture.width, min(top + rows, picture.height)))
        whole.paste(change(strip), (0, top))
    return whole


def over_black(picture: Image.Image) -> Image.Image:
    """A picture that may be seen through as it looks on black, in RGB."""
    above = picture.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", above.size, (0, 0, 0, 255)), above).convert("RGB")


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


def planes(plain: Image.Image, colour: bool) -> np.ndarray:
    """A picture in RGB or L as bytes, (3 or 1, H, W)."""
    plain = plain.convert("RGB") if colour and plain.mode != "RGB" else plain
    # Half as long as numpy.asarray, which asks the picture for a description of itself first.
    return np.frombuffer(plain.tobytes(), np.uint8).reshape(plain.height, plain.width, -1).transpose(2, 0, 1)
