"""The curves: the bound in training and on held-out images, and the KL of each level, redrawn a few times a second."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QTimer
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from app.panels.curve_card import CurveCard, switch
from app.panels.curve_words import CurveWords
from app.state import series
from app.state.experiment import Experiment
from app.state.series import Axis, Line, Shape, View
from app.theme import Theme, Themes
from app.widgets.plot import Plot

REDRAW_MS = 170
"""Six times a second look alive, and leave the processor to the training."""


class CurvesPanel(QWidget):
    """Two plots side by side. New numbers mark them as stale; a timer draws, so that training never waits for paint."""

    def __init__(self, experiment: Experiment, themes: Themes, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._experiment, self._themes = experiment, themes
        self._words = CurveWords(experiment, themes)
        self._hidden: set[str] = set()
        self._stale = False
        self.bound, self.kl = Plot(), Plot()
        self._make_switches()
        self._cards = (
            CurveCard(self.tr("Curves"), self.bound, self.topics, self.axes),
            CurveCard(self.tr("KL of each level"), self.kl, self.shapes),
        )
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        for card in self._cards:
            line.addWidget(card, 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(120)
        self._timer = QTimer(self, interval=REDRAW_MS)
        self._timer.timeout.connect(self._redraw)
        experiment.run_changed.connect(self._build)
        experiment.progressed.connect(self._mark)
        experiment.evaluated.connect(self._mark)
        themes.changed.connect(self._paint)
        for plot in (self.bound, self.kl):
            plot.read.connect(self._read)
            plot.left.connect(self._leave)
            plot.moved.connect(self._mark)
        self._build()

    def show_term(self, name: str, shown: bool) -> None:
        """Show or hide the curves of "bound", "log_px", "kl" or a level."""
        (self._hidden.discard if shown else self._hidden.add)(name)
        for plot in (self.bound, self.kl):
            for line in plot.lines:
                plot.show_line(line, not self._is_hidden(line))
        self._mark()

    def _make_switches(self) -> None:
        tr = self.tr
        self.topics = switch(
            {"bound": tr("Bound"), "active": tr("Active units"), "speed": tr("Images/s")},
            {"active": tr("Units of each level that vary over the held-out images, at each validation")},
            tr("What the curves show"),
        )
        self.axes = switch(
            {Axis.STEPS: tr("Steps"), Axis.LOG: tr("Log"), Axis.TIME: tr("Time")},
            {Axis.LOG: tr("Steps, each factor of ten as wide as the next"), Axis.TIME: tr("Time spent in training")},
            tr("What the curves run over"),
        )
        self.shapes = switch(
            {Shape.LINES: tr("Lines"), Shape.STACKED: tr("Stacked"), Shape.SHARE: tr("Share")},
            {Shape.STACKED: tr("Levels on top of each other"), Shape.SHARE: tr("Part of each level in their sum")},
            tr("How the KLs are drawn"),
        )
        self.topics.chosen.connect(self._build)
        self.shapes.chosen.connect(self._build)
        self.axes.chosen.connect(self._turn)

    @property
    def _shape(self) -> Shape:
        return Shape(self.shapes.current) if len(self._experiment.levels) > 1 else Shape.LINES

    @property
    def _axis(self) -> Axis:
        return Axis(self.axes.current)

    def _is_hidden(self, line: str) -> bool:
        return line.split(" ")[0] in self._hidden or ("kl" in self._hidden and line in self._experiment.levels)

    def _build(self) -> None:
        levels, colour = self._experiment.levels, QColor(self._themes.current.text)
        self.bound.clear_lines()
        self.kl.clear_lines()
        self._offer()
        if self.topics.current == "bound":
            self.bound.add_line("bound raw", colour, 1.0)
            self.bound.add_line("log_px", colour, 1.2)
            self.bound.add_line("bound", colour, 1.8)
            self.bound.add_line("bound held", colour, 1.8)
        for name in {"active": levels, "speed": ("speed",)}.get(self.topics.current, ()):
            self.bound.add_line(name, colour)
        areas = self._shape != Shape.LINES
        for name in reversed(levels):  # an area reaches down to zero, and the one of z1 lies before all others
            self.kl.add_line(name, colour, filled=areas)
        for plot in (self.bound, self.kl):
            for line in plot.lines:
                plot.show_line(line, not self._is_hidden(line))
        self._paint(self._themes.current)
        self._leave()
        self._redraw_now()

    def _offer(self) -> None:
        """Show the switches for which there is something to see."""
        curves = self._experiment.curves
        self.shapes.setVisible(len(self._experiment.levels) > 1)
        for switched, key, there in (
            (self.topics, "active", len(curves.activity) > 0),
            (self.topics, "speed", curves.timed),
            (self.axes, Axis.TIME, curves.timed),
        ):
            if switched.button(key).isHidden() == there:
                switched.button(key).setVisible(there)
        self.topics.setVisible(len(curves.activity) > 0 or curves.timed)

    def _turn(self) -> None:
        for plot in (self.bound, self.kl):
            plot.set_unit(self._axis)
        self._leave()
        self._redraw_now()

    def _paint(self, theme: Theme) -> None:
        raw = QColor(theme.dim)
        raw.setAlphaF(0.35)
        levels = self._experiment.levels
        colours = {name: theme.level(place, len(levels)) for place, name in enumerate(levels)}
        lines = {"bound raw": raw, "log_px": QColor(theme.dim), "bound": QColor(theme.text), "speed": theme.text}
        every = {**lines, "bound held": QColor(theme.accent), **colours}
        for plot in (self.bound, self.kl):
            plot.recolour(QColor(theme.panel), QColor(theme.dim), {name: QColor(every[name]) for name in plot.lines})
        self._cards[0].explain(self._words.legend(self.topics.current))
        self._cards[1].explain(self._words.legend("kl"))

    def _mark(self) -> None:
        self._stale = True
        if not self._timer.isActive():
            self._timer.start()

    def _redraw_now(self) -> None:
        self._stale = True
        self._redraw()
        self._mark()

    def _redraw(self) -> None:
        if not self._stale or not self.isVisible():
            self._timer.stop()
            return
        self._stale = False
        curves = self._experiment.curves
        if self._axis == Axis.TIME and not curves.timed:
            return
        self._offer()
        end = series.end(curves, self._axis)
        for plot in (self.bound, self.kl):
            plot.set_end(end)
        if self.topics.current == "bound":
            self._draw_bound()
        else:
            self._draw_figures()
        self._draw_kl()

    def _view(self, plot: Plot) -> View:
        return View(self._axis, *plot.sight, plot.points)

    def _draw_bound(self) -> None:
        lines = series.bound_lines(self._experiment.curves, self._view(self.bound))
        for name, (x, y) in lines.items():
            self.bound.set_line(name, x, y)
        ends = _ends([lines[name] for name in lines if name != "bound raw" and not self._is_hidden(name)])
        if ends is not None:
            self.bound.set_range(*ends)

    def _draw_figures(self) -> None:
        """Active units or throughput, from zero up."""
        curves, settings = self._experiment.curves, self._experiment.run_settings
        if self.topics.current == "active":
            lines = series.active_lines(curves, self._axis)
        else:
            batch = settings.batch_size if settings else 1
            lines = {"speed": series.speed_line(curves, self._view(self.bound), batch)}
        for name, (x, y) in lines.items():
            self.bound.set_line(name, x, y)
        self.bound.set_range(0.0, _top([line for name, line in lines.items() if not self._is_hidden(name)]))

    def _draw_kl(self) -> None:
        levels = self._experiment.levels
        hidden = frozenset(name for name in levels if self._is_hidden(name))
        lines = series.kl_lines(self._experiment.curves, self._view(self.kl), self._shape, hidden)
        for name, (x, y) in lines.items():
            self.kl.set_line(name, x, y)
        if self._shape == Shape.SHARE:
            self.kl.set_range(0.0, 100.0, tight=True)
        else:
            self.kl.set_range(0.0, _top([line for name, line in lines.items() if name not in hidden]))

    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]
        self._mark()

    def _read(self, place: float) -> None:
        curves = self._experiment.curves
        if not len(curves.training):
            return
        row = series.row_at(curves, self._axis, place)
        shown = [name for name in self.bound.lines if not self._is_hidden(name)]
        self.bound.show_cursor(place, self._words.at(row, self.topics.current, shown))
        shown = [name for name in self._experiment.levels if not self._is_hidden(name)]
        self.kl.show_cursor(place, self._words.at(row, "kl", shown, share=self._shape == Shape.SHARE))

    def _leave(self) -> None:
        for plot in (self.bound, self.kl):
            plot.show_cursor(None)


def _ends(lines: list[Line]) -> tuple[float, float] | None:
    """The least and greatest values without the first tenth in sight: the first fall would flatten the rest."""
    values = np.concatenate([y[len(y) // 10 :] for _, y in lines]) if lines else np.empty(0)
    values = values[np.isfinite(values)]
    return (float(values.min()), float(values.max())) if len(values) else None


def _top(lines: list[Line]) -> float:
    tops = [float(np.nanmax(y)) for _, y in lines if np.isfinite(y).any()]
    return max([0.1, *(top for top in tops if math.isfinite(top))])
