"""The curves on the screen: switches change what is drawn, the crosshair reads it, and an axis moves seldom."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.panels.curves import CurvesPanel
from app.state.curves import Curves
from app.state.experiment import Experiment
from app.state.permissions import Phase
from app.state.pins import Pin, Pins
from app.state.records import Settings
from app.state.series import Axis, Shape
from app.state.sight import TOPICS, Sight
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
def pins() -> Pins:
    return Pins()


@pytest.fixture
def panel(experiment: Experiment, themes: Themes, pins: Pins) -> Iterator[CurvesPanel]:
    made = CurvesPanel(experiment, themes, pins)
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
    assert panel.bound.lines["z1"].yData.tolist() == [3, 3], "a single point is a stroke, else nobody sees it"
    assert panel.bound.lines["z1"].xData.mean() == pytest.approx(2000)
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


def pinned(name: str = "earlier", steps: int = 8000, bound: float = -120.0) -> Pin:
    """A run with one level whose held-out bound is `bound` all the way."""
    curves, numbers = Curves(("z1",)), np.arange(1, steps + 1)
    curves.add_steps(
        numbers, np.full(steps, bound - 1), np.full(steps, bound + 3), np.full((steps, 1), 4.0), numbers * 0.01
    )
    for step in (1000, 2000, steps):
        curves.add_evaluation(step, bound, bound + 4, np.array([4.0]), np.array([7]), error=0.25)
    return Pin(Path("/runs") / name, curves, 64, "ELBO")


def test_an_earlier_run_lies_dashed_behind_the_present_one(
    panel: CurvesPanel, experiment: Experiment, pins: Pins, qtbot
) -> None:
    train(experiment)
    pins.put([pinned()])
    qtbot.waitUntil(lambda: drawn(panel.bound, "bound @0"))
    held, present = panel.bound.lines["bound held @0"], panel.bound.lines["bound held"]
    assert held.yData.tolist() == [-120.0] * 3
    assert held.zValue() < present.zValue()
    assert held.opts["pen"].dashPattern() != present.opts["pen"].dashPattern()
    assert panel.kl.lines["z1 @0"].yData[-1] == pytest.approx(4.0)
    assert any("earlier" in remark.text for remark in panel.cards[0].meanings)
    point_at(panel.bound, 2500)
    for plot in (panel.bound, panel.kl):
        assert "earlier:" in plot.reading
    assert "−120.0" in panel.bound.reading
    pins.drop(pinned().path)
    assert "bound @0" not in panel.bound.lines


@pytest.mark.parametrize("topic", ["active", "speed", "error"])
def test_pinned_runs_are_drawn_in_every_plot_and_over_every_axis(
    panel: CurvesPanel, experiment: Experiment, pins: Pins, topic: str, qtbot
) -> None:
    train(experiment)
    pins.put([pinned()])
    QTest.mouseClick(panel.topics.button(topic), LEFT)
    name, value = {"active": ("z1 @0", 7.0), "speed": ("speed @0", 6400.0), "error": ("error @0", 25.0)}[topic]
    for axis, end in ((Axis.LOG, np.log10(8000)), (Axis.TIME, 80.0), (Axis.STEPS, 8000)):
        QTest.mouseClick(panel.axes.button(axis), LEFT)
        line = panel.bound.lines[name]
        assert line.yData[-1] == pytest.approx(value)
        assert line.xData[-1] == pytest.approx(end)
        assert panel.kl.lines["z1 @0"].xData[-1] == pytest.approx(end)


def test_in_training_the_axis_ends_with_the_run_at_hand(
    panel: CurvesPanel, experiment: Experiment, pins: Pins, qtbot
) -> None:
    train(experiment)
    pins.put([pinned(steps=50_000)])
    assert panel.bound.sight[1] > 50_000
    experiment.set_phase(Phase.TRAINING)
    qtbot.waitUntil(lambda: panel.bound.sight[1] < 6000)
    experiment.set_phase(Phase.STOPPED)
    qtbot.waitUntil(lambda: panel.bound.sight[1] > 50_000)


def test_pins_are_drawn_before_there_is_a_run(panel: CurvesPanel, pins: Pins, qtbot) -> None:
    pins.put([pinned()])
    qtbot.waitUntil(lambda: drawn(panel.bound, "bound @0"))
    point_at(panel.bound, 2500)
    assert "earlier:" in panel.bound.reading


def test_a_pinned_run_is_painted_again_only_when_the_view_changes(
    panel: CurvesPanel, experiment: Experiment, pins: Pins, qtbot
) -> None:
    train(experiment)
    pins.put([pinned(steps=5000)])
    qtbot.waitUntil(lambda: drawn(panel.bound, "bound @0"))
    before = panel.bound.lines["bound @0"].xData
    panel._mark()
    qtbot.waitUntil(lambda: not panel._stale)
    assert panel.bound.lines["bound @0"].xData is before
    panel.bound.look((1000.0, 2000.0))
    qtbot.waitUntil(lambda: panel.bound.lines["bound @0"].xData is not before)


def test_the_exact_likelihood_is_a_dashed_line_with_a_name(panel: CurvesPanel, experiment: Experiment, qtbot) -> None:
    train(experiment)
    assert not any("exact" in remark.text for remark in panel.cards[0].meanings)
    experiment.curves.add_evaluation(4000, -105.0, -99.0, np.ones(3), exact=-103.5)
    experiment.evaluated.emit()
    qtbot.waitUntil(lambda: len(panel.bound.lines["exact"].yData) > 0)
    assert panel.bound.lines["exact"].yData.tolist() == [-103.5, -103.5]
    assert panel.bound.lines["exact"].opts["pen"].dashPattern()
    (said,) = (remark for remark in panel.cards[0].meanings if "exact" in remark.text)
    assert "not pass it" in said.hint
    point_at(panel.bound, 4000)
    assert "−103.5" in panel.bound.reading


def wheel(plot: Plot, turns: int, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Turn the wheel over the middle of a plot, once it is painted: pyqtgraph places a wheel by what was painted."""
    plot.grab()
    box, view = plot._box, plot._widget
    place = QPointF(view.mapFromScene(box.sceneBoundingRect().center()))
    everywhere = view.viewport().mapToGlobal(place)
    event = QWheelEvent(
        place,
        everywhere,
        QPoint(),
        QPoint(0, 120 * turns),
        Qt.MouseButton.NoButton,
        keys,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view.viewport(), event)


