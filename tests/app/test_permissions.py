"""The table of what is possible in which state, written out once more so that no change slips in."""

from __future__ import annotations

import pytest

from app.state.permissions import ALLOWED, Action, Phase, allowed

TABLE = {
    #                      empty data  ready train pause stop  finis failed
    Action.OPEN:          (1, 1, 1, 1, 1, 1, 1, 1),
    Action.SCREENSHOT:    (1, 1, 1, 1, 1, 1, 1, 1),
    Action.BROWSE:        (0, 1, 1, 1, 1, 1, 1, 1),
    Action.TRAIN:         (0, 0, 1, 0, 1, 1, 1, 1),
    Action.PAUSE:         (0, 0, 0, 1, 0, 0, 0, 0),
    Action.STEP:          (0, 0, 1, 1, 1, 1, 0, 0),
    Action.STOP:          (0, 0, 0, 1, 1, 0, 0, 0),
    Action.START_AGAIN:   (0, 0, 0, 1, 1, 1, 1, 1),
    Action.EXPLORE:       (0, 0, 0, 1, 1, 1, 1, 1),
}  # fmt: skip


@pytest.mark.parametrize("action", Action)
def test_every_action_is_possible_in_just_these_states(action: Action) -> None:
    assert [allowed(action, phase) for phase in Phase] == [bool(mark) for mark in TABLE[action]]


def test_the_table_knows_every_action() -> None:
    assert set(ALLOWED) == set(Action)
