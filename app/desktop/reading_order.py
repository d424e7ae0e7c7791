"""The way of the Tab key: through a window as a person reads it, line by line and from left to right."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QWidget

ALONE = (QAbstractSpinBox, QComboBox)
"""Widgets made of several, which take the keyboard as one."""


def stops(widget: QWidget) -> list[QWidget]:
    """Every widget inside `widget`, itself first, that Tab comes to now, in reading order."""
    takes_keys = widget.isEnabled() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.focusProxy() is None
    found = [widget] if takes_keys else []
    if not isinstance(widget, ALONE):
        for child in _read(_parts(widget)):
            found += stops(child)
    return found


def neighbour(window: QWidget, here: QWidget | None, forwards: bool) -> QWidget | None:
    """Where Tab leads from `here`, round the end of the window; None where there is nothing to come to."""
    way = [one for one in stops(window) if one is not window]
    if not way:
        return None
    if here not in way:
        return way[0 if forwards else -1]
    return way[(way.index(here) + (1 if forwards else -1)) % len(way)]


def _parts(widget: QWidget) -> list[QWidget]:
    children = (child for child in widget.children() if isinstance(child, QWidget))
    return [child for child in children if not child.isWindow() and child.isVisible()]


def _read(parts: list[QWidget]) -> list[QWidget]:
    """Parts that stand side by side are a line; lines come from the top down."""
    lines: list[tuple[QRect, list[QWidget]]] = []
    for part in sorted(parts, key=lambda one: one.geometry().top()):
        place = part.geometry()
        if lines and place.center().y() < lines[-1][0].bottom():
            line, members = lines[-1]
            lines[-1] = (line.united(place), [*members, part])
        else:
            lines.append((place, [part]))
    return [part for _, members in lines for part in sorted(members, key=lambda one: one.geometry().left())]
