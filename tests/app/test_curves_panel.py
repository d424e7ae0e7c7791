"""The curves on the screen: switches change what is drawn, the crosshair reads it, and an axis moves seldom."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from app.panels.curves import CurvesPanel
from app.state.experiment import Experiment
from app.state.records import Settings
from app.state.series import Axis, Shape
from app.theme import Themes
from app.widgets.plot import Plot
from tests.app.conftest import discard

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def experiment() -> Experiment:
    made = Experiment()
    made.run_settings = Settings()
    return made


@pytest.fixture
def panel(experiment: Experiment, themes: Themes) -> Iterator[CurvesPanel]:
    made = CurvesPanel(experiment, themes)
    made.resize(1100, 220)
    made.show()
    yield made
    discard(made)


def train(experiment: Experiment, levels: int = 3, steps: int = 5000) -> None:
    experiment.begin_levels(tuple(f"z{n + 1}" for n in range(levels)))
    numbers = np.arange(1, steps + 1)
    kl = np.tile(np.arange(levels, 0, -1.0), (steps, 1))
    log_px = np.full(steps, -100.0)
    experiment.curves.add_steps(numbers, log_px - kl.sum(1), log_px, kl, numbers * 0.01)
    experiment.curves.add_evaluation(2000, -111.0, -99.0, kl[0], np.arange(levels, 0, -1))
    experiment.progressed.emit()


def drawn(plot: Plot, line: str) -> bool:
    return plot.lines[line].xData is not None and len(plot.lines[line].xData) > 10


def point_at(plot: Plot, step: float) -> None:
    """Move the mouse over a plot, to a step."""
    box = plot._plot.getViewBox()
    place = box.mapViewToScene(QPointF(step, np.mean(box.viewRange()[1])))
    plot._widget.scene().sigMouseMoved.emit(place)


def test_switches_are_there_when_they_have_something_to_show(panel: CurvesPanel, experiment: Experiment, qtbot) -> None:
    assert panel.shapes.isHidden()
    assert panel.axes.button(Axis.TIME).isHidden()
    train(experiment)
    qtbot.waitUntil(lambda: drawn(panel.bound, "bound"))
    assert not panel.shapes.isHidden()
    assert not panel.axes.button(Axis.TIME).isHidden()
    train(experiment, levels=1)
    qtbot.waitUntil(lambda: drawn(panel.kl, "z1"))
    assert panel.shapes.isHidden()


def test_stacked_levels_and_shares_are_areas_on_top_of_each_other(
    panel: CurvesPanel, experiment: Experiment, qtbot
) -> None:
    train(experiment)
    qtbot.waitUntil(lambda: drawn(panel.kl, "z3"))
    assert panel.kl.lines["z3"].yData[-1] == pytest.approx(1)
    QTest.mouseClick(panel.shapes.button(Shape.STACKED), LEFT)
    assert panel.kl.lines["z3"].yData[-1] == pytest.approx(6)
    assert panel.kl.lines["z3"].zValue() < panel.kl.lines["z1"].zValue()
    QTest.mouseClick(panel.shapes.button(Shape.SHARE), LEFT)
    assert panel.kl.lines["z1"].yData[-1] == pytest.approx(50)
    panel.show_term("z1", False)
    qtbot.waitUntil(lambda: panel.kl.lines["z2"].yData[-1] == pytest.approx(200 / 3))
    assert not panel.kl.lines["z1"].isVisible()


def test_curves_run_over_steps_their_logarithm_or_time(panel: CurvesPanel, experiment: Experiment, qtbot) -> None:
    train(experiment)
    qtbot.waitUntil(lambda: drawn(panel.bound, "bound"))
    for axis, end in ((Axis.LOG, np.log10(5000)), (Axis.TIME, 50.0), (Axis.STEPS, 5000)):
        QTest.mouseClick(panel.axes.button(axis), LEFT)
        for plot, name in ((panel.bound, "bound"), (panel.kl, "z1")):
            assert plot.lines[name].xData[-1] == pytest.approx(end)
            assert end < plot.sight[1] < 1.1 * end


def test_the_crosshair_reads_every_curve_in_both_plots(panel: CurvesPanel, experiment: Experiment, qtbot) -> None:
    train(experiment)
    qtbot.waitUntil(lambda: drawn(panel.bound, "bound"))
    panel.show_term("z2", False)
    point_at(panel.kl, 2500)
    for words in ("−106.0", "−111.0", "−100.0"):
        assert words in panel.bound.reading
    assert "z1&nbsp;3.0" in panel.kl.reading
    assert "z2" not in panel.kl.reading
    panel.kl.left.emit()
    assert panel.bound.reading == panel.kl.reading == ""


def test_active_units_and_throughput(panel: CurvesPanel, experiment: Experiment, qtbot) -> None:
    train(experiment)
    qtbot.waitUntil(lambda: not panel.topics.button("speed").isHidden())
    QTest.mouseClick(panel.topics.button("active"), LEFT)
    assert panel.bound.lines["z1"].yData.tolist() == [3]
    QTest.mouseClick(panel.topics.button("speed"), LEFT)
    assert panel.bound.lines["speed"].yData[-1] == pytest.approx(12_800)
    point_at(panel.bound, 2500)
    assert "12\u202f800" in panel.bound.reading


def test_an_axis_moves_seldom_while_curves_grow(panel: CurvesPanel, experiment: Experiment, qtbot) -> None:
    plot = panel.bound
    ends, ranges = set(), set()
    for end in range(10_000, 12_000, 10):
        plot.set_end(end)
        plot.set_range(-100.0, -80.0 + end / 1e5)
        ends.add(plot.sight[1])
        ranges.add(plot._range)
        assert plot.sight[1] >= end
    assert len(ends) < 10
    assert len(ranges) < 10
