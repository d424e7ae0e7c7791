"""Files that a command was asked to write."""

from __future__ import annotations

from pathlib import Path

from hvae_engine.errors import OptionError


def write(path: Path, text: str) -> None:
    """Write a text file.

    Raises:
        OptionError: it cannot be written.
    """
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise OptionError(f"{path} cannot be written ({error.strerror}): name another file.") from None
