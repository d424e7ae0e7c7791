"""Earlier runs whose curves lie behind the present one's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.state.curves import Curves

MOST = 4
"""More lines behind a curve than this nobody tells apart."""


@dataclass(frozen=True)
class Pin:
    """One earlier run.

    Attributes:
        path: of its folder.
        curves: nobody appends to them.
        batch: images a step.
        bound_name: "ELBO" or "IWAE-5".
    """

    path: Path
    curves: Curves
    batch: int
    bound_name: str

    @property
    def name(self) -> str:
        """Of its folder."""
        return self.path.name


class Pins(QObject):
    """The pinned runs, oldest pin first; a new one beyond the most takes the place of the oldest."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pins: tuple[Pin, ...] = ()

    @property
    def paths(self) -> tuple[Path, ...]:
        """Folders of the pinned runs."""
        return tuple(pin.path for pin in self._pins)

    def besides(self, present: Path | None) -> tuple[Pin, ...]:
        """Those that are drawn while the run in the folder `present` is drawn as itself."""
        return tuple(pin for pin in self._pins if pin.path != present)

    def put(self, pins: Sequence[Pin]) -> None:
        """Pin runs; one that is pinned already keeps its place and takes the new curves."""
        known = {pin.path: pin for pin in self._pins} | {pin.path: pin for pin in pins}
        self._set(tuple(known.values())[-MOST:])

    def drop(self, path: Path) -> None:
        """Unpin a run."""
        self._set(tuple(pin for pin in self._pins if pin.path != path))

    def _set(self, pins: tuple[Pin, ...]) -> None:
        if pins != self._pins:
            self._pins = pins
            self.changed.emit()
