"""The objective as an equation with live numbers in nats, each term in its level's colour."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLayout, QPushButton, QSizePolicy, QWidget

from app import wording
from app.state.equation import Group, terms_of
from app.state.experiment import Experiment
from app.theme import Theme, Themes

PAUSE_MS = 250
"""Between two sets of numbers: quicker ones nobody reads."""
LEAST_NOTE = 60
DENSITIES = 5


class ObjectiveBar(QFrame):
    """A click on a term shows or hides its curve; a click on a group of levels writes them one by one, or folds them.

    Where the equation is wider than the bar, its captions get shorter, and then its numbers lose their decimals.
    """

    toggled = Signal(str, bool)

    def __init__(self, experiment: Experiment, themes: Themes, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.setFixedHeight(44)
        self._experiment, self._themes = experiment, themes
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(12, 2, 12, 2)
        self._line.setSpacing(2)
        self._line.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)  # the window may always become narrower
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._terms: dict[str, QPushButton] = {}
        self._groups: dict[str, Group] = {}
        self._signs: list[QLabel] = []
        self._opened = ""
        self._hidden: set[str] = set()
        self._note = Note()
        self._line.addWidget(self._note, 1)
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._write_all)
        experiment.run_changed.connect(self._start)
        experiment.settings_changed.connect(self._follow_bound)
        experiment.families_changed.connect(self._build)
        themes.changed.connect(self._paint)
        self._build()

    @property
    def terms(self) -> tuple[str, ...]:
        """The names of the terms, in order."""
        return tuple(self._terms)

    def term(self, name: str) -> QPushButton:
        """The term "bound", "log_px", "gain", the name of a level, or that of a group such as "z1–z3"."""
        return self._terms[name]

    def show_numbers(self) -> None:
        """Write the present numbers, means over the last steps, if they were not written just now."""
        if not self._pause.isActive():
            self._pause.start()
            self._write_all()

    def _start(self) -> None:
        self._opened = ""
        self._build()

    def _build(self) -> None:
        for widget in (*self._terms.values(), *self._signs):
            self._line.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self._terms, self._signs = {}, []
        levels = self._experiment.levels
        self._add("bound", "", self.tr("A lower bound on log p(x), higher is better"))
        self._add("log_px", "=", self.tr("How well the image is rebuilt from z"))
        self._groups = {group.name: group for group in terms_of(levels, self._opened)}
        if self._opened:
            self._add("fold", "", self.tr("Sum {} again").format(self._opened))
        for name, group in self._groups.items():
            one = self.tr("What {} tells about the image beyond its prior, in nats")
            many = self.tr("The sum over {}; a click shows each level")
            self._add(name, "−", (one if len(group.levels) == 1 else many).format(name))
        if self._experiment.bound_name != "ELBO":
            self._add("gain", "+", self.tr("What several draws for each image add to the ELBO"))
        self._paint(self._themes.current)
        self._write_all()

    def _follow_bound(self) -> None:
        if ("gain" in self._terms) == (self._experiment.bound_name == "ELBO"):
            self._build()
        else:
            self._write_all()

    def _add(self, name: str, sign: str, hint: str) -> None:
        place = self._line.count() - 1
        if sign:
            mark = QLabel(sign)
            mark.setProperty("role", "caption")
            self._signs.append(mark)
            self._line.insertWidget(place, mark)
            place += 1
        term = QPushButton()
        term.setProperty("term", True)
        term.setToolTip(hint)
        group = self._groups.get(name)
        if name == "fold":
            term.setText("◂")
            term.setAccessibleName(hint)
            term.clicked.connect(lambda: self._open(""))
        elif group is not None and len(group.levels) > 1:
            term.clicked.connect(lambda: self._open(name))
        elif name != "gain":
            term.setCheckable(True)
            term.setChecked(name not in self._hidden)
            term.toggled.connect(lambda on: self._toggle(name, on))
        self._terms[name] = term
        self._line.insertWidget(place, term)

    def _open(self, name: str) -> None:
        self._opened = name
        self._build()

    def _toggle(self, name: str, on: bool) -> None:
        (self._hidden.discard if on else self._hidden.add)(name)
        self._paint(self._themes.current)
        self.toggled.emit(name, on)

    def _paint(self, theme: Theme) -> None:
        levels = self._experiment.levels
        for name, term in self._terms.items():
            group = self._groups.get(name)
            middle = None if group is None else levels.index(group.levels[len(group.levels) // 2])
            colour = theme.text if middle is None else theme.level(middle, len(levels)).name()
            shade = theme.faint if term.isCheckable() and not term.isChecked() else colour
            term.setStyleSheet(f"color: {shade};")

    def _write_all(self) -> None:
        """Write as fully as there is room: the equation is never clipped."""
        texts: dict[str, str] = {}
        for density in range(DENSITIES):
            texts = self._texts(density)
            if self._width_of(texts) <= self.width():
                break
        for name, text in texts.items():
            if self._terms[name].text() != text:
                self._terms[name].setText(text)
        self._remark()

    def _width_of(self, texts: dict[str, str]) -> int:
        self._terms["bound"].ensurePolished()
        measure = self._terms["bound"].fontMetrics()
        bold = sum(round(1.06 * measure.horizontalAdvance(text)) + 12 for text in texts.values())
        return bold + sum(sign.sizeHint().width() + 2 for sign in self._signs) + 24

    def _texts(self, density: int) -> dict[str, str]:
        """The words of each term; `density` 0 is the fullest."""
        recent, experiment = self._experiment.curves.recent(), self._experiment
        kls = dict(zip(experiment.levels, [] if recent is None else recent[2:], strict=False))
        values: dict[str, float] = {} if recent is None else {"bound": recent[0], "log_px": recent[1]}
        if recent is not None:
            values["gain"] = recent[0] - recent[1] + sum(kls.values())
            values |= {name: sum(kls[level] for level in group.levels) for name, group in self._groups.items()}
        captions = {"bound": experiment.bound_name, "log_px": "E[log p(x|z)]", "gain": self.tr("gain"), "fold": "◂"}
        if density > 1:
            captions["log_px"] = "log p(x|z)" if density < 4 else "log p"
        for name, group in self._groups.items():
            brief = name if density < 4 or len(group.levels) == 1 else f"{group.levels[0]}…"
            captions[name] = brief if density > 0 else f"KL({name})"
        digits = 0 if density > 2 else 1
        return {
            name: f"{captions[name]} {wording.nats(values[name], digits)}" if name in values else captions[name]
            for name in self._terms
        }

    def _remark(self) -> None:
        experiment, recent, words = self._experiment, self._experiment.curves.recent(), []
        settings = experiment.run_settings or experiment.settings
        if recent is not None and experiment.bound_name != "ELBO":
            words.append(self.tr("ELBO {}").format(wording.nats(recent[1] - recent[2:].sum())))
        if recent is not None and experiment.status.beta < experiment.settings.beta:
            beta = self.tr("β {:.2f} on its way to {:g}")
            words.append(beta.format(experiment.status.beta, experiment.settings.beta))
        if settings.kappa is not None:
            words.append(self.tr("weight prior κ {:g}").format(settings.kappa))
        words.append(self.tr("nats / image · training"))
        self._note.say(" · ".join(words))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._write_all()


class Note(QLabel):
    """A remark at the right that gives way: it is shortened at its beginning, or left out, where there is no room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "caption")
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def say(self, remark: str) -> None:
        """Show `remark`, whole in the tool tip."""
        if remark != self.toolTip():
            self.setToolTip(remark)
            self._shorten()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._shorten()

    def _shorten(self) -> None:
        room = self.width() - 4
        short = self.fontMetrics().elidedText(self.toolTip(), Qt.TextElideMode.ElideLeft, room)
        self.setText(short if room > LEAST_NOTE else "")
