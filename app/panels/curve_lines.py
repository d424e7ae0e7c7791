"""Which lines a plot of curves has, of the run at hand and of the pinned ones, how each looks and where it runs."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from PySide6.QtGui import QColor

from app.state import series
from app.state.curves import Curves
from app.state.experiment import Experiment
from app.state.pins import Pin, Pins
from app.state.series import Axis, Line, Shape, View
from app.theme import Themes
from app.widgets.plot_line import Style

DASHES = ((5.0, 3.0), (1.5, 2.5), (8.0, 3.0, 1.5, 3.0), (12.0, 4.0))
"""One for each pinned run."""
EXACT = (2.0, 2.0)
FAINT = 0.5


class CurveLines:
    """Topics are "bound", "active", "speed", "error" and "kl". Lines of the second pinned run end in " @1"."""

    def __init__(self, experiment: Experiment, themes: Themes, pins: Pins) -> None:
        self._experiment, self._themes, self._pins = experiment, themes, pins

    @property
    def pins(self) -> tuple[Pin, ...]:
        """The runs behind the present one."""
        return self._pins.besides(self._experiment.run_path)

    def styles(self, topic: str, shape: Shape) -> dict[str, Style]:
        """Every line of a plot, from the back to the front."""
        return dict((*self._pinned(topic, shape), *self._present(topic, shape)))

    def present(self, topic: str, view: View, shape: Shape, hidden: frozenset[str]) -> dict[str, Line]:
        """The lines of the run at hand by name."""
        curves, settings = self._experiment.curves, self._experiment.run_settings
        if view.axis == Axis.TIME and not curves.timed:
            return {}
        return _lines(topic, curves, view, shape, hidden, settings.batch_size if settings else 1)

    def behind(self, topic: str, view: View, shape: Shape) -> dict[str, Line]:
        """The lines of the pinned runs by name; on an axis that a run has no figures for it has no lines."""
        made: dict[str, Line] = {}
        for number, pin in enumerate(self.pins):
            if view.axis == Axis.TIME and not pin.curves.timed:
                continue
            lines = _lines(topic, pin.curves, view, shape, frozenset(), pin.batch)
            made |= {f"{name} @{number}": line for name, line in lines.items()}
        return made

    def _present(self, topic: str, shape: Shape) -> Iterator[tuple[str, Style]]:
        theme = self._themes.current
        text, dim, accent = QColor(theme.text), QColor(theme.dim), QColor(theme.accent)
        if topic == "bound":
            yield "bound raw", Style(_faint(dim, 0.35), 1.0)
            yield "log_px", Style(dim, 1.2)
            yield "bound", Style(text, 1.8)
            yield "exact", Style(accent, 1.6, dash=EXACT)
            yield "bound held", Style(accent, 1.8)
        elif topic in ("speed", "error"):
            yield topic, Style(text)
        else:
            colours, areas = theme.colours(self._experiment.groups), topic == "kl" and shape != Shape.LINES
            for name in reversed(colours):  # an area reaches down to zero, and the one of z1 lies before all others
                yield name, Style(colours[name], filled=areas)

    def _pinned(self, topic: str, shape: Shape) -> Iterator[tuple[str, Style]]:
        """Behind areas there is nothing to be seen."""
        theme = self._themes.current
        colours, dim = theme.colours(self._experiment.groups), QColor(theme.dim)
        for number, pin in enumerate(self.pins):
            dash = DASHES[number % len(DASHES)]
            if topic == "bound":
                yield f"bound @{number}", Style(_faint(dim, FAINT), 1.0, still=True)
                yield f"bound held @{number}", Style(dim, 1.5, dash=dash, still=True)
            elif topic in ("speed", "error"):
                yield f"{topic} @{number}", Style(dim, 1.2, dash=dash, still=True)
            elif shape == Shape.LINES or topic != "kl":
                for name in pin.curves.levels:
                    yield f"{name} @{number}", Style(_faint(colours.get(name, dim), 0.75), 1.2, dash=dash, still=True)


def _lines(topic: str, curves: Curves, view: View, shape: Shape, hidden: frozenset[str], batch: int) -> dict[str, Line]:
    if topic == "bound":
        return series.bound_lines(curves, view)
    if topic == "active":
        return series.active_lines(curves, view.axis)
    if topic == "speed":
        return {"speed": series.speed_line(curves, view, batch)}
    if topic == "error":
        return {"error": series.evaluated_line(curves, view.axis, curves.error, 100.0)}
    return series.kl_lines(curves, view, shape, hidden)


def _faint(colour: QColor, share: float) -> QColor:
    made = QColor(colour)
    made.setAlphaF(share)
    return made


def within(line: Line, view: View) -> np.ndarray:
    """The values of a line that lie in sight."""
    x, y = line
    return np.asarray(y[(x >= view.low) & (x <= view.high)])
