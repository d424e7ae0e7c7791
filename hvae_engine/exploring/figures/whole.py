"""Files that are written as a whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from hvae_engine.errors import OptionError


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """The file to write to instead, which takes the place of `path` once all is written, and goes otherwise.

    Raises:
        OptionError: it cannot be written.
    """
    partial = path.with_name(f".{path.stem}.partial{path.suffix}")
    try:
        yield partial
        partial.replace(path)
    except OSError as error:
        raise OptionError(f"{path} cannot be written ({error.strerror or error}): name another file.") from None
    finally:
        with suppress(OSError):
            partial.unlink()
