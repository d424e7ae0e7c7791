"""A field for a few numbers separated by commas, or none; a word may stand for one that has no number."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from app.widgets.fields import Range, mark_wrong


class ListField(QLineEdit):
    """`chosen` carries the numbers and words that stand there, `refused` the sentence against what does not fit.

    Args:
        title: what is asked for.
        allowed: what each number may be; its word stands for none.
        least: how few there may be.
        most: how many there may be.
    """

    chosen = Signal(object)
    refused = Signal(str)

    def __init__(
        self, title: str, allowed: Range, least: int = 0, most: int = 16, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._title, self._allowed, self._least, self._most, self._hint = title, allowed, least, most, ""
        self._words: frozenset[str] = frozenset()
        self.setAccessibleName(title)
        self.setPlaceholderText(allowed.word)
        self.editingFinished.connect(self._take)

    def show_value(self, numbers: tuple[float | str, ...]) -> None:
        """Stand at some numbers or words, without telling anybody; what is being typed stays.

        A word that stands there may stay when somebody types.
        """
        if not (self.isModified() and self.hasFocus()):
            self._words = frozenset(one for one in numbers if isinstance(one, str))
            self.setText(", ".join(one if isinstance(one, str) else f"{one:g}" for one in numbers))
            self.setCursorPosition(0)
            mark_wrong(self, "", self._hint)

    def set_hint(self, text: str) -> None:
        """Explain the field in its tool tip while nothing is wrong."""
        self._hint = text
        self.setToolTip(text)
        self.setAccessibleDescription(text)

    def _take(self) -> None:
        if not self.isModified():
            return
        self.setModified(False)
        numbers = self._numbers()
        if numbers is None:
            complaint = self._complaint()
            mark_wrong(self, complaint, self._hint)
            self.refused.emit(complaint)
        else:
            self.show_value(numbers)
            self.chosen.emit(numbers)

    def _numbers(self) -> tuple[float | str, ...] | None:
        """What stands there; None where it does not fit."""
        parts = [part for part in self.text().replace(";", ",").replace(" ", ",").split(",") if part]
        try:
            numbers = [part if part in self._words else float(part) for part in parts]
        except ValueError:
            return None
        plain = [one for one in numbers if isinstance(one, float)]
        fits = all(map(self._allowed.fits, plain)) and self._least <= len(numbers) <= self._most
        whole = self._allowed.whole
        return tuple(int(one) if whole and isinstance(one, float) else one for one in numbers) if fits else None

    def _complaint(self) -> str:
        kind = _tr("whole numbers") if self._allowed.whole else _tr("numbers")
        many = str(self._most) if self._least == self._most else _tr("{} to {}").format(self._least, self._most)
        words = _tr("“{}” does not fit “{}”: give {} {} from {:g} to {:.10g}, separated by commas.")
        return words.format(self.text().strip(), self._title, many, kind, self._allowed.low, self._allowed.high)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Fields", text)
