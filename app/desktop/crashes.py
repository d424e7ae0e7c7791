"""The log of bugs: every exception that nobody caught is appended to it, and the next start offers to show it."""

from __future__ import annotations

import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, QSettings, Qt, Signal

from app.desktop import places

MOST_BYTES = 1 << 20
"""A log that has grown beyond this is begun anew."""


class Crashes(QObject):
    """Catches what falls through, on every thread, and lets the window live on.

    Args:
        settings: remembers how much of the log was seen; None: nothing is offered at the start.
    """

    caught = Signal(str)

    def __init__(self, settings: QSettings | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings

    def watch(self, say: Callable[[str], object]) -> None:
        """Log from now on, and `say` each bug in a sentence on this object's thread."""
        self.caught.connect(say, Qt.ConnectionType.QueuedConnection)
        sys.excepthook = self._on_main_thread
        threading.excepthook = self._on_another_thread

    @property
    def unseen(self) -> bool:
        """Whether the log holds something that nobody looked at."""
        seen = 0 if self._settings is None else int(str(self._settings.value("crashes/seen", 0)))
        return self._settings is not None and _size() not in (0, seen)

    def mark_seen(self) -> None:
        """Offer what the log holds now no more."""
        if self._settings is not None:
            self._settings.setValue("crashes/seen", _size())

    def _on_main_thread(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        self._take("".join(traceback.format_exception(kind, error, trace)), error)

    def _on_another_thread(self, told: threading.ExceptHookArgs) -> None:
        words = "".join(traceback.format_exception(told.exc_type, told.exc_value, told.exc_traceback))
        self._take(words, told.exc_value)

    def _take(self, words: str, error: BaseException | None) -> None:
        sys.stderr.write(words)
        if isinstance(error, Exception):
            append(words)
            self.caught.emit(str(error) or type(error).__name__)


def append(words: str) -> None:
    """Add an entry with the time to the log; a disk that takes nothing is no further bug."""
    path = places.crash_log()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w" if _size() > MOST_BYTES else "a", encoding="utf-8") as log:
            log.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')}\n{words.rstrip()}\n\n")
    except OSError as error:
        sys.stderr.write(f"The crash log {path} cannot be written ({error.strerror}).\n")


def read() -> str:
    """What the log says; empty where there is none."""
    path = places.crash_log()
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""


def _size() -> int:
    path: Path = places.crash_log()
    return path.stat().st_size if path.is_file() else 0
