"""The keyboard's way through the whole window, what everything is called, and that the focus can be seen."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QScrollBar,
    QWidget,
)

from app.main_window import MainWindow
from app.widgets.nats_map import NatsMap
from app.widgets.picture_grid import PictureGrid
from app.widgets.score_slider import ScoreSlider
from app.widgets.stratum import Stratum
from app.widgets.thumbnails import Thumbnails

WAIT = 30_000
CONTROLS = (
    *(QAbstractButton, QAbstractSlider, QAbstractSpinBox, QComboBox, QLineEdit),
    *(NatsMap, PictureGrid, Stratum, Thumbnails),
)


def way(window: MainWindow) -> list[QWidget]:
    """Every widget that Tab comes to, from the first one of the tool bar round to it again."""
    window.strata.x_row.setFocus()
    found: list[QWidget] = [window.strata.x_row]
    for _ in range(400):
        QTest.keyClick(found[-1], Qt.Key.Key_Tab)
        here = QApplication.focusWidget()
        assert here is not None
        if here is found[0]:
            start = next(place for place, one in enumerate(found) if part_of(window, one) == 0)
            return found[start:] + found[:start]
        assert here not in found, f"Tab goes in a circle that leaves out the rest: {here}"
        found.append(here)
    raise AssertionError("Tab never comes round")


def part_of(window: MainWindow, widget: QWidget) -> int:
    """The part of the window that a widget belongs to, in the order in which a person reads them."""
    under_x = [window.beside_row, window.time_line, window.tabs]
    rows = [window.strata.x_row, *under_x, *window.strata.rows.values()]
    parts = (window.tools, window.setup, window.objective, window.curves, *rows, window.status)
    return next(number for number, part in enumerate(parts) if part is widget or part.isAncestorOf(widget))


def test_tab_walks_the_window_as_it_is_read(trained: MainWindow) -> None:
    parts = [part_of(trained, widget) for widget in way(trained)]
    assert parts == sorted(parts), parts
    assert {0, 1, 2, 3, 4, 7, 8, 9} <= set(parts), parts


def test_tab_goes_through_a_row_from_its_name_to_its_last_slider(trained: MainWindow) -> None:
    row = trained.strata.rows["z1"]
    if not row.opened:
        row.toggle()
    QApplication.processEvents()
    here = [widget for widget in way(trained) if row.isAncestorOf(widget)]
    sliders = [widget for widget in here if isinstance(widget, ScoreSlider)]
    assert [slider.accessibleName() for slider in sliders] == [f"z1 unit {unit}" for unit in row.bank.shown]
    assert here.index(row.dice) < here.index(row.fold)
    if sliders:
        assert here.index(row.fold) < here.index(sliders[0])
    row.fold.setFocus()
    QTest.keyClick(row.fold, Qt.Key.Key_Backtab)
    assert QApplication.focusWidget() is here[here.index(row.fold) - 1]


def picture(widget: QWidget) -> QImage:
    """What a widget and the frame around it look like."""
    QApplication.processEvents()
    return widget.grab().toImage()


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_focus_can_be_seen_everywhere(trained: MainWindow, theme: str) -> None:
    trained.themes.choose(theme)
    unseen = []
    for widget in way(trained):
        widget.clearFocus()
        without = picture(widget)
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        if picture(widget) == without:
            unseen.append(f"{type(widget).__name__} {spoken(widget)!r}")
    assert not unseen


def spoken(widget: QWidget) -> str:
    """What a screen reader says that the widget is."""
    interface = QAccessible.queryAccessibleInterface(widget)
    return "" if interface is None else interface.text(QAccessible.Text.Name)


def test_every_control_has_a_name(trained: MainWindow) -> None:
    controls = [one for one in trained.findChildren(QWidget) if isinstance(one, CONTROLS)]
    controls = [one for one in controls if one.isVisible() and not isinstance(one, QScrollBar)]
    assert len(controls) > 40
    nameless = [one for one in controls if not any(letter.isalpha() for letter in spoken(one))]
    assert not nameless, [(type(one).__name__, type(one.parent()).__name__, one.toolTip()) for one in nameless]


def test_single_keys_act_among_the_strata_alone(trained: MainWindow) -> None:
    point, phase = trained.exploration.point, trained.experiment.phase
    for widget in way(trained):
        if isinstance(widget, Stratum):
            continue
        widget.setFocus()
        for key in (Qt.Key.Key_R, Qt.Key.Key_G, Qt.Key.Key_Period):
            QTest.keyClick(widget, key)
        assert (trained.exploration.point, trained.experiment.phase) == (point, phase), widget
    for row in (trained.strata.x_row, *trained.strata.rows.values()):
        row.setFocus()
        QTest.keyClick(row, Qt.Key.Key_G)
        assert trained.exploration.point.image is None
        QTest.keyClick(row, Qt.Key.Key_R)
        assert trained.exploration.point.image is not None
