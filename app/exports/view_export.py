"""Views that leave the window: as pictures, drawings, films, figures and arrays, each with how it is made again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from app.bridge import Bridge
from app.desktop import places
from app.explorer.looking import Looking
from app.exports import captions, screenshot, writing
from app.state.experiment import Experiment
from app.state.exploration import Exploration
from app.state.viewing import Viewing
from app.widgets.notices import Notices
from app.work.jobs import Report

if TYPE_CHECKING:
    import asyncio

    from hvae_engine.exploring.figures import Figure

FILMS = (".gif", ".mp4")


class ViewExport(QObject):
    """Files go to the exports of the run under a name of their own, never over a file that is there.

    Args:
        window: what menus and dialogues open above.
        bridge: of the run at hand; its jobs write beside the window.
        looking: what views are made with.
        notices: where it is said what became of a file.
    """

    def __init__(
        self,
        window: QWidget,
        bridge: Bridge,
        experiment: Experiment,
        exploration: Exploration,
        viewing: Viewing,
        looking: Looking,
        notices: Notices,
    ) -> None:
        super().__init__(window)
        self._window, self._bridge, self._looking, self._notices = window, bridge, looking, notices
        self._experiment, self._exploration, self._viewing = experiment, exploration, viewing
        self._tasks: set[asyncio.Task[None]] = set()

    def menu(self) -> QMenu:
        """Everything that can be done with the figure in sight."""
        menu, figure = QMenu(self._window), self._viewing.shown.figure
        menu.setToolTipsVisible(True)
        menu.aboutToHide.connect(menu.deleteLater)
        if figure is not None:
            for scale in screenshot.SCALES:
                self._add(
                    menu, self.tr("Save as PNG, {} × the pixels").format(scale), partial(self.save, ".png", scale)
                )
            self._add(menu, self.tr("Save as SVG"), partial(self.save, ".svg"))
            if figure.moves:
                self._add(menu, self.tr("Save as GIF"), partial(self.save, ".gif", 2))
                self._add(menu, self.tr("Save as MP4"), partial(self.save, ".mp4", 2))
            if figure.data:
                self._add(menu, self.tr("Save the figures as JSON"), partial(self.save, ".json"))
            self._add(menu, self.tr("Save as …"), self.save_as)
            menu.addSeparator()
            self._add(menu, self.tr("Copy the picture"), self.copy_picture)
            self._add(menu, self.tr("Copy the command line that makes it again"), self.copy_command)
            menu.addSeparator()
        self._add(menu, self.tr("Save the latents of all held-out images as NPZ"), self.save_latents)
        return menu

    def offer(self, button: QWidget) -> None:
        """Show the menu under a button."""
        self.menu().popup(button.mapToGlobal(QPoint(0, button.height())))

    def save(self, suffix: str, scale: int = 1, path: Path | None = None) -> None:
        """Write the figure in sight; `path` None: a new file in the usual place."""
        figure, shop = self._viewing.shown.figure, self._bridge.shop
        if figure is None or shop is None:
            return
        path, where = path or self._new_file(figure, suffix), self._where()
        gallery = self._looking.gallery(shop)

        def write(report: Report) -> None:
            film = suffix in FILMS and figure.moves
            made = writing.finer(shop, figure, gallery, report) if film else figure
            writing.write_figure(_captioned(made, where), path, scale, report)

        self._write(path, write, self.tr("exporting {} …").format(path.name))

    def save_as(self) -> None:
        """Ask where to and as what, then write the figure in sight."""
        figure = self._viewing.shown.figure
        if figure is None:
            return
        kinds = [self.tr("PNG (*.png)"), self.tr("SVG (*.svg)")]
        kinds += [self.tr("GIF (*.gif)"), self.tr("MP4 (*.mp4)")] if figure.moves else []
        kinds += [self.tr("JSON (*.json)")] if figure.data else []
        start = str(self._new_file(figure, ".png"))
        file, kind = QFileDialog.getSaveFileName(self._window, self.tr("Save the view"), start, ";;".join(kinds))
        if file:
            path = Path(file)
            wanted = "." + kind.rpartition(".")[2].rstrip(")")
            path = path if path.suffix else path.with_suffix(wanted)
            self.save(path.suffix.lower(), 2 if path.suffix.lower() in FILMS else 1, path)

    def save_latents(self, path: Path | None = None) -> None:
        """Write the posterior means and draws of every level for all held-out images; `path` None: a new file."""
        shop, run = self._bridge.shop, self._experiment.run_path
        if shop is None or run is None:
            return
        target = path or places.new_export(run, self.tr("latents"), ".npz")
        words = self.tr("exporting {} …").format(target.name)
        self._write(target, lambda report: writing.write_latents(shop, target, report), words)

    def copy_picture(self) -> None:
        """Put the figure, with its caption, on the clipboard."""
        figure, where = self._viewing.shown.figure, self._where()
        if figure is not None:
            scale = 2 if self._window.devicePixelRatioF() > 1 else 1
            self._do(lambda report: writing.picture(_captioned(figure, where), scale), self._put_picture)

    def copy_command(self) -> None:
        """Put the command line that makes the figure again on the clipboard."""
        figure, run = self._viewing.shown.figure, self._experiment.run_path
        if figure is not None and run is not None:
            QGuiApplication.clipboard().setText(writing.command(figure, run))
            self._notices.say(self.tr("The command line is on the clipboard."))

    def cancel(self) -> None:
        """Give up what is being written; nothing half is kept."""
        for task in tuple(self._tasks):
            task.cancel()

    def _put_picture(self, picture: object) -> None:
        QGuiApplication.clipboard().setImage(writing.to_qimage(picture))
        self._notices.say(self.tr("A picture of the view is on the clipboard."))

    def _where(self) -> str:
        """Where the explorer stands, in words."""
        pictures = self._experiment.pictures
        point = "" if pictures is None else captions.of_point(self._exploration.told, pictures)
        return self.tr("Explorer: {}").format(point)

    def _new_file(self, figure: Figure, suffix: str) -> Path:
        level = figure.settings.get("level", "")
        named = level if isinstance(level, str) else level[0] if len(level) == 1 else ""
        parts = (figure.settings["view"], named, self.tr("step {}").format(figure.step))
        run = self._experiment.run_path
        assert run is not None
        return places.new_export(run, " ".join(part for part in parts if part), suffix)

    def _write(self, path: Path, work: Callable[[Report], None], words: str) -> None:
        self._do(work, lambda nothing: self._notices.say(self.tr("Saved to {}").format(path)), words)

    def _do(self, work: Callable[[Report], object], then: Callable[[object], object], words: str = "") -> None:
        task = self._bridge.jobs.do(work, then, self._complain, words)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _complain(self, error: Exception) -> None:
        from hvae_engine.errors import StrataError

        if not isinstance(error, StrataError):
            raise error
        self._notices.say(str(error), problem=True)

    def _add(self, menu: QMenu, words: str, act: Callable[[], object]) -> None:
        menu.addAction(words).triggered.connect(lambda _=False: act())


def _captioned(figure: Figure, words: str) -> Figure:
    """A figure with one more line under it."""
    return replace(figure, caption=(*figure.caption, words))
