"""Long actions of a person as coroutines on Qt's own loop: their heavy parts run on threads, and each can be cancelled.

Nothing that must be quick goes through here: training posts to mailboxes, sliders ask the desk.
"""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QEventLoop, QObject, Signal

if TYPE_CHECKING:
    import asyncio
    from concurrent.futures import ThreadPoolExecutor

Report = Callable[[int, int], None]
PROGRESS_S = 0.1
MOST_THREADS = 8


class Cancelled(Exception):  # noqa: N818 - it is no error
    """Raised inside the work when somebody cancelled it."""


def sentence(error: Exception) -> str:
    """What is wrong, where it was a person's mistake; anything else is a bug and is raised again."""
    from hvae_engine.errors import StrataError

    if not isinstance(error, StrataError):
        raise error
    return str(error)


class Jobs(QObject):
    """Every action under way. `worked` tells of work with words: words, done, total; empty words: all is over."""

    worked = Signal(str, int, int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._pool: ThreadPoolExecutor | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self._shown: list[str] = []

    def begin(
        self, action: Callable[[], Coroutine[Any, Any, None]], otherwise: Callable[[Exception], object]
    ) -> asyncio.Task[Any]:
        """Carry out an action on the window's thread; the task that comes back can be cancelled.

        Args:
            action: it awaits `work` for what takes long.
            otherwise: called with the exception that ended it; not after a cancel.
        """

        return self._start(action(), _nothing, otherwise)

    def do(
        self,
        work: Callable[[Report], Any],
        then: Callable[[Any], object],
        otherwise: Callable[[Exception], object],
        words: str = "",
    ) -> asyncio.Task[Any]:
        """An action that is a single piece of work, see `work`; `then` is called with what it returns."""

        return self._start(self.work(work, words), then, otherwise)

    async def work(
        self, work: Callable[[Report], Any], words: str = "", counted: Callable[[int, int], str] | None = None
    ) -> Any:
        """Do `work` on a thread, and return what it returns or raise what it raises.

        When the coroutine is cancelled here, the work ends at its next report.

        Args:
            work: it gets `report(done, total)` to call now and then.
            words: what is being done, for people; empty: nobody is told.
            counted: says how much of it, from done and total; None: the bar says enough.
        """
        import asyncio

        loop, cancelled = self._asyncio(), threading.Event()
        report = self._reporter(words, counted, cancelled)

        def on_thread() -> Any:
            with contextlib.suppress(Cancelled):
                return work(report)

        if words:
            self._shown.append(words)
            self._tell(words, 0, 0)
        try:
            # The shield lets work begin that was asked for, such as saving a run, however early its task is cancelled.
            return await asyncio.shield(asyncio.wrap_future(self._threads().submit(on_thread), loop=loop))
        finally:
            cancelled.set()
            if words:
                self._shown.remove(words)
                self._tell(self._shown[-1] if self._shown else "", 0, 0)

    def close(self) -> None:
        """Cancel every action and wait for all threads."""
        if self._tasks:  # a turn of the loop, in which each begins: a run that is left must be saved
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
        for task in tuple(self._tasks):
            task.cancel()
        while self._tasks:  # and turns in which they leave
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
        if self._pool is not None:
            self._pool.shutdown()
            self._pool = None
        if self._loop is not None:
            self._loop.close()
            self._loop = None

    def _threads(self) -> ThreadPoolExecutor:
        """Those that work, made like the loop at the first action."""
        if self._pool is None:
            from concurrent.futures import ThreadPoolExecutor

            self._pool = ThreadPoolExecutor(MOST_THREADS, thread_name_prefix="strata-job")
        return self._pool

    def _asyncio(self) -> asyncio.AbstractEventLoop:
        """The loop, made at the first action, so that the window is up without it; Qt's own loop turns it."""
        if self._loop is None:
            import qasync

            self._loop = qasync.QEventLoop(QCoreApplication.instance())
        return self._loop

    def _reporter(self, words: str, counted: Callable[[int, int], str] | None, cancelled: threading.Event) -> Report:
        """What work calls on its thread: it passes progress on now and then, and ends work that was cancelled."""
        loop, last = self._asyncio(), [0.0]

        def report(done: int, total: int) -> None:
            if cancelled.is_set():
                raise Cancelled
            now = time.monotonic()
            if words and (done >= total > 0 or now - last[0] > PROGRESS_S):
                last[0] = now
                said = words if counted is None else f"{words} {counted(done, total)}".rstrip()
                loop.call_soon_threadsafe(self._progress, words, said, done, total)

        return report

    def _progress(self, words: str, said: str, done: int, total: int) -> None:
        if words in self._shown:
            self._tell(said, done, total)

    def _tell(self, words: str, done: int, total: int) -> None:
        self.worked.emit(words, done, total)

    def _start(
        self,
        action: Coroutine[Any, Any, Any],
        then: Callable[[Any], object],
        otherwise: Callable[[Exception], object],
    ) -> asyncio.Task[Any]:
        task = self._asyncio().create_task(action)
        self._tasks.add(task)
        task.add_done_callback(lambda task: self._finish(task, then, otherwise))
        return task

    def _finish(
        self, task: asyncio.Task[Any], then: Callable[[Any], object], otherwise: Callable[[Exception], object]
    ) -> None:
        """Deliver what came of an action, outside of it, so that it may close the window.

        A bug in doing so is told like any other; done callbacks would swallow it.
        """
        self._tasks.discard(task)
        if task.cancelled():
            return
        try:
            error = task.exception()
            if isinstance(error, Exception):
                otherwise(error)
            else:
                then(task.result())
        except Exception as bug:
            sys.excepthook(type(bug), bug, bug.__traceback__)


def _nothing(result: Any) -> None:
    del result
