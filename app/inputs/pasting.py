"""What is on the clipboard comes into the window: a picture, files copied elsewhere, or a path as text."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, QMimeDatabase, QObject, QUrl
from PySide6.QtGui import QGuiApplication, QImage

from app.desktop import places
from app.inputs.opening import Opening
from app.widgets.notices import Notices
from app.words import topics
from app.work.jobs import Jobs
from hvae_engine.datasets.remote.catalogue import offered

SHOWN = 60
"""Letters of a text that is no path."""


class Pasting(QObject):
    """A picture becomes the base image where there are data, and a data set of its own where there are none."""

    def __init__(self, opening: Opening, jobs: Jobs, notices: Notices, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._opening, self._jobs, self._notices = opening, jobs, notices

    def paste(self) -> None:
        """Take what is on the clipboard."""
        clipboard = QGuiApplication.clipboard()
        held = clipboard.mimeData() or QMimeData()  # some systems have none while the clipboard is empty
        if files := local_files(held):
            self._take_files(files)
        elif held.hasImage() and not (image := clipboard.image()).isNull():
            self._keep(image)
        elif held.text().strip():
            self._take_text(held.text())
        else:
            self._complain(self.tr("The clipboard holds no image, no files and no path: copy one of them first."))

    def _take_files(self, files: Sequence[str]) -> None:
        if len(files) == 1 and is_picture(files[0]) and self._opening.has_data:
            self._opening.start_from(files[0])
        else:
            self._opening.offer_files(files)

    def _keep(self, image: QImage) -> None:
        """Write a picture to a file, so that a run can find it again."""
        path = places.new_pasted()

        def write(report: object) -> bool:
            path.parent.mkdir(parents=True, exist_ok=True)
            return image.save(str(path))

        def written(saved: bool) -> None:
            if saved:
                self._take_files([str(path)])
            else:
                self._complain(self.tr("The picture could not be kept in {}: free some room.").format(path.parent))

        self._jobs.do(write, written, lambda error: written(False))

    def _take_text(self, text: str) -> None:
        words = [_plain(line) for line in text.splitlines() if line.strip()]
        if all(_leads_somewhere(word) for word in words):
            self._take_files(words)
            return
        shown = text.strip() if len(text.strip()) <= SHOWN else f"{text.strip()[:SHOWN]} …"
        self._complain(self.tr("The text on the clipboard is no path to anything here: “{}”.").format(shown))

    def _complain(self, words: str) -> None:
        self._notices.say(words, problem=True, topic=topics.DATA)


def local_files(held: QMimeData) -> list[str]:
    """Paths of the files and folders that a drag or the clipboard holds."""
    return [url.toLocalFile() for url in held.urls() if url.isLocalFile()]


def is_picture(path: str) -> bool:
    """Whether a path leads to a single image."""
    try:
        return Path(path).is_file() and QMimeDatabase().mimeTypeForFile(path).name().startswith("image/")
    except (OSError, ValueError):  # a name too long, a zero byte
        return False


def _plain(line: str) -> str:
    """A path without the quotes or the scheme that other programs put around it."""
    word = line.strip().strip("'\"")
    return QUrl(word).toLocalFile() if word.startswith("file:") else word


def _leads_somewhere(word: str) -> bool:
    try:
        return offered(word) is not None or Path(word).expanduser().exists()
    except (OSError, RuntimeError, ValueError):  # a name too long, an unknown ~user, a zero byte
        return False
