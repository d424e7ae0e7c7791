"""The effect map of one level: it follows the answers and says how much the level moves x."""

from __future__ import annotations

from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from app.state.answers import Answers
from app.widgets.effect_map import EffectMap
from app.words import glossary

SLIGHT, MARKED, STRONG = 0.02, 0.06, 0.15
LEAST_TILES = 5
"""Of the strip beside it: with less room for these the map is folded away."""


class EffectView(EffectMap):
    """What drawing `name` again, and nothing above it, does to each pixel. Out of sight it is not asked for."""

    def __init__(self, name: str, answers: Answers, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setToolTip(glossary.sentences("effect_map"))
        self.setAccessibleName(self.tr("Effect of {} on the picture").format(name))
        self._name, self._answers, self._seen = name, answers, True
        answers.arrived.connect(self._show)

    def fold(self, beside: int) -> bool:
        """Show the map where `beside` logical pixels leave room for a strip next to it; say whether they do."""
        fits = beside - self.sizeHint().width() >= LEAST_TILES * self.tile
        self.setVisible(fits)
        return fits

    def come_into_sight(self, seen: bool) -> None:
        """A person sees the row it lies in, or does not."""
        self._seen = seen
        self._answers.want_effect(self._name, seen and self.isVisible())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._answers.want_effect(self._name, self._seen)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._answers.want_effect(self._name, False)

    def _show(self) -> None:
        effect = self._answers.effect(self._name)
        if effect is None:
            return
        word, share = self._word(effect.size), f"{effect.size:.1%}" if effect.size < 0.1 else f"{effect.size:.0%}"
        sentence = self.tr(
            "Effect of {} on this image: drawn again with everything above it held, it moves the pixels by {} of the "
            "full range (root mean square)."
        )
        caption = f"{word} {share}" if effect.size else word
        hint = f"{sentence.format(self._name, share)}\n{glossary.sentences('effect_map')}"
        self.show_effect(effect.deviation, caption, hint)

    def _word(self, size: float) -> str:
        if not size:
            return self.tr("no effect")
        words = ((SLIGHT, self.tr("faint")), (MARKED, self.tr("slight")), (STRONG, self.tr("marked")))
        return next((word for limit, word in words if size < limit), self.tr("strong"))
