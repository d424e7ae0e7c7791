"""The dock on the left: data, model, objective and training, one card each, and Train under them."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QDockWidget,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.actions import Actions
from app.panels.data_card import DataCard
from app.panels.model_card import ModelCard
from app.panels.objective_card import ObjectiveCard
from app.panels.training_card import TrainingCard
from app.state.experiment import Experiment
from app.state.exploration import Exploration
from app.state.permissions import Action, Phase
from app.widgets.choices import Choices
from app.words import glossary, wording

WIDTH = 284


class Setup(QDockWidget):
    """Simple shows data, a preset and Train; All settings shows everything. Cards scroll where the window is low."""

    refused = Signal(str)
    start_again_wanted = Signal()

    def __init__(
        self, experiment: Experiment, exploration: Exploration, actions: Actions, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Setup"))
        self.setObjectName("setup")
        self.setAllowedAreas(Qt.DockWidgetArea.LeftDockWidgetArea | Qt.DockWidgetArea.RightDockWidgetArea)
        self._experiment = experiment
        self.data = DataCard(experiment, exploration)
        self.model = ModelCard(experiment)
        self.objective = ObjectiveCard(experiment)
        self.training = TrainingCard(experiment)
        for card in (self.data, self.model, self.objective, self.training):
            card.refused.connect(self.refused)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(10, 0, 4, 8)
        column.setSpacing(8)
        column.addWidget(self._scrolling_cards(), 1)
        column.addLayout(self._footer(actions))
        self.setTitleBarWidget(self._title_bar())
        self.setWidget(content)
        for signal in (experiment.settings_changed, experiment.phase_changed, experiment.pictures_changed):
            signal.connect(self._say_what_differs)
        self.show_extent("simple")
        self._say_what_differs()

    @property
    def extent(self) -> str:
        """ "simple" or "all"."""
        return self.extents.current

    def show_extent(self, extent: str) -> None:
        """Show "simple" or "all" settings."""
        everything = extent == "all"
        self.extents.choose("all" if everything else "simple")
        self.objective.setVisible(everything)
        self.training.setVisible(everything)
        self.data.unfold_all(everything)
        self.model.unfold_all(everything)

    def _title_bar(self) -> QWidget:
        """What the dock is dragged by: the rest of the line with the extents."""
        bar = QWidget()
        bar.setToolTip(self.tr("Drag to move the settings to the other side or out of the window"))
        line = QHBoxLayout(bar)
        line.setContentsMargins(10, 8, 10, 8)
        line.addWidget(self._extents())
        line.addStretch(1)
        return bar

    def _extents(self) -> Choices:
        self.extents = Choices(
            {"simple": self.tr("Simple"), "all": self.tr("All settings")},
            {
                "simple": self.tr("Data, a preset and Train"),
                "all": self.tr("Every option of the model, the objective and the training"),
            },
        )
        for key in ("simple", "all"):
            self.extents.button(key).setProperty("outlined", True)
        self.extents.chosen.connect(self.show_extent)
        return self.extents

    def _scrolling_cards(self) -> QScrollArea:
        content = QWidget()
        content.setProperty("plain", True)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(8)
        for card in (self.data, self.model, self.objective, self.training):
            column.addWidget(card)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(content)
        scroll.setMinimumWidth(WIDTH)
        scroll.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        return scroll

    def _footer(self, actions: Actions) -> QVBoxLayout:
        self._differs = QLabel()
        self._differs.setProperty("role", "caption")
        self._differs.setWordWrap(True)
        self.again = QPushButton(self.tr("Start again with this"))
        self.again.setProperty("outlined", True)
        self.again.clicked.connect(self.start_again_wanted)
        self.train = QPushButton()
        self.train.setProperty("accent", True)
        self.train.setMinimumHeight(32)
        self.train.clicked.connect(actions["train"].trigger)
        actions["train"].changed.connect(lambda: self._show_train(actions["train"]))
        self._show_train(actions["train"])
        column = QVBoxLayout()
        column.setSpacing(6)
        column.setContentsMargins(0, 0, 6, 0)
        for widget in (self._differs, self.again, self.train):
            column.addWidget(widget)
        return column

    def _show_train(self, action: QAction) -> None:
        self.train.setText(action.text().replace("&", ""))
        self.train.setIcon(action.icon())
        self.train.setToolTip(action.toolTip())
        self.train.setEnabled(action.isEnabled())

    def _say_what_differs(self) -> None:
        experiment = self._experiment
        names = experiment.differing if experiment.allows(Action.START_AGAIN) else ()
        live = experiment.phase in (Phase.TRAINING, Phase.PAUSED)
        self._differs.setVisible(bool(names))
        self.again.setVisible(bool(names) and live)
        if names:
            words = wording.listing([glossary.term(name).title for name in names], self.tr("and"))
            goes_on = self.tr("Changed for a new run: {}. The present one goes on as it is, and is kept.")
            rests = self.tr("Changed: {}. Training begins a new run with it; the present one is kept.")
            self._differs.setText((goes_on if live else rests).format(words))
