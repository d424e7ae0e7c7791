"""Long work on a thread of its own: its result, its failure and its progress come back on the window's thread."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, Slot

Report = Callable[[int, int], None]
PROGRESS_S = 0.1


class Cancelled(Exception):  # noqa: N818 - it is no error
    """Raised inside the work when somebody cancelled it."""


class Job(QObject):
    """One piece of work.

    Args:
        work: called on the job's thread; it gets `report(done, total)` to call now and then.
        then: called with the result on the window's thread.
        otherwise: called with the exception on the window's thread; not after a cancel.
    """

    progressed = Signal(int, int)
    ended = Signal()
    _came_back = Signal(object, object)

    def __init__(
        self,
        work: Callable[[Report], Any],
        then: Callable[[Any], object],
        otherwise: Callable[[Exception], object],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._work, self._then, self._otherwise = work, then, otherwise
        self._cancelled = threading.Event()
        self._reported = 0.0
        self._came_back.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._thread = threading.Thread(target=self._run, name="strata-job")

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def cancel(self) -> None:
        """End at the next report; nothing is delivered any more."""
        self._cancelled.set()

    def join(self) -> None:
        """Wait for the thread."""
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        try:
            self._came_back.emit(self._work(self._report), None)
        except Exception as error:
            self._came_back.emit(None, error)

    def _report(self, done: int, total: int) -> None:
        if self._cancelled.is_set():
            raise Cancelled
        now = time.monotonic()
        if done >= total or now - self._reported > PROGRESS_S:
            self._reported = now
            self.progressed.emit(done, total)

    @Slot(object, object)
    def _deliver(self, result: Any, error: Exception | None) -> None:
        self._thread.join()
        self.ended.emit()
        if not self._cancelled.is_set():
            if error is None:
                self._then(result)
            else:
                self._otherwise(error)
        self.deleteLater()


class Jobs(QObject):
    """Every job under way. `worked` tells of those with words: words, done, total; empty words: it is over."""

    worked = Signal(str, int, int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._running: list[Job] = []

    def do(
        self,
        work: Callable[[Report], Any],
        then: Callable[[Any], object],
        otherwise: Callable[[Exception], object],
        words: str = "",
    ) -> Job:
        """Start a job; the arguments are those of `Job`, and `words` say what is being done, for people."""
        job = Job(work, then, otherwise, self)
        self._running.append(job)
        if words:
            job.progressed.connect(lambda done, total: self.worked.emit(words, done, total))
            job.ended.connect(lambda: self.worked.emit("", 0, 0))
            self.worked.emit(words, 0, 0)
        job.ended.connect(lambda: self._running.remove(job))
        job.start()
        return job

    def close(self) -> None:
        """Cancel what can be cancelled and wait for all."""
        for job in self._running:
            job.cancel()
        for job in self._running:
            job.join()
