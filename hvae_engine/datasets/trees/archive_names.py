"""What the name of an archive's member says: which folder it lies in, and whether it may be believed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from hvae_engine.datasets.trees.listing import EVERY, JUNK, natural

OUTSIDE = "Its name leads out of the archive."
DEEPEST, LONGEST_NAME = 64, 4096
LONG = f"Its name is longer than {LONGEST_NAME} letters or {DEEPEST} folders deep."
HIDDEN = re.compile(rf"(?:^|/)(?:\.(?!\.?(?:/|\Z))|(?:{'|'.join(map(re.escape, JUNK))})(?:/|\Z))")
"""Something hidden, or what a system puts beside files; not the folder itself (.) nor the one above it (..)."""


def inner_name(name: str) -> str:
    """The name of a member without a dot and slashes before it or between its parts doubled."""
    if "//" not in name and "./" not in name and not name.startswith("/"):
        return name
    parts = [part for part in name.split("/") if part not in ("", ".")]
    return ("/" if name.startswith("/") else "") + "/".join(parts)


def place_of(folder: str, name: str) -> str:
    """The path of a member below the root: in `folder` the folder is left out that it lies in itself."""
    name = inner_name(name)
    return folder + (name.partition("/")[2] or name) if folder else name


def strange(name: str) -> str:
    """Why a member is left out because of its name alone; empty if it is not."""
    if len(name) > LONGEST_NAME or name.count("/") >= DEEPEST:
        return LONG
    outside = name[0] == "/" or name[1:2] == ":" or "\0" in name or (".." in name and ".." in name.split("/"))
    return OUTSIDE if outside else ""


def folders_of(names: Iterable[str], tick: Callable[[], object]) -> dict[str, tuple[list[str], list[str]]]:
    """Folders, in natural order, and images in each folder of an archive, by its name; the archive itself is ""."""
    known: dict[str, tuple[list[str], list[str]]] = {"": ([], [])}
    for number, name in enumerate(names):
        if number % EVERY == 0:
            tick()
        folder = name.rpartition("/")[0]
        fresh = []
        above = folder
        while above not in known:
            known[above] = [], []
            fresh.append(above)
            above = above.rpartition("/")[0]
        for one in fresh:
            known[one.rpartition("/")[0]][0].append(one)
        known[folder][1].append(name)
    for folders, _ in known.values():
        folders.sort(key=natural)
    return known
