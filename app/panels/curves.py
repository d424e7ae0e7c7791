"""The curves: the bound in training and on held-out images, and the KL of each level, redrawn a few times a second."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QTimer
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from app import wording
from app.state.curves import smooth
from app.state.experiment import Experiment
from app.theme import Theme, Themes
from app.widgets.plot import Plot

REDRAW_MS = 66


class CurvesPanel(QWidget):
    """Two plots side by side. New numbers mark them as stale; a timer draws, so that training never waits for paint."""

    def __init__(self, experiment: Experiment, themes: Themes, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._experiment, self._themes = experiment, themes
        self._hidden: set[str] = set()
        self._stale = False
        self.bound, self.kl = Plot(), Plot()
        self._readings = {"bound": QLabel(), "kl": QLabel()}
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(self._frame(self.tr("Bound"), self.bound, "bound"), 1)
        line.addWidget(self._frame(self.tr("KL of each level"), self.kl, "kl"), 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(120)
        self._timer = QTimer(self, interval=REDRAW_MS)
        self._timer.timeout.connect(self._redraw)
        experiment.run_changed.connect(self._build)
        experiment.progressed.connect(self._mark)
        experiment.evaluated.connect(self._mark)
        themes.changed.connect(self._paint)
        self.bound.read.connect(lambda step: self._read("bound", step))
        self.kl.read.connect(lambda step: self._read("kl", step))
        self._build()

    def show_term(self, name: str, shown: bool) -> None:
        """Show or hide the curves of "bound", "log_px", "kl" or a level."""
        (self._hidden.discard if shown else self._hidden.add)(name)
        names = self._experiment.levels if name == "kl" else (name,)
        for plot in (self.bound, self.kl):
            for line in plot.lines:
                if line.split(" ")[0] in names:
                    plot.show_line(line, shown)

    def _frame(self, title: str, plot: Plot, key: str) -> QFrame:
        frame = QFrame()
        frame.setProperty("card", True)
        heading = QLabel(title)
        heading.setProperty("role", "title")
        plot.setAccessibleName(title)
        reading = self._readings[key]
        reading.setProperty("role", "caption")
        head = QHBoxLayout()
        head.addWidget(heading)
        head.addSpacing(6)
        head.addWidget(reading, 1)
        column = QVBoxLayout(frame)
        column.setContentsMargins(12, 8, 10, 6)
        column.setSpacing(2)
        column.addLayout(head)
        column.addWidget(plot, 1)
        return frame

    def _build(self) -> None:
        theme = self._themes.current
        for plot in (self.bound, self.kl):
            plot.clear_lines()
        self.bound.add_line("bound raw", QColor(theme.faint), 1.0)
        self.bound.add_line("log_px", QColor(theme.dim), 1.5)
        self.bound.add_line("bound", QColor(theme.text))
        self.bound.add_line("bound held", QColor(theme.accent))
        for name in self._experiment.levels:
            self.kl.add_line(name, QColor(theme.text))
        self._paint(theme)
        for name in self._hidden:
            self.show_term(name, False)
        self._read("bound", -1)
        self._read("kl", -1)
        self._mark()

    def _paint(self, theme: Theme) -> None:
        raw = QColor(theme.dim)
        raw.setAlphaF(0.45)
        log_px = QColor(theme.dim)
        lines = {"bound raw": raw, "log_px": log_px, "bound": theme.text, "bound held": theme.accent}
        self.bound.recolour(QColor(theme.panel), QColor(theme.dim), {k: QColor(v) for k, v in lines.items()})
        levels = self._experiment.levels
        colours = {name: theme.level(place, len(levels)) for place, name in enumerate(levels)}
        self.kl.recolour(QColor(theme.panel), QColor(theme.dim), colours)
        self._read("bound", -1)
        self._read("kl", -1)

    def _mark(self) -> None:
        self._stale = True
        if not self._timer.isActive():
            self._timer.start()

    def _redraw(self) -> None:
        if not self._stale or not self.isVisible():
            self._timer.stop()
            return
        self._stale = False
        curves = self._experiment.curves
        rows, held = curves.training.values, curves.validation.values
        steps = rows[:, 0]
        self.bound.set_line("bound raw", steps, rows[:, 1])
        self.bound.set_line("bound", steps, smooth(rows[:, 1]))
        self.bound.set_line("log_px", steps, smooth(rows[:, 2]))
        self.bound.set_line("bound held", held[:, 0], held[:, 1])
        for place, name in enumerate(curves.levels):
            self.kl.set_line(name, steps, smooth(rows[:, curves.HEAD + place]))
        if len(rows):
            self._frame_values(rows, held)

    def _frame_values(self, rows: np.ndarray, held: np.ndarray) -> None:
        """Leave the first fall out of sight as soon as there is something after it: it would flatten the rest."""
        settled = smooth(rows[:, 1])[len(rows) // 10 :]
        values = np.concatenate([settled, smooth(rows[:, 2])[len(rows) // 10 :], held[len(held) // 10 :, 1]])
        values = values[np.isfinite(values)]
        if len(values):
            self.bound.set_range(float(values.min()), float(values.max()))
        kl = rows[:, self._experiment.curves.HEAD :]
        if kl.size and np.isfinite(kl).any():
            top = max(float(np.nanmax(smooth(column))) for column in kl.T)
            self.kl.set_range(0.0, max(top, 0.1))

    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]
        self._mark()

    def _read(self, key: str, step: float) -> None:
        curves, theme = self._experiment.curves, self._themes.current
        rows = curves.training.values
        if step < 0 or not len(rows):
            self._readings[key].setText(self._legend(key))
            return
        row = rows[min(int(np.searchsorted(rows[:, 0], step)), len(rows) - 1)]
        words = [self.tr("step {}").format(wording.count(row[0]))]
        if key == "bound":
            words.append(wording.nats(row[1]))
            held = curves.validation.values
            if len(held):
                words.append(self.tr("held out {}").format(wording.nats(held[np.abs(held[:, 0] - row[0]).argmin(), 1])))
        else:
            for place, name in enumerate(curves.levels):
                colour = theme.level(place, len(curves.levels)).name()
                words.append(f"<span style='color:{colour}'>{name} {wording.nats(row[curves.HEAD + place])}</span>")
        self._readings[key].setText(" · ".join(words))

    def _legend(self, key: str) -> str:
        theme, levels = self._themes.current, self._experiment.levels
        if key == "bound":
            parts = [
                (theme.text, self.tr("training")),
                (theme.accent, self.tr("held out")),
                (theme.dim, "E[log p(x|z)]"),
            ]
        else:
            parts = [(theme.level(place, len(levels)).name(), name) for place, name in enumerate(levels)]
        return " · ".join(f"<span style='color:{colour}'>{text}</span>" for colour, text in parts)
