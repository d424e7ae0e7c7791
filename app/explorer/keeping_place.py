"""Keeps where the explorer stands with the run, and brings it back there when the run is opened again."""

from __future__ import annotations

import contextlib
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Slot

from app.bridge import Bridge
from app.state.experiment import Experiment
from app.state.exploration import Exploration
from app.state.explorer_record import Checks, ExplorerRecord
from app.state.viewing import Viewing

NAME = "explorer.json"
"""The file in the run's folder."""
REST_MS = 1500
MOST_BYTES = 1 << 20


class KeepingPlace(QObject):
    """Written once the hand rests and when the run is left; a run that is read-only is explored all the same."""

    def __init__(
        self,
        bridge: Bridge,
        experiment: Experiment,
        exploration: Exploration,
        viewing: Viewing,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._bridge, self._experiment = bridge, experiment
        self._exploration, self._viewing = exploration, viewing
        self._run: Path | None = None
        self._written = ""
        self._timer = QTimer(self, singleShot=True, interval=REST_MS)
        self._timer.timeout.connect(self._write_beside)
        bridge.furnished.connect(self._enter)
        for signal in (exploration.changed, exploration.level_changed, exploration.aimed, viewing.changed):
            signal.connect(self._wait)

    def close(self) -> None:
        """Write what is not written yet, and nothing more."""
        self._timer.stop()
        self._write()
        self._run = None

    @Slot()
    def _enter(self) -> None:
        """Another run, or none: leave the former one and stand where this one was left."""
        self.close()
        shop = self._bridge.shop
        if shop is None:
            return
        self._recall(shop.run.path / NAME)
        self._run, self._written = shop.run.path, self._text()

    def _recall(self, file: Path) -> None:
        text = read(file)
        pictures = self._experiment.pictures
        if not text or pictures is None:
            return
        found = Checks(self._experiment.shapes, len(pictures), self._experiment.views).read(text)
        self._exploration.recall(found.point, found.level, found.places)
        self._viewing.recall(found.tab, found.views)

    def _text(self) -> str:
        explore = self._exploration
        record = ExplorerRecord(
            explore.told, explore.level, explore.places, self._viewing.current, self._viewing.chosen
        )
        return record.to_text()

    @Slot()
    def _wait(self) -> None:
        if self._run is not None:
            self._timer.start()

    @Slot()
    def _write_beside(self) -> None:
        """Write on a job's thread."""
        run, text = self._run, self._text()
        if run is not None and text != self._written:
            self._written = text
            self._bridge.jobs.do(lambda report: write(run / NAME, text), lambda nothing: None, _raise)

    def _write(self) -> None:
        if self._run is not None and (text := self._text()) != self._written:
            write(self._run / NAME, text)


def read(file: Path) -> str:
    """What a file says; empty where there is none, or something else than a short text."""
    try:
        return file.read_text(encoding="utf-8") if file.stat().st_size <= MOST_BYTES else ""
    except (OSError, UnicodeDecodeError):
        return ""


def write(file: Path, text: str) -> None:
    """Write a file as a whole or not at all; not into a folder that has gone or is read-only."""
    partial = file.with_name(f".{file.name}.partial")
    with contextlib.suppress(OSError):
        partial.write_text(text, encoding="utf-8")
        partial.replace(file)


def _raise(error: Exception) -> None:
    raise error
