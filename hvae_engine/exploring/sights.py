"""What somebody wants to see of whole levels, and when it is the turn of that and not of a slider."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from hvae_engine.exploring.figures import Figure
from hvae_engine.exploring.subject import Gallery
from hvae_engine.exploring.views import View

PACE_S = 1.0
REST = 4.0
"""Seconds of rest for each second that a view, or strips, effects, samples and ranking took."""
FOLLOW_PACE_S = 0.1
FOLLOW_REST = 2.0
"""The same for a view that follows a hand: it may not take more than a third of the time that the sliders leave."""
LONG_PART_S = 0.03
SLOW_REST_S = 3.0
"""A view one of whose parts took longer than the first does not follow a hand for as long as the second."""


@dataclass(frozen=True)
class Look:
    """How far a view is: under way, done, or failed.

    Attributes:
        view: what was asked for.
        done: parts done.
        total: parts in all.
        figure: there once it is done.
        sketch: what there is of it so far, of a view that comes in parts.
        error: there where it failed.
    """

    view: View
    done: int
    total: int
    figure: Figure | None = None
    error: Exception | None = None
    sketch: Figure | None = None


@dataclass(frozen=True, eq=False)
class Sight:
    """A view that is wanted.

    Attributes:
        view: what is wanted.
        gallery: the images to look at the model with.
        run: name of the run, for captions.
        on_look: called with how far it is, and with the figure or what went wrong.
        once: it is wanted once, and not again as the weights change.
    """

    view: View
    gallery: Gallery
    run: str
    on_look: Callable[[Look], None]
    once: bool = False

    def differs_in_sliders(self, other: Sight) -> bool:
        """Whether the other one shows the same from where a hand moved the sliders meanwhile."""
        return (self.gallery is other.gallery) and self.view.unmoved == other.view.unmoved


class Sights:
    """The view that is looked at all the time and those that are wanted once; no thread of its own.

    A view that differs from the one before in where the sliders are follows the hand: it is made in between the
    pictures of the sliders, as often as it takes little time. Everything else waits until the hand rests.
    """

    def __init__(self) -> None:
        self._sight: Sight | None = None
        self._errands: list[Sight] = []
        self._due = self._follows = self._missed = False
        self._rest_until = self._follow_rest_until = -math.inf

    @property
    def any(self) -> bool:
        """Whether anything is wanted."""
        return self._sight is not None or bool(self._errands)

    @property
    def waits(self) -> bool:
        """Whether something is wanted whose turn comes with time."""
        return self._due or self._missed or bool(self._errands)

    def look(self, sight: Sight) -> None:
        """Look at this from now on, or have it made once."""
        if sight.once:
            self._errands.append(sight)
            return
        before, self._sight = self._sight, sight
        self._follows = before is not None and sight.differs_in_sliders(before)
        self._due = True

    def look_away(self, sight: Sight | None = None) -> None:
        """Nobody sees the view any more, or nobody wants this one once."""
        if sight is None:
            self._sight, self._due, self._missed = None, False, False
        elif sight in self._errands:
            self._errands.remove(sight)

    def refresh(self, now: float) -> None:
        """Fresh weights are there: the view is due again, for a share of the time; in its rest, once that is over."""
        self._missed = self._sight is not None
        self._catch_up(now)

    def turn_over(self) -> None:
        """Other weights than any before: the view is due again at once."""
        self._due, self._follows, self._rest_until = self._sight is not None, False, -math.inf

    def turn(self, now: float, rests: bool) -> bool:
        """Whether one of them comes next.

        Args:
            now: on the monotonic clock.
            rests: nobody moves a slider.
        """
        self._catch_up(now)
        if rests:
            return self._due or bool(self._errands)
        return self._due and self._follows and now > self._follow_rest_until

    def next(self) -> Sight | None:
        """The one that comes next: what is wanted once first, since somebody waits for it."""
        if self._errands:
            return self._errands[0]
        self._due = self._missed = False
        return self._sight

    def wanted(self, sight: Sight) -> bool:
        """Whether one that is being made is still wanted, perhaps from where a hand moved the sliders meanwhile."""
        if sight.once:
            return sight in self._errands
        return self._sight is not None and self._sight.differs_in_sliders(sight)

    def made(self, sight: Sight, began: float, now: float) -> None:
        """One is over that began then: it, and others, may be made again after a rest."""
        if sight.once:
            self.look_away(sight)
        self._rest_until = rested(began, now)
        self._follow_rest_until = now + max(FOLLOW_PACE_S, FOLLOW_REST * (now - began))

    def put_off(self, sight: Sight, slow: bool, now: float) -> None:
        """One was interrupted: it is made once the hand rests.

        Args:
            sight: which.
            slow: it was, because its parts take too long beside a moving hand.
            now: on the monotonic clock.
        """
        self._due = self._due or (self._sight is not None and not sight.once)
        if slow:
            self._follow_rest_until = now + SLOW_REST_S

    def clear(self) -> list[Sight]:
        """Want nothing any more; what was wanted once and never made."""
        left, self._errands = self._errands, []
        self.look_away()
        return left

    def _catch_up(self, now: float) -> None:
        """The view is due if fresh weights came in its rest, and that is over."""
        if self._missed and not self._due and now > self._rest_until:
            self._due, self._follows, self._missed = True, False, False


def rested(began: float, now: float) -> float:
    """When a work may be done again that began then and ends now."""
    return now + max(PACE_S, REST * (now - began))
