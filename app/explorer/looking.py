"""Asks the desk of the run at hand for the view that somebody wants to see, and brings back what it makes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Slot

from app import translation
from app.bridge import Bridge
from app.state.experiment import Experiment
from app.state.records import Guest
from app.state.viewing import Viewing
from app.work.jobs import sentence
from app.work.mailbox import Mailbox

if TYPE_CHECKING:
    from app.work.workshop import Workshop
    from hvae_engine.exploring.subject import Gallery


class Looking(QObject):
    """A view is made on the desk's thread, in between the pictures of the sliders, and again as the weights change."""

    def __init__(self, bridge: Bridge, experiment: Experiment, viewing: Viewing, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge, self._experiment, self._viewing = bridge, experiment, viewing
        self._gallery: Gallery | None = None
        self._guests: tuple[Guest, ...] = ()
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
        self._shop, self._view, self._gallery = self._bridge.shop, None, None
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
            shop.desk.look(view, self.gallery(shop), shop.run.path.name, lambda look: self._looks.post((shop, look)))

    def gallery(self, shop: Workshop) -> Gallery:
        """The images of a run and those that a person brought along; the very same as long as none comes."""
        pictures = self._experiment.pictures
        guests = () if pictures is None else pictures.guests
        if self._gallery is None or guests is not self._guests:
            self._guests = guests
            self._gallery = translation.with_guests(shop.gallery, guests)
        return self._gallery

    def _take(self, told: tuple[Workshop, Any]) -> None:
        shop, look = told
        if shop is not self._shop or self._view is None or look.view.unmoved != self._view.unmoved:
            return  # of a view that nobody wants any more; the hand may have moved on while it was made
        complaint = "" if look.error is None else sentence(look.error)
        if look.sketch is not None:
            self._viewing.sketch(look.view.name, look.sketch)
        self._viewing.take(look.view.name, look.figure, look.done, look.total, complaint)
