"""The one door to data: a built-in name or a path goes in, a data set or a sentence comes out."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from hvae_engine.datasets.asking import Asked, Progress
from hvae_engine.datasets.dataset import Dataset, Skipped
from hvae_engine.datasets.drawn import scenes
from hvae_engine.datasets.refusals import ACCEPTED
from hvae_engine.datasets.remote import downloads
from hvae_engine.datasets.remote.catalogue import OFFERS, offered
from hvae_engine.datasets.sources import Source, source_of
from hvae_engine.errors import DataError, did_you_mean

BUILT_IN: Mapping[str, str] = {
    "scenes": "Strata scenes: shapes in ten arrangements, with known causes, 28 x 28, black and white",
    "scenes:colour": "Strata scenes in colour: the same in two hues, 32 x 32",
}
"""Data sets that are always there, by name, in a line for people."""

LONGEST = 4096
"""Letters of the longest path."""

NAMED = 3
"""Files left out whose names a description has."""

Asking = str | Path | Sequence[str | Path]
"""What somebody asks for: a name, a path, several paths, or several in one text with line breaks between them."""


def load_data(
    source: Asking,
    *,
    seed: int = 0,
    size: int | None = None,
    colour: bool | None = None,
    framing: str | None = None,
    held_out: float | None = None,
    folder_classes: bool | None = None,
    progress: Progress | None = None,
    cache: Path | None = None,
) -> Dataset:
    """Load a data set; the same source and settings give the same one.

    Args:
        source: a name of `BUILT_IN`, or of `OFFERS`, which is downloaded unless it is there; a folder of images
            (subfolders are classes; train/, validation/ and test/ are kept apart) or a .zip or .tar of one, packed or
            not; several of these at once, and several images; IDX files, .npy or .npz arrays, CIFAR's binary batches
            or a folder of those.
        seed: decides which training images are held out for validation, where the source does not say.
        size: height and width in pixels, 8 to 256; None for the source's own or one that suits it.
        colour: three channels or one; None for what the source has.
        framing: "crop" for the largest square in the middle of each image, "fit" for all of it with black beside; None:
            crop.
        held_out: the share of the training images that is held out, above 0 and below 1; None for those that the source
            holds out itself, or a twelfth.
        folder_classes: False: subfolders of images say nothing about classes; None: they are classes.
        progress: called on this thread with work done and work in all; whatever it raises cancels the load, passes
            through, and leaves nothing half done behind.
        cache: a cache folder for what is kept between sessions, instead of `STRATA_CACHE` or the user's.

    Raises:
        DataError: the source does not exist or cannot be used; its text is the sentence to show.
    """
    text, paths, opened = find(source)
    name = text if not paths else paths[0].name if len(paths) == 1 else paths[0].parent.name
    grouped = folder_classes is not False
    asked = Asked(text, name or text, seed, size, colour, framing or "crop", held_out, grouped, cache=cache)
    if progress is not None:
        asked = replace(asked, progress=progress)
    asked.check()
    made = opened.load(asked)
    skipped = (*opened.left_out, *dict.fromkeys(made.skipped))  # one that is taken several times is said once
    return replace(made, seed=seed, held_out=held_out, skipped=skipped, facts=(*opened.facts, *made.facts))


def describe(source: Asking) -> str:
    """What `load_data` would do, in a sentence without a full stop, found in a moment without decoding anything.

    Args:
        source: as for `load_data`.

    Raises:
        DataError: the source cannot be used; damage inside its files is only found by loading them.
    """
    opened = find(source)[2]
    return opened.describe() + (f"; left out: {named_few(opened.left_out)}" if opened.left_out else "")


def named_few(left_out: Sequence[Skipped]) -> str:
    """The names of what was left out, as many as one reads while hovering."""
    names = ", ".join(one.path for one in left_out[:NAMED])
    return f"{names} and {len(left_out) - NAMED} more" if len(left_out) > NAMED else names


def find(source: Asking) -> tuple[str, list[Path], Source]:
    """What was asked for, as a text that asks for it again, the paths it means, and what can be done with it.

    Raises:
        DataError: there is nothing, or nothing that can be used.
    """
    typed = [str(source)] if isinstance(source, str | Path) else [str(one) for one in source]
    words = [word for text in typed for word in ([text] if is_path(text) else text.split("\n")) if word.strip()]
    if not words:
        raise DataError(f"Nothing was asked for: choose {ACCEPTED}.")
    if len(words) == 1 and words[0] in BUILT_IN:
        load = partial(scenes.load_scenes, words[0] == "scenes:colour")
        return words[0], [], Source(scenes.describe_scenes, load)
    if len(words) == 1 and (name := offered(words[0])) is not None:
        return name, [], downloads.source_by_name(name)
    paths = [existing(word) for word in dict.fromkeys(words)]
    return "\n".join(map(str, paths)), paths, source_of(paths)


def is_path(text: str) -> bool:
    """Whether a text is one path, even if a line breaks in it."""
    return "\n" in text and os.path.lexists(text[:LONGEST])


def existing(source: str) -> Path:
    """The absolute path that a person meant, which exists and may be read."""
    try:
        path = Path(os.path.abspath(Path(source).expanduser()))
        found = path.exists()
    except (OSError, RuntimeError, ValueError):  # a name too long, an unknown ~user, a zero byte
        found = False
    if not found:
        if any(separator in source for separator in ("/", "\\", "~", ".")):
            raise DataError(f"{source} does not exist: check the path, or choose {ACCEPTED}.")
        known = f"built in: {', '.join(BUILT_IN)}; can be downloaded: {', '.join(OFFERS)}."
        hint = did_you_mean(source, [*BUILT_IN, *OFFERS], known)
        raise DataError(f"There is no data set or file called {source!r}; {hint}")
    if not os.access(path, os.R_OK | (os.X_OK if path.is_dir() else 0)):
        raise DataError(f"{path} cannot be read: check its permissions.")
    return path
