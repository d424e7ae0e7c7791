"""Where the explorer starts from: thumbnails and draws from the prior, by mouse and by key, with a real model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.main_window import MainWindow
from app.state.permissions import Phase

LEFT = Qt.MouseButton.LeftButton
WAIT = 30_000


@pytest.fixture
def trained(window: MainWindow, image_folder: Path, qtbot) -> MainWindow:
    """A residual ladder after a few steps, with samples on the screen."""
    window.bridge.load_engine()
    window.bridge.open(str(image_folder))
    qtbot.waitUntil(lambda: window.experiment.phase == Phase.READY, timeout=WAIT)
    options = {"units": "2,3", "strides": "4,28", "channels": "8"}
    window.experiment.change(family="residual_ladder", options=options, plan="steps", steps=6)
    window.bridge.train()
    qtbot.waitUntil(lambda: window.experiment.phase == Phase.FINISHED, timeout=WAIT)
    qtbot.waitUntil(lambda: bool(window.strata.x_row.samples.fitting), timeout=WAIT)
    return window


def is_base(window: MainWindow, seed: int) -> bool:
    """Whether the draw with this seed was answered."""
    question = window.answers.latest.question
    return question.image is None and question.prior_seed == seed


def test_a_sample_becomes_the_base_point(trained: MainWindow, qtbot) -> None:
    grid, explore, answers = trained.strata.x_row.samples, trained.exploration, trained.answers
    QTest.mouseClick(grid, LEFT, pos=grid.tile(2).center())
    assert explore.point.image is None
    assert explore.sample == 2
    qtbot.waitUntil(lambda: is_base(trained, explore.point.prior_seed), timeout=WAIT)
    qtbot.waitUntil(lambda: np.array_equal(answers.latest.reconstruction, answers.samples[2]), timeout=WAIT)
    assert (answers.level("z1").kl == 0).all(), "nothing was inferred"
    samples = answers.samples
    grid.setFocus()
    QTest.keyClick(grid, Qt.Key.Key_Left)
    assert explore.sample == 1
    qtbot.waitUntil(lambda: np.array_equal(answers.latest.reconstruction, samples[1]), timeout=WAIT)
    assert np.array_equal(answers.samples, samples), "the samples stay while one of them is looked at"
    explore.undo()
    explore.undo()
    assert explore.point.image == 0
    assert explore.sample == -1


def test_a_new_draw_is_the_first_of_new_samples(trained: MainWindow, qtbot) -> None:
    row, explore, before = trained.strata.x_row, trained.exploration, trained.answers.samples
    row.setFocus()
    QTest.keyClick(row, Qt.Key.Key_G)
    assert explore.sample == 0
    qtbot.waitUntil(lambda: not np.array_equal(trained.answers.samples, before), timeout=WAIT)
    qtbot.waitUntil(lambda: is_base(trained, explore.samples_from), timeout=WAIT)
    assert np.array_equal(trained.answers.samples[0], trained.answers.latest.reconstruction)


def test_thumbnails_choose_by_mouse_and_by_key(trained: MainWindow) -> None:
    thumbnails, explore = trained.setup.data.thumbnails, trained.exploration
    QTest.mouseClick(thumbnails, LEFT, pos=thumbnails.tile(3).center())
    assert explore.point.image == 3
    thumbnails.setFocus()
    QTest.keyClick(thumbnails, Qt.Key.Key_Right)
    assert explore.point.image == 4


def test_a_place_of_a_trained_level_moves_the_picture_there(trained: MainWindow, qtbot) -> None:
    row, answers = trained.strata.rows["z1"], trained.answers
    assert row.map.isVisible()
    assert not trained.strata.rows["z2"].map.isVisible(), "1 x 1 is no map"
    QTest.mouseClick(row.map, LEFT, pos=row.map.cell((0, 6)).center().toPoint())
    qtbot.waitUntil(lambda: isinstance(answers.strip("z1").unit, tuple), timeout=WAIT)
    trained.exploration.edit("z1", (0, 0, 6), 3.0)
    trained.exploration.edit("z1", (1, 0, 6), 3.0)
    qtbot.waitUntil(lambda: len(answers.latest.question.edits.get("z1", {})) == 2, timeout=WAIT)
    change = np.abs(answers.latest.edited.astype(int) - answers.latest.reconstruction)
    assert change[:8, 20:].max() > 0
    assert change[20:, :8].max() == 0


def test_strips_are_asked_for_where_they_are_seen(trained: MainWindow, qtbot) -> None:
    assert trained.answers.stripped == {"z1", "z2"}
    trained.resize(1100, 700)
    qtbot.waitUntil(lambda: not trained.curves.isVisible(), timeout=WAIT)
    trained.strata.x_row.setMinimumHeight(440)  # leaves no room for pictures of rows that are not open
    qtbot.waitUntil(lambda: trained.answers.stripped == frozenset(), timeout=WAIT)
    QTest.mouseClick(trained.strata.rows["z1"].fold, LEFT)
    qtbot.waitUntil(lambda: "z1" in trained.answers.stripped, timeout=WAIT)
