"""The one family of errors that are a person's mistake: each is a sentence to show, never a traceback."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class StrataError(Exception):
    """A mistake of a person. Its text is one sentence: what is wrong, what was found, what to do."""


class DataError(StrataError):
    """The images asked for cannot be used as they are."""


class OptionError(StrataError):
    """A family, an option or a setting that does not exist or does not fit."""


class RunError(StrataError):
    """A run folder cannot be created, opened or written."""


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """The end of a sentence about an unknown word: the closest known one, or all of them.

    Args:
        word: what was typed.
        known: what would have been understood.
        otherwise: the end where nothing is close; empty: a list of all that is known.
    """
    known = sorted(known)
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    if close:
        return f"did you mean {close[0]!r}?"
    return otherwise or f"choose one of: {', '.join(known) or 'none'}."
