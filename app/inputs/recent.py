"""Data and runs that were open lately, newest first; what is gone from the disk is not offered."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QSettings, Signal

MOST = 8
KINDS = ("data", "runs")
LONGEST = 4096
"""Letters of what is remembered."""


class Recent(QObject):
    """Two lists of paths, kept in the settings.

    Args:
        settings: None remembers until the window closes.
    """

    changed = Signal()

    def __init__(self, settings: QSettings | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._kept = {kind: self._read(kind) for kind in KINDS}

    def paths(self, kind: str) -> list[str]:
        """The "data" or the "runs" that are still there, newest first."""
        return [path for path in self._kept[kind] if _is_there(path)]

    def add(self, kind: str, path: str) -> None:
        """Put a path on top, or several with line breaks between them.

        A name of built-in data, which is always at hand, is left out, and so are more files than a menu should keep.
        """
        if not _is_there(path) or self._kept[kind][:1] == [path]:
            return
        self._kept[kind] = [path, *(one for one in self.paths(kind) if one != path)][:MOST]
        if self._settings is not None:
            self._settings.setValue(f"recent/{kind}", self._kept[kind])
        self.changed.emit()

    def _read(self, kind: str) -> list[str]:
        found = None if self._settings is None else self._settings.value(f"recent/{kind}")
        if isinstance(found, str):  # a list of one comes back as text from some stores
            return [found]
        return [path for path in found if isinstance(path, str)] if isinstance(found, list) else []


def _is_there(path: str) -> bool:
    """Whether all of one or several paths exist."""
    try:
        return len(path) <= LONGEST and all(one and Path(one).exists() for one in path.split("\n"))
    except (OSError, ValueError):  # a name too long, a zero byte
        return False
