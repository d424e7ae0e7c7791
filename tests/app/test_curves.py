"""Curves that grow, are cut back and are smoothed without being falsified."""

from __future__ import annotations

import numpy as np
import pytest

from app.state.curves import Columns, Curves, smooth


def test_a_view_is_not_changed_by_later_rows() -> None:
    table = Columns(2)
    table.append(np.ones((3, 2)))
    before = table.values
    for _ in range(10):
        table.append(np.zeros((500, 2)))
    assert len(table) == 5003
    assert before.tolist() == [[1, 1]] * 3


def test_a_run_that_goes_on_forgets_the_steps_after_its_save() -> None:
    curves = Curves(("z1",))
    steps = np.arange(1, 101)
    curves.add_steps(steps, -steps * 1.0, -steps * 2.0, steps[:, None] * 0.5)
    curves.add_evaluation(50, -1.0, -2.0, np.array([0.5]))
    curves.add_evaluation(100, -1.0, -2.0, np.array([0.5]))
    curves.cut(60)
    assert curves.training.values[-1].tolist() == [60, -60, -120, 30]
    assert len(curves.validation) == 1


def test_recent_numbers_add_up() -> None:
    curves = Curves(("z1", "z2"))
    kl = np.random.default_rng(0).random((200, 2))
    log_px = np.linspace(-200, -100, 200)
    curves.add_steps(np.arange(1, 201), log_px - kl.sum(1), log_px, kl)
    recent = curves.recent()
    assert recent is not None
    assert recent[0] == pytest.approx(recent[1] - recent[2:].sum())
    assert recent[1] == pytest.approx(log_px[-20:].mean())


def test_smoothing_keeps_a_line_straight_and_a_mean_in_place() -> None:
    line = np.linspace(0, 1, 1000)
    assert smooth(line) == pytest.approx(line)
    noise = np.random.default_rng(0).normal(size=1000)
    assert smooth(noise).std() < 0.4 * noise.std()


def test_a_step_that_was_not_finite_leaves_no_hole() -> None:
    values = np.ones(1000)
    values[500] = np.nan
    assert smooth(values) == pytest.approx(np.ones(1000))
