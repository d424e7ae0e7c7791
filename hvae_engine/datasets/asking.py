"""How somebody wants a data set: the settings of one load, together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from hvae_engine.datasets.keeping.limits import check_size
from hvae_engine.errors import DataError

Progress = Callable[[int, int], None]
FRAMINGS = ("crop", "fit")


def _nobody(done: int, total: int) -> None:
    """Nobody watches."""


@dataclass(frozen=True)
class Asked:
    """A data set as it was asked for.

    Attributes:
        source: what to ask for to get it again.
        name: how people call it.
        seed: of the split.
        size: side in pixels, or None for what suits the images.
        colour: three channels or one, or None for what the images have.
        framing: "crop" or "fit".
        held_out: share of the training images that is held out; None for a twelfth.
        folder_classes: whether subfolders of images are classes.
        progress: called with work done and work in all; may raise to cancel.
        cache: a cache folder other than the user's.
    """

    source: str
    name: str
    seed: int = 0
    size: int | None = None
    colour: bool | None = None
    framing: str = "crop"
    held_out: float | None = None
    folder_classes: bool = True
    progress: Progress = _nobody
    cache: Path | None = None

    def looking(self, found: int) -> None:
        """Report images found while they are still looked for; may raise to cancel."""
        self.progress(0, max(1, found))

    def check(self) -> None:
        """Refuse what cannot be asked for.

        Raises:
            DataError: a setting is out of range.
        """
        check_size(self.size)
        if self.framing not in FRAMINGS:
            raise DataError(f"The framing is {self.framing!r}: choose 'crop' or 'fit'.")
        if self.held_out is not None and not 0 < self.held_out < 1:
            raise DataError(f"The share held out is {self.held_out:g}: give one above 0 and below 1, such as 0.1.")
