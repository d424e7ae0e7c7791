"""The dock on the left: data, model and training, one card each."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QFrame, QScrollArea, QVBoxLayout, QWidget

from app.panels.data_card import DataCard
from app.panels.model_card import ModelCard
from app.panels.training_card import TrainingCard
from app.state.experiment import Experiment
from app.state.exploration import Exploration

WIDTH = 284


class Setup(QDockWidget):
    """Cards under each other, scrolling where the window is low."""

    def __init__(self, experiment: Experiment, exploration: Exploration, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Setup"))
        self.setObjectName("setup")
        self.setAllowedAreas(Qt.DockWidgetArea.LeftDockWidgetArea | Qt.DockWidgetArea.RightDockWidgetArea)
        self.setTitleBarWidget(QWidget())
        self.data = DataCard(experiment, exploration)
        self.model = ModelCard(experiment)
        self.training = TrainingCard(experiment)
        content = QWidget()
        content.setProperty("plain", True)
        column = QVBoxLayout(content)
        column.setContentsMargins(10, 8, 4, 8)
        column.setSpacing(8)
        for card in (self.data, self.model, self.training):
            column.addWidget(card)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(content)
        scroll.setMinimumWidth(WIDTH)
        self.setWidget(scroll)
