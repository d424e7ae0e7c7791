"""Decodes small plain JPEGs by the shortest way: of a small picture most of the work is Pillow's look at its header.

Markers and segments: ITU-T T.81, annex B.
"""

from __future__ import annotations

from typing import NamedTuple

from PIL import Image

LARGEST = 128 * 1024
"""Bytes of the largest file that is looked at."""

START, SCAN = b"\xff\xd8\xff", 0xDA
FRAMES = (0xC0, 0xC1, 0xC2)
"""Markers of frames that are baseline, extended or progressive."""

PLAIN = (*FRAMES, 0xC4, 0xDB, 0xDD, 0xE0, 0xEE, 0xFE, SCAN)
"""Segments that leave the picture as it is decoded; among the others may be EXIF, which may turn it."""


class Frame(NamedTuple):
    """What the header of a JPEG says: width and height in pixels, and how many components a pixel has."""

    size: tuple[int, int]
    components: int


def decode_small(contents: bytes, most: int, colour: bool) -> Image.Image | None:
    """The picture in a JPEG as Pillow would open it; None for everything that wants a closer look.

    Args:
        contents: of the file.
        most: pixels of its longer side, at most.
        colour: whether colours are wanted; else they are turned to grey as the JPEG is decoded.
    """
    frame = frame_of(contents)
    if frame is None or not 0 < min(frame.size) <= max(frame.size) <= most or frame.components not in (1, 3):
        return None
    mode = "RGB" if colour and frame.components == 3 else "L"
    try:
        return Image.frombytes(mode, frame.size, contents, "jpeg", mode, "")
    except (ValueError, OSError):  # damaged: whoever looks closer says how
        return None


def frame_of(contents: bytes) -> Frame | None:
    """What the header says, where nothing is in it but what every JPEG has."""
    if not contents.startswith(START):
        return None
    frame = None
    at = 2
    while at + 10 <= len(contents) and contents[at] == 0xFF and (marker := contents[at + 1]) in PLAIN:
        if marker == SCAN:
            return frame
        if marker in FRAMES:
            if frame is not None or contents[at + 4] != 8:
                return None
            height, width = (contents[at + 5] << 8) + contents[at + 6], (contents[at + 7] << 8) + contents[at + 8]
            frame = Frame((width, height), contents[at + 9])
        at += 2 + (contents[at + 2] << 8) + contents[at + 3]
    return None
