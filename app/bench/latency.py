"""How long a dragged slider takes to move the picture while a model trains, and how evenly the window ticks."""

from __future__ import annotations

import math
import os
import tempfile
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, QPointF, Qt, QTimer, Slot
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from app import running
from app.desktop import places
from app.inputs import loading
from app.main_window import SIZE, MainWindow
from app.state.permissions import Phase
from app.state.records import DataSource, Settings
from app.state.view_specs import LEVELS, TABS
from app.theme import Themes
from app.widgets.score_slider import ScoreSlider
from app.work import workshop

TICK_MS = 16
MOVES_PER_S = 60
SWEEP_S = 2.0
SETTLE_S = 3.0
PATIENCE_S = 120.0
EPOCHS = 100_000.0


def measure(seconds: float, views: bool = False) -> dict[str, Any]:
    """Drag for so many seconds, and idle half as long; milliseconds, and training images a second.

    Args:
        seconds: of dragging.
        views: drag again as long with each view open in turn.
    """
    application = running.application()
    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="strata-") as folder:
        os.environ["STRATA_RUNS"] = folder
        bare = _bare(seconds / 2)
        window = training_window()
        drag, idle = _drag_and_idle(window, seconds)
        figures["slider_ms"] = _percentiles(drag.delays)
        figures["timer_ms"] = _percentiles(drag.intervals)
        figures["bare_timer_ms"] = _percentiles(bare)
        figures["images_per_s"] = {"dragging": round(drag.images_per_s), "idle": round(idle)}
        if views:
            figures["with_view"] = {name: _with_view(window, name, seconds) for name in TABS if name != LEVELS}
        window.close()
        application.sendPostedEvents(window, QEvent.Type.DeferredDelete.value)
    return figures


