"""The page of duplicates: how many images are there more than once, said in a sentence, and pairs side by side."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from app.inputs.surveying import Surveying
from app.state.experiment import Experiment
from app.state.figures import Copies
from app.widgets.picture_wall import PictureWall
from app.words import wording


class CopiesPage(QWidget):
    """`picked` carries the number of an image that a person clicked, unless it is kept for a test."""

    picked = Signal(int)

    def __init__(self, experiment: Experiment, surveying: Surveying, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._experiment, self._surveying = experiment, surveying
        self._shown: Copies | None = None
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(self.tr("Search for duplicates"))
        self.cancel = self._button(self.tr("Cancel"), surveying.cancel)
        self.look = self._button(self.tr("Look for duplicates"), self.come_into_sight)
        self.wall = PictureWall(self.tr("Duplicates side by side"), across=2, captioned=2)
        self.wall.picked.connect(self._pick)
        line = QHBoxLayout()
        line.addWidget(self.progress, 1)
        line.addWidget(self.cancel)
        line.addWidget(self.look)
        line.addStretch(0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.words)
        column.addLayout(line)
        column.addWidget(self.wall, 1)
        surveying.changed.connect(self.show_found)
        surveying.searching.connect(self._go_on)
        self.show_found()

    def come_into_sight(self) -> None:
        """Somebody looks: now duplicates are looked for."""
        self._surveying.want_copies()
        self.progress.setRange(0, 0)
        self.show_found()

    def show_found(self) -> None:
        """Show what was found, how far the search is, or how to begin it."""
        found, searching = self._surveying.found.copies, self._surveying.is_searching
        self.progress.setVisible(searching)
        self.cancel.setVisible(searching)
        self.look.setVisible(found is None and not searching)
        if searching:
            self.words.setText(self.tr("Every image is compared with every other one …"))
        elif found is None:
            self.words.setText(self.tr("Nobody looked yet for images that are there more than once."))
        else:
            self.words.setText(self._sentence(found))
        if found is not self._shown:
            self._shown = found
            self._show_pairs(found)

    def _sentence(self, found: Copies) -> str:
        if not found.count:
            return self.tr("No two images are equal in every pixel.")
        if len(found.shown) == found.count:
            return found.sentence
        return self.tr("{} Of these, {} are shown.").format(found.sentence, wording.count(len(found.shown)))

    def _show_pairs(self, found: Copies | None) -> None:
        pictures = self._experiment.pictures
        if found is None or pictures is None:
            self.wall.show_cells(0, (28, 28), lambda place: (), lambda place: "")
            return
        self.wall.show_cells(
            len(found.shown), pictures.pixels.shape[2:], lambda place: [*found.shown[place].pixels], self._caption
        )

    def _caption(self, place: int) -> str:
        """Two lines: what each of the two is."""
        assert self._shown is not None
        one = self._shown.shown[place]
        return "\n".join(self._name(part, number) for part, number in zip(one.parts, one.numbers, strict=True))

    def _name(self, part: str, number: int | None) -> str:
        parts = {"train": self.tr("trained on"), "validation": self.tr("held out"), "test": self.tr("for a test")}
        return parts[part] if number is None else self.tr("{}, {}").format(wording.count(number), parts[part])

    def _pick(self, place: int, picture: int) -> None:
        assert self._shown is not None
        number = self._shown.shown[place].numbers[picture]
        if number is not None:
            self.picked.emit(number)

    def _go_on(self, done: int, total: int) -> None:
        self.progress.setRange(0, total)
        self.progress.setValue(done)

    def _button(self, words: str, act: Callable[[], object]) -> QPushButton:
        button = QPushButton(words)
        button.setProperty("outlined", True)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: act())
        return button
