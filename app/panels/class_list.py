"""The classes of the data with how many images each has; a click or an arrow key shows one of them alone."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.inputs.surveying import Surveying
from app.state.experiment import Experiment
from app.state.sifting import Sifting
from app.widgets.class_bars import ClassBars
from app.words import wording


class ClassList(QWidget):
    """Bars with a line on what they mean; without labels the line says so alone."""

    def __init__(
        self, experiment: Experiment, sifting: Sifting, surveying: Surveying, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._experiment, self._sifting, self._surveying = experiment, sifting, surveying
        self._legend = QLabel()
        self._legend.setProperty("role", "caption")
        self._legend.setWordWrap(True)
        self.bars = ClassBars(self.tr("Images of each class"), self.tr("all classes"))
        self.bars.chosen.connect(lambda label: sifting.choose(label=label))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._legend)
        column.addWidget(self.bars, 1)
        column.addStretch(0)
        surveying.changed.connect(self._show)
        sifting.changed.connect(self._follow)

    def come_into_sight(self) -> None:
        """Somebody looks at other data, or at another split of them."""
        self._surveying.want_counts()
        self._show()
        self._follow()

    def _follow(self) -> None:
        self.bars.choose(self._sifting.label)

    def _show(self) -> None:
        pictures, counts = self._experiment.pictures, self._surveying.found.counts
        if pictures is None:
            return
        names = pictures.classes
        self._legend.setText(
            self.tr("Images of each class: full those learned from, pale those held out. A click shows a class alone.")
            if names
            else self.tr("These images have no labels, and so no classes.")
        )
        none = np.zeros(len(names), np.int64)
        parts = [counts.get(part, none) for part in ("train", "validation", "test")]
        table = np.stack(parts[:2], 1) if counts else np.zeros((0, 2), np.int64)
        hints = [self._hint(name, [int(part[label]) for part in parts]) for label, name in enumerate(names)]
        self.bars.setVisible(bool(names))
        self.bars.show_counts(names, table, hints if counts else ())

    def _hint(self, name: str, counts: list[int]) -> str:
        words = self.tr("{}: {} to learn from, {} held out").format(name, *map(wording.count, counts[:2]))
        return self.tr("{}, {} for a test").format(words, wording.count(counts[2])) if counts[2] else words
