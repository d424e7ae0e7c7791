"""What another model makes of the same image and the same sliders, in a row under that of x."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.panels.x_row import LEAST, difference
from app.state.answers import Answers
from app.state.beside import Beside
from app.theme import Theme, Themes
from app.widgets.picture import Picture
from app.widgets.stratum import NAME_WIDTH, Stratum
from app.words import wording

PICTURES = ("apart", "reconstruction", "edited", "difference")
"""The last three stand under those of x."""


class BesideRow(Stratum):
    """Hidden while nobody stands beside the model at hand."""

    def __init__(self, beside: Beside, answers: Answers, themes: Themes, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("The model beside"))
        self._beside, self._answers, self._themes = beside, answers, themes
        self.pictures = {name: Picture(LEAST) for name in PICTURES}
        self.body.setSpacing(0)
        self.body.addWidget(self._name_block())
        self.body.addLayout(self._picture_block())
        self.body.addStretch(1)
        beside.changed.connect(self._show)
        beside.arrived.connect(self._show)
        answers.pictured.connect(self._show)
        themes.changed.connect(self._paint)
        self._paint(themes.current)
        self._show()

    def _name_block(self) -> QWidget:
        block = QWidget()
        block.setFixedWidth(NAME_WIDTH)
        column = QVBoxLayout(block)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(2)
        self._name, self._facts = QLabel(), QLabel()
        self._facts.setProperty("role", "caption")
        for label in (self._name, self._facts):
            label.setWordWrap(True)
            column.addWidget(label)
        self.leave = QPushButton(self.tr("Close"))
        self.leave.setProperty("quiet", True)
        self.leave.setToolTip(self.tr("Let the model at hand answer alone"))
        self.leave.clicked.connect(lambda: self._beside.set_partner(None))
        column.addStretch(1)
        column.addWidget(self.leave, 0, Qt.AlignmentFlag.AlignLeft)
        return block

    def _picture_block(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(3)
        words = {
            "reconstruction": (self.tr("reconstruction"), self.tr("The same image, as this model rebuilds it")),
            "edited": (self.tr("edited"), self.tr("The same sliders, where this model has such units")),
            "difference": (self.tr("difference"), self.tr("What the edits add, in one colour, and take away")),
            "apart": (
                self.tr("against x above"),
                self.tr("Where this edited picture is brighter than the one above, in one colour, and darker"),
            ),
        }
        for column, (name, picture) in enumerate(self.pictures.items()):
            caption, hint = words[name]
            label = QLabel(caption)
            label.setProperty("role", "caption")
            picture.setAccessibleName(self.tr("{}, the model beside").format(caption))
            picture.setToolTip(hint)
            grid.addWidget(picture, 0, column)
            grid.addWidget(label, 1, column, Qt.AlignmentFlag.AlignHCenter)
        return grid

    def _show(self) -> None:
        partner, answer = self._beside.partner, self._beside.latest
        self.setVisible(partner is not None)
        if partner is None:
            return
        self._name.setText(partner.name)
        step = partner.step if answer is None else answer.step
        self._facts.setText("" if step is None else self.tr("step {}").format(wording.count(step)))
        self.pictures["reconstruction"].show_pixels(None if answer is None else answer.reconstruction)
        self.pictures["edited"].show_pixels(None if answer is None else answer.edited)
        self._show_differences(self._themes.current)

    def _show_differences(self, theme: Theme) -> None:
        answer, own = self._beside.latest, self._answers.latest
        colours = QColor(theme.field), QColor(theme.accent), QColor(theme.problem)
        moved = None if answer is None else difference(answer.reconstruction, answer.edited, *colours)
        apart = None if answer is None or own is None else difference(own.edited, answer.edited, *colours)
        self.pictures["difference"].show_pixels(moved)
        self.pictures["apart"].show_pixels(apart)

    def _paint(self, theme: Theme) -> None:
        self.set_colour(QColor(theme.accent))
        self._show_differences(theme)
