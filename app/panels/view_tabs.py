"""The bar of tabs over the rows: the sliders of the levels, or one of the views of whole levels."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTabBar, QWidget

from app.panels import view_words
from app.state.experiment import Experiment
from app.state.view_specs import TABS
from app.state.viewing import Viewing
from app.widgets.fonts import small


class ViewTabs(QTabBar):
    """Arrow keys go from tab to tab while it has the keyboard."""

    def __init__(self, experiment: Experiment, viewing: Viewing, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._experiment = experiment
        self._viewing = viewing
        self.setFont(small(self.font()))
        self.setAccessibleName(self.tr("What is shown of the levels"))
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setUsesScrollButtons(True)
        self.setElideMode(Qt.TextElideMode.ElideNone)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        for place, name in enumerate(TABS):
            words = view_words.tab(name)
            self.addTab(words.title)
            self.setTabToolTip(place, self.tr("{} (Ctrl+{})").format(words.meaning, (place + 1) % 10))
            self.setAccessibleTabName(place, words.title)
        self.currentChanged.connect(lambda place: viewing.open(TABS[place]))
        viewing.opened.connect(self._follow)
        experiment.run_changed.connect(self._come)
        self._follow(viewing.current)
        self._come()

    def _come(self) -> None:
        """Be there as soon as there are levels."""
        self.setVisible(bool(self._experiment.levels))

    def _follow(self, name: str) -> None:
        self.setCurrentIndex(TABS.index(name))
