"""Fields of forms that hold one setting each: a number, or a choice among words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QKeyEvent, QStandardItemModel, QWheelEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QSizePolicy, QWidget


@dataclass(frozen=True)
class Range:
    """Which numbers a field takes.

    Attributes:
        low: the least.
        high: the greatest.
        whole: whether only whole numbers fit.
        above: whether `low` itself does not fit.
        step: what an arrow key adds.
        factor: what an arrow key multiplies by instead; 0: it adds.
        word: what stands for None; empty: a number is needed.
    """

    low: float
    high: float
    whole: bool = False
    above: bool = False
    step: float = 1.0
    factor: float = 0.0
    word: str = ""

    def fits(self, number: float) -> bool:
        """Whether `number` is one of them."""
        beyond = number > self.low if self.above else number >= self.low
        return beyond and number <= self.high and (not self.whole or number == int(number))

    def next(self, number: float, sign: int) -> float:
        """The number that one press of an arrow key leads to, or the same one at an end."""
        moved = number * self.factor**sign if self.factor else round(number + sign * self.step, 10)
        return moved if self.fits(moved) else number


class NumberField(QLineEdit):
    """A typed number, or a word for None; `chosen` carries what fits, `refused` the sentence against what does not."""

    chosen = Signal(object)
    refused = Signal(str)

    def __init__(self, title: str, allowed: Range, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._allowed, self._hint = title, allowed, ""
        self.setAccessibleName(title)
        self.setPlaceholderText(allowed.word)
        self.editingFinished.connect(self._take)

    def show_value(self, value: float | None) -> None:
        """Stand at `value`, without telling anybody; what is being typed stays."""
        if not (self.isModified() and self.hasFocus()):
            self.setText(self._allowed.word if value is None else f"{value:.10g}")
            mark_wrong(self, "", self._hint)

    def show_words(self, words: str) -> None:
        """Stand at something that has no number, without telling anybody; what is being typed stays."""
        if not (self.isModified() and self.hasFocus()):
            self.setText(words)
            mark_wrong(self, "", self._hint)

    def set_hint(self, text: str) -> None:
        """Explain the field in its tool tip while nothing is wrong."""
        self._hint = text
        self.setToolTip(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        sign = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()), 0)
        if not sign:
            super().keyPressEvent(event)
            return
        number = self._number()
        start = self._allowed.low if number is None else self._allowed.next(number, sign)
        self._offer(start if self._allowed.fits(start) else None)

    def _take(self) -> None:
        if self.isModified():
            self.setModified(False)
            self._offer(self._number())

    def _number(self) -> float | None:
        """What stands there; None where it is no number."""
        try:
            return float(self.text().strip().replace(",", "."))
        except ValueError:
            return None

    def _offer(self, number: float | None) -> None:
        word, typed = self._allowed.word, self.text().strip()
        if number is None and word and typed in (word, ""):
            self._choose(None)
        elif number is not None and self._allowed.fits(number):
            self._choose(int(number) if self._allowed.whole else number)
        else:
            complaint = self._complaint(typed)
            mark_wrong(self, complaint, self._hint)
            self.refused.emit(complaint)

    def _choose(self, value: float | None) -> None:
        self.show_value(value)
        self.chosen.emit(value)

    def _complaint(self, typed: str) -> str:
        allowed = self._allowed
        kind = _tr("a whole number") if allowed.whole else _tr("a number")
        low = (_tr("above {:g}") if allowed.above else _tr("from {:g}")).format(allowed.low)
        other = _tr(", or “{}”").format(allowed.word) if allowed.word else ""
        sentence = _tr("“{}” does not fit “{}”: give {} {} to {:.10g}{}.")
        return sentence.format(typed, self._title, kind, low, allowed.high, other)


class ChoiceField(QComboBox):
    """One of a few words; `chosen` carries its key. The wheel scrolls the page and changes nothing."""

    chosen = Signal(object)

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(title)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumContentsLength(5)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.activated.connect(lambda place: self.chosen.emit(self.itemData(place)))

    def offer(self, choices: Mapping[str, str]) -> None:
        """Offer `choices`, words by key, and stand where it stood."""
        before = self.currentData()
        self.clear()
        for key, words in choices.items():
            self.addItem(words, key)
        self.show_value(before)

    def show_value(self, key: str | None) -> None:
        """Stand at `key`, without telling anybody."""
        self.setCurrentIndex(self.findData(key))

    def rule_out(self, key: str, reason: str) -> None:
        """Disable a choice and say why in its tool tip; an empty reason allows it again."""
        model = self.model()
        assert isinstance(model, QStandardItemModel)
        item = model.item(self.findData(key))
        item.setEnabled(not reason)
        item.setToolTip(reason)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


def mark_wrong(line: QLineEdit, complaint: str, hint: str) -> None:
    """Frame a field whose text does not fit and say why in its tool tip; an empty complaint takes the frame off."""
    line.setProperty("wrong", bool(complaint))
    line.setToolTip(complaint or hint)
    line.style().unpolish(line)
    line.style().polish(line)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Fields", text)
