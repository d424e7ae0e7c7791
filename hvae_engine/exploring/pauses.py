"""What a view that is being made does between its parts: it tells how far it is, and gives way to a slider."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from hvae_engine.exploring.figures import Figure
from hvae_engine.exploring.sights import LONG_PART_S, Look, Sight

TELL_S = 0.1
"""How often it is told how far a view is."""


class OvertakenError(Exception):
    """A view was interrupted.

    Args:
        slow: since its parts take too long beside a moving hand.
    """

    def __init__(self, slow: bool) -> None:
        super().__init__()
        self.slow = slow


class Pauses:
    """For one making of a view.

    Args:
        sight: which.
        give_way: answers who asks meanwhile; it is told whether the part that is over was a long one, and raises
            `OvertakenError` where the view is not to go on.
    """

    def __init__(self, sight: Sight, give_way: Callable[[Sight, bool], None]) -> None:
        self._sight, self._give_way = sight, give_way
        self._told = -math.inf
        self._figure: Figure | None = None
        self._part_began = time.monotonic()

    def sketch(self, figure: Figure) -> None:
        """Of a view that comes in parts there is more now, and it is told with the next part."""
        self._figure, self._told = figure, -math.inf

    def pause(self, done: int, total: int) -> None:
        """The `Progress` that the view is made with."""
        now = time.monotonic()
        if now - self._told > TELL_S:
            self._told = now
            self._sight.on_look(Look(self._sight.view, done, total, sketch=self._figure))
        self._give_way(self._sight, now - self._part_began > LONG_PART_S)
        self._part_began = time.monotonic()
