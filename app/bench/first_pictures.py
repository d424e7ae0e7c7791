"""How long each view takes to its first picture while a model trains, from the click on its tab to the paint."""

from __future__ import annotations

import os
import tempfile
import time
from typing import Any

import numpy as np
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, QTimer

from app import running
from app.bench.latency import training_window
from app.main_window import MainWindow
from app.state.view_specs import LEVELS, TABS

PATIENCE_S = 120.0
PAUSE_S = 0.8
"""Between two views, so that neither works for the other and the weights are others."""


def measure(rounds: int) -> dict[str, Any]:
    """Open every view so often; seconds to the first picture of each, medians and the slowest."""
    application = running.application()
    with tempfile.TemporaryDirectory(prefix="strata-") as folder:
        os.environ["STRATA_RUNS"] = folder
        window = training_window()
        taken: dict[str, list[float]] = {name: [] for name in TABS if name != LEVELS}
        for _ in range(rounds):
            for name, seconds in taken.items():
                seconds.append(_first_picture(window, name))
        window.close()
        application.sendPostedEvents(window, QEvent.Type.DeferredDelete.value)
    return {
        "median_s": {name: round(float(np.median(seconds)), 3) for name, seconds in taken.items()},
        "slowest_s": {name: round(max(seconds), 3) for name, seconds in taken.items()},
    }


class _Painted(QObject):
    """Ends `loop` once a figure was painted that was not there before; `at` is when."""

    def __init__(self, window: MainWindow, loop: QEventLoop) -> None:
        super().__init__(window)
        self._figure, self._loop = window.views.figure, loop
        self.at = 0.0
        window.viewing.arrived.connect(self._watch)

    def _watch(self) -> None:
        for part in self._figure.parts if self._figure.figure is not None else ():
            part.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and not self.at:
            QTimer.singleShot(0, self, self._end)  # reached once this paint is over and lies in the window
        return super().eventFilter(watched, event)

    def _end(self) -> None:
        self.at = self.at or time.perf_counter()
        self._loop.quit()


def _first_picture(window: MainWindow, name: str) -> float:
    """Seconds from opening a view of which nothing is known to its first picture."""
    window.viewing.open(LEVELS)
    window.viewing.forget()
    loop = QEventLoop()
    QTimer.singleShot(round(1000 * PAUSE_S), loop.quit)
    loop.exec()
    painted = _Painted(window, loop)
    QTimer.singleShot(round(1000 * PATIENCE_S), loop, loop.quit)
    began = time.perf_counter()
    window.viewing.open(name)
    loop.exec()
    QCoreApplication.removePostedEvents(painted)
    painted.deleteLater()
    if not painted.at:
        raise TimeoutError(f"the view {name} did not come within {PATIENCE_S:.0f} seconds")
    return painted.at - began
