"""The window to look through the data: every image, the classes, the mean image, duplicates, and how they are split."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from app.inputs.surveying import Surveying
from app.panels.class_list import ClassList
from app.panels.copies_page import CopiesPage
from app.panels.mean_images import MeanImages
from app.panels.split_fields import SplitFields
from app.state.experiment import Experiment
from app.state.exploration import Exploration
from app.state.figures import name_of
from app.state.records import Pictures
from app.state.sifting import EVERY, PARTS, Sifting
from app.widgets.choices import Choices
from app.widgets.picture_wall import PictureWall
from app.words import wording

SIZE, LEAST = (1060, 690), (760, 480)
LEFT = 304


class DataWindow(QDialog):
    """Stays open beside the window. A click on an image, or the arrow keys among them, makes it the base image.

    Figures are made when they come into sight, and given up when the window closes.
    """

    start_again_wanted = Signal()
    capture_wanted = Signal()

    def __init__(
        self,
        experiment: Experiment,
        exploration: Exploration,
        sifting: Sifting,
        surveying: Surveying,
        parent: QWidget,
    ) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Data"))
        self.setMinimumSize(*LEAST)
        self.resize(*SIZE)
        self._experiment, self._exploration = experiment, exploration
        self._sifting, self._surveying = sifting, surveying
        self.split = SplitFields(experiment)
        self.split.start_again_wanted.connect(self.start_again_wanted)
        self.parts = self._make_parts()
        self.classes = ClassList(experiment, sifting, surveying)
        self.means = MeanImages(experiment, sifting, surveying)
        self.wall = PictureWall(self.tr("Images of the data"))
        self.wall.picked.connect(lambda place, picture: exploration.pick(int(sifting.rows[place])))
        self.copies = CopiesPage(experiment, surveying)
        self.copies.picked.connect(exploration.pick)
        self._place()
        self._follow()

    def _make_parts(self) -> Choices:
        captions = (self.tr("All"), self.tr("Training"), self.tr("Held out"))
        hints = (
            self.tr("Training images and those held out"),
            self.tr("The images that are learned from"),
            self.tr("The images that nothing is learned from"),
        )
        made = Choices(dict(zip(PARTS, captions, strict=True)), dict(zip(PARTS, hints, strict=True)))
        for key in PARTS:
            made.button(key).setProperty("outlined", True)
            made.button(key).setAutoDefault(False)
        made.chosen.connect(lambda part: self._sifting.choose(part=part))
        return made

    def _place(self) -> None:
        line = QHBoxLayout(self)
        line.setContentsMargins(14, 12, 10, 12)
        line.setSpacing(16)
        line.addWidget(self._left_side())
        line.addLayout(self._right_side(), 1)
        parts = [self.parts.button(key) for key in PARTS]
        copies = (self.copies.cancel, self.copies.look, self.copies.wall)
        split = (self.split.held_out, self.split.labels, self.split.again)
        for before, after in pairwise(
            (*split, self.classes.bars, self.tabs, self._capture, *parts, self.wall, *copies)
        ):
            self.setTabOrder(before, after)

    def _left_side(self) -> QWidget:
        side = QWidget()
        side.setProperty("plain", True)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(10)
        column.addWidget(self._head())
        column.addWidget(self.classes, 1)
        column.addWidget(self.means)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFixedWidth(LEFT)
        scroll.setWidget(side)
        return scroll

    def _head(self) -> QFrame:
        """What the data are, and how they are split."""
        self._title, self._facts = QLabel(), QLabel()
        self._title.setProperty("role", "wordmark")
        self._facts.setProperty("role", "caption")
        self._facts.setWordWrap(True)
        frame = QFrame()
        frame.setProperty("card", True)
        frame.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        column = QVBoxLayout(frame)
        column.setContentsMargins(12, 10, 12, 12)
        column.setSpacing(6)
        for widget in (self._title, self._facts, self.split):
            column.addWidget(widget)
        return frame

    def _right_side(self) -> QVBoxLayout:
        self.tabs = QTabBar()
        self.tabs.setAccessibleName(self.tr("What is shown of the data"))
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        for name in (self.tr("Images"), self.tr("Duplicates")):
            self.tabs.addTab(name)
        self._count = QLabel()
        self._count.setProperty("role", "caption")
        self.images = QWidget()
        inner = QVBoxLayout(self.images)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(8)
        line = QHBoxLayout()
        line.addWidget(self.parts)
        line.addSpacing(6)
        line.addWidget(self._count, 1)
        inner.addLayout(line)
        inner.addWidget(self.wall, 1)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.images)
        self._pages.addWidget(self.copies)
        self.tabs.currentChanged.connect(self._turn)
        self._capture = capture = QPushButton(self.tr("Save a picture …"))
        capture.setProperty("quiet", True)
        capture.setAutoDefault(False)
        capture.setToolTip(self.tr("Save the images, the classes, the mean or the duplicates as a picture (F12)"))
        capture.clicked.connect(self.capture_wanted)
        QShortcut(QKeySequence("F12"), self).activated.connect(self.capture_wanted)
        head = QHBoxLayout()
        head.addWidget(self.tabs)
        head.addStretch(1)
        head.addWidget(capture)
        column = QVBoxLayout()
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self._pages, 1)
        return column

    def _follow(self) -> None:
        self._sifting.changed.connect(self._show_images)
        self._exploration.base_changed.connect(self._show_choice)
        self._experiment.pictures_changed.connect(self._show_data)
        self.finished.connect(self._surveying.cancel)
        self._show_data()
        self.wall.setFocus()

    def _turn(self, page: int) -> None:
        self._pages.setCurrentIndex(page)
        if page:
            self.copies.come_into_sight()

    def _show_data(self) -> None:
        """Other data, or another split of them."""
        pictures = self._experiment.pictures
        if pictures is None:
            return
        self._title.setText(pictures.name)
        self._facts.setText(self._facts_of(pictures))
        if self.tabs.currentIndex():
            self.copies.come_into_sight()
        self.classes.come_into_sight()
        self._show_images()

    def _facts_of(self, pictures: Pictures) -> str:
        channels, height, width = pictures.pixels.shape[1:]
        words = [f"{width} × {height}", self.tr("colour") if channels == 3 else self.tr("grey")]
        if pictures.classes:
            words.append(wording.plural(len(pictures.classes), self.tr("{} class"), self.tr("{} classes")))
        return "\n".join((" · ".join(words), *pictures.facts))

    def _show_images(self) -> None:
        """What is looked through has changed: show its images from the first one on, or from the base image."""
        pictures, sifting = self._experiment.pictures, self._sifting
        if pictures is None:
            return
        self.parts.choose(sifting.part)
        rows = sifting.rows
        self.wall.show_cells(
            len(rows),
            pictures.pixels.shape[2:],
            lambda place: (pictures.picture(int(rows[place])),),
            lambda place: self._words(pictures, int(rows[place])),
            self.tr("No image of this class is there."),
        )
        self._count.setText(self._what(len(rows)))
        self._show_choice()
        self.means.come_into_sight()

    def _what(self, count: int) -> str:
        assert self._experiment.pictures is not None
        name = name_of(self._experiment.pictures, self._sifting.label)
        words = wording.plural(count, self.tr("{} image"), self.tr("{} images"))
        return self.tr("{} of {}").format(words, name) if self._sifting.label != EVERY else words

    def _words(self, pictures: Pictures, number: int) -> str:
        part = self.tr("trained on") if number < pictures.training else self.tr("held out")
        words = [self.tr("image {}").format(wording.count(number)), pictures.label(number), part]
        return ", ".join(word for word in words if word)

    def _show_choice(self) -> None:
        self.wall.choose(self._sifting.place_of(self._exploration.point.image))