def double_click(plot: Plot) -> None:
    view = plot._widget
    place = view.mapFromScene(plot._box.sceneBoundingRect().center())
    QTest.mouseClick(view.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, place)
    QTest.mouseDClick(view.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, place)
    QTest.mouseRelease(view.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, place)


def test_plots_share_their_stretch_and_each_has_a_height_of_its_own(
    panel: CurvesPanel, experiment: Experiment, qtbot
) -> None:
    train(experiment)
    qtbot.waitUntil(lambda: drawn(panel.bound, "bound"))
    whole, height = panel.bound.sight, panel.kl._box.viewRange()[1]
    wheel(panel.bound, 3)
    assert panel.bound.sight[1] - panel.bound.sight[0] < 0.9 * (whole[1] - whole[0])
    assert panel.kl.sight == pytest.approx(panel.bound.sight)
    assert panel.bound.band is None
    wheel(panel.bound, 3, Qt.KeyboardModifier.ControlModifier)
    assert panel.bound.band is not None
    assert panel.kl.band is None
    assert panel.kl._box.viewRange()[1] == height
    kept = panel.bound.band
    train(experiment)  # further figures of the same run leave it alone
    qtbot.waitUntil(lambda: not panel._stale)
    assert panel.bound.band == pytest.approx(kept)
    double_click(panel.bound)
    assert panel.bound.band is panel.bound.stretch is panel.kl.stretch is None
    assert panel.kl.sight == pytest.approx(panel.bound.sight)


def test_zoom_and_hidden_terms_come_back_with_the_run_they_belong_to(
    panel: CurvesPanel, experiment: Experiment, themes: Themes, pins: Pins, qtbot
) -> None:
    experiment.run_path = Path("/runs/one")
    train(experiment)
    QTest.mouseClick(panel.axes.button(Axis.LOG), LEFT)
    QTest.mouseClick(panel.shapes.button(Shape.STACKED), LEFT)
    wheel(panel.kl, 2)
    wheel(panel.kl, 2, Qt.KeyboardModifier.ControlModifier)
    panel.show_term("z2", False)
    again = CurvesPanel(experiment, themes, pins)
    again.resize(panel.size())
    again.recall(Sight.from_text(panel.sight.to_text()))
    assert (again.axis, again.shape) == (Axis.LOG, Shape.STACKED)
    assert again.bound.stretch == pytest.approx(panel.kl.stretch)
    assert again.kl.band == pytest.approx(panel.kl.band)
    assert not again.kl.lines["z2"].isVisible()
    experiment.run_path = Path("/runs/two")
    train(experiment)
    assert again.bound.stretch is again.kl.band is None
    assert not again.kl.lines["z2"].isVisible()
    discard(again)


@pytest.mark.parametrize("text", ["", "{", "[1]", '{"stretch": [2, 1], "topic": "nothing", "hidden": 3, "bands": []}'])
def test_a_sight_that_cannot_be_read_is_the_usual_one(text: str) -> None:
    assert Sight.from_text(text) == Sight()


def test_every_switch_and_every_word_of_the_legend_explains_itself(
    panel: CurvesPanel, experiment: Experiment, pins: Pins, qtbot
) -> None:
    train(experiment, levels=12)
    pins.put([pinned()])
    for choices, keys in ((panel.topics, TOPICS), (panel.axes, Axis), (panel.shapes, Shape)):
        assert all(choices.button(key).toolTip().endswith(".") for key in keys)
    for card in panel.cards:
        assert card.meanings
        assert all(remark.hint for remark in card.meanings)
