"""Figures that move: the moments of a traversal or an interpolation one after the other, there and back again."""

from __future__ import annotations

import errno
import importlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from hvae_engine.errors import OptionError
from hvae_engine.exploring.figures.page import as_raster
from hvae_engine.exploring.figures.panels import Figure, Panel, Tiles
from hvae_engine.exploring.subject import Progress, unwatched

FRAMES_A_SECOND = 12


def frames(figure: Figure, scale: int = 1, progress: Progress = unwatched) -> Iterator[np.ndarray]:
    """The moments of a figure, each a whole page, uint8 (H, W, 3).

    Args:
        figure: one that moves.
        scale: pixels a point.
        progress: called with frames done and frames in all; may raise to cancel.
    """
    count = max(panel.pictures.shape[1] for row in figure.rows for panel in row if isinstance(panel, Tiles))
    order = [*range(count), *range(count - 2, 0, -1)]
    for done, moment in enumerate(order):
        progress(done, len(order))
        rows = tuple(tuple(_at(panel, moment) for panel in row) for row in figure.rows)
        yield np.asarray(as_raster(replace(figure, rows=rows), scale).image)
    progress(len(order), len(order))


def write_gif(figure: Figure, path: Path, scale: int, comment: str, progress: Progress) -> None:
    """Write a GIF that goes on for ever; `comment` is kept in the file."""
    first, *rest = (Image.fromarray(frame).quantize(256) for frame in frames(figure, scale, progress))
    duration = round(1000 / FRAMES_A_SECOND)
    first.save(path, "GIF", save_all=True, append_images=rest, duration=duration, loop=0, comment=comment.encode())


def write_mp4(figure: Figure, path: Path, scale: int, comment: str, progress: Progress) -> None:
    """Write an MP4 (H.264), `comment` in its metadata.

    Raises:
        OptionError: the extra that writes it is not installed.
        OSError: the file could not be written as a whole.
    """
    try:
        ffmpeg = importlib.import_module("imageio_ffmpeg")
    except ImportError:
        raise OptionError(
            "MP4 needs the extra 'video' (pip install 'strata-hvae[video]'): install it, or name a .gif file."
        ) from None
    moments = (_even(frame) for frame in frames(figure, scale, progress))
    first = next(moments)
    size = first.shape[1], first.shape[0]
    output = ["-metadata", f"comment={comment}"]
    settings = {"fps": FRAMES_A_SECOND, "macro_block_size": 2, "output_params": output, "ffmpeg_log_level": "quiet"}
    sent = 0
    try:
        with closing(ffmpeg.write_frames(str(path), size, **settings)) as film:
            film.send(None)
            for frame in chain([first], moments):
                film.send(frame)
                sent += 1
    except OSError:  # its text is all that ffmpeg had to say
        sent = -1
    if sent != _frames_of(ffmpeg, path):  # ffmpeg is not asked how it ended
        raise OSError(errno.EIO, "the film broke off; the disk may be full")


def _frames_of(ffmpeg: Any, path: Path) -> int:
    """Frames of a film that was written; 0 where it cannot be read."""
    try:
        return int(ffmpeg.count_frames_and_secs(str(path))[0])
    except (OSError, RuntimeError):
        return 0


def _even(frame: np.ndarray) -> np.ndarray:
    """A frame with a white line more where a side is odd: films have even sides."""
    height, width = frame.shape[:2]
    padded = np.pad(frame, ((0, height % 2), (0, width % 2), (0, 0)), constant_values=255)
    return np.ascontiguousarray(padded)


def _at(panel: Panel, moment: int) -> Panel:
    """The panel at one moment of its movement."""
    if not isinstance(panel, Tiles) or not panel.moments:
        return panel
    columns = panel.columns[moment : moment + 1]
    return replace(panel, pictures=panel.pictures[:, moment : moment + 1], columns=columns)
