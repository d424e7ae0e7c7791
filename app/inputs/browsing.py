"""Looking through the data: what of them is looked at, their figures, and the window that shows both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app.inputs.surveying import Surveying
from app.panels.data_window import DataWindow
from app.state.sifting import Sifting

if TYPE_CHECKING:
    from app.main_window import MainWindow


class Browsing(QObject):
    """The window comes and goes; what was found out stays while the data do."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.sifting = Sifting(window.experiment, self)
        self.surveying = Surveying(window.experiment, self.sifting, window.bridge, self)

    @property
    def shown(self) -> DataWindow | None:
        """The window, where it is open."""
        return self._window.findChild(DataWindow)

    def show(self) -> None:
        """Open the window, or bring it to the front."""
        window, shown = self._window, self.shown
        if shown is None:
            shown = DataWindow(window.experiment, window.exploration, self.sifting, self.surveying, window)
            shown.start_again_wanted.connect(window.bridge.start_again)
            shown.capture_wanted.connect(lambda: window.capturing.pick(shown))
        shown.show()
        shown.activateWindow()

    def panels(self) -> dict[str, QWidget]:
        """What a screenshot may show alone, by name, outermost first; nothing while the window is not open."""
        shown = self.shown
        if shown is None:
            return {}
        return {
            self.tr("the data"): shown,
            self.tr("the images of the data"): shown.images,
            self.tr("the classes"): shown.classes,
            self.tr("the mean images"): shown.means,
            self.tr("the duplicates"): shown.copies,
        }
