"""Screenshots of the window and of each panel: which there are, which one is picked, where its picture goes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QObject, QRect
from PySide6.QtGui import QAction, QActionGroup, QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QMenu, QScrollArea, QWidget

from app.desktop import places
from app.exports import captions, screenshot
from app.state.experiment import Experiment
from app.state.exploration import Exploration
from app.widgets.notices import Notices
from app.widgets.pick_overlay import PickOverlay, Target
from app.work.jobs import Jobs

WINDOW = "window"


class Capturing(QObject):
    """Pictures go to the run's folder, else to the pictures folder, and never over a file that is there.

    Args:
        window: the whole.
        panels: finds its parts by name, outermost first.
        notices: where it is said what became of a picture.
        jobs: of the window; a large picture takes seconds to write.
    """

    def __init__(
        self,
        window: QWidget,
        panels: Callable[[], Mapping[str, QWidget]],
        experiment: Experiment,
        exploration: Exploration,
        notices: Notices,
        jobs: Jobs,
    ) -> None:
        super().__init__(window)
        self._window, self._find = window, panels
        self._experiment, self._exploration, self._notices = experiment, exploration, notices
        self._jobs = jobs
        self._overlay: PickOverlay | None = None
        self._promised: set[Path] = set()
        self.scales = QActionGroup(self)
        likely = min(screenshot.SCALES, key=lambda scale: abs(scale - window.devicePixelRatioF()))
        for scale in screenshot.SCALES:
            action = QAction(self.tr("{} × the pixels").format(scale), self.scales)
            action.setCheckable(True)
            action.setData(scale)
            action.setChecked(scale == likely)

    @property
    def scale(self) -> int:
        """Pixels that a logical pixel becomes."""
        return int(self.scales.checkedAction().data())

    def panels(self) -> dict[str, QWidget]:
        """What can be taken now, by name: the window first."""
        found = {self.tr("the whole window"): self._window}
        return found | {name: panel for name, panel in self._find().items() if panel.isVisible()}

    def pick(self, inside: QWidget | None = None) -> None:
        """Let a person pick a panel; the second time, think better of it.

        Args:
            inside: a window beside the main one, whose panels these are; None: the main one.
        """
        if self._overlay is not None:
            self._overlay.close()
            return
        hint = self.tr("Click or Enter: save · Shift: save as … · C: copy · 1 2 4: scale · Tab: next · Esc: leave")
        window = inside or self._window
        overlay = PickOverlay(window, lambda: self._targets(window), hint, screenshot.SCALES, self.scale)
        overlay.looked_at.connect(self._bring_into_sight)
        overlay.scaled.connect(self._set_scale)
        overlay.picked.connect(self._take_picked)
        overlay.closed.connect(self._forget_overlay)
        self._overlay = overlay

    def save(self, name: str, path: Path | None = None) -> None:
        """Draw one of `panels` at once, and write the picture beside the window.

        Args:
            name: its key.
            path: the file, replaced where it is there; None: a new one in the usual place.
        """
        path = path or self._new_file(name)
        image, entries = self._image(name), captions.metadata(self._experiment, self._exploration)
        self._promised.add(path)

        def written(complaint: str) -> None:
            self._promised.discard(path)
            self._notices.say(complaint or self.tr("Screenshot saved to {}").format(path), problem=bool(complaint))

        self._jobs.do(lambda report: screenshot.write(image, path, entries), written, _raise)

    def save_as(self, name: str) -> None:
        """Ask where to, then save a picture of one of `panels`."""
        words = self.tr("Save the screenshot")
        file, _ = QFileDialog.getSaveFileName(
            self._window, words, str(self._new_file(name)), self.tr("PNG pictures (*.png)")
        )
        if file:
            path = Path(file)
            self.save(name, path if path.suffix else path.with_suffix(".png"))

    def copy(self, name: str) -> None:
        """Put a picture of one of `panels` on the clipboard."""
        QGuiApplication.clipboard().setImage(self._image(name))
        self._notices.say(self.tr("A picture of {} is on the clipboard.").format(name))

    def copy_window(self) -> None:
        """Put a picture of the window on the clipboard."""
        self.copy(next(iter(self.panels())))

    def list_in(self, menu: QMenu) -> None:
        """List every panel there is now, and the scales."""
        menu.clear()
        for name in self.panels():
            menu.addAction(name[:1].upper() + name[1:]).triggered.connect(lambda _=False, name=name: self.save(name))
        menu.addSeparator()
        menu.addActions(self.scales.actions())

    def _image(self, name: str) -> QImage:
        widget = self.panels()[name]
        return screenshot.draw(widget, self.scale, captions.words(self._experiment, self._exploration))

    def _new_file(self, name: str) -> Path:
        part = "" if self.panels()[name] is self._window else name
        return places.new_screenshot(self._experiment.run_path, part, self._promised)

    def _targets(self, window: QWidget) -> list[Target]:
        parts = {name: one for name, one in self.panels().items() if one.window() is window}
        return [Target(name, name, _in_sight(one), one.size()) for name, one in parts.items()]

    def _bring_into_sight(self, name: str) -> None:
        panel = self.panels().get(name)
        if panel is None or panel.isWindow() or not panel.visibleRegion().isEmpty():
            return
        parent = panel.parentWidget()
        while parent is not None and not isinstance(parent, QScrollArea):
            parent = parent.parentWidget()
        if parent is not None:
            parent.ensureWidgetVisible(panel)

    def _set_scale(self, scale: int) -> None:
        for action in self.scales.actions():
            action.setChecked(action.data() == scale)

    def _take_picked(self, name: str, how: str) -> None:
        if name in self.panels():  # it may have gone meanwhile
            {"file": self.save, "ask": self.save_as, "clipboard": self.copy}[how](name)

    def _forget_overlay(self) -> None:
        self._overlay = None


def _in_sight(widget: QWidget) -> QRect:
    """What of a panel can be seen, in the coordinates of its window."""
    area, one = widget.rect(), widget
    while not one.isWindow() and (around := one.parentWidget()) is not None:
        area, one = area.translated(one.pos()) & around.rect(), around
    return area


def _raise(error: Exception) -> None:
    raise error
