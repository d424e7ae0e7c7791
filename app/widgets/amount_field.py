"""Fields for how many of something: a whole number or a share of all, typed with a percent sign, or a share alone."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from app.widgets.fields import NumberField, Range


@dataclass(frozen=True)
class Amount(Range):
    """Whole numbers of a range, and shares between 0 and 1."""

    def fits(self, number: float) -> bool:
        """Whether `number` is a count of the range, or a share."""
        return 0 < number < 1 or (number == int(number) and self.low <= number <= self.high)


class AmountField(NumberField):
    """Shows and takes `600`, `5 %`, or the word for None; a share is handed out as a number below 1."""

    def show_value(self, value: float | None) -> None:
        """Stand at a count, a share or None, without telling anybody; what is being typed stays."""
        super().show_value(value)
        if value is not None and value < 1 and not (self.isModified() and self.hasFocus()):
            self.setText(f"{100 * value:.10g} %")

    def _number(self) -> float | None:
        typed = self.text().strip()
        if not typed.endswith("%"):
            number = super()._number()
            return int(number) if number is not None and number >= 1 and number == int(number) else number
        try:
            return float(typed[:-1].strip().replace(",", ".")) / 100
        except ValueError:
            return None

    def _complaint(self, typed: str) -> str:
        other = _tr(", or “{}”").format(self._allowed.word) if self._allowed.word else ""
        sentence = _tr("“{}” does not fit “{}”: give a whole number from {:g} up, a share such as 5 %{}.")
        return sentence.format(typed, self._title, self._allowed.low, other)


class ShareField(NumberField):
    """Shows and takes `20 %`, or the word for None; what is handed out lies between 0 and 1."""

    def show_value(self, value: float | None) -> None:
        """Stand at a share or None, without telling anybody; what is being typed stays."""
        super().show_value(value)
        if value is not None and not (self.isModified() and self.hasFocus()):
            self.setText(f"{100 * value:.10g} %")

    def _number(self) -> float | None:
        typed = self.text().strip()
        try:
            number = float(typed.removesuffix("%").strip().replace(",", "."))
        except ValueError:
            return None
        return round(number / 100, 12) if typed.endswith("%") or number >= 1 else number

    def _complaint(self, typed: str) -> str:
        other = _tr(", or “{}”").format(self._allowed.word) if self._allowed.word else ""
        sentence = _tr("“{}” does not fit “{}”: give a share from {:g} % to {:g} %{}.")
        return sentence.format(typed, self._title, 100 * self._allowed.low, 100 * self._allowed.high, other)


def _tr(text: str) -> str:
    return QCoreApplication.translate("AmountField", text)
