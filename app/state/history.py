"""What undo and redo come back to."""

from __future__ import annotations

from collections.abc import Callable

from app.state.point import Point

LIMIT = 200


class History:
    """The points before each gesture, the latest last.

    Attributes:
        before: where the gesture under way began; None: there is none.
    """

    def __init__(self) -> None:
        self.before: Point | None = None
        self._undone: list[Point] = []
        self._done: list[Point] = []

    @property
    def can_undo(self) -> bool:
        """Whether there is a gesture to take back."""
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        """Whether a gesture was taken back."""
        return bool(self._undone)

    def end(self, now: Point) -> bool:
        """The gesture under way is over at `now`; whether it has become an entry."""
        before, self.before = self.before, None
        if before is None or before == now:
            return False
        self._done, self._undone = [*self._done[-LIMIT:], before], []
        return True

    def undo(self, now: Point) -> Point:
        """Where the last gesture began that led to `now`; asked only where there is one."""
        self.before = None
        self._undone.append(now)
        return self._done.pop()

    def redo(self, now: Point) -> Point:
        """Where the gesture led that was taken back last; asked only where there is one."""
        self.before = None
        self._done.append(now)
        return self._undone.pop()

    def change(self, each: Callable[[Point], Point]) -> None:
        """Replace every point by another."""
        self._done, self._undone = [*map(each, self._done)], [*map(each, self._undone)]
        self.before = None if self.before is None else each(self.before)
