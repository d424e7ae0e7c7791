"""The curves: the bound in training and on held-out images, and the KL of each level, redrawn a few times a second."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
from PySide6.QtCore import QPoint, QTimer, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from app.panels import curve_switches
from app.panels.curve_card import CurveCard
from app.panels.curve_lines import CurveLines, within
from app.panels.curve_words import CurveWords
from app.state import series
from app.state.experiment import Experiment
from app.state.permissions import Phase
from app.state.pins import Pins
from app.state.series import Axis, Line, Shape, View
from app.state.sight import TOPICS, Sight
from app.theme import Theme, Themes
from app.widgets.plot import Plot
from app.words import glossary

REDRAW_MS = 170
"""Six times a second look alive, and leave the processor to the training."""


class CurvesPanel(QWidget):
    """Two plots side by side that share their stretch of the axis; each has a height of its own.

    New numbers mark them as stale; a timer draws, so that training never waits for paint. `menu_wanted` says for which
    card a menu is wanted, and where on the screen.
    """

    menu_wanted = Signal(object, QPoint)

    def __init__(self, experiment: Experiment, themes: Themes, pins: Pins, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._experiment, self._themes = experiment, themes
        self._lines = CurveLines(experiment, themes, pins)
        self._words = CurveWords(experiment, themes, self._lines)
        self.sight = Sight()
        self._stale = False
        self._built: tuple[str, ...] = ()
        self._behind: dict[str, tuple[View, dict[str, Line]]] = {}
        self.bound, self.kl = Plot(), Plot()
        self._make_switches()
        self._place()
        self._timer = QTimer(self, interval=REDRAW_MS)
        self._timer.timeout.connect(self._redraw)
        for signal in (experiment.run_changed, pins.changed):
            signal.connect(self._build)
        for signal in (experiment.progressed, experiment.evaluated, experiment.phase_changed):
            signal.connect(self._mark)
        themes.changed.connect(self._paint)
        for plot, card in zip((self.bound, self.kl), self.cards, strict=True):
            plot.read.connect(self._read)
            plot.left.connect(self.rest)
            plot.moved.connect(self._mark)
            plot.zoomed.connect(partial(self._share, plot))
            plot.menu_wanted.connect(partial(self.menu_wanted.emit, card))
        self._build()

    def show_term(self, name: str, shown: bool) -> None:
        """Show or hide the curves of "bound", "log_px", "kl" or a level."""
        (self.sight.hidden.discard if shown else self.sight.hidden.add)(name)
        self._hide_lines()
        self._mark()

    def recall(self, sight: Sight) -> None:
        """Show what was in sight when the window was closed."""
        self.sight = sight
        self._build()

    def show_all(self) -> None:
        """Follow the curves again along both axes, in both plots."""
        for plot in (self.bound, self.kl):
            plot.show_all()

    def _make_switches(self) -> None:
        self.topics, self.axes, self.shapes = curve_switches.topics(), curve_switches.axes(), curve_switches.shapes()
        for switch, name in ((self.topics, "topic"), (self.axes, "axis"), (self.shapes, "shape")):
            switch.chosen.connect(partial(self._choose, name))

    def _place(self) -> None:
        ways = self.tr("The wheel zooms along the axis, with Ctrl in height; a drag moves, a double click shows all.")
        hints = [f"{glossary.term(name).meaning}\n{ways}" for name in ("bound_curve", "kl")]
        self.cards = (
            CurveCard(self.tr("Curves"), hints[0], self.bound, self.topics, self.axes),
            CurveCard(self.tr("KL of each level"), hints[1], self.kl, self.shapes),
        )
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        for card in self.cards:
            line.addWidget(card, 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(120)

    @property
    def topic(self) -> str:
        """What the first plot shows: what was chosen, where there is something of it."""
        return self.sight.topic if self.sight.topic in self._offered() else "bound"

    @property
    def shape(self) -> Shape:
        """How the KLs are drawn."""
        return Shape(self.sight.shape) if len(self._experiment.levels) > 1 else Shape.LINES

    @property
    def axis(self) -> Axis:
        """What both plots run over."""
        return Axis(self.sight.axis) if self.sight.axis in self._offered() else Axis.STEPS

    def _offered(self) -> frozenset[str]:
        return curve_switches.on_offer([self._experiment.curves, *(pin.curves for pin in self._lines.pins)])

    def _plots(self) -> tuple[tuple[str, Plot], ...]:
        return (self.topic, self.bound), ("kl", self.kl)

    def _choose(self, name: str, key: str) -> None:
        if name == "axis":
            self.sight.stretch = None
        setattr(self.sight, name, key)
        self._build()

    def _is_hidden(self, line: str) -> bool:
        name, hidden = line.split(" ")[0], self.sight.hidden
        return name in hidden or ("kl" in hidden and name in self._experiment.levels)

    def _hide_lines(self) -> None:
        for plot in (self.bound, self.kl):
            for line in plot.lines:
                plot.show_line(line, not self._is_hidden(line))

    def _build(self) -> None:
        """Make the lines anew: for another run, another pin, another choice."""
        self.sight.enter(str(self._experiment.run_path or ""))
        self._offer()
        self._built, self._behind = (self.topic, self.axis, self.shape), {}
        for topic, plot in self._plots():
            plot.clear_lines()
            for name, style in self._lines.styles(topic, self.shape).items():
                plot.add_line(name, style)
            plot.set_unit(self.axis)
            plot.look(self.sight.stretch)
            plot.hold(self.sight.bands.get(self._band_of(topic)))
        self._hide_lines()
        self._paint(self._themes.current)
        self.rest()
        self._stale = True
        self._redraw()
        self._mark()

    def _band_of(self, topic: str) -> str:
        """Nats, piles of nats and shares are looked at between different values."""
        return f"kl {self.shape}" if topic == "kl" else topic

    def _offer(self) -> None:
        """Show the switches for which there is something to see."""
        offered = self._offered()
        curve_switches.offer(self.topics, TOPICS, offered, self.topic)
        curve_switches.offer(self.axes, tuple(Axis), offered, self.axis)
        self.shapes.choose(self.shape)
        self.shapes.setVisible(len(self._experiment.levels) > 1)
        self.topics.setVisible(len(offered.intersection(TOPICS)) > 1)

    def _paint(self, theme: Theme) -> None:
        for (topic, plot), card in zip(self._plots(), self.cards, strict=True):
            styles = self._lines.styles(topic, self.shape)
            colours = {name: styles[name].colour for name in plot.lines}
            plot.recolour(QColor(theme.panel), QColor(theme.dim), colours)
            card.explain(self._words.legend(topic))

    def _share(self, moved: Plot) -> None:
        """A hand moved one plot: the other one shows the same stretch, and what was chosen is kept."""
        self.sight.stretch = moved.stretch
        for topic, plot in self._plots():
            if plot is not moved:
                plot.look(moved.stretch)
            if plot.band is None:
                self.sight.bands.pop(self._band_of(topic), None)
            else:
                self.sight.bands[self._band_of(topic)] = plot.band

    def _mark(self) -> None:
        self._stale = True
        if not self._timer.isActive():
            self._timer.start()

    def _redraw(self) -> None:
        if not self._stale or not self.isVisible():
            self._timer.stop()
            return
        self._stale = False
        self._offer()
        if self._built != (self.topic, self.axis, self.shape):
            self._build()  # figures came for what was chosen, or there are none any more
            return
        end = self._end()
        for (topic, plot), card in zip(self._plots(), self.cards, strict=True):
            plot.set_end(end)
            self._draw(topic, plot)
            card.explain(self._words.legend(topic))

    def _end(self) -> float:
        """Where the axis ends: in training with the run at hand, at rest with the longest run."""
        every = [self._experiment.curves, *(pin.curves for pin in self._lines.pins)]
        ends = [series.end(curves, self.axis) if self.axis != Axis.TIME or curves.timed else 0.0 for curves in every]
        training = self._experiment.phase in (Phase.TRAINING, Phase.PAUSED)
        return ends[0] if training and ends[0] > 0 else max(ends)

    def _draw(self, topic: str, plot: Plot) -> None:
        """Pinned runs are drawn again only where another stretch is in sight."""
        view, shape = View(self.axis, *plot.sight, plot.points), self.shape
        hidden = frozenset(name for name in self._experiment.levels if self._is_hidden(name))
        lines = self._lines.present(topic, view, shape, hidden)
        seen, behind = self._behind.get(topic, (None, {}))
        changed = dict(lines)
        if seen != view:
            behind = {name: line for name, line in self._lines.behind(topic, view, shape).items() if name in plot.lines}
            self._behind[topic] = (view, behind)
            changed |= behind
        for name, (x, y) in changed.items():
            plot.set_line(name, x, y)
        shown = [line for name, line in {**behind, **lines}.items() if not self._is_hidden(name) and " raw" not in name]
        self._fit(topic, plot, [within(line, view) for line in shown])

    def _fit(self, topic: str, plot: Plot, values: list[np.ndarray]) -> None:
        """Show the values that are in sight: bounds between their ends, everything else from zero up."""
        if topic == "kl" and self.shape == Shape.SHARE:
            plot.set_range(0.0, 100.0, tight=True)
        elif topic == "bound":
            if (ends := _ends(values)) is not None:
                plot.set_range(*ends)
        else:
            plot.set_range(0.0, _top(values))

    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]
        self._mark()

    def _read(self, place: float) -> None:
        for topic, plot in self._plots():
            shown = [name for name in plot.lines if not self._is_hidden(name)]
            order = [name for name in self._experiment.levels if name in shown] if topic in ("kl", "active") else shown
            share = topic == "kl" and self.shape == Shape.SHARE
            plot.show_cursor(place, self._words.at(place, self.axis, topic, order, share=share))

    def rest(self) -> None:
        """Mark the step that is looked back at, or nothing: no mouse is over the curves."""
        curves = self._experiment.curves
        if curves.until is not None and self._built and (self.axis != Axis.TIME or curves.timed):
            self._read(float(series.positions(curves, self.axis, np.array([curves.until]))[0]))
            return
        for plot in (self.bound, self.kl):
            plot.show_cursor(None)


def _ends(lines: list[np.ndarray]) -> tuple[float, float] | None:
    """The least and greatest values without the first tenth in sight: the first fall would flatten the rest."""
    values = np.concatenate([y[len(y) // 10 :] for y in lines]) if lines else np.empty(0)
    values = values[np.isfinite(values)]
    return (float(values.min()), float(values.max())) if len(values) else None


def _top(lines: list[np.ndarray]) -> float:
    tops = [float(np.nanmax(y)) for y in lines if np.isfinite(y).any()]
    return max([0.1, *(top for top in tops if math.isfinite(top))])
