"""The objective as an equation with live numbers in nats, each term in its level's colour."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from app import wording
from app.state.experiment import Experiment
from app.theme import Theme, Themes

MOST_TERMS = 6


class ObjectiveBar(QFrame):
    """A click on a term shows or hides its curve; with many levels one term stands for the sum."""

    toggled = Signal(str, bool)

    def __init__(self, experiment: Experiment, themes: Themes, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.setFixedHeight(44)
        self._experiment, self._themes = experiment, themes
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(12, 2, 12, 2)
        self._line.setSpacing(4)
        self._terms: dict[str, QPushButton] = {}
        self._signs: list[QLabel] = []
        self._note = QLabel()
        self._note.setProperty("role", "caption")
        self._note.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._line.addWidget(self._note, 1)
        experiment.run_changed.connect(self._build)
        experiment.settings_changed.connect(self._follow_bound)
        experiment.families_changed.connect(self._build)
        themes.changed.connect(self._paint)
        self._build()

    def term(self, name: str) -> QPushButton:
        """The term "bound", "log_px" or the name of a level."""
        return self._terms[name]

    def _build(self) -> None:
        for widget in (*self._terms.values(), *self._signs):
            self._line.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self._terms, self._signs = {}, []
        levels = self._experiment.levels
        self._add("bound", "")
        self._add("log_px", "=")
        for name in levels if len(levels) <= MOST_TERMS else ("kl",):
            self._add(name, "−")
        if self._experiment.bound_name != "ELBO":
            self._add("gain", "+")
        self._paint(self._themes.current)
        self.show_numbers()

    def _follow_bound(self) -> None:
        if ("gain" in self._terms) == (self._experiment.bound_name == "ELBO"):
            self._build()
        else:
            self.show_numbers()

    def _add(self, name: str, sign: str) -> None:
        place = self._line.count() - 1
        if sign:
            mark = QLabel(sign)
            mark.setProperty("role", "caption")
            self._signs.append(mark)
            self._line.insertWidget(place, mark)
            place += 1
        term = QPushButton()
        term.setProperty("term", True)
        term.setCheckable(True)
        term.setChecked(True)
        term.toggled.connect(lambda on: self._toggle(name, on))
        self._terms[name] = term
        self._line.insertWidget(place, term)

    def _toggle(self, name: str, on: bool) -> None:
        self._paint(self._themes.current)
        self.toggled.emit(name, on)

    def _paint(self, theme: Theme) -> None:
        levels = self._experiment.levels
        for name, term in self._terms.items():
            colour = theme.level(levels.index(name), len(levels)).name() if name in levels else theme.text
            shade = colour if term.isChecked() else theme.faint
            term.setStyleSheet(f"color: {shade};")

    def show_numbers(self) -> None:
        """Write the present numbers, means over the last steps."""
        recent = self._experiment.curves.recent()
        levels = self._experiment.levels
        bound, log_px = (None, None) if recent is None else recent[:2]
        kls = dict(zip(levels, [] if recent is None else recent[2:], strict=False))
        name = self._experiment.bound_name
        self._write("bound", name, bound, self.tr("{}: a lower bound on log p(x), higher is better").format(name))
        self._write("log_px", "E[log p(x|z)]", log_px, self.tr("How well the image is rebuilt from z"))
        if "kl" in self._terms:
            total = sum(kls.values()) if kls else None
            self._write("kl", self.tr("KL of {} levels").format(len(levels)), total, self.tr("The sum over all levels"))
        if "gain" in self._terms:
            gain = None if bound is None or log_px is None else bound - (log_px - sum(kls.values()))
            self._write("gain", self.tr("gain"), gain, self.tr("What several draws for each image add to the ELBO"))
        for level in self._terms.keys() & set(levels):
            hint = self.tr("What {} tells about the image beyond its prior, in nats").format(level)
            self._write(level, f"KL({level})", kls.get(level), hint)
        remark = self._remark(recent is not None, bound, log_px, sum(kls.values()))
        self._note.setToolTip(remark)
        room = self._note.width() - 4
        self._note.setText(self._note.fontMetrics().elidedText(remark, Qt.TextElideMode.ElideLeft, room))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.show_numbers()

    def _write(self, name: str, caption: str, value: float | None, hint: str) -> None:
        self._terms[name].setText(caption if value is None else f"{caption} {wording.nats(value)}")
        self._terms[name].setToolTip(hint)

    def _remark(self, running: bool, bound: float | None, log_px: float | None, kl: float) -> str:
        words = []
        if running and bound is not None and log_px is not None and self._experiment.bound_name != "ELBO":
            elbo = log_px - kl
            words.append(self.tr("ELBO {}").format(wording.nats(elbo)))
        if running and self._experiment.status.beta < self._experiment.settings.beta:
            words.append(
                self.tr("β {:.2f} on its way to {:g}").format(
                    self._experiment.status.beta, self._experiment.settings.beta
                )
            )
        words.append(self.tr("nats / image · training"))
        return " · ".join(words)
