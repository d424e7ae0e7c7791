"""The status bar: what is running, how far and how fast, on what, and when it was last saved."""

from __future__ import annotations

import time

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QStatusBar, QWidget

from app.state.experiment import Experiment
from app.state.permissions import Phase
from app.theme import Theme, Themes
from app.words import glossary, wording

PULSE_MS = 1000


class Status(QStatusBar):
    """Long work shows a bar with Cancel here; otherwise the bar is that of the run."""

    cancelled = Signal()

    def __init__(self, experiment: Experiment, themes: Themes, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self._experiment = experiment
        self._working = ""
        self.state, self.figures, self.place = QLabel(), QLabel(), QLabel()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(200)
        self.bar.setAccessibleName(self.tr("Progress"))
        self.cancel = QPushButton(self.tr("Cancel"))
        self.cancel.setProperty("quiet", True)
        self.cancel.clicked.connect(self.cancelled)
        for label in (self.figures, self.place):
            label.setProperty("role", "caption")
        self.state.setToolTip(glossary.sentences("epoch"))
        self.figures.setToolTip(glossary.sentences("images_per_s", "time_left", "step", "skipped"))
        self.place.setToolTip(glossary.sentences("device", "threads", "saved"))
        content = QWidget()
        line = QHBoxLayout(content)
        line.setContentsMargins(12, 3, 12, 3)
        line.setSpacing(14)
        for widget in (self.state, self.bar, self.cancel, self.figures):
            line.addWidget(widget)
        line.addStretch(1)
        line.addWidget(self.place)
        self.addWidget(content, 1)
        self._pulse = QTimer(self, interval=PULSE_MS)
        self._pulse.timeout.connect(self._show)
        for signal in (experiment.phase_changed, experiment.status_changed, experiment.progressed):
            signal.connect(self._show)
        experiment.run_changed.connect(self._show)
        experiment.families_changed.connect(self._show)
        themes.changed.connect(self._paint)
        self._paint(themes.current)

    def work(self, words: str, done: int = 0, total: int = 0) -> None:
        """Show long work under way; without a total the bar runs to and fro. Empty words: it is over."""
        self._working = words
        if words:
            self.bar.setRange(0, total)
            self.bar.setValue(done)
        self._show()

    def _paint(self, theme: Theme) -> None:
        self._accent, self._quiet, self._problem = theme.accent, theme.dim, theme.problem
        self._show()

    def _show(self) -> None:
        experiment = self._experiment
        running = experiment.phase in (Phase.TRAINING, Phase.PAUSED)
        share = self._share()
        begun = share is not None
        self.cancel.setVisible(bool(self._working))
        self.bar.setVisible(bool(self._working) or begun)
        busy, failed = self._working or experiment.phase == Phase.TRAINING, experiment.phase == Phase.FAILED
        colour = self._accent if busy else self._problem if failed else self._quiet
        self.state.setText(f"<span style='color:{colour}'>●</span>&nbsp; <b>{self._working or self._phase_words()}</b>")
        if share is not None and not self._working:
            self.bar.setRange(0, 1000)
            self.bar.setValue(round(1000 * min(1.0, share)))
        self.figures.setText(" · ".join(self._figures()) if begun and not self._working else "")
        self.place.setText(" · ".join(self._place()))
        if running != self._pulse.isActive():
            (self._pulse.start if running else self._pulse.stop)()

    def _share(self) -> float | None:
        """How much of the run is done, by time where it is planned in minutes; None before it has begun."""
        status, settings = self._experiment.status, self._experiment.run_settings
        if settings is None or not (status.device or status.step):
            return None
        if status.planned_steps:
            return status.step / status.planned_steps
        return status.seconds / (60 * settings.minutes) if settings.plan == "minutes" else None

    def _phase_words(self) -> str:
        status = self._experiment.status
        words = {
            Phase.EMPTY: self.tr("no data"),
            Phase.DATA: self.tr("engine loading …"),
            Phase.READY: self.tr("ready"),
            Phase.TRAINING: self.tr("training"),
            Phase.PAUSED: self.tr("paused"),
            Phase.STOPPED: self.tr("stopped"),
            Phase.FINISHED: self.tr("finished"),
            Phase.FAILED: self.tr("failed"),
        }[self._experiment.phase]
        settings = self._experiment.run_settings
        if settings is None or self._share() is None:
            return self.tr("starting …") if self._experiment.phase == Phase.TRAINING else words
        if not status.planned_steps:
            spent, planned_time = wording.duration(status.seconds), wording.duration(60 * settings.minutes)
            return self.tr("{} · {} of {}").format(words, spent, planned_time)
        epoch, planned = status.step / status.steps_per_epoch, status.planned_steps / status.steps_per_epoch
        return self.tr("{} · epoch {} of {}").format(words, _epochs(epoch), _epochs(planned))

    def _figures(self) -> list[str]:
        status = self._experiment.status
        words = []
        if self._experiment.phase == Phase.TRAINING and status.images_per_s > 0:
            words.append(self.tr("{} images/s").format(wording.count(status.images_per_s)))
            words.append(self.tr("{} left").format(wording.duration(self._left())))
        words.append(self.tr("step {}").format(wording.count(status.step)))
        if status.skipped:
            words.append(wording.plural(status.skipped, self.tr("{} step skipped"), self.tr("{} steps skipped")))
        return words

    def _left(self) -> float:
        """Seconds to the planned end."""
        status, settings = self._experiment.status, self._experiment.run_settings
        if settings is None or not status.planned_steps:
            return max(0.0, 60 * (settings.minutes if settings else 0.0) - status.seconds)
        return (status.planned_steps - status.step) * settings.batch_size / status.images_per_s

    def _place(self) -> list[str]:
        status = self._experiment.status
        words = [status.device] if status.device else []
        if status.device == "cpu" and status.threads:
            words.append(wording.plural(status.threads, self.tr("{} thread"), self.tr("{} threads")))
        if status.saved_at is not None:
            words.append(self.tr("saved {} ago").format(wording.duration(time.monotonic() - status.saved_at)))
        return words


def _epochs(number: float) -> str:
    return wording.count(number) if number >= 10 else f"{number:.1f}".removesuffix(".0")
