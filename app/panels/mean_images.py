"""The mean image of what is looked through: of all classes, and of the one that was chosen."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from app.inputs.surveying import Surveying
from app.state.experiment import Experiment
from app.state.figures import name_of
from app.state.sifting import EVERY, Sifting
from app.widgets.picture import Picture

SIDE = 128
"""Of a picture in logical pixels, at most."""

WORDS = 150
"""Logical pixels of the name under the second one, at most."""


class MeanImages(QWidget):
    """Two pictures; an empty frame stands where one is being made."""

    def __init__(
        self, experiment: Experiment, sifting: Sifting, surveying: Surveying, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._experiment, self._sifting, self._surveying = experiment, sifting, surveying
        self.of_all, self.of_class = Picture(SIDE), Picture(SIDE)
        self._words = QLabel(self.tr("mean of all")), QLabel()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(3)
        for column, (picture, words) in enumerate(zip((self.of_all, self.of_class), self._words, strict=True)):
            words.setProperty("role", "caption")
            grid.addWidget(picture, 0, column, Qt.AlignmentFlag.AlignLeft)
            grid.addWidget(words, 1, column, Qt.AlignmentFlag.AlignLeft)
        grid.setColumnStretch(1, 1)
        surveying.changed.connect(self._show)

    def come_into_sight(self) -> None:
        """Somebody looks at another part or class."""
        part, label = self._sifting.key
        self._surveying.want_means((part, EVERY), (part, label))
        self._show()

    def _show(self) -> None:
        pictures, (part, label) = self._experiment.pictures, self._sifting.key
        if pictures is None:
            return
        means, name = self._surveying.found.means, name_of(pictures, label)
        for picture in (self.of_all, self.of_class):
            picture.setFixedSize(_size(*pictures.pixels.shape[2:]))
        self.of_all.show_pixels(means.get((part, EVERY)))
        self.of_class.show_pixels(means.get((part, label)))
        for widget in (self.of_class, self._words[1]):
            widget.setVisible(label != EVERY)
        words = self.fontMetrics().elidedText(self.tr("mean of {}").format(name), Qt.TextElideMode.ElideRight, WORDS)
        self._words[1].setText(words)
        self.of_all.setAccessibleName(self.tr("Mean image of all classes"))
        self.of_class.setAccessibleName(self.tr("Mean image of {}").format(name))


def _size(height: int, width: int) -> QSize:
    """The largest whole multiple of a picture that has room, or as much of it as does."""
    longest = max(height, width)
    scale = SIDE // longest if longest <= SIDE else SIDE / longest
    return QSize(round(width * scale), round(height * scale))
