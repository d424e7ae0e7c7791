"""When it is the turn of a view: no clock and no thread but the numbers given."""

from __future__ import annotations

from hvae_engine.exploring.sights import PACE_S, REST, Sight, Sights
from hvae_engine.exploring.views import VIEWS


def made_at(sights: Sights, began: float, now: float) -> None:
    sight = sights.next()
    assert sight is not None
    sights.made(sight, began, now)


def looking() -> Sights:
    sights = Sights()
    sights.look(Sight(VIEWS["samples"](), None, "run", print))
    return sights


def test_weights_that_come_in_the_rest_of_a_view_are_seen_after_it():
    """The last ones before a pause come whenever they come: nothing follows that would bring them in."""
    sights = looking()
    made_at(sights, 0.0, 1.0)
    over = 1.0 + max(PACE_S, REST)
    sights.refresh(over - 0.5)
    assert not sights.turn(over - 0.1, rests=True)
    assert sights.waits
    assert sights.turn(over + 0.1, rests=True)
    made_at(sights, over + 0.1, over + 0.2)
    assert not sights.waits
    assert not sights.turn(over + 100, rests=True)


def test_weights_that_come_after_the_rest_are_seen_at_once_and_never_beside_a_hand():
    sights = looking()
    made_at(sights, 0.0, 0.1)
    sights.refresh(10.0)
    assert not sights.turn(10.0, rests=False)
    assert sights.turn(10.0, rests=True)


def test_nobody_looks_and_nothing_waits():
    sights = looking()
    made_at(sights, 0.0, 1.0)
    sights.refresh(1.5)
    sights.look_away()
    assert not sights.waits
    assert not sights.turn(100.0, rests=True)
