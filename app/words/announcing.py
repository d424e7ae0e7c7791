"""What the window says in its notifications, and what a person can do about each."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app.desktop import crashes
from app.panels.crash_log import CrashLog
from app.panels.skipped import SkippedFiles
from app.state.records import Pictures
from app.widgets.notices import Answer, Notices
from app.words import topics, wording


class Announcing(QObject):
    """Nothing said here blocks anything.

    Args:
        notices: where it is said.
        window: what the logs open beside.
    """

    def __init__(self, notices: Notices, window: QWidget) -> None:
        super().__init__(window)
        self._notices, self._window = notices, window
        self._skipped: tuple[tuple[str, str], ...] = ()

    def tell_skipped(self, pictures: Pictures) -> None:
        """Say how many files an import left out, and offer the list."""
        self._skipped = pictures.skipped
        if not pictures.skipped:
            return
        words = wording.plural(
            len(pictures.skipped),
            self.tr("{} file could not be used and was left out."),
            self.tr("{} files could not be used and were left out."),
        )
        self._notices.say(words, problem=True, answers=((self.tr("Show which"), self.show_skipped),))

    def show_skipped(self) -> None:
        """List the files that the last import left out."""
        SkippedFiles(self._skipped, self._window).show()

    def tell_failure(self, reason: str, details: str) -> None:
        """Say why training failed; with details it is a bug, and goes to the log."""
        if not details:
            self._notices.say(reason, problem=True, topic=topics.RUN)
            return
        crashes.append(details)
        self.tell_bug(reason)

    def tell_bug(self, reason: str) -> None:
        """Say that something went wrong inside Strata, and offer what was written down about it."""
        words = self.tr("Something went wrong inside Strata: {}").format(reason)
        self._notices.say(words, problem=True, answers=(self._log(),))

    def tell_of_crashes(self) -> None:
        """Say that the log holds bugs of an earlier time."""
        words = self.tr("Strata met an error when it ran last; what is known about it was written down.")
        self._notices.say(words, answers=(self._log(),))

    def show_log(self) -> None:
        """Open the crash log."""
        CrashLog(self._window).show()

    def _log(self) -> Answer:
        return self.tr("Show the log"), self.show_log
