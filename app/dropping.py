"""Drag and drop on the window: hovering says what a drop would do, before it is done."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from app.bridge import Bridge
from app.widgets.drop_overlay import DropOverlay


class Dropping(QObject):
    """Watches a window for drags of one local file or folder.

    Args:
        window: what takes drops.
        bridge: describes a source.
        dropped: called with the path.
        remark: a further sentence for the moment, or empty.
    """

    def __init__(
        self, window: QWidget, bridge: Bridge, dropped: Callable[[str], object], remark: Callable[[], str]
    ) -> None:
        super().__init__(window)
        self._bridge, self._dropped, self._remark = bridge, dropped, remark
        self.overlay = DropOverlay(window)
        self._over = ""
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QDragEnterEvent):
            self._enter(event)
        elif event.type() == QEvent.Type.DragMove:
            event.setAccepted(bool(self._over))
        elif event.type() == QEvent.Type.DragLeave:
            self._leave()
        elif isinstance(event, QDropEvent) and event.type() == QEvent.Type.Drop:
            source = self._over
            self._leave()
            if source:
                event.acceptProposedAction()
                self._dropped(source)
        else:
            return super().eventFilter(watched, event)
        return True

    def _enter(self, event: QDragEnterEvent) -> None:
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if not paths:
            return
        event.acceptProposedAction()
        if len(paths) > 1:
            self.overlay.say(self.tr("Drop one folder; single images come in a folder of their own."))
            return
        self._over = paths[0]
        self.overlay.say(self.tr("Looking at it …"))
        self._bridge.describe(paths[0], self._say)

    def _say(self, sentence: str) -> None:
        if self._over:
            self.overlay.say(f"{sentence}\n\n{self._remark()}".strip())

    def _leave(self) -> None:
        self._over = ""
        self.overlay.hide()
