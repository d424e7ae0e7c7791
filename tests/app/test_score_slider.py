"""The slider under real mouse buttons, keys and wheels."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.theme import Themes
from app.widgets.score_field import ScoreField
from app.widgets.score_slider import ScoreSlider
from tests.app.conftest import discard

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


class Listener:
    """Writes down what a slider says."""

    def __init__(self, slider: ScoreSlider) -> None:
        self.said: list[str] = []
        self.scores: list[float] = []
        slider.began.connect(lambda: self.said.append("began"))
        slider.ended.connect(lambda: self.said.append("ended"))
        slider.reset.connect(lambda: self.said.append("reset"))
        slider.moved.connect(self.scores.append)


@pytest.fixture
def slider(themes: Themes) -> Iterator[ScoreSlider]:
    made = ScoreSlider()
    made.resize(300, 24)
    made.describe("7", 0.5, "z1 unit 7", "a hint")
    made.show()
    made.activateWindow()
    made.setFocus()
    QApplication.processEvents()
    yield made
    discard(made)


def at(slider: ScoreSlider, score: float) -> QPoint:
    return QPoint(round(slider._track().place(score)), 12)


def turn(slider: ScoreSlider, modifiers: Qt.KeyboardModifier = NONE) -> None:
    middle = QPointF(slider.rect().center())
    wheel = QWheelEvent(
        middle, slider.mapToGlobal(middle), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton, modifiers,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(slider, wheel)


def test_a_drag_begins_moves_and_ends(slider: ScoreSlider) -> None:
    listener = Listener(slider)
    QTest.mousePress(slider, LEFT, NONE, at(slider, 0))
    for score in (0.5, 1.0, 2.0):
        QTest.mouseMove(slider, at(slider, score))
    assert slider.held
    QTest.mouseRelease(slider, LEFT, NONE, at(slider, 2))
    assert listener.said == ["began", "ended"]
    assert listener.scores == sorted(listener.scores)
    assert slider.score == pytest.approx(2.0, abs=0.05)


def test_a_drag_stops_at_three(slider: ScoreSlider) -> None:
    QTest.mousePress(slider, LEFT, NONE, at(slider, 0))
    QTest.mouseMove(slider, QPoint(900, 12))
    QTest.mouseRelease(slider, LEFT, NONE, QPoint(900, 12))
    assert slider.score == 3.0


def test_a_double_click_resets(slider: ScoreSlider) -> None:
    listener = Listener(slider)
    QTest.mouseDClick(slider, LEFT, NONE, at(slider, 0))
    assert "reset" in listener.said
    assert not slider.held


def test_keys_move_and_a_row_of_strokes_is_one_gesture(slider: ScoreSlider, qtbot) -> None:
    listener = Listener(slider)
    for _ in range(3):
        QTest.keyClick(slider, Qt.Key.Key_Right)
    QTest.keyClick(slider, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert slider.score == pytest.approx(0.29)
    qtbot.waitUntil(lambda: listener.said == ["began", "ended"], timeout=2000)
    QTest.keyClick(slider, Qt.Key.Key_End)
    assert slider.score == 3.0
    QTest.keyClick(slider, Qt.Key.Key_Delete)
    assert listener.said[-1] == "reset"


def test_the_wheel_moves_only_the_slider_that_has_the_keyboard(slider: ScoreSlider) -> None:
    turn(slider)
    assert slider.score == pytest.approx(0.1)
    turn(slider, Qt.KeyboardModifier.ShiftModifier)
    assert slider.score == pytest.approx(0.11)
    slider.clearFocus()
    turn(slider)
    assert slider.score == pytest.approx(0.11)


def test_showing_a_score_tells_nobody_and_never_pulls_at_a_hand(slider: ScoreSlider) -> None:
    listener = Listener(slider)
    slider.show_score(1.25, edited=False)
    assert slider.score == 1.25
    QTest.mousePress(slider, LEFT, NONE, at(slider, 1.25))
    slider.show_score(-2.0, edited=False)
    assert slider.score == 1.25
    QTest.mouseRelease(slider, LEFT, NONE, at(slider, 1.25))
    assert listener.scores == []


def test_it_has_a_name_and_a_value_for_those_who_do_not_see_it(slider: ScoreSlider) -> None:
    slider.show_score(1.5, edited=True)
    interface = QAccessible.queryAccessibleInterface(slider)
    assert interface.text(QAccessible.Text.Name) == "z1 unit 7"
    assert interface.valueInterface().currentValue() == 150


def test_space_and_letters_go_past_it(slider: ScoreSlider) -> None:
    before = slider.score
    for key in (Qt.Key.Key_Space, Qt.Key.Key_R, Qt.Key.Key_Period):
        QTest.keyClick(slider, key)
    assert slider.score == before


def test_a_number_is_typed_after_enter(slider: ScoreSlider) -> None:
    listener = Listener(slider)
    QTest.keyClick(slider, Qt.Key.Key_Return)
    field = slider.findChild(ScoreField)
    assert field is not None
    assert slider.held
    field.setText("−1,25")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert slider.score == -1.25
    assert listener.said == ["began", "ended"]
    assert listener.scores == [-1.25]
    assert not slider.held


def test_a_click_on_the_number_types_and_escape_leaves_it(slider: ScoreSlider) -> None:
    listener = Listener(slider)
    slider.show_score(0.5, edited=True)
    QTest.mouseClick(slider, LEFT, NONE, QPoint(slider.width() - 10, 12))
    field = slider.findChild(ScoreField)
    assert field is not None
    QTest.keyClicks(field, "2")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert slider.score == 0.5
    assert not slider.held
    assert listener.said == []


def test_what_is_no_number_stays_and_what_is_too_far_stops_at_three(slider: ScoreSlider) -> None:
    slider.type_score()
    field = slider.findChild(ScoreField)
    assert field is not None
    QTest.keyClicks(field, "far")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert field.property("wrong") is True
    assert slider.held
    QTest.keyClicks(field, "7")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert slider.score == 3.0


def test_the_value_stands_beside_the_score(slider: ScoreSlider) -> None:
    slider.show_score(-0.5, edited=False)
    assert slider.text == "−0.50"
    slider.show_score(0.5, edited=False, value=2.317)
    assert slider.text == "+0.50 (2.32)"
