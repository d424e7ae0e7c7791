"""What the import sheet says of the images that were found: counts, classes, what they cost, what is odd about them."""

from __future__ import annotations

from itertools import groupby

from PySide6.QtCore import QCoreApplication

from app.state.records import Prospect
from app.words import wording

NAMED, LISTED = 12, 20


def counts(prospect: Prospect, share: float | None, by_class: bool) -> str:
    """How many images are learned from, held out and kept for a test.

    Args:
        share: that is held out; None: the usual one.
        by_class: whether folders are classes.
    """
    words = wording.plural(prospect.training(share, by_class), _tr("{} image"), _tr("{} images"))
    if by_class and prospect.classes:
        number = wording.plural(len(prospect.classes), _tr("{} class"), _tr("{} classes"))
        words = _tr("{} in {}").format(words, number)
    held_out = wording.count(prospect.held_out(share, by_class))
    own = bool(prospect.own_held_out) and share is None
    others = [
        (_tr("{} held out by the source to check on") if own else _tr("{} held out to check on")).format(held_out)
    ]
    if prospect.test:
        others.append(_tr("{} kept for a test").format(wording.count(prospect.test)))
    return _tr("{} to learn from, {}.").format(words, ", ".join(others))


def classes(prospect: Prospect) -> str:
    """The classes with their sizes, the first few of them; sizes that are the same are said once."""
    first = list(prospect.classes.items())[:NAMED]
    runs = [(size, [name for name, _ in same]) for size, same in groupby(first, key=lambda one: one[1])]
    if len(set(prospect.classes.values())) == 1 and first:
        words = _tr("{} of each: {}").format(wording.count(first[0][1]), ", ".join(runs[0][1]))
    else:
        words = ", ".join(f"{name} {wording.count(size)}" for name, size in first)
    rest = len(prospect.classes) - len(first)
    return _tr("{} and {} more").format(words, wording.count(rest)) if rest else words


def memory(prospect: Prospect, size: int, colour: bool, by_class: bool) -> str:
    """What the pixels take, and where they are kept."""
    needed = prospect.nbytes(size, colour, by_class)
    if needed <= prospect.budget:
        return _tr("They take about {} of memory.").format(wording.memory(needed))
    return _tr(
        "They take about {}, more than the {} of memory for them: they stay on the disk and are read as needed."
    ).format(wording.memory(needed), wording.memory(prospect.budget))


def remarks(prospect: Prospect) -> list[str]:
    """What people should know of the images, a sentence each."""
    found = list(prospect.facts)
    if prospect.skipped:
        names = ", ".join(path for path, _ in prospect.skipped[:3])
        rest = len(prospect.skipped) - 3
        names = _tr("{} and {} more").format(names, wording.count(rest)) if rest > 0 else names
        found.append(_tr("Left out: {}.").format(names))
    return found


def reasons(prospect: Prospect) -> str:
    """Why files are left out, the first of them a line each."""
    return "\n".join(f"{path}: {reason}" for path, reason in prospect.skipped[:LISTED])


def _tr(text: str) -> str:
    return QCoreApplication.translate("ImportWords", text)
