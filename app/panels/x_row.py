"""The row of x: the image at hand, how the model rebuilds it, what the edits make of it, and the difference."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.panels.below_control import BelowControl
from app.state.answers import Answers
from app.state.experiment import Experiment
from app.state.exploration import Exploration
from app.theme import Theme, Themes
from app.widgets.picture import Picture
from app.widgets.picture_grid import PictureGrid
from app.widgets.stratum import NAME_WIDTH, Stratum

LEAST = 128
SAMPLES = 12
PICTURES = ("input", "reconstruction", "edited", "difference")


class XRow(Stratum):
    """Has the keyboard for space, `.`, R, G and the arrows; stays in sight while the levels scroll."""

    def __init__(
        self,
        experiment: Experiment,
        exploration: Exploration,
        answers: Answers,
        themes: Themes,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("x, the image"))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)  # its parts find their places
        self._experiment, self._exploration, self._answers, self._themes = experiment, exploration, answers, themes
        self.pictures = {name: Picture(LEAST) for name in PICTURES}
        self.samples = PictureGrid(self.tr("draws from the prior"))
        self.samples.setToolTip(self.tr("Whole pictures drawn by the model; a click starts from one of them"))
        self.samples.picked.connect(exploration.pick_sample)
        self.below = BelowControl(experiment, exploration, answers)
        self._flow = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._flow.setSpacing(10)
        left = QHBoxLayout()
        left.setSpacing(0)
        left.addWidget(self._name_block())
        left.addLayout(self._picture_block())
        left.addStretch(1)
        self._flow.addLayout(left)
        self._right = QVBoxLayout()
        self._right.setSpacing(8)
        self._right.addWidget(self.below)
        self._right.addWidget(self.samples, 1)
        self._flow.addLayout(self._right, 1)
        self.body.addLayout(self._flow)
        for signal in (experiment.pictures_changed, exploration.base_changed, answers.pictured):
            signal.connect(self._show)
        for signal in (answers.arrived, exploration.base_changed):
            signal.connect(self._show_samples)
        themes.changed.connect(self._paint)
        self._paint(themes.current)

    def _name_block(self) -> QWidget:
        block = QWidget()
        block.setFixedWidth(NAME_WIDTH)
        column = QVBoxLayout(block)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(2)
        name = QLabel("x")
        name.setProperty("role", "wordmark")
        self._facts = QLabel()
        self._facts.setProperty("role", "caption")
        self._facts.setWordWrap(True)
        column.addWidget(name)
        column.addWidget(self._facts)
        column.addStretch(1)
        explore = self._exploration
        line = QHBoxLayout()
        line.setSpacing(0)
        for caption, hint, act in (
            ("◂", self.tr("Previous image (left arrow)"), lambda: explore.pick_neighbour(-1)),
            ("▸", self.tr("Next image (right arrow)"), lambda: explore.pick_neighbour(1)),
            ("R", self.tr("Random image (R)"), explore.pick_random),
            ("G", self.tr("Draw from the prior (G)"), explore.draw_from_prior),
        ):
            button = QPushButton(caption)
            button.setProperty("quiet", True)
            button.setToolTip(hint)
            button.setAccessibleName(hint)
            button.setMaximumWidth(28)
            button.clicked.connect(lambda _=False, act=act: act())
            line.addWidget(button)
        line.addStretch(1)
        column.addLayout(line)
        return block

    def _picture_block(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(3)
        captions = {
            "input": self.tr("input"),
            "reconstruction": self.tr("reconstruction"),
            "edited": self.tr("edited"),
            "difference": self.tr("difference"),
        }
        self._captions = {}
        for column, (name, picture) in enumerate(self.pictures.items()):
            label = QLabel(captions[name])
            label.setProperty("role", "caption")
            picture.setAccessibleName(captions[name])
            self._captions[name] = label
            grid.addWidget(picture, 0, column)
            grid.addWidget(label, 1, column, Qt.AlignmentFlag.AlignHCenter)
        self.pictures["difference"].setToolTip(
            self.tr("What the edits add, in one colour, and take away, in the other")
        )
        return grid

    def _show(self) -> None:
        pictures, point, answer = self._experiment.pictures, self._exploration.point, self._answers.latest
        if pictures is None:
            return
        if point.image is None:
            facts = [self.tr("drawn from the prior")]
            base = answer.input if answer is not None and answer.question.image is None else None
        else:
            number = point.image
            guest = number >= len(pictures)
            held = self.tr("held out") if pictures.training <= number < len(pictures) else ""
            place = self.tr("dropped here") if guest else self.tr("image {}").format(number)
            facts = [place, pictures.label(number), held]
            base = pictures.picture(number)
        self._facts.setText("\n".join(fact for fact in facts if fact))
        self.pictures["input"].show_pixels(base)
        self.pictures["reconstruction"].show_pixels(None if answer is None else answer.reconstruction)
        self.pictures["edited"].show_pixels(None if answer is None else answer.edited)
        self._show_difference(self._themes.current)

    def _show_samples(self) -> None:
        samples = self._answers.samples
        self.samples.show_pixels(np.empty((0, 1, 1), np.uint8) if samples is None else samples)
        self.samples.choose(self._exploration.sample)

    def _show_difference(self, theme: Theme) -> None:
        answer = self._answers.latest
        shown = None
        if answer is not None:
            shown = difference(
                answer.reconstruction, answer.edited, QColor(theme.field), QColor(theme.accent), QColor(theme.problem)
            )
        self.pictures["difference"].show_pixels(shown)

    def _paint(self, theme: Theme) -> None:
        self.set_colour(QColor(theme.surface))
        self._show_difference(theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        side = self.pictures["input"].sizeHint().width()
        roomy = self.width() - NAME_WIDTH - 4 * (side + 12) > 260
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._flow.setDirection(across if roomy else down)
        self.below.lie_flat(not roomy)
        self.samples.setVisible(roomy)
        self._answers.want_samples(SAMPLES if roomy else 0)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        super().mousePressEvent(event)


def difference(before: np.ndarray, after: np.ndarray, ground: QColor, more: QColor, less: QColor) -> np.ndarray:
    """Where `after` is brighter than `before` and where it is darker, as one colour picture, (H, W, 3) uint8.

    Of a colour picture the channel that changes most says how much, the mean over channels in which direction.

    Args:
        before: uint8, (H, W) or (H, W, 3).
        after: the same.
        ground: colour of no change.
        more: colour of the greatest possible rise.
        less: colour of the greatest possible fall.
    """
    change = np.atleast_3d((after.astype(np.float32) - before.astype(np.float32)) / 255)
    share = np.abs(change).max(axis=2, keepdims=True)  # a change of hue alone leaves the mean where it is
    to = np.where(change.mean(axis=2, keepdims=True) > 0, _rgb(more), _rgb(less))
    return np.asarray((1 - share) * _rgb(ground) + share * to).round().astype(np.uint8)


def _rgb(colour: QColor) -> np.ndarray:
    return np.array([colour.red(), colour.green(), colour.blue()], dtype=np.float32)
