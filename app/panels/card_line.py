"""The line under a level's sliders that says what the level encodes, measured on demand, and how old that is."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QScrollArea, QWidget

from app.state.level_cards import LevelCards
from app.words import wording

TICK_MS = 1000
SETTLE_MS = 50
"""After which the rows have made room for a longer answer."""


class CardLine(QWidget):
    """Hidden until somebody asks; then it stays, and is measured again whenever the weights rest."""

    def __init__(self, name: str, cards: LevelCards, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._cards = name, cards
        self._sought = False
        self.setAccessibleName(self.tr("What {} encodes").format(name))
        self._words, self._age = QLabel(), QLabel()
        self._words.setWordWrap(True)
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._age.setProperty("role", "caption")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(80)
        self.bar.setAccessibleName(self.tr("How much of {} is measured").format(name))
        self.cancel = self._button(self.tr("Cancel"), self.tr("Measure nothing more now"), cards.cancel)
        again = self.tr("Measure {} again with the weights as they are now").format(name)
        self.again = self._button(self.tr("Again"), again, lambda: cards.open(name))
        line = QHBoxLayout(self)
        line.setContentsMargins(18, 0, 12, 8)
        line.setSpacing(10)
        line.addWidget(self._words, 1)
        for widget in (self.bar, self._age, self.cancel, self.again):
            line.addWidget(widget, 0, Qt.AlignmentFlag.AlignTop)
        self._settling = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settling.timeout.connect(self._come_into_sight)
        self._clock = QTimer(self, interval=TICK_MS)
        self._clock.timeout.connect(self._tell_age)
        cards.arrived.connect(self._show)
        self._show()

    @property
    def words(self) -> str:
        """The sentence, or what is said in its place."""
        return self._words.text()

    @property
    def age(self) -> str:
        """What is said of when it was measured."""
        return self._age.text()

    def toggle(self) -> None:
        """Ask what the level encodes, or want to know it no more; the answer may lie below many sliders."""
        if self._name in self._cards.opened:
            self._cards.close(self._name)
            self._sought = False
            return
        self._cards.open(self._name)
        self._sought = True
        self._settling.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._clock.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._clock.stop()
        self._settling.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """An answer that was asked for stays in sight as it grows, unless somebody scrolled away."""
        super().resizeEvent(event)
        if self._sought and not self.visibleRegion().isEmpty():
            self._settling.start()

    def _show(self) -> None:
        cards = self._cards
        pending = cards.is_pending(self._name)
        self.setVisible(self._name in cards.opened)
        self._words.setText(self._what_is_known(pending))
        self.setAccessibleDescription(self._words.text())
        done, total = cards.progress
        self.bar.setVisible(pending)
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        self.cancel.setVisible(pending)
        self.again.setVisible(not pending)
        self._tell_age()

    def _come_into_sight(self) -> None:
        """Scroll to it, once the row has made room."""
        above = self.parentWidget()
        while above is not None and not isinstance(above, QScrollArea):
            above = above.parentWidget()
        if above is not None and self.isVisible():
            above.ensureWidgetVisible(self, 0, 8)

    def _what_is_known(self, pending: bool) -> str:
        card = self._cards.card(self._name)
        if card is None:
            words = self.tr("Measuring what {} encodes …") if pending else self.tr("{} was not measured.")
            return words.format(self._name)
        if card.whole or pending:
            return card.sentence
        return self.tr("{} The rest was not measured.").format(card.sentence)

    def _tell_age(self) -> None:
        card = self._cards.card(self._name)
        self._age.setText("" if card is None else wording.age(card.step, card.at))

    def _button(self, words: str, hint: str, act: Callable[[], object]) -> QPushButton:
        button = QPushButton(words)
        button.setProperty("quiet", True)
        button.setToolTip(hint)
        button.setAccessibleName(hint)
        button.clicked.connect(lambda: act())
        return button
