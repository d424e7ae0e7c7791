"""Every way in which data and runs come into the window: chosen, dropped, pasted, recent, downloaded or built in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, QSettings
from PySide6.QtWidgets import QFileDialog, QWidget

from app.bridge import Bridge
from app.inputs.inspecting import Inspecting
from app.panels.import_sheet import ImportSheet
from app.state.experiment import Experiment
from app.state.exploration import Exploration
from app.state.permissions import Action, Phase
from app.state.records import Guest, Prospect
from app.widgets.notices import Notices
from app.words import wording


class Opening(QObject):
    """Asks before a run in training is left, and shows a sheet before images are imported.

    Args:
        window: what dialogues open beside.
        settings: remember the last answers of the sheet; None: until the window closes.
    """

    def __init__(
        self,
        experiment: Experiment,
        exploration: Exploration,
        bridge: Bridge,
        inspecting: Inspecting,
        notices: Notices,
        settings: QSettings | None,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._experiment, self._exploration = experiment, exploration
        self._bridge, self._inspecting = bridge, inspecting
        self._notices, self._settings, self._window = notices, settings, window
        self.sheet: ImportSheet | None = None

    @property
    def in_training(self) -> bool:
        """Whether opening anything would end something that goes on."""
        return self._experiment.phase in (Phase.TRAINING, Phase.PAUSED)

    @property
    def has_data(self) -> bool:
        """Whether there are images that another one could be put beside."""
        return self._experiment.pictures is not None

    def built_in(self) -> dict[str, tuple[str, str]]:
        """Data that are always there: title and description by name."""
        return {
            "scenes": (self.tr("Strata scenes"), self.tr("Drawn by Strata, 28 × 28, black and white")),
            "scenes:colour": (self.tr("Strata scenes in colour"), self.tr("Drawn by Strata, 32 × 32, in colour")),
        }

    def offer(self, source: str) -> None:
        """Open data or a run; while a run is in training, ask first without blocking anything.

        Args:
            source: a name or a path, or several paths with line breaks between them.
        """
        if not self._experiment.allows(Action.OPEN):
            return
        if not self.in_training:
            self._look(source)
            return
        self._notices.say(
            self.tr("A run is in training. Opening “{}” stops and saves it.").format(wording.source(source)),
            answers=(
                (self.tr("Stop and open"), lambda: self._look(source)),
                (self.tr("Keep training"), lambda: None),
            ),
        )

    def offer_files(self, paths: Sequence[str]) -> None:
        """Open files and folders together, see `offer`."""
        self.offer("\n".join(paths))

    def remark(self) -> str:
        """What else a drop would mean now; empty: nothing."""
        if self.in_training:
            return self.tr("A run is in training: you will be asked before it is stopped and saved.")
        return ""

    def ask_for_folder(self) -> None:
        """Ask for a folder of images, of IDX files or of a run."""
        words = self.tr("A folder of images, of IDX files, or a run")
        if folder := QFileDialog.getExistingDirectory(self._window, words):
            self.offer(folder)

    def ask_for_files(self) -> None:
        """Ask for files: images, archives, arrays, IDX or CIFAR's batches, or one of a run."""
        words = self.tr("Images, archives, arrays, or a file of a run")
        files, _ = QFileDialog.getOpenFileNames(self._window, words)
        if files:
            self.offer_files(files)

    def cancel(self) -> None:
        """Give up what is being looked through before it is opened."""
        self._inspecting.forget("look")

    def start_from(self, path: str) -> None:
        """Make an image file the base image of the explorer, brought to the shape of the data."""
        pictures = self._experiment.pictures
        if pictures is None:
            return

        def take(pixels: np.ndarray) -> None:
            present = self._experiment.pictures
            if present is not None and present.asked == pictures.asked:  # the data may have gone meanwhile
                self._exploration.pick_guest(self._experiment.add_guest(Guest(Path(path).name, pixels, path)))

        self._inspecting.decode(path, pictures.pixels.shape[1:], take)

    def _look(self, source: str) -> None:
        """Find out whether there is anything to choose about `source`, then ask for it or open it."""

        def found(prospect: Prospect | None) -> None:
            if prospect is None:
                self._bridge.open(source)
            else:
                self._ask(source, prospect)

        self._inspecting.look(source, found)

    def _ask(self, source: str, prospect: Prospect) -> None:
        if self.sheet is not None:
            self.sheet.reject()
        sheet = ImportSheet(source, prospect, self._inspecting.preview, self._settings, self._window)

        def load() -> None:
            by_class = sheet.form.by_class
            labels = sheet.labels
            self._bridge.open(sheet.asked, then=lambda: self._experiment.change(labels=labels) if by_class else None)

        sheet.accepted.connect(load)
        sheet.finished.connect(self._forget)
        self.sheet = sheet
        sheet.open()

    def _forget(self) -> None:
        self.sheet = None
        self._inspecting.forget("preview")
