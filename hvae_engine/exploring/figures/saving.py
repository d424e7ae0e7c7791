"""Writes figures to files: PNG, SVG, and what moves as GIF or MP4; each carries how it can be made again."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from PIL import PngImagePlugin

from hvae_engine.errors import OptionError, did_you_mean
from hvae_engine.exploring.figures.film import write_gif, write_mp4
from hvae_engine.exploring.figures.page import as_raster, as_vector
from hvae_engine.exploring.figures.panels import Figure
from hvae_engine.exploring.figures.whole import whole
from hvae_engine.exploring.subject import Progress, unwatched

SCALES = (1, 2, 4)
DPI = 96


def save(figure: Figure, path: Path, scale: int = 1, progress: Progress = unwatched) -> None:
    """Write a figure in the format its name ends with.

    Args:
        figure: what to write.
        path: ending in .png, .svg, .gif or .mp4.
        scale: pixels a point, 1, 2 or 4; an SVG has none.
        progress: called with frames done and frames in all of what moves; may raise to cancel, and nothing is kept.

    Raises:
        OptionError: the format is unknown or does not fit the figure, or the file cannot be written.
    """
    if scale not in SCALES:
        raise OptionError(f"The scale is {scale}: give 1, 2 or 4.")
    write = writer(path)
    with whole(path) as partial:
        write(figure, partial, scale, progress)


def writer(path: Path) -> Callable[[Figure, Path, int, Progress], None]:
    """What writes a file of this name.

    Raises:
        OptionError: nothing does.
    """
    found = _FORMATS.get(path.suffix.lower())
    if found is None:
        hint = did_you_mean(path.suffix.lower(), _FORMATS)
        raise OptionError(f"{path.name} ends in no format that a figure is written in; {hint}")
    return found


def about(figure: Figure) -> dict[str, str]:
    """What a file says about itself."""
    facts: Mapping[str, Any] = {"run": figure.run, "step": figure.step, **figure.settings}
    return {
        "Title": figure.caption[0],
        "Description": "\n".join(figure.caption),
        "Software": "Strata",
        "strata": json.dumps(facts),
    }


def _png(figure: Figure, path: Path, scale: int, progress: Progress) -> None:
    text = PngImagePlugin.PngInfo()
    for name, words in about(figure).items():
        text.add_itxt(name, words)
    as_raster(figure, scale).image.save(path, "PNG", pnginfo=text, dpi=(DPI * scale, DPI * scale))


def _film(figure: Figure, path: Path, scale: int, progress: Progress) -> None:
    if not figure.moves:
        raise OptionError(f"{path.suffix} is a film and this view does not move: name a .png or .svg file.")
    write = write_gif if path.suffix.lower() == ".gif" else write_mp4
    write(figure, path, scale, about(figure)["Description"], progress)


def _svg(figure: Figure, path: Path, scale: int, progress: Progress) -> None:
    document = as_vector(figure).document("\n".join(figure.caption), json.dumps(about(figure)))
    path.write_text(document, encoding="utf-8")


_FORMATS: dict[str, Callable[[Figure, Path, int, Progress], None]] = {
    ".png": _png,
    ".svg": _svg,
    ".gif": _film,
    ".mp4": _film,
}
