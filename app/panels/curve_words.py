"""What is said about the curves: what each colour means, and every value at one place of the axis."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np
from PySide6.QtCore import QCoreApplication

from app.panels.curve_lines import CurveLines
from app.state import series
from app.state.curves import Columns, Curves
from app.state.experiment import Experiment
from app.state.pins import Pin
from app.state.series import Axis
from app.theme import Themes
from app.widgets.remarks import Remark
from app.words import glossary, wording

FEW = 6
LONGEST = 26
MARKS = ("╌╌", "┈┈", "╌·", "— —")
"""In the order of the dashes of pinned runs."""


class CurveWords:
    """Topics are those of `CurveLines`."""

    def __init__(self, experiment: Experiment, themes: Themes, lines: CurveLines) -> None:
        self._experiment, self._themes, self._lines = experiment, themes, lines

    def legend(self, topic: str) -> list[Remark]:
        """The present run's lines, of many levels their groups, and then the pinned runs."""
        return [*self._present_legend(topic), *self._pinned_legend()]

    def at(self, place: float, axis: Axis, topic: str, shown: Sequence[str], share: bool = False) -> str:
        """Rich text with the value of every line at a place of the axis, as it is drawn.

        Args:
            place: in the axis' own unit.
            axis: what the curves run over.
            topic: which plot.
            shown: names of the present run's lines in sight.
            share: the levels in percent of those shown instead of nats.
        """
        parts = []
        if _reaches(self._experiment.curves, axis, None):
            row = series.row_at(self._experiment.curves, axis, place)
            step = self._experiment.curves.training.values[row, 0]
            head = self._tr("step {}").format(wording.count(step)) if topic != "kl" else ""
            parts = [head, *self._present(row, topic, shown, share)]
        return " · ".join(part for part in (*parts, *self._pinned(place, axis, topic, share)) if part)

    def _present_legend(self, topic: str) -> Iterator[Remark]:
        theme = self._themes.current
        if topic == "bound":
            yield Remark(self._tr("training"), glossary.term("training_bound").meaning, theme.text)
            yield Remark(self._tr("held out"), glossary.term("held_out").meaning, theme.accent)
            if len(self._experiment.curves.exact):
                exact = glossary.term("exact")
                yield Remark(f"┄ {exact.title}", exact.meaning, theme.accent)
            yield Remark("E[log p(x|z)]", glossary.term("log_px").meaning, theme.dim)
        elif topic in ("active", "kl"):
            colours = self._colours()
            hint = glossary.term("kl" if topic == "kl" else "active_units").meaning
            for group in self._experiment.groups:
                yield Remark(group.name, hint, colours[group.middle])

    def _pinned_legend(self) -> Iterator[Remark]:
        for number, pin in enumerate(self._lines.pins):
            hint = self._tr("{}: an earlier run, pinned behind the present one").format(pin.name)
            yield Remark(f"{MARKS[number % len(MARKS)]} {short(pin)}", hint, self._themes.current.dim)

    def _present(self, row: int, topic: str, shown: Sequence[str], share: bool) -> list[str]:
        theme, curves, colours = self._themes.current, self._experiment.curves, self._colours()
        step = curves.training.values[row, 0]
        if topic == "bound":
            return self._bound(row, shown)
        if topic == "kl":
            figures = _kl(curves, row, [name for name in shown if name in colours], share)
            return [_coloured(colours[name], f"{name} {figure}") for name, figure in figures.items()]
        if topic == "active":
            units = _units(curves, step)
            return [_coloured(colours[name], f"{name} {units[name]}") for name in shown if name in units]
        if topic == "error":
            return [_coloured(theme.text, _percent(_nearest(curves.error, step)))] if shown else []
        settings = self._experiment.run_settings
        return self._speed(curves, row, settings.batch_size if settings else 1) if shown else []

    def _bound(self, row: int, shown: Sequence[str]) -> list[str]:
        curves, theme = self._experiment.curves, self._themes.current
        smooth, step, words = curves.training.smoothed(np.array([row]))[0], curves.training.values[row, 0], []
        if "bound" in shown:
            words.append(_coloured(theme.text, f"{self._experiment.bound_name} {wording.nats(smooth[1])}"))
        if "bound held" in shown and _reached(curves.validation, step):
            value = wording.nats(_nearest(curves.validation, step))
            words.append(_coloured(theme.accent, self._tr("held out {}").format(value)))
        if "exact" in shown and len(curves.exact):
            value = wording.nats(_nearest(curves.exact, step))
            words.append(_coloured(theme.accent, f"{glossary.term('exact').title} {value}"))
        if "log_px" in shown:
            words.append(_coloured(theme.dim, f"E[log p(x|z)] {wording.nats(smooth[2])}"))
        return words

    def _speed(self, curves: Curves, row: int, batch: int) -> list[str]:
        if not curves.timed:
            return []
        speed = series.speeds(curves, np.array([row]), batch)[0]
        spent = wording.duration(float(curves.clock.values[row, 0]))
        return [spent, self._tr("{} images/s").format(wording.count(speed))] if np.isfinite(speed) else [spent]

    def _pinned(self, place: float, axis: Axis, topic: str, share: bool) -> Iterator[str]:
        """One part for each pinned run that has come so far."""
        for pin in self._lines.pins:
            if _reaches(pin.curves, axis, place) and not share:
                row = series.row_at(pin.curves, axis, place)
                if figure := self._figure(pin, row, topic):
                    yield _coloured(self._themes.current.dim, f"{short(pin)}: {figure}")

    def _figure(self, pin: Pin, row: int, topic: str) -> str:
        curves, step = pin.curves, pin.curves.training.values[row, 0]
        if topic == "bound":
            if _reached(curves.validation, step):
                return self._tr("held out {}").format(wording.nats(_nearest(curves.validation, step)))
            return f"{pin.bound_name} {wording.nats(curves.training.smoothed(np.array([row]))[0, 1])}"
        if topic == "error":
            return _percent(_nearest(curves.error, step)) if len(curves.error) else ""
        if topic == "speed":
            return " ".join(self._speed(curves, row, pin.batch)[1:])
        if len(curves.levels) > FEW:
            return ""
        values = _kl(curves, row, curves.levels, False) if topic == "kl" else _units(curves, step)
        return " / ".join(values.values())

    def _colours(self) -> dict[str, str]:
        colours = self._themes.current.colours(self._experiment.groups)
        return {name: colour.name() for name, colour in colours.items()}

    def _tr(self, words: str) -> str:
        return QCoreApplication.translate("CurveWords", words)


