"""What is said about the curves: what each colour means, and every value at one step."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QCoreApplication

from app import wording
from app.state import series
from app.state.experiment import Experiment
from app.theme import Themes

FEW = 6


class CurveWords:
    """Topics are "bound", "active", "speed" and "kl"."""

    def __init__(self, experiment: Experiment, themes: Themes) -> None:
        self._experiment, self._themes = experiment, themes

    def legend(self, topic: str) -> dict[str, str]:
        """Name -> colour; of many levels the first and the last."""
        theme, levels = self._themes.current, self._experiment.levels
        if topic == "bound":
            return {self._tr("training"): theme.text, self._tr("held out"): theme.accent, "E[log p(x|z)]": theme.dim}
        if topic == "speed":
            return {}
        colours = self._colours()
        return colours if len(levels) <= FEW else {name: colours[name] for name in (levels[0], levels[-1])}

    def at(self, row: int, topic: str, shown: Sequence[str], share: bool = False) -> str:
        """Rich text with the value of every line of `shown` at a training row, as it is drawn.

        Args:
            row: of the training table.
            topic: which plot.
            shown: the names of its lines in sight.
            share: the levels in percent of those shown instead of nats.
        """
        step = self._experiment.curves.training.values[row, 0]
        head = self._tr("step {}").format(wording.count(step)) if topic != "kl" else ""
        parts = {"bound": self._bound, "active": self._active, "speed": self._speed}
        words = self._levels(row, shown, share) if topic == "kl" else parts[topic](row, shown)
        return " · ".join(part for part in (head, *words) if part)

    def _bound(self, row: int, shown: Sequence[str]) -> list[str]:
        curves, theme = self._experiment.curves, self._themes.current
        smooth, words = curves.training.smoothed(np.array([row]))[0], []
        if "bound" in shown:
            words.append(_coloured(theme.text, f"{self._experiment.bound_name} {wording.nats(smooth[1])}"))
        held = curves.validation.values
        if "bound held" in shown and len(held):
            value = held[np.abs(held[:, 0] - curves.training.values[row, 0]).argmin(), 1]
            words.append(_coloured(theme.accent, self._tr("held out {}").format(wording.nats(value))))
        if "log_px" in shown:
            words.append(_coloured(theme.dim, f"E[log p(x|z)] {wording.nats(smooth[2])}"))
        return words

    def _active(self, row: int, shown: Sequence[str]) -> list[str]:
        curves, colours = self._experiment.curves, self._colours()
        rows = curves.activity.values
        if not len(rows):
            return []
        nearest = rows[np.abs(rows[:, 0] - curves.training.values[row, 0]).argmin(), 1:]
        units = dict(zip(curves.levels, nearest, strict=True))
        return [_coloured(colours[name], f"{name} {wording.count(units[name])}") for name in shown]

    def _speed(self, row: int, shown: Sequence[str]) -> list[str]:
        curves, settings = self._experiment.curves, self._experiment.run_settings
        if not shown or not curves.timed or settings is None:
            return []
        speed = series.speeds(curves, np.array([row]), settings.batch_size)[0]
        spent = wording.duration(float(curves.clock.values[row, 0]))
        return [spent, self._tr("{} images/s").format(wording.count(speed))] if np.isfinite(speed) else [spent]

    def _levels(self, row: int, shown: Sequence[str], share: bool) -> list[str]:
        curves, colours = self._experiment.curves, self._colours()
        smooth = curves.training.smoothed(np.array([row]))[0, curves.HEAD :]
        kl = dict(zip(curves.levels, smooth, strict=True))
        total = max(sum(max(0.0, kl[name]) for name in shown), 1e-12)
        return [
            _coloured(
                colours[name], f"{name} " + (f"{100 * kl[name] / total:.0f} %" if share else wording.nats(kl[name]))
            )
            for name in shown
        ]

    def _colours(self) -> dict[str, str]:
        theme, levels = self._themes.current, self._experiment.levels
        return {name: theme.level(place, len(levels)).name() for place, name in enumerate(levels)}

    def _tr(self, words: str) -> str:
        return QCoreApplication.translate("CurveWords", words)


def _coloured(colour: str, words: str) -> str:
    return f"<span style='color:{colour}'>{words.replace(' ', '&nbsp;')}</span>"
