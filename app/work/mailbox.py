"""What other threads say to the window: events in order, answers latest only, one wake-up however many lie there."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, Slot


class Mailbox(QObject):
    """Any thread posts; the window's thread reads. A full mailbox costs Qt one queued call, so no flood reaches it.

    Args:
        deliver: called on the window's thread with each thing that was posted.
        latest_only: forget what was not read yet when something new is posted.
    """

    _woken = Signal()

    def __init__(self, deliver: Callable[[Any], object], latest_only: bool, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._deliver = deliver
        self._lock = threading.Lock()
        self._waiting: deque[Any] = deque(maxlen=1 if latest_only else None)
        self._awake = self._closed = False
        self._woken.connect(self._read, Qt.ConnectionType.QueuedConnection)

    def post(self, thing: Any) -> None:
        """Leave something here; called from any thread."""
        with self._lock:
            if self._closed:
                return
            self._waiting.append(thing)
            asleep, self._awake = not self._awake, True
        if asleep:
            self._woken.emit()

    def close(self) -> None:
        """Deliver nothing any more."""
        with self._lock:
            self._closed = True
            self._waiting.clear()

    @Slot()
    def _read(self) -> None:
        with self._lock:
            things, self._awake = list(self._waiting), False
            self._waiting.clear()
        for thing in things:
            if self._closed:
                return
            self._deliver(thing)
