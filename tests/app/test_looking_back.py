"""Past moments of a run and a partner beside it, through the window, with mouse and keys."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.main_window import MainWindow
from app.panels.time_line import TimeLine
from app.state.moments import Moments
from app.state.permissions import Phase
from tests.app.test_journey import LEFT, WAIT, training


def stopped_run(window: MainWindow, image_folder: Path, qtbot) -> None:
    training(window, image_folder, qtbot)
    qtbot.waitUntil(lambda: len(window.looking_back.moments.steps) > 4, timeout=WAIT)
    window.bridge.stop()
    qtbot.waitUntil(lambda: window.experiment.phase == Phase.STOPPED, timeout=WAIT)
    qtbot.waitUntil(lambda: window.answers.latest is not None, timeout=WAIT)


def test_the_line_has_a_place_for_each_moment_and_one_for_now(qtbot) -> None:
    moments = Moments()
    line = TimeLine(moments)
    qtbot.addWidget(line)
    moments.set_steps((10, 15, 23))
    assert (line.slider.minimum(), line.slider.maximum(), line.slider.value()) == (0, 3, 3)
    line.show()
    line.slider.setFocus()
    QTest.keyClick(line.slider, Qt.Key.Key_Left)
    assert moments.step == 23
    QTest.keyClick(line.slider, Qt.Key.Key_Home)
    assert moments.step == 10
    moments.set_steps((10, 15, 23, 34))  # training goes on: the eye stays where it is
    assert moments.step == 10
    assert line.slider.value() == 0
    QTest.mouseClick(line.now, LEFT)
    assert moments.step is None
    assert line.slider.value() == 4


def test_a_moment_that_is_gone_gives_way_to_the_present() -> None:
    moments = Moments()
    moments.set_steps((10, 15))
    moments.look_at(15)
    moments.set_steps((10,))
    assert moments.step is None


def test_looking_back_shows_what_the_model_was_and_now_what_it_is(
    window: MainWindow, image_folder: Path, qtbot
) -> None:
    stopped_run(window, image_folder, qtbot)
    last = len(window.experiment.curves.training)  # one row a step
    qtbot.waitUntil(lambda: window.answers.latest.step == last, timeout=WAIT)
    now = window.answers.latest.reconstruction
    window.time_line.slider.setFocus()
    QTest.keyClick(window.time_line.slider, Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: window.answers.latest.step == 10, timeout=WAIT)
    assert not np.array_equal(window.answers.latest.reconstruction, now)
    QTest.mouseClick(window.time_line.now, LEFT)
    qtbot.waitUntil(lambda: window.answers.latest.step == last, timeout=WAIT)
    assert np.array_equal(window.answers.latest.reconstruction, now)


def test_a_moment_kept_beside_answers_the_same_slider(window: MainWindow, image_folder: Path, qtbot) -> None:
    stopped_run(window, image_folder, qtbot)
    assert window.beside_row.isHidden()
    QTest.keyClick(window.time_line.slider, Qt.Key.Key_Home)
    QTest.mouseClick(window.time_line.beside, LEFT)
    beside = window.looking_back.beside
    qtbot.waitUntil(lambda: beside.latest is not None, timeout=WAIT)
    assert beside.latest.step == 10
    assert window.looking_back.moments.step is None
    assert window.beside_row.isVisible()
    window.exploration.edit("z1", 0, 2.5)
    qtbot.waitUntil(lambda: beside.latest.question.edits == {"z1": {0: 2.5}}, timeout=WAIT)
    qtbot.waitUntil(lambda: window.answers.latest.question.edits == {"z1": {0: 2.5}}, timeout=WAIT)
    QTest.mouseClick(window.beside_row.leave, LEFT)
    assert window.beside_row.isHidden()
    assert beside.partner is None


def test_another_run_answers_beside_the_one_at_hand(window: MainWindow, image_folder: Path, qtbot) -> None:
    stopped_run(window, image_folder, qtbot)
    former = window.experiment.run_path
    window.experiment.change(options={"units": "4", "width": "32", "depth": "1"})
    window.bridge.start_again()
    qtbot.waitUntil(lambda: window.experiment.run_path not in (None, former), timeout=WAIT)
    qtbot.waitUntil(lambda: len(window.experiment.curves.training) > 5, timeout=WAIT)
    assert former is not None
    window.looking_back.compare(str(former))
    beside = window.looking_back.beside
    qtbot.waitUntil(lambda: beside.latest is not None, timeout=WAIT)
    assert [level.name for level in beside.latest.levels] == ["z1", "z2"]
    window.exploration.edit("z1", 3, 2.5)
    qtbot.waitUntil(lambda: beside.latest.question.edits == {"z1": {3: 2.5}}, timeout=WAIT)


def test_a_run_of_other_images_is_refused_in_a_sentence(
    window: MainWindow, image_folder: Path, tmp_path: Path, qtbot
) -> None:
    stopped_run(window, image_folder, qtbot)
    former = window.experiment.run_path
    assert former is not None
    ready_again = window.experiment
    window.bridge.open("scenes:colour")
    qtbot.waitUntil(lambda: ready_again.phase == Phase.READY and ready_again.run_path is None, timeout=WAIT)
    said: list[str] = []
    window.looking_back.refused.connect(said.append)
    window.looking_back.compare(str(former))
    qtbot.waitUntil(lambda: bool(said), timeout=WAIT)
    assert "1 x 28 x 28" in said[0]
    assert window.looking_back.beside.partner is None


def test_the_numbers_are_those_of_the_moment(window: MainWindow, image_folder: Path, qtbot) -> None:
    stopped_run(window, image_folder, qtbot)
    curves = window.experiment.curves
    now = curves.recent()
    moments = window.looking_back.moments
    moments.look_at(moments.steps[1])
    then = curves.training.smoothed(np.array([moments.steps[1] - 1]))[0, 1:]  # as the curve has it there
    np.testing.assert_allclose(curves.recent(), then)
    assert not np.allclose(now, then)
    moments.look_at(None)
    np.testing.assert_allclose(curves.recent(), now)


def test_the_card_of_a_row_follows_the_moment_by_key_and_by_mouse(
    window: MainWindow, image_folder: Path, qtbot
) -> None:
    stopped_run(window, image_folder, qtbot)
    last = len(window.experiment.curves.training)
    known, slider = window.answers.cards.card, window.time_line.slider

    def measured(step: int) -> bool:
        card = known("z1")
        return card is not None and card.whole and card.step == step

    QTest.mouseClick(window.strata.rows["z1"].ask, LEFT)
    qtbot.waitUntil(lambda: measured(last), timeout=WAIT)
    now = known("z1").sentence
    slider.setFocus()
    for key, step in ((Qt.Key.Key_Home, 10), (Qt.Key.Key_Right, window.looking_back.moments.steps[1])):
        QTest.keyClick(slider, key)
        qtbot.waitUntil(lambda step=step: measured(step), timeout=WAIT)
        assert known("z1").sentence != now
        assert window.strata.rows["z1"].card.age.startswith(f"step {step}")
    QTest.mouseClick(window.time_line.now, LEFT)
    qtbot.waitUntil(lambda: measured(last), timeout=WAIT)
    assert known("z1").sentence == now


def test_the_cards_of_all_levels_follow_the_moment(window: MainWindow, image_folder: Path, qtbot) -> None:
    stopped_run(window, image_folder, qtbot)
    window.viewing.open("card")

    def shown(step: int) -> bool:
        shown = window.viewing.shown
        return shown.figure is not None and not shown.unfinished and shown.step == step

    qtbot.waitUntil(lambda: shown(len(window.experiment.curves.training)), timeout=WAIT)
    window.time_line.slider.setFocus()
    QTest.keyClick(window.time_line.slider, Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: shown(10), timeout=WAIT)
    assert all(card["step"] == 10 for card in window.viewing.shown.figure.data.values())
