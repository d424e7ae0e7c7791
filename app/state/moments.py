"""The moments of a run that can be looked back at, and the one that is looked at."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal


class Moments(QObject):
    """`changed` speaks of which moments there are, `chosen` of another one being looked at.

    Attributes:
        steps: of the moments kept so far, rising.
        step: the one looked at; None: the present.
    """

    changed = Signal()
    chosen = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.steps: tuple[int, ...] = ()
        self.step: int | None = None

    def set_steps(self, steps: tuple[int, ...]) -> None:
        """These are kept now; one that was looked at and is gone gives way to the present."""
        if steps != self.steps:
            self.steps = steps
            self.changed.emit()
        if self.step is not None and self.step not in steps:
            self.look_at(None)

    def look_at(self, step: int | None) -> None:
        """Look back at `step`, or at the present."""
        if step != self.step:
            self.step = step
            self.chosen.emit()

    def forget(self) -> None:
        """There is another run, or none."""
        self.set_steps(())
