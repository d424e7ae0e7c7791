"""The question that moving a level raises about the levels below it, with its three answers and what they mean."""

from __future__ import annotations

from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QPushButton, QWidget

from app.state.answers import Answers
from app.state.experiment import Experiment
from app.state.exploration import LABEL, Exploration
from app.widgets.choices import Choices
from app.words import glossary, wording


class BelowControl(QWidget):
    """Follow, Mean or Pinned. A model with one level isn't asked, and Pinned is ruled out where it does nothing."""

    def __init__(
        self, experiment: Experiment, exploration: Exploration, answers: Answers, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._experiment, self._exploration, self._answers = experiment, exploration, answers
        self._told: tuple[object, ...] = ()
        self._question = QLabel()
        self._question.setToolTip(glossary.sentences("below"))
        self.choices = Choices(
            {"follow": self.tr("Follow"), "mean": self.tr("Mean"), "pinned": self.tr("Pinned")},
            {rule: glossary.sentences(rule) for rule in ("follow", "mean", "pinned")},
        )
        self.choices.setAccessibleName(self.tr("What the levels below do"))
        self.choices.chosen.connect(exploration.set_below)
        self._meaning = QLabel()
        self._meaning.setProperty("role", "caption")
        self._meaning.setWordWrap(True)
        self._why = QLabel()
        self._why.setProperty("role", "caption")
        self._why.setWordWrap(True)
        self._flat = False
        self.reset = QPushButton(self.tr("Reset all edits"))
        self.reset.setProperty("quiet", True)
        self.reset.clicked.connect(exploration.reset_all)
        self._flow = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._flow.setContentsMargins(0, 0, 0, 0)
        self._flow.setSpacing(5)
        self._flow.addWidget(self._question)
        line = QHBoxLayout()
        line.addWidget(self.choices)
        line.addWidget(self.reset)
        line.addStretch(1)
        self._flow.addLayout(line)
        self._flow.addWidget(self._meaning)
        self._flow.addWidget(self._why)
        self._flow.addStretch(1)
        experiment.run_changed.connect(self._show)
        exploration.changed.connect(self._show)
        exploration.level_changed.connect(self._show)
        answers.arrived.connect(self._show)
        self._show()

    @property
    def meaning(self) -> str:
        """The sentence that says what happens to the lower levels."""
        return self._meaning.text()

    @property
    def reason(self) -> str:
        """Why an answer is ruled out; empty where none is."""
        return self._why.text()

    def lie_flat(self, flat: bool) -> None:
        """Take one line, or a line for each part."""
        self._flow.setDirection(QBoxLayout.Direction.LeftToRight if flat else QBoxLayout.Direction.TopToBottom)
        self._flow.setSpacing(10 if flat else 5)
        self._flow.setStretch(2, 1 if flat else 0)
        self._flow.setStretch(4, 0 if flat else 1)
        self._flat = flat
        self._why.setVisible(bool(self._why.text()) and not flat)

    def _show(self) -> None:
        levels, answer = self._experiment.levels, self._answers.latest
        point = self._exploration.point
        told = (
            levels,
            self._exploration.level,
            frozenset(point.edits),
            point.locked,
            point.below,
            self._answers.pinned_dead,
            answer is not None and (answer.independent, *(level.hidden_by for level in answer.levels)),
        )
        if told != self._told:
            self._told = told
            self._say(levels)

    def _say(self, levels: tuple[str, ...]) -> None:
        self.reset.setVisible(self._exploration.point.free)
        for widget in (self._question, self.choices, self._meaning):
            widget.setVisible(len(levels) > 1)
        if len(levels) < 2:
            self._why.hide()
            return
        level = self._exploration.level or levels[-1]
        below = levels[: levels.index(level)] if level in levels else ()
        lower = tuple(name for name in below if name != LABEL)  # a label stays what it is unless it is chosen
        self._rule_out_pinned(level, lower)
        self.choices.choose(self._exploration.point.below)
        moved = level in self._exploration.point.edits
        words = self.tr("Moving {}. The levels below") if moved else self.tr("When {} moves, the levels below")
        if level in self._exploration.point.locked:
            words = self.tr("{} is locked. Levels below a moved one")
        self._question.setText(words.format(level))
        self._meaning.setText(self._sentence(level, lower))

    def _rule_out_pinned(self, level: str, lower: tuple[str, ...]) -> None:
        reason = ""
        if level in self._answers.pinned_dead:
            reason = self.tr("In this model x sees {} alone: with {} held, moving {} would change nothing.").format(
                self._experiment.levels[0], self._named(lower), level
            )
            if self._exploration.point.below == "pinned":
                self._exploration.set_below("follow")
        self.choices.rule_out("pinned", reason)
        why = self.tr("Not Pinned: in this model x sees {} alone.").format(self._experiment.levels[0])
        self._why.setText(why if reason else "")
        self._why.setToolTip(reason)
        self._why.setVisible(bool(reason) and not self._flat)

    def _named(self, levels: tuple[str, ...]) -> str:
        places = [self._experiment.levels.index(name) for name in levels]
        if places[-1] - places[0] == len(places) - 1:
            return wording.levels(levels, self.tr("and"), self.tr("to"))
        return wording.listing(levels, self.tr("and"))

    def _sentence(self, level: str, lower: tuple[str, ...]) -> str:
        if not lower:
            if level in self._exploration.point.locked:
                return self.tr("No level lies below {}.").format(level)
            return self.tr("No level lies below {}: it moves x directly.").format(level)
        mine = self._answers.level(level)
        if mine is not None and mine.hidden_by:
            words = self.tr("{0} is locked and x sees nothing above it: moving {1} would change nothing.")
            return words.format(mine.hidden_by, level)
        locked = tuple(name for name in lower if name in self._exploration.point.locked)
        lower = tuple(name for name in lower if name not in locked)
        held = self.tr("{} is locked.") if len(locked) == 1 else self.tr("{} are locked.")
        said = [held.format(self._named(locked))] if locked else []
        return " ".join([*said, *([self._moving(lower)] if lower else [])])

    def _moving(self, lower: tuple[str, ...]) -> str:
        """What the levels below do that are free to do it."""
        names = self._named(lower)
        few = len(lower) == 1
        below, answer = self._exploration.point.below, self._answers.latest
        if answer is not None and answer.independent and below != "mean":
            held = self.tr("{} keeps its value.") if few else self.tr("{} keep their values.")
            why = self.tr("The priors of this model are independent: Follow and Pinned are the same.")
            return f"{held.format(names)} {why}"
        sentences = {
            "follow": self.tr("{} keeps its own noise and moves with its prior.")
            if few
            else self.tr("{} keep their own noise and move with their prior."),
            "mean": self.tr("{} goes to the mode of its prior.")
            if few
            else self.tr("{} go to the mode of their prior."),
            "pinned": self.tr("{} keeps its value.") if few else self.tr("{} keep their values."),
        }
        return sentences[below].format(names)
