"""Drag and drop on the window: hovering says what a drop would do at this place, before it is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QPoint, QRect
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from app.inputs.inspecting import Inspecting
from app.inputs.opening import Opening
from app.inputs.pasting import is_picture, local_files
from app.widgets.drop_overlay import DropOverlay


@dataclass
class _Drag:
    """What hangs over the window.

    Attributes:
        paths: of the things dragged.
        guest: whether it is a single image that could be put beside the data.
        sentence: what opening it would do; empty until that is known.
        fits: whether opening it would do anything.
        on_row: whether it hangs over the row where it would become the base image.
    """

    paths: Sequence[str]
    guest: bool
    sentence: str = ""
    fits: bool = True
    on_row: bool = False


class Dropping(QObject):
    """Watches a window for drags of local files and folders; a single image may become the base image.

    What cannot be opened is taken too: the sentence against it then stays in sight as a notice.

    Args:
        window: what takes drops.
        inspecting: describes what is dragged.
        opening: opens what is dropped, or starts from it.
        row: where a single image is dropped to start from it, as long as it is in sight.
    """

    def __init__(self, window: QWidget, inspecting: Inspecting, opening: Opening, row: QWidget) -> None:
        super().__init__(window)
        self._window, self._inspecting, self._opening, self._row = window, inspecting, opening, row
        self.overlay = DropOverlay(window)
        self._drag: _Drag | None = None
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # A QDropEvent is the base of both others, so that the order matters.
        if isinstance(event, QDragEnterEvent):
            self._enter(event)
        elif isinstance(event, QDragMoveEvent):
            self._move(event)
        elif event.type() == QEvent.Type.DragLeave:
            self._leave()
        elif isinstance(event, QDropEvent):
            self._drop(event)
        else:
            return super().eventFilter(watched, event)
        return True

    def _enter(self, event: QDragEnterEvent) -> None:
        paths = local_files(event.mimeData())
        if not paths:
            return
        event.acceptProposedAction()
        drag = self._drag = _Drag(paths, len(paths) == 1 and self._opening.has_data and is_picture(paths[0]))
        if drag.guest:
            drag.sentence = self.tr("“{}” is a single image.").format(Path(paths[0]).name)
        else:
            self._inspecting.describe("\n".join(paths), lambda sentence, fits: self._know(drag, sentence, fits))
        self._show(drag, event.position().toPoint())

    def _move(self, event: QDragMoveEvent) -> None:
        if self._drag is None:
            event.ignore()
            return
        self._show(self._drag, event.position().toPoint())
        event.setAccepted(self._drag.on_row or not self._drag.guest)

    def _drop(self, event: QDropEvent) -> None:
        drag = self._drag
        if drag is not None:
            self._show(drag, event.position().toPoint())
        self._leave()
        if drag is None or (drag.guest and not drag.on_row):
            return
        event.acceptProposedAction()
        if drag.on_row:
            self._opening.start_from(drag.paths[0])
        else:
            self._opening.offer_files(drag.paths)

    def _know(self, drag: _Drag, sentence: str, fits: bool) -> None:
        """What the drag would do has been found out."""
        drag.sentence, drag.fits = sentence, fits
        if drag is self._drag:
            self._say(drag)

    def _show(self, drag: _Drag, place: QPoint) -> None:
        """Say what letting go at `place` would do."""
        area = self._row_area()
        drag.on_row = drag.guest and area.contains(place)
        self._say(drag)

    def _say(self, drag: _Drag) -> None:
        area = self._row_area()
        if drag.on_row:
            name = Path(drag.paths[0]).name
            self.overlay.say(self.tr("Start from “{}” instead of an image of the data").format(name), area)
            return
        words = [drag.sentence or self.tr("Looking at it …")]
        if drag.guest and not area.isEmpty():
            words.append(self.tr("Dropped on the row of x, it becomes the image to start from."))
        elif drag.sentence and drag.fits and (remark := self._opening.remark()):
            words.append(remark)
        self.overlay.say("\n\n".join(words), problem=drag.guest or not drag.fits)

    def _row_area(self) -> QRect:
        """Where the row of x is in sight, in the window's coordinates."""
        seen = self._row.visibleRegion().boundingRect()
        return QRect() if seen.isEmpty() else seen.translated(self._row.mapTo(self._window, QPoint(0, 0)))

    def _leave(self) -> None:
        self._drag = None
        self._inspecting.forget("describe")
        self.overlay.hide()
