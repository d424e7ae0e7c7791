"""The switches at the heads of the curves: what is drawn, over what, and how the KLs are."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.panels.curve_card import switch
from app.state.curves import Curves
from app.state.series import Axis, Shape
from app.widgets.choices import Choices
from app.words import glossary


def topics() -> Choices:
    """What the first plot shows."""
    captions = {"bound": _tr("Bound"), "active": _tr("Active"), "speed": _tr("Images/s"), "error": _tr("Errors")}
    names = {"bound": "bound_curve", "active": "active_curve", "speed": "speed_curve", "error": "error"}
    return switch(captions, _hints(names), _tr("What the curves show"))


def axes() -> Choices:
    """What both plots run over."""
    captions: dict[str, str] = {Axis.STEPS: _tr("Steps"), Axis.LOG: _tr("Log"), Axis.TIME: _tr("Time")}
    names: dict[str, str] = {Axis.STEPS: "steps_axis", Axis.LOG: "log_axis", Axis.TIME: "time_axis"}
    return switch(captions, _hints(names), _tr("What the curves run over"))


def shapes() -> Choices:
    """How the KLs are drawn."""
    captions: dict[str, str] = {Shape.LINES: _tr("Lines"), Shape.STACKED: _tr("Stacked"), Shape.SHARE: _tr("Share")}
    names: dict[str, str] = {Shape.LINES: "lines", Shape.STACKED: "stacked", Shape.SHARE: "share_of_kl"}
    return switch(captions, _hints(names), _tr("How the KLs are drawn"))


def on_offer(every: list[Curves]) -> frozenset[str]:
    """The topics and axes for which at least one of the runs has something to show."""
    timed = any(curves.timed for curves in every)
    there = {
        "active": any(len(curves.activity) for curves in every),
        "error": any(len(curves.error) for curves in every),
        "speed": timed,
        Axis.TIME: timed,
    }
    return frozenset(("bound", Axis.STEPS, Axis.LOG, *(name for name, is_there in there.items() if is_there)))


def offer(choices: Choices, keys: tuple[str, ...], offered: frozenset[str], current: str) -> None:
    """Show the buttons of what is on offer, with the present choice pressed."""
    for key in keys:
        if choices.button(key).isHidden() == (key in offered):
            choices.button(key).setVisible(key in offered)
    if choices.current != current:
        choices.choose(current)


def _hints(names: dict[str, str]) -> dict[str, str]:
    return {key: glossary.term(name).meaning for key, name in names.items()}


def _tr(words: str) -> str:
    return QCoreApplication.translate("CurveSwitches", words)
