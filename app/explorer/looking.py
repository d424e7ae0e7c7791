"""Asks the desk of the run at hand for the view that somebody wants to see, and brings back what it makes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Slot

from app import translation
from app.bridge import Bridge
from app.state.viewing import Viewing
from app.work.jobs import sentence
from app.work.mailbox import Mailbox

if TYPE_CHECKING:
    from app.work.workshop import Workshop


class Looking(QObject):
    """A view is made on the desk's thread, when no slider moves, and again as the weights change."""

    def __init__(self, bridge: Bridge, viewing: Viewing, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge, self._viewing = bridge, viewing
        self._shop: Workshop | None = None
        self._view: Any = None
        self._looks = Mailbox(self._take, latest_only=True, parent=self)
        viewing.changed.connect(self._look)
        bridge.furnished.connect(self._attend)

    def close(self) -> None:
        """Hear nothing any more."""
        self._looks.close()

    @Slot()
    def _attend(self) -> None:
        """Look at another run, or at none."""
        if self._shop is not None:
            self._shop.desk.look_away()
        self._shop, self._view = self._bridge.shop, None
        self._viewing.colours = () if self._shop is None else translation.colours_of(self._shop.gallery)
        self._viewing.forget()
        self._look()

    @Slot()
    def _look(self) -> None:
        shop, wish = self._shop, self._viewing.wish
        if shop is None:
            return
        if wish is None:
            self._view = None
            shop.desk.look_away()
            return
        view = translation.view_of(wish)
        if view != self._view:
            self._view = view
            shop.desk.look(view, shop.gallery, shop.run.path.name, lambda look: self._looks.post((shop, look)))

    def _take(self, told: tuple[Workshop, Any]) -> None:
        shop, look = told
        if shop is not self._shop or look.view != self._view:  # of a view that nobody wants any more
            return
        complaint = "" if look.error is None else sentence(look.error)
        self._viewing.take(look.view.name, look.figure, look.done, look.total, complaint)
