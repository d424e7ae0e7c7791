"""Finding words by a few of their letters, as command palettes do."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")


def score(letters: str, words: str) -> int | None:
    """How well `letters` fit into `words` in their order, greater being better; None: they do not.

    Letters that begin a word or follow each other count more than those that lie about.
    """
    sought, text = letters.casefold().replace(" ", ""), words.casefold()
    total, place = 0, -1
    for letter in sought:
        found = _begin_of_word(letter, text, place + 1)
        if found < 0 or text[place + 1 : place + 2] == letter:
            found = text.find(letter, place + 1)
        if found < 0:
            return None
        begins = found == 0 or not text[found - 1].isalnum()
        total += 8 * begins + 5 * (found == place + 1) - min(3, found - place - 1)
        place = found
    return total - len(text) // 16


def ranked(letters: str, things: Iterable[T], words: Callable[[T], str]) -> list[T]:
    """The things whose words fit, best first; those that fit equally well, and all without letters, stay in order."""
    if not letters.strip():
        return list(things)
    scored = [(score(letters, words(thing)), thing) for thing in things]
    fitting = [(points, thing) for points, thing in scored if points is not None]
    return [thing for _, thing in sorted(fitting, key=lambda pair: -pair[0])]


def _begin_of_word(letter: str, text: str, start: int) -> int:
    places = (i for i in range(start, len(text)) if text[i] == letter and (i == 0 or not text[i - 1].isalnum()))
    return next(places, -1)
