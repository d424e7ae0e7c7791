"""The line of a run's moments: drag along it to see what the model made of the same image when it knew less."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSlider, QWidget

from app.state.moments import Moments
from app.words import wording


class TimeLine(QWidget):
    """A place for each moment kept, the present at the right end. `beside_wanted` asks to keep a moment in sight."""

    beside_wanted = Signal(int)

    def __init__(self, moments: Moments, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._moments = moments
        self.setAccessibleName(self.tr("Moments of the run"))
        name = QLabel(self.tr("Time"))
        name.setProperty("role", "caption")
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setPageStep(1)
        self.slider.setTickPosition(QSlider.TickPosition.TicksBelow)
        self.slider.setTickInterval(1)
        self.slider.setAccessibleName(self.tr("The moment whose weights answer"))
        self.slider.setToolTip(
            self.tr("Weights kept on the way: go back to see a level wake up or collapse. Training goes on meanwhile.")
        )
        self.slider.valueChanged.connect(self._choose)
        self._words = QLabel()
        self._words.setMinimumWidth(self._words.fontMetrics().horizontalAdvance("after step 1,000,000"))
        self.now = self._button(self.tr("Now"), self.tr("Back to the present weights"))
        self.now.clicked.connect(lambda: moments.look_at(None))
        self.beside = self._button(
            self.tr("Keep beside"), self.tr("Let this moment answer beside the present: same image, same sliders")
        )
        self.beside.clicked.connect(lambda: self.beside_wanted.emit(self._moments.step or 0))
        line = QHBoxLayout(self)
        line.setContentsMargins(18, 2, 12, 2)
        line.setSpacing(10)
        line.addWidget(name)
        line.addWidget(self.slider, 1)
        for widget in (self._words, self.now, self.beside):
            line.addWidget(widget)
        for signal in (moments.changed, moments.chosen):
            signal.connect(self._show)
        self._show()

    def _button(self, words: str, hint: str) -> QPushButton:
        button = QPushButton(words)
        button.setProperty("quiet", True)
        button.setToolTip(hint)
        return button

    def _choose(self, place: int) -> None:
        steps = self._moments.steps
        self._moments.look_at(steps[place] if place < len(steps) else None)

    def _show(self) -> None:
        steps, step = self._moments.steps, self._moments.step
        self.setVisible(len(steps) > 1)
        self.slider.blockSignals(True)
        self.slider.setRange(0, len(steps))
        self.slider.setValue(len(steps) if step is None else steps.index(step))
        self.slider.blockSignals(False)
        self._words.setText(self.tr("now") if step is None else self.tr("after step {}").format(wording.count(step)))
        for button in (self.now, self.beside):
            button.setVisible(step is not None)
