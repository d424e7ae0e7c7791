"""Curves that grow, are cut back and are smoothed and thinned without being falsified."""

from __future__ import annotations

import numpy as np
import pytest

from app.state import series
from app.state.curves import Columns, Curves
from app.state.series import Axis, Shape, View


def filled(steps: int = 1000, levels: int = 2) -> Curves:
    curves = Curves(tuple(f"z{n + 1}" for n in range(levels)))
    dice = np.random.default_rng(0)
    kl, numbers = dice.random((steps, levels)) + 1, np.arange(1, steps + 1)
    log_px = dice.normal(-100, 5, steps)
    curves.add_steps(numbers, log_px - kl.sum(1), log_px, kl, numbers * 0.5)
    return curves


def table(values: np.ndarray) -> Columns:
    made = Columns(1)
    for part in np.array_split(values, 7):
        made.append(part[:, None])
    return made


def test_a_view_is_not_changed_by_later_rows() -> None:
    grown = Columns(2)
    grown.append(np.ones((3, 2)))
    before = grown.values
    for _ in range(10):
        grown.append(np.zeros((500, 2)))
    assert len(grown) == 5003
    assert before.tolist() == [[1, 1]] * 3


def test_a_run_that_goes_on_forgets_the_steps_after_its_save() -> None:
    curves = Curves(("z1",))
    steps = np.arange(1, 101)
    curves.add_steps(steps, -steps * 1.0, -steps * 2.0, steps[:, None] * 0.5, steps * 0.1)
    for step in (50, 100):
        curves.add_evaluation(step, -1.0, -2.0, np.array([0.5]), np.array([3]))
    curves.cut(60)
    assert curves.training.values[-1].tolist() == [60, -60, -120, 30]
    assert len(curves.validation) == len(curves.activity) == 1
    assert curves.clock.values[-1] == pytest.approx(6.0)
    curves.add_steps(np.array([61]), np.zeros(1), np.zeros(1), np.zeros((1, 1)), np.array([6.1]))
    assert curves.training.means(np.array([59]), np.array([61]))[0].tolist() == [60.5, -30, -60, 15]


def test_recent_numbers_add_up() -> None:
    curves = filled(200)
    recent = curves.recent()
    assert recent is not None
    assert recent[0] == pytest.approx(recent[1] - recent[2:].sum())
    assert recent[1] == pytest.approx(curves.training.values[-20:, 2].mean())


def test_smoothing_keeps_a_line_straight_and_a_mean_in_place() -> None:
    line, places = np.linspace(0, 1, 1000), np.arange(1000)
    smooth = table(line).smoothed(places)[:, 0]
    assert smooth[:-10] == pytest.approx(line[:-10])
    assert smooth == pytest.approx(line, abs=0.0055), "the last rows lag by half the window at most"
    noise = np.random.default_rng(0).normal(size=1000)
    assert table(noise).smoothed(places).std() < 0.4 * noise.std()


def test_smoothing_is_the_mean_over_the_window() -> None:
    values = np.random.default_rng(0).normal(size=1000)
    (smooth,) = table(values).smoothed(np.array([500]))
    assert smooth == pytest.approx(values[490:511].mean())


def test_a_step_that_was_not_finite_leaves_no_hole() -> None:
    values = np.ones(1000)
    values[500] = np.nan
    assert table(values).smoothed(np.arange(1000)) == pytest.approx(np.ones((1000, 1)))


@pytest.mark.parametrize("axis", Axis)
def test_few_points_are_drawn_and_no_peak_is_lost(axis: Axis) -> None:
    curves = filled(50_000)
    curves.training.values[33_333, 1] = 7.0
    view = View(axis, 0.0, series.end(curves, axis), 300)
    for name, (x, y) in series.bound_lines(curves, view).items():
        assert len(x) == len(y) <= 610, name
        assert (np.diff(x) >= 0).all()
    assert series.bound_lines(curves, view)["bound raw"][1].max() == 7.0


@pytest.mark.parametrize("axis", Axis)
def test_a_place_leads_back_to_its_row(axis: Axis) -> None:
    curves = filled(1000)
    rows = np.array([0, 4, 500, 999])
    places = series.positions(curves, axis, curves.training.values[rows, 0])
    assert [series.row_at(curves, axis, place) for place in places] == rows.tolist()


def test_what_is_out_of_sight_is_not_drawn() -> None:
    x, _ = series.kl_lines(filled(10_000), View(Axis.STEPS, 4000, 5000, 100), Shape.LINES)["z1"]
    assert 3990 <= x[0] <= 4000
    assert 5000 <= x[-1] <= 5010


def test_stacked_levels_reach_their_sum_and_shares_reach_a_hundred() -> None:
    curves, view = filled(1000, levels=3), View(Axis.STEPS, 0, 1000, 50)
    lines = series.kl_lines(curves, view, Shape.LINES)
    total = sum(y for _, y in lines.values())
    assert series.kl_lines(curves, view, Shape.STACKED)["z3"][1] == pytest.approx(total)
    assert series.kl_lines(curves, view, Shape.SHARE)["z3"][1] == pytest.approx(100)
    without = series.kl_lines(curves, view, Shape.STACKED, frozenset({"z2"}))
    assert without["z3"][1] == pytest.approx(total - lines["z2"][1])


def test_throughput_is_steps_over_time() -> None:
    curves = filled(1000)
    _, speed = series.speed_line(curves, View(Axis.STEPS, 0, 1000, 50), batch=128)
    assert speed == pytest.approx(256)


def test_nothing_to_draw_is_no_mistake() -> None:
    curves = Curves(("z1",))
    view = View(Axis.STEPS, 0, 1, 50)
    assert all(not len(x) for x, _ in series.bound_lines(curves, view).values())
    assert series.end(curves, Axis.LOG) == 0
