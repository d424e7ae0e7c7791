"""Which action is possible in which state of the window: one table, read by every menu, button and shortcut."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Phase(StrEnum):
    """Where the window is between an empty start and a finished run."""

    EMPTY = "empty"
    DATA = "data"
    READY = "ready"
    TRAINING = "training"
    PAUSED = "paused"
    STOPPED = "stopped"
    FINISHED = "finished"
    FAILED = "failed"


class Action(StrEnum):
    """What a person can ask for."""

    OPEN = "open"
    SCREENSHOT = "screenshot"
    BROWSE = "browse"
    TRAIN = "train"
    PAUSE = "pause"
    STEP = "step"
    STOP = "stop"
    START_AGAIN = "start again"
    EXPLORE = "explore"


_P = Phase
_RUN = frozenset({_P.TRAINING, _P.PAUSED, _P.STOPPED, _P.FINISHED, _P.FAILED})

ALLOWED: Mapping[Action, frozenset[Phase]] = MappingProxyType(
    {
        Action.OPEN: frozenset(Phase),
        Action.SCREENSHOT: frozenset(Phase),
        Action.BROWSE: _RUN | {_P.DATA, _P.READY},
        Action.TRAIN: frozenset({_P.READY, _P.PAUSED, _P.STOPPED, _P.FINISHED, _P.FAILED}),
        Action.PAUSE: frozenset({_P.TRAINING}),
        Action.STEP: frozenset({_P.READY, _P.TRAINING, _P.PAUSED, _P.STOPPED}),
        Action.STOP: frozenset({_P.TRAINING, _P.PAUSED}),
        Action.START_AGAIN: _RUN,
        Action.EXPLORE: _RUN,
    }
)


def allowed(action: Action, phase: Phase) -> bool:
    """Whether a person may ask for `action` while the window is in `phase`."""
    return phase in ALLOWED[action]
