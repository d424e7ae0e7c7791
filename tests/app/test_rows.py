"""The rows of levels and of a label: what they say of an answer, and what a click on them does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from app.main_window import MainWindow
from app.panels import slider_words
from app.panels.level_row import LevelRow
from app.state.answers import Answers
from app.state.experiment import Experiment
from app.state.exploration import Exploration
from app.state.permissions import Phase
from hvae_engine.exploring import Answer, Effect, LevelAnswer, Question
from tests.app.conftest import discard

LEFT = Qt.MouseButton.LeftButton
WAIT = 30_000
BLANK = np.zeros((28, 28), np.uint8)


@pytest.fixture
def row(themes) -> Iterator[LevelRow]:
    made = LevelRow("z1", Experiment(), Exploration(), Answers())
    made.resize(1100, 100)
    made.show()
    yield made
    discard(made)


def tell(
    row: LevelRow,
    *,
    kl: float = 1.0,
    active: int = 4,
    values: np.ndarray | None = None,
    size: float = 0.1,
    order: tuple[int, ...] = (0, 1, 2, 3),
) -> None:
    """Give the row an answer of one level of four units."""
    level = LevelAnswer("z1", np.full(4, 0.5), np.full(4, kl), np.array(order), np.full(4, kl), active, True, values)
    strips = {("z1", 0): np.stack([BLANK] * 9)}
    effects = {"z1": Effect(np.full((28, 28), size, np.float32))}
    samples = np.empty((0, 28, 28), np.uint8)
    row._answers.take(Answer(Question(BLANK), 0, BLANK, BLANK, BLANK, (level,), strips, effects, samples, None, False))


@pytest.mark.parametrize(
    ("size", "caption"),
    [(0.0, "no effect"), (0.004, "faint 0.4%"), (0.05, "slight 5.0%"), (0.1, "marked 10%"), (0.3, "strong 30%")],
)
def test_the_size_of_an_effect_is_said_in_words(row: LevelRow, size: float, caption: str) -> None:
    tell(row, size=size)
    assert row.effect.caption == caption
    assert row.effect.image is not None


def test_the_map_folds_away_before_the_strip(row: LevelRow) -> None:
    tell(row)
    assert row.effect.isVisible()
    assert row._answers.mapped == {"z1"}
    row.resize(780, 100)
    assert not row.effect.isVisible()
    assert row.strip.isVisible()
    assert row._answers.mapped == frozenset(), "what is out of sight is not asked for"


def test_a_level_whose_posterior_is_its_prior_is_unused_whatever_varies(row: LevelRow) -> None:
    tell(row, kl=0.001, active=4)
    assert row.head.note == "unused"
    assert row.bank.shown == ()
    tell(row, kl=0.5, active=0)
    assert row.head.note == "0 of 4 active"
    assert "though they cost 2.00 nats" in slider_words.idle(row._answers.level("z1"))


def test_values_stand_beside_the_scores_of_a_level_that_is_not_gaussian(row: LevelRow) -> None:
    tell(row)
    narrow = row.bank.cell
    tell(row, values=np.full(4, 2.317))
    assert row.bank.slider(0).text == "+0.50 (2.32)"
    assert row.bank.cell > narrow


def crowd(row: LevelRow, active: int, units: int = 40) -> None:
    """Give the row an answer of one level with many units, of which the first ones are active."""
    every = np.arange(units)
    level = LevelAnswer("z1", np.linspace(-2, 2, units), np.ones(units), every, np.ones(units), active, True)
    none = np.empty((0, 28, 28), np.uint8)
    row._answers.take(Answer(Question(BLANK), 0, BLANK, BLANK, BLANK, (level,), {}, {}, none, None, False))


@pytest.mark.parametrize("by", ["mouse", "key"])
def test_the_rest_and_the_inactive_ones_unfold(row: LevelRow, by: str) -> None:
    def press(button: QPushButton) -> None:
        if by == "mouse":
            QTest.mouseClick(button, LEFT)
        else:
            button.setFocus()
            QTest.keyClick(button, Qt.Key.Key_Space)

    crowd(row, active=30)
    more, idle = row.bank._more, row.bank._idle
    assert more.isVisible()
    assert more.text() == f"+{30 - len(row.bank.shown)}"
    assert not idle.isVisible()
    press(more)
    assert row.opened
    assert row.bank.shown == tuple(range(30))
    assert row.bank.slider(29).score == pytest.approx(-2 + 4 * 29 / 39, abs=0.01), "new sliders stand where they belong"
    assert not more.isVisible()
    assert idle.text() == "10 inactive"
    press(idle)
    assert row.bank.shown == tuple(range(40))
    assert idle.text() == "hide 10 inactive"
    press(idle)
    assert row.bank.shown == tuple(range(30))
    press(row.fold)
    assert len(row.bank.shown) < 30
    assert more.isVisible()


def test_an_open_row_is_as_tall_as_its_sliders(row: LevelRow, qtbot) -> None:
    crowd(row, active=30)
    row.toggle()
    row.resize(1100, row.sizeHint().height())
    qtbot.waitUntil(lambda: len(row.bank.shown) == 30)
    last = row.bank.slider(29)
    assert last.geometry().bottom() <= row.bank.height()


def test_a_typed_number_is_one_undo_entry(row: LevelRow) -> None:
    tell(row)
    slider = row.bank.slider(2)
    slider.setFocus()
    QTest.keyClick(slider, Qt.Key.Key_Return)
    assert slider._field is not None
    QTest.keyClicks(slider._field, "-2")
    QTest.keyClick(slider._field, Qt.Key.Key_Return)
    assert row._exploration.point.edits == {"z1": {2: -2.0}}
    row._exploration.undo()
    assert row._exploration.point.edits == {}
    assert not row._exploration.can_undo


def test_a_class_is_chosen_and_given_back(window: MainWindow, image_folder: Path, qtbot) -> None:
    window.bridge.load_engine()
    window.bridge.open(str(image_folder))
    qtbot.waitUntil(lambda: window.experiment.phase == Phase.READY, timeout=WAIT)
    window.experiment.change(family="m2", options={"units": "4", "width": "32"}, epochs=8.0)
    window.bridge.train()
    qtbot.waitUntil(lambda: window.experiment.phase == Phase.FINISHED, timeout=WAIT)
    row, answers = window.strata.label_row, window.answers
    assert row is not None
    qtbot.waitUntil(lambda: answers.effect("y") is not None and answers.samples is not None, timeout=WAIT)
    assert list(window.strata.rows) == ["z1"]
    names = [button.text() for button in row.choice.buttons]
    assert names == ["lying", "standing"]
    assert sum(button.share for button in row.choice.buttons) == pytest.approx(1)
    found = next(number for number, button in enumerate(row.choice.buttons) if button.isChecked())
    other = row.choice.buttons[1 - found]
    QTest.mouseClick(other, LEFT)
    assert window.exploration.point.edits == {"y": {1 - found: 1.0}}
    qtbot.waitUntil(lambda: bool(answers.latest.question.edits), timeout=WAIT)
    assert (answers.latest.edited != answers.latest.reconstruction).any()
    assert other.isChecked()
    assert "Follow and Pinned are the same" in window.strata.x_row.below.meaning
    QTest.mouseClick(row.back, LEFT)
    assert window.exploration.point.edits == {}
    assert row.choice.buttons[found].isChecked()
    assert len(window.strata.x_row.samples.images) == 12


def test_no_slider_leaves_from_under_the_hand(row: LevelRow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.state.answers.SETTLE_S", 0.0)
    tell(row)
    tell(row, order=(3, 2, 1, 0))
    assert row.bank.shown == (3, 2, 1, 0)
    slider = row.bank.slider(3)
    QTest.mousePress(slider, LEFT, pos=QPoint(round(slider.place_of(0.5)), 10))
    tell(row, order=(0, 1, 2, 3))
    assert row.bank.shown == (3, 2, 1, 0)
    QTest.mouseMove(slider, QPoint(round(slider.place_of(2.0)), 10))
    assert row._exploration.point.edits["z1"] == {3: pytest.approx(2.0, abs=0.05)}
    QTest.mouseRelease(slider, LEFT)
    tell(row, order=(0, 2, 1, 3))
    assert row.bank.shown == (3, 2, 1, 0)
