"""How soon the window is up in a process of its own, beside a bare pyqtgraph window, and how smoothly torch loads."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from statistics import median
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Slot

from app.desktop.first_paint import FirstPaint

GAP_TICK_MS = 2
PATIENCE_S = 120


def measure(rounds: int) -> dict[str, float]:
    """Start each kind of window so many times, in turn; seconds, and milliseconds for the gap."""
    bare, full = [], []
    for _ in range(rounds):
        bare.append(_child("bare"))
        full.append(_child("window"))
    window, plain = median(one["painted_s"] for one in full), median(one["painted_s"] for one in bare)
    return {
        "window_s": round(window, 3),
        "bare_window_s": round(plain, 3),
        "ratio": round(window / plain, 2),
        "longest_gap_ms": round(median(one["longest_gap_ms"] for one in full), 1),
        "torch_ready_s": round(median(one["ready_s"] for one in full), 3),
    }


def _child(kind: str) -> dict[str, float]:
    command = [sys.executable, "-m", "app.bench.startup", kind, repr(time.time())]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=PATIENCE_S)
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


class Gaps(QObject):
    """The longest time, in milliseconds, in which the event loop did nothing else."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.longest = 0.0
        self._last = time.perf_counter()
        self._timer = QTimer(self, interval=GAP_TICK_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.tick)
        self._timer.start()

    @Slot()
    def tick(self) -> None:
        """The loop is here."""
        now = time.perf_counter()
        self.longest, self._last = max(self.longest, 1000 * (now - self._last)), now


def bare(born: float) -> dict[str, float]:
    """A plot in a window, as pyqtgraph alone would show it."""
    import pyqtgraph as pg

    application, found = pg.mkQApp(), {}
    window = pg.PlotWidget()
    window.plot([1, 3, 2])

    def painted() -> None:
        found["painted_s"] = time.time() - born
        application.quit()

    FirstPaint(window.viewport(), painted)
    window.show()
    application.exec()
    return found


def full(born: float) -> dict[str, float]:
    """The window as `strata` opens it, until the engine is there."""
    from app import running
    from app.main_window import MainWindow
    from app.theme import Themes

    application, found = running.application(), {}
    themes = Themes()
    themes.choose("dark")
    window = MainWindow(themes)
    watch: list[Gaps] = []

    def painted() -> None:
        found["painted_s"] = time.time() - born
        watch.append(Gaps(window))
        window.furnish()
        window.bridge.load_engine()

    def ready() -> None:
        watch[0].tick()
        found["ready_s"], found["longest_gap_ms"] = time.time() - born, watch[0].longest
        window.close()
        application.quit()

    window.experiment.families_changed.connect(ready)
    FirstPaint(window, painted)
    window.show()
    application.exec()
    return found


def main() -> int:
    """Show one kind of window and print its figures; the arguments are the kind and when the process was started."""
    kind, born = sys.argv[1], float(sys.argv[2])
    shown: dict[str, Any] = {"bare": bare, "window": full}
    print(json.dumps(shown[kind](born)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
