"""The run at hand beside earlier ones: the list of runs, pins behind the curves, and what of the curves is in sight."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QSettings
from PySide6.QtWidgets import QWidget

from app.inputs.recent import Recent
from app.panels.curves import CurvesPanel
from app.panels.objective_bar import ObjectiveBar
from app.panels.runs import Runs
from app.runs.archive import Archive
from app.state.experiment import Experiment
from app.state.sight import Sight
from app.widgets.notices import Notices
from app.work.jobs import Jobs

SIGHT = "curves/sight"


class Comparing(QObject):
    """Made before the panels, which want its pins.

    Args:
        jobs: of the window.
        experiment: the run at hand.
        recent: runs that were open lately.
        notices: where it is said what could not be done.
        settings: where pins and sight are remembered; None remembers nothing.
        window: what the list opens beside.
    """

    def __init__(
        self,
        jobs: Jobs,
        experiment: Experiment,
        recent: Recent,
        notices: Notices,
        settings: QSettings | None,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._experiment, self._notices, self._settings, self._window = experiment, notices, settings, window
        self.archive = Archive(jobs, experiment, recent, settings, self)
        self.archive.refused.connect(lambda text: notices.say(text, problem=True))

    def show_runs(self, opened: Callable[[str], object], beside: Callable[[str], object]) -> None:
        """List the runs beside the window.

        Args:
            opened: called with the folder of one that is chosen.
            beside: called with the folder of one to explore side by side with the run at hand.
        """
        listed = self._window.findChild(Runs)
        if listed is None:
            listed = Runs(self.archive, self._experiment, self._window)
            listed.chosen.connect(opened)
            listed.beside_wanted.connect(beside)
        listed.show()
        listed.activateWindow()

    def pin_run(self) -> None:
        """Lay the curves of the run at hand behind those of the next one."""
        path = self._experiment.run_path
        if path is None:
            self._notices.say(self.tr("There is no run yet whose curves could be pinned: press Train first."))
            return
        self.archive.pin(path)
        self._notices.say(self.tr("“{}” will lie behind the curves of the next run.").format(path.name))

    def remember(self, curves: CurvesPanel) -> None:
        """Keep what is in sight; pins are kept as they are made."""
        if self._settings is not None:
            self._settings.setValue(SIGHT, curves.sight.to_text())

    def restore(self, curves: CurvesPanel, bar: ObjectiveBar) -> None:
        """Show what was in sight when the window was closed, and pin what was pinned."""
        if self._settings is None:
            return
        sight = Sight.from_text(str(self._settings.value(SIGHT, "")))
        curves.recall(sight)
        bar.hide_terms(sight.hidden)
        self.archive.restore()
