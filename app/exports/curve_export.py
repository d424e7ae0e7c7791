"""Curves that leave the window: as numbers in a CSV file, and each plot as a picture with a caption."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QPoint
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from app.desktop import places
from app.exports import captions, screenshot
from app.panels.curve_card import CurveCard
from app.panels.curves import CurvesPanel
from app.state import curve_table
from app.state.experiment import Experiment
from app.state.pins import Pins
from app.widgets.notices import Notices
from app.work.jobs import Jobs


class CurveExport(QObject):
    """Offers what a right click on a plot offers. Pictures go to the run's exports, else to the pictures folder.

    Args:
        window: what dialogues open above.
        curves: the plots.
        experiment: the run at hand.
        pins: the runs behind it, which are exported too.
        jobs: write long tables beside the window.
        notices: where it is said what became of a file.
    """

    def __init__(
        self,
        window: QWidget,
        curves: CurvesPanel,
        experiment: Experiment,
        pins: Pins,
        jobs: Jobs,
        notices: Notices,
    ) -> None:
        super().__init__(window)
        self._window, self._curves, self._experiment = window, curves, experiment
        self._pins, self._jobs, self._notices = pins, jobs, notices
        curves.menu_wanted.connect(self.offer)

    def offer(self, card: CurveCard, place: QPoint) -> None:
        """Show the menu of one plot."""
        menu = QMenu(self._window)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.addAction(self.tr("Show all (double click)")).triggered.connect(lambda _=False: self._curves.show_all())
        menu.addSeparator()
        for scale in screenshot.SCALES:
            action = menu.addAction(self.tr("Save as PNG, {} × the pixels").format(scale))
            action.triggered.connect(lambda _=False, scale=scale: self.save_png(card, scale))
        menu.addAction(self.tr("Save as SVG")).triggered.connect(lambda _=False: self.save_svg(card))
        menu.addAction(self.tr("Copy the picture")).triggered.connect(lambda _=False: self.copy(card))
        menu.addSeparator()
        menu.addAction(self.tr("Export the curves as CSV …")).triggered.connect(lambda _=False: self.ask_for_csv())
        menu.popup(place)

    def save_png(self, card: CurveCard, scale: int, path: Path | None = None) -> None:
        """Save a plot with its caption; `path` None: a new file in the usual place."""
        path = path or self._new_picture(card)
        with card.bare():
            image = screenshot.draw(card, scale, self.caption())
        self._tell(path, screenshot.write(image, path, {"Software": "Strata", "Description": self.caption()}))

    def save_svg(self, card: CurveCard, path: Path | None = None) -> None:
        """Save a plot with its caption as a drawing; `path` None: a new file in the usual place."""
        path = path or self._new_picture(card).with_suffix(".svg")
        with card.bare():
            complaint = screenshot.write_svg(card, path, self.caption())
        self._tell(path, complaint)

    def copy(self, card: CurveCard) -> None:
        """Put a plot with its caption on the clipboard, as sharp as the screen."""
        with card.bare():
            image = screenshot.draw(card, card.devicePixelRatioF(), self.caption())
        QGuiApplication.clipboard().setImage(image)
        self._notices.say(self.tr("A picture of {} is on the clipboard.").format(card.accessibleName()))

    def ask_for_csv(self) -> None:
        """Ask where to, then export the curves."""
        run = self._experiment.run_path
        name = f"{run.name} curves.csv" if run else "curves.csv"
        start = str((run / places.EXPORTS if run and (run / places.EXPORTS).is_dir() else Path.home()) / name)
        file, _ = QFileDialog.getSaveFileName(self._window, self.tr("Export the curves"), start, "CSV (*.csv)")
        if file:
            path = Path(file)
            self.write_csv(path if path.suffix else path.with_suffix(".csv"))

    def write_csv(self, path: Path) -> None:
        """Write the curves of the run at hand and of those pinned behind it."""
        present = self._experiment.run_path
        runs = [curve_table.content_of(pin.name, pin.curves) for pin in self._pins.besides(present)]
        if present is not None:
            runs.insert(0, curve_table.content_of(present.name, self._experiment.curves))
        if not any(len(run.tables["training"]) for run in runs):
            self._notices.say(self.tr("There are no curves to export yet: train or pin a run first."))
            return

        async def action() -> None:
            await self._jobs.work(lambda report: _write_csv(runs, path))
            self._tell(path, "")

        self._jobs.begin(action, partial(self._complain, path))

    def caption(self) -> str:
        """Run, step, data and settings, and which runs lie behind."""
        pinned = ", ".join(pin.name for pin in self._pins.besides(self._experiment.run_path))
        parts = (captions.of_run(self._experiment), self.tr("behind: {}").format(pinned) if pinned else "")
        return " · ".join(part for part in parts if part)

    def _new_picture(self, card: CurveCard) -> Path:
        return places.new_screenshot(self._experiment.run_path, card.accessibleName())

    def _tell(self, path: Path, complaint: str) -> None:
        self._notices.say(complaint or self.tr("Saved to {}").format(path), problem=bool(complaint))

    def _complain(self, path: Path, error: Exception) -> None:
        if not isinstance(error, OSError):
            raise error
        words = self.tr("The curves cannot be written to {} ({}): choose another place.")
        self._tell(path, words.format(path, error.strerror))


def _write_csv(runs: list[curve_table.Content], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        curve_table.write(runs, file)
