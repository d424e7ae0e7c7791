"""Another model that answers the same question beside the one at hand: of another run, or an earlier moment of this."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from hvae_engine.exploring import Answer


@dataclass(frozen=True)
class Partner:
    """Which weights answer beside the present ones.

    Attributes:
        path: the folder of their run.
        step: of an earlier moment; None: the last ones.
    """

    path: Path
    step: int | None = None

    @property
    def name(self) -> str:
        """Of the run."""
        return self.path.name


class Beside(QObject):
    """`changed` speaks of another partner or of none, `arrived` of its answer.

    Attributes:
        partner: whose answers stand beside those at hand; None: nobody's.
        latest: its latest answer; None before any.
    """

    changed = Signal()
    arrived = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.partner: Partner | None = None
        self.latest: Answer | None = None

    def set_partner(self, partner: Partner | None) -> None:
        """Put another model beside the one at hand, or none."""
        if partner != self.partner:
            self.partner, self.latest = partner, None
            self.changed.emit()
            self.arrived.emit()

    def take(self, answer: Answer) -> None:
        """Show the partner's answer."""
        self.latest = answer
        self.arrived.emit()