class Ticks(QObject):
    """A precise timer of 16 ms; `intervals` are the milliseconds that really lay between its ticks."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.intervals: list[float] = []
        self._last = math.nan
        self._timer = QTimer(self, interval=TICK_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    @Slot()
    def _tick(self) -> None:
        now = time.perf_counter()
        if not math.isnan(self._last):
            self.intervals.append(1000 * (now - self._last))
        self._last = now


class Drag(QObject):
    """Moves the mouse over a slider, to and fro, and waits for each value in the edited picture.

    A move counts from when it was due, even if the window was too busy to take it: a hand does not wait. `delays` are
    milliseconds.
    """

    def __init__(self, window: MainWindow, level: str) -> None:
        super().__init__(window)
        bank = window.strata.rows[level].bank
        self._window, self._level, self._unit = window, level, bank.shown[0]
        self._slider: ScoreSlider = bank.slider(self._unit)
        self._picture = window.strata.x_row.pictures["edited"]
        self._waiting: list[tuple[float, float]] = []
        self._seen: float | None = None
        self._shown = self._picture.image
        self._sent = 0
        self.delays: list[float] = []
        self._ticks = Ticks(self)
        self._steps = len(window.experiment.curves.training)
        self._began = time.perf_counter()
        self.images_per_s = 0.0
        self._picture.installEventFilter(self)
        window.answers.pictured.connect(self._take_unchanged)
        self._send(QEvent.Type.MouseButtonPress, self._at(0.0), Qt.MouseButton.LeftButton)
        self._hand = QTimer(self, interval=1000 // (2 * MOVES_PER_S), timerType=Qt.TimerType.PreciseTimer)
        self._hand.timeout.connect(self._move)
        self._hand.start()

    @property
    def intervals(self) -> list[float]:
        """Milliseconds between the ticks of the window's timer."""
        return self._ticks.intervals

    def end(self) -> None:
        """Let the slider go."""
        self._hand.stop()
        self.images_per_s = _speed(self._window, self._steps, self._began)
        self._send(QEvent.Type.MouseButtonRelease, self._at(0.0), Qt.MouseButton.LeftButton)
        self._picture.removeEventFilter(self)
        self._window.answers.pictured.disconnect(self._take_unchanged)
        self._ticks.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self._see()
            QTimer.singleShot(0, self, self._painted)  # reached once this paint is over and lies in the window
        return super().eventFilter(watched, event)

    def _see(self) -> None:
        answer = self._window.answers.latest
        self._seen = None if answer is None else answer.question.edits.get(self._level, {}).get(self._unit)

    @Slot()
    def _take_unchanged(self) -> None:
        """An answer of the same pixels is not painted again: it is in sight as soon as it is here."""
        before, self._shown = self._shown, self._picture.image
        if before is self._shown:
            self._see()
            self._painted()

    @Slot()
    def _painted(self) -> None:
        now = time.perf_counter()
        place = next((i for i, (_, score) in enumerate(self._waiting) if score == self._seen), -1)
        self.delays += [1000 * (now - due) for due, _ in self._waiting[: place + 1]]
        del self._waiting[: place + 1]

    @Slot()
    def _move(self) -> None:
        due = int((time.perf_counter() - self._began) * MOVES_PER_S)
        if due <= self._sent:
            return
        first, self._sent = self._sent + 1, due
        before = self._slider.score
        self._send(QEvent.Type.MouseMove, self._at(due / MOVES_PER_S), Qt.MouseButton.NoButton)
        if self._slider.score != before:
            score = self._slider.score
            self._waiting += [(self._began + number / MOVES_PER_S, score) for number in range(first, due + 1)]

    def _at(self, seconds: float) -> QPointF:
        """Where the hand is after so many seconds: from the middle to and fro over most of the track."""
        phase = (seconds / SWEEP_S + 0.5) % 2
        across = phase if phase < 1 else 2 - phase
        left, right = self._slider.place_of(-2.5), self._slider.place_of(2.5)
        return QPointF(left + across * (right - left), self._slider.height() / 2)

    def _send(self, kind: QEvent.Type, place: QPointF, button: Qt.MouseButton) -> None:
        held = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else Qt.MouseButton.LeftButton
        whole = self._slider.mapToGlobal(place)
        event = QMouseEvent(kind, place, whole, button, held, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(self._slider, event)


def _bare(seconds: float) -> list[float]:
    """The intervals of the timer in an empty window beside the same training."""
    steps: list[Any] = []
    window = QWidget()
    window.resize(*SIZE)
    window.show()
    loaded = loading.load(DataSource("scenes"), lambda done, total: None)
    run = workshop.new_run(places.new_run("bare"), Settings(epochs=EPOCHS), loaded.asked, loaded.dataset)
    shop = workshop.furnish(run, lambda reply: None)
    shop.train(steps.append, {}, False)
    _wait(lambda: len(steps) > 3)
    _spend(SETTLE_S)
    ticks = Ticks(window)
    _spend(seconds)
    shop.close()
    window.close()
    window.deleteLater()
    return ticks.intervals


def training_window() -> MainWindow:
    """The window in its usual size, with the default model in training on the built-in scenes and rows that answer."""
    themes = Themes()
    themes.choose("dark")
    window = MainWindow(themes)
    window.furnish()
    window.resize(*SIZE)
    window.show()
    window.experiment.change(epochs=EPOCHS)
    window.bridge.load_engine()
    window.bridge.open("scenes")
    _wait(lambda: window.experiment.phase == Phase.READY)
    window.bridge.train()
    _wait(lambda: bool(window.strata.rows) and any(row.bank.shown for row in window.strata.rows.values()))
    _spend(SETTLE_S)
    return window


def _drag_and_idle(window: MainWindow, seconds: float) -> tuple[Drag, float]:
    began, steps = time.perf_counter(), len(window.experiment.curves.training)
    _spend(seconds / 2)
    idle = _speed(window, steps, began)
    drag = Drag(window, next(name for name, row in window.strata.rows.items() if row.bank.shown))
    _spend(seconds)
    _wait(lambda: bool(drag.delays), "no picture followed the slider")
    drag.end()
    return drag, idle


def _with_view(window: MainWindow, name: str, seconds: float) -> dict[str, Any]:
    """The same with a view open: milliseconds of the slider, and how often the view came anew in the drag."""
    window.viewing.open(name)
    _wait(lambda: window.views.figure.figure is not None, f"the view {name} did not come")
    figures: set[int] = set()
    count = window.viewing.arrived.connect(lambda: figures.add(id(window.viewing.shown.figure)))
    drag = Drag(window, next(name for name, row in window.strata.rows.items() if row.bank.shown))
    _spend(seconds)
    _wait(lambda: bool(drag.delays), "no picture followed the slider")
    drag.end()
    window.viewing.arrived.disconnect(count)
    return {"slider_ms": _percentiles(drag.delays), "timer_ms": _percentiles(drag.intervals), "figures": len(figures)}


def _speed(window: MainWindow, steps: int, began: float) -> float:
    done = len(window.experiment.curves.training) - steps
    return done * window.experiment.settings.batch_size / (time.perf_counter() - began)


def _spend(seconds: float) -> None:
    """Let the window live for a while."""
    loop = QEventLoop()
    QTimer.singleShot(round(1000 * seconds), loop.quit)
    loop.exec()


def _wait(condition: Callable[[], bool], complaint: str = "the window did not begin to train") -> None:
    end = time.perf_counter() + PATIENCE_S
    while not condition():
        if time.perf_counter() > end:
            raise TimeoutError(complaint)
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
        time.sleep(0.01)


def _percentiles(values: list[float]) -> dict[str, float]:
    return {f"p{share}": round(float(np.percentile(values, share)), 2) for share in (50, 95, 99)} if values else {}