def short(pin: Pin) -> str:
    """The name of a run without the day it was made on, and not too long."""
    name = re.sub(r"^\d{4}-\d\d-\d\d ", "", pin.name)
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 9]}…{name[-8:]}"


def _reaches(curves: Curves, axis: Axis, place: float | None) -> bool:
    """Whether a run has figures at a place of the axis; None: anywhere."""
    if not len(curves.training) or (axis == Axis.TIME and not curves.timed):
        return False
    return place is None or place <= 1.02 * series.end(curves, axis)


def _nearest(table: Columns, step: float) -> float:
    """The second column in the row whose step is nearest."""
    rows = table.values
    return float(rows[np.abs(rows[:, 0] - step).argmin(), 1])


def _units(curves: Curves, step: float) -> dict[str, str]:
    rows = curves.activity.values
    if not len(rows):
        return {}
    nearest = rows[np.abs(rows[:, 0] - step).argmin(), 1:]
    return {name: wording.count(units) for name, units in zip(curves.levels, nearest, strict=True)}


def _kl(curves: Curves, row: int, names: Sequence[str], share: bool) -> dict[str, str]:
    smooth = curves.training.smoothed(np.array([row]))[0, curves.HEAD :]
    kl = dict(zip(curves.levels, smooth, strict=True))
    total = max(sum(max(0.0, kl[name]) for name in names), 1e-12)
    return {name: f"{100 * kl[name] / total:.0f} %" if share else wording.nats(kl[name]) for name in names}


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _coloured(colour: str, words: str) -> str:
    return f"<span style='color:{colour}'>{words.replace(' ', '&nbsp;')}</span>"


def _reached(table: Columns, step: int) -> bool:
    """Whether the first evaluation was at `step` or before."""
    return bool(len(table) and table.values[0, 0] <= step)
