"""The card with the data: its size, its classes, a page of pictures to start from, and a place to drop others."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.panels.setting_rows import SettingRows, hint
from app.state.experiment import Experiment
from app.state.exploration import Exploration
from app.state.records import Pictures
from app.widgets.amount_field import Amount
from app.widgets.card import Card
from app.widgets.choices import Choices
from app.widgets.fields import ChoiceField, Range
from app.widgets.form import Form
from app.widgets.thumbnails import Thumbnails
from app.words import glossary, wording

COUNTS = (100, 600, 1000, 3000)
"""Numbers of labels that the literature on semi-supervised learning reports."""
MOST_LABELS = 1_000_000


class DataCard(Card):
    """Thumbnails follow the base image; a click on one makes it the base image."""

    open_wanted = Signal()
    look_wanted = Signal()
    skipped_wanted = Signal()
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
        self.skipped = QPushButton()
        self.skipped.setProperty("quiet", True)
        self.skipped.setToolTip(self.tr("Files that could not be used, each with its reason; the list can be saved"))
        self.skipped.clicked.connect(self.skipped_wanted)
        self.skipped.hide()
        self.body.addWidget(self.skipped, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addWidget(self.thumbnails)
        self.body.addLayout(self._buttons())
        self.body.addWidget(self._label_rows())
        self.further = self._pixels()
        self.body.addWidget(self.further)
        experiment.settings_changed.connect(self._show_pixels)
        self._show_pixels()
        experiment.pictures_changed.connect(self._show_data)
        exploration.base_changed.connect(self._show_choice)
        for signal in (experiment.settings_changed, experiment.families_changed, experiment.pictures_changed):
            signal.connect(self._show_labels)
        self._show_labels()

    def _label_rows(self) -> QWidget:
        """How many labels a semi-supervised family sees, and what they weigh."""
        rows = SettingRows(self._experiment, self)
        rows.refused.connect(self.refused)
        self.labels = rows.amount("labels", Amount(1, MOST_LABELS, step=100, word=self.tr("10 a class")))
        self.alpha = rows.number("alpha", Range(0, 1000, step=0.1))
        self.counts = Choices({str(n): wording.count(n) for n in COUNTS}, {str(n): self._count_hint(n) for n in COUNTS})
        self.counts.chosen.connect(lambda key: self._experiment.change(labels=int(key)))
        self.no_labels = QLabel()
        self.no_labels.setProperty("role", "caption")
        self.no_labels.setWordWrap(True)
        self.semi_supervised = QWidget()
        column = QVBoxLayout(self.semi_supervised)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.no_labels)
        column.addWidget(self.counts)
        column.addLayout(rows.form)
        return self.semi_supervised

    def _count_hint(self, count: int) -> str:
        return self.tr("{} labelled images, spread evenly over the classes").format(wording.count(count))

    def _show_labels(self) -> None:
        family, pictures, settings = self._experiment.family, self._experiment.pictures, self._experiment.settings
        self.semi_supervised.setVisible(bool(family and family.needs_labels and pictures))
        reason = self._experiment.unfit_families().get(settings.family, "")
        self.no_labels.setText(reason)
        self.no_labels.setVisible(bool(reason))
        for widget in (self.counts, self.labels, self.alpha):
            widget.setEnabled(not reason)
            widget.setToolTip(reason)
        self.counts.choose(str(settings.labels))
        for count in COUNTS:
            lacking = pictures is not None and count >= pictures.training
            few = self.tr("There are not that many images, or none would be left without a label.")
            self.counts.rule_out(str(count), reason or (few if lacking else ""))
        if pictures is not None and not reason:
            self.labels.set_hint(self._labels_hint(settings.labels, pictures))
            self.alpha.set_hint(hint("alpha"))

    def _labels_hint(self, labels: float | None, pictures: Pictures) -> str:
        """What the setting means, and how many images that is."""
        count = 10 * len(pictures.classes) if labels is None else labels
        count = round(count * pictures.training) if count < 1 else count
        return self.tr("{} A number, or a share such as 5 %. Now {}.").format(hint("labels"), wording.count(count))

    def _pixels(self) -> QWidget:
        """How grey values become what is learned."""
        place = QWidget()
        rows = Form(place)
        term = glossary.term("binarise")
        self.pixels = ChoiceField(term.title)
        self.pixels.offer(
            {
                "": self.tr("as they suit"),
                "dynamic": self.tr("0 or 1, drawn afresh"),
                "static": self.tr("0 or 1, drawn once"),
                "none": self.tr("grey values"),
            }
        )
        self.pixels.chosen.connect(lambda key: self._experiment.change(binarise=key or None))
        rows.add(term.title, self.pixels, hint("binarise"))
        return place

    def _show_pixels(self) -> None:
        settings = self._experiment.settings
        reason = self.tr("Codes are those of images as their own run saw them.") if settings.codes_of else ""
        self.pixels.show_value(settings.binarise or "")
        self.pixels.setEnabled(not reason)
        self.pixels.setToolTip(reason or hint("binarise"))

    def unfold_all(self, wanted: bool) -> None:
        """Show how pixels are taken too, or the data and their labels alone."""
        self.further.setVisible(wanted)

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
        for caption, words, wanted in (
            (
                self.tr("Data …"),
                self.tr("Every image, classes, mean, duplicates, split (F7)"),
                self.look_wanted,
            ),
            (self.tr("Open other …"), self.tr("Open a folder of other images"), self.open_wanted),
        ):
            button = QPushButton(caption)
            button.setProperty("quiet", True)
            button.setToolTip(words)
            button.clicked.connect(wanted)
            line.addWidget(button)
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
        files = wording.plural(len(pictures.skipped), self.tr("{} file left out …"), self.tr("{} files left out …"))
        self.skipped.setText(files)
        self.skipped.setVisible(bool(pictures.skipped))
        counts = self.tr("{} images to learn from, {} held out to check on, {} kept for a test; from {}").format(
            *map(wording.count, (pictures.training, held, pictures.test)),
            wording.source(pictures.source) if "\n" in pictures.source else pictures.source,
        )
        self.setToolTip("\n".join((counts, *pictures.facts)))
        self._show_choice()

    def _show_choice(self) -> None:
        pictures, chosen = self._experiment.pictures, self._exploration.point.image
        if pictures is None:
            return
        if chosen is not None and chosen >= len(pictures):
            chosen = None  # an image that a person brought along
        size = self.thumbnails.capacity
        first = (chosen or 0) // size * size
        page = range(first, min(first + size, len(pictures)))
        self.thumbnails.show_page(first, [pictures.picture(number) for number in page])
        self.thumbnails.choose(-1 if chosen is None else chosen)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_choice()
