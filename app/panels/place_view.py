"""The map of one spatial level: where it spends its nats, and the place on which its sliders act."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.state import units
from app.state.answers import Answers
from app.state.exploration import Exploration
from app.widgets.nats_map import NatsMap
from app.words import glossary, wording

GAP = 12


class PlaceView(NatsMap):
    """Hidden for a level without a map. A click picks a place, a second click on it all places again."""

    def __init__(self, name: str, exploration: Exploration, answers: Answers, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._exploration, self._answers = name, exploration, answers
        self.setContentsMargins(0, 0, GAP, 0)
        self.setAccessibleName(self.tr("Map of {}").format(name))
        self.hide()
        self.picked.connect(lambda place: exploration.aim(name, place))
        exploration.changed.connect(self._mark)
        exploration.aimed.connect(self.show_answer)
        answers.arrived.connect(self.show_answer)

    def show_answer(self) -> None:
        """Show the nats of the latest answer and the place the sliders act on."""
        answer = self._answers.level(self._name)
        spatial = answer is not None and answer.maps is not None and answer.maps.kl[0].size > 1
        self.setVisible(spatial)
        if answer is None or answer.maps is None or not spatial:
            return
        place, nats = self._exploration.places.get(self._name), answer.maps.kl.sum(0)
        self.show_effect(nats, self._words(place), self._hint(place, float(nats.max())))
        self.setAccessibleName(self.tr("Place on {} that its sliders move: {}").format(self._name, self.caption))
        self.choose(place)
        self._mark()

    def _mark(self) -> None:
        self.mark(units.places_of(self._exploration.point.edits.get(self._name, {})))

    def _words(self, place: units.Place | None) -> str:
        if place is None:
            return self.tr("everywhere")
        return self.tr("row {}, col {}").format(place[0] + 1, place[1] + 1)

    def _hint(self, place: units.Place | None, most: float) -> str:
        here = self.tr("A click picks the place that the sliders move, by key with the arrows.")
        everywhere = self.tr("The sliders move this place alone; a click on it, or Backspace, gives all places back.")
        most_words = self.tr("At most {} nats at one place.").format(wording.nats(most, 2))
        return f"{glossary.sentences('nats_map')}\n{most_words} {here if place is None else everywhere}"
