"""The card with the data: its size, its classes, a page of pictures to start from, and a place to drop others."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app import wording
from app.panels.setting_rows import SettingRows
from app.state.experiment import Experiment
from app.state.exploration import Exploration
from app.widgets.card import Card
from app.widgets.choices import Choices
from app.widgets.fields import Range
from app.widgets.thumbnails import Thumbnails

COUNTS = (100, 600, 1000, 3000)
"""Numbers of labels that the literature on semi-supervised learning reports."""
MOST_LABELS = 1_000_000


class DataCard(Card):
    """Thumbnails follow the base image; a click on one makes it the base image."""

    open_wanted = Signal()
    refused = Signal(str)

    def __init__(self, experiment: Experiment, exploration: Exploration, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.set_title(self.tr("Data"))
        self._experiment, self._exploration = experiment, exploration
        self._words = QLabel()
        self._words.setProperty("role", "caption")
        self._words.setWordWrap(True)
        self.thumbnails = Thumbnails()
        self.thumbnails.setAccessibleName(self.tr("Images of the data"))
        self.thumbnails.picked.connect(exploration.pick)
        self.body.addWidget(self._words)
        self.body.addWidget(self.thumbnails)
        self.body.addLayout(self._buttons())
        self.body.addWidget(self._label_rows())
        experiment.pictures_changed.connect(self._show_data)
        exploration.base_changed.connect(self._show_choice)
        for signal in (experiment.settings_changed, experiment.families_changed, experiment.pictures_changed):
            signal.connect(self._show_labels)
        self._show_labels()

    def _label_rows(self) -> QWidget:
        """How many labels a semi-supervised family sees, and what they weigh."""
        rows = SettingRows(self._experiment, self)
        rows.refused.connect(self.refused)
        self.labels = rows.number("labels", Range(1, MOST_LABELS, whole=True, step=100, word=self.tr("10 a class")))
        self.alpha = rows.number("alpha", Range(0, 1000, step=0.1))
        self.counts = Choices({str(n): wording.count(n) for n in COUNTS}, {str(n): self._count_hint(n) for n in COUNTS})
        self.counts.chosen.connect(lambda key: self._experiment.change(labels=int(key)))
        self.semi_supervised = QWidget()
        column = QVBoxLayout(self.semi_supervised)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.counts)
        column.addLayout(rows.form)
        return self.semi_supervised

    def _count_hint(self, count: int) -> str:
        return self.tr("{} labelled images, spread evenly over the classes").format(wording.count(count))

    def _show_labels(self) -> None:
        family, pictures = self._experiment.family, self._experiment.pictures
        self.semi_supervised.setVisible(bool(family and family.needs_labels and pictures and pictures.classes))
        self.counts.choose(str(self._experiment.settings.labels))
        for count in COUNTS:
            lacking = pictures is not None and count > pictures.training
            self.counts.rule_out(str(count), self.tr("There are fewer images than that.") if lacking else "")

    def _buttons(self) -> QHBoxLayout:
        line = QHBoxLayout()
        for caption, step, name in (("◂", -1, self.tr("Page back")), ("▸", 1, self.tr("Page on"))):
            button = QPushButton(caption)
            button.setProperty("quiet", True)
            button.setAccessibleName(name)
            button.setToolTip(name)
            button.clicked.connect(lambda _=False, step=step: self._turn(step))
            line.addWidget(button)
        line.addStretch(1)
        other = QPushButton(self.tr("Open other images …"))
        other.setProperty("quiet", True)
        other.clicked.connect(self.open_wanted)
        line.addWidget(other)
        return line

    def _turn(self, step: int) -> None:
        self._exploration.pick_neighbour(step * self.thumbnails.capacity)

    def _show_data(self) -> None:
        pictures = self._experiment.pictures
        if pictures is None:
            return
        held = len(pictures) - pictures.training
        self.set_caption(f"{wording.count(pictures.training)} + {wording.count(held)}")
        channels, height, width = pictures.pixels.shape[1:]
        kind = self.tr("colour") if channels == 3 else self.tr("grey")
        words = [pictures.name, f"{width} × {height} {kind}"]
        if pictures.classes:
            words.append(wording.plural(len(pictures.classes), self.tr("{} class"), self.tr("{} classes")))
        self._words.setText(" · ".join(words))
        self.setToolTip(
            self.tr("{} images to learn from, {} held out to check on, {} kept for a test; from {}").format(
                *map(wording.count, (pictures.training, held, pictures.test)), pictures.source
            )
        )
        self._show_choice()

    def _show_choice(self) -> None:
        pictures, chosen = self._experiment.pictures, self._exploration.point.image
        if pictures is None:
            return
        size = self.thumbnails.capacity
        first = (chosen or 0) // size * size
        page = range(first, min(first + size, len(pictures)))
        self.thumbnails.show_page(first, [pictures.picture(number) for number in page])
        self.thumbnails.choose(-1 if chosen is None else chosen)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_choice()
