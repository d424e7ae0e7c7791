"""The equation: sums of levels that unfold, a gain where there is one, and nothing clipped in a narrow window."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.panels.objective_bar import HEIGHT, ObjectiveBar
from app.state.equation import groups_of, terms_of
from app.state.experiment import Experiment
from app.state.objective import HELD_OUT, TRAINING
from app.state.offers import FamilySpec
from app.state.records import Pictures, Settings
from app.theme import Themes
from tests.app.conftest import discard

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def experiment() -> Experiment:
    return Experiment()


@pytest.fixture
def bar(experiment: Experiment, themes: Themes) -> Iterator[ObjectiveBar]:
    made = ObjectiveBar(experiment, themes)
    made.resize(1140, HEIGHT)
    made.show()
    yield made
    discard(made)


def train(experiment: Experiment, bar: ObjectiveBar, levels: int, settings: Settings | None = None) -> None:
    experiment.run_settings = settings or Settings()
    experiment.begin_levels(tuple(f"z{n + 1}" for n in range(levels)))
    kl = np.tile(np.arange(levels, 0, -1.0) * 11, (50, 1))
    log_px = np.full(50, -1234.5)
    experiment.curves.add_steps(np.arange(1, 51), log_px - kl.sum(1) + 2.6, log_px, kl)
    bar.show_numbers()
    QApplication.processEvents()


def number(text: str) -> float:
    return float(text.rstrip(")").rsplit(" ", 1)[1].replace("−", "-"))


@pytest.mark.parametrize("count", [1, 2, 6, 7, 12, 45])
def test_groups_hold_every_level_once(count: int) -> None:
    levels = tuple(f"z{n + 1}" for n in range(count))
    groups = groups_of(levels)
    assert sum((group.levels for group in groups), ()) == levels
    assert len(groups) <= 6
    sizes = {len(group.levels) for group in groups}
    assert max(sizes) - min(sizes) <= 1
    for opened in groups:
        assert sum((term.levels for term in terms_of(groups, opened.name)), ()) == levels


def test_many_levels_are_summed_and_unfold_on_a_click(experiment: Experiment, bar: ObjectiveBar) -> None:
    train(experiment, bar, 12)
    assert bar.terms == ("bound", "log_px", "z1–z3", "z4–z6", "z7–z9", "z10–z12")
    assert number(bar.term("z1–z3").text()) == 11 * (12 + 11 + 10)
    QTest.mouseClick(bar.term("z1–z3"), LEFT)
    assert bar.terms == ("bound", "log_px", "fold", "z1", "z2", "z3", "z4–z6", "z7–z9", "z10–z12")
    assert number(bar.term("z2").text()) == 11 * 11
    QTest.mouseClick(bar.term("fold"), LEFT)
    assert "z1" not in bar.terms


def test_a_hidden_term_stays_hidden_when_its_group_is_folded(experiment: Experiment, bar: ObjectiveBar, qtbot) -> None:
    train(experiment, bar, 12)
    QTest.mouseClick(bar.term("z1–z3"), LEFT)
    with qtbot.waitSignal(bar.toggled) as told:
        QTest.mouseClick(bar.term("z2"), LEFT)
    assert told.args == ["z2", False]
    QTest.mouseClick(bar.term("fold"), LEFT)
    QTest.mouseClick(bar.term("z1–z3"), LEFT)
    assert not bar.term("z2").isChecked()


@pytest.mark.parametrize("width", [780, 1140])
@pytest.mark.parametrize("levels", [1, 5, 6, 12, 45])
def test_nothing_is_clipped(experiment: Experiment, bar: ObjectiveBar, levels: int, width: int) -> None:
    experiment.families = {"ladder": FamilySpec("ladder", "Ladder VAE", (), bound="iwae")}
    train(experiment, bar, levels)
    for opened in ("", groups_of(experiment.levels)[-1].name):
        if opened and len(groups_of(experiment.levels)[-1].levels) in (2, 3):
            QTest.mouseClick(bar.term(opened), LEFT)
        bar.resize(width, HEIGHT)
        QApplication.processEvents()
        right = 0
        for name in bar.terms:
            term = bar.term(name)
            if term.isHidden():
                continue
            assert term.x() >= right
            assert term.width() >= term.sizeHint().width()
            right = term.x() + term.width()
        assert right <= width


def test_the_gain_of_several_draws_is_what_they_add_to_the_elbo(experiment: Experiment, bar: ObjectiveBar) -> None:
    experiment.families = {"ladder": FamilySpec("ladder", "Ladder VAE", (), bound="iwae")}
    train(experiment, bar, 2)
    assert number(bar.term("gain").text()) == pytest.approx(2.6)
    experiment.families = {"ladder": FamilySpec("ladder", "Ladder VAE", ())}
    train(experiment, bar, 2)
    assert "gain" not in bar.terms


def said(bar: ObjectiveBar) -> str:
    return " · ".join(remark.text for remark in bar.remarks.remarks)


def test_the_weight_prior_is_named_when_it_is_on_and_is_a_term_when_it_is_known(
    experiment: Experiment, bar: ObjectiveBar
) -> None:
    train(experiment, bar, 2)
    assert "κ" not in said(bar)
    train(experiment, bar, 2, Settings(kappa=0.5))
    assert "κ 0.5" in said(bar)
    assert "log_prior" not in bar.terms
    experiment.curves.weight_prior.append(np.array([[50.0, -12.3]]))
    bar._write_all()
    assert number(bar.term("log_prior").text()) == pytest.approx(-12.3)
    assert bar.terms[-1] == "log_prior", "it stands beside the bound, not in it"


def test_the_bound_of_several_draws_is_the_elbo_and_the_gain(experiment: Experiment, bar: ObjectiveBar) -> None:
    experiment.families = {"ladder": FamilySpec("ladder", "Ladder VAE", (), bound="iwae")}
    train(experiment, bar, 2)
    texts = [bar.term(name).text() for name in ("bound", "elbo", "gain")]
    assert texts[0].startswith("IWAE-5")
    assert number(texts[0]) == pytest.approx(number(texts[1]) + number(texts[2]))
    bar.resize(300, HEIGHT)
    QApplication.processEvents()
    assert bar.term("elbo").isHidden()
    assert "IWAE-5" in bar.term("bound").text()


def test_the_equation_of_the_held_out_images(experiment: Experiment, bar: ObjectiveBar) -> None:
    train(experiment, bar, 2)
    assert not bar.splits.button(HELD_OUT).isEnabled()
    experiment.curves.add_evaluation(50, -1300.0, -1280.0, np.array([15.0, 5.0]), error=0.042)
    experiment.evaluated.emit()
    assert "error 4.2 % held out" in said(bar)
    assert "held out ELBO −1300.0" in said(bar)
    QTest.mouseClick(bar.splits.button(HELD_OUT), LEFT)
    values = [number(bar.term(name).text()) for name in ("bound", "log_px", "z1", "z2")]
    assert values == [-1300.0, -1280.0, 15.0, 5.0]
    assert "nats per image, held-out images" in said(bar)
    experiment.begin_levels(("z1",))
    assert bar.split == TRAINING, "another run has not been scored yet"


def test_when_the_class_error_comes_is_said_until_it_is_there(experiment: Experiment, bar: ObjectiveBar) -> None:
    experiment.families = {"m2": FamilySpec("m2", "M2", (), needs_labels=True)}
    coming = "class error: after the first validation"
    experiment.run_settings = Settings(family="m2")
    experiment.begin_levels(("y", "z1"))
    assert coming in said(bar), "from the start"
    train(experiment, bar, 2, Settings(family="m2"))
    assert coming in said(bar)
    experiment.curves.add_evaluation(50, -1300.0, -1280.0, np.array([15.0, 5.0]), error=0.042)
    experiment.evaluated.emit()
    assert coming not in said(bar)
    assert "error 4.2 % held out" in said(bar)


def test_beta_is_shown_while_it_is_on_its_way(experiment: Experiment, bar: ObjectiveBar) -> None:
    experiment.status = replace(experiment.status, beta=0.25)
    train(experiment, bar, 2)
    assert "β 0.25 on its way to 1" in said(bar)
    experiment.status = replace(experiment.status, beta=1.0)
    bar._write_all()
    assert "β" not in said(bar)


@pytest.mark.parametrize(("likelihood", "there"), [("logistic", True), ("logistic-mixture", True), ("gaussian", False)])
def test_bits_stand_beside_nats_where_pixels_are_grey_levels(
    experiment: Experiment, bar: ObjectiveBar, likelihood: str, there: bool
) -> None:
    pixels = np.zeros((10, 3, 32, 32), dtype=np.uint8)
    experiment.pictures = Pictures("few", "few", pixels, None, (), training=8, test=0)
    train(experiment, bar, 1, Settings(options={"likelihood": likelihood}))
    bits = (1234.5 + 11 - 2.6) / (3 * 32 * 32 * np.log(2))
    assert (f"{bits:.3f} bits/dim" in said(bar)) == there


def test_every_term_and_remark_says_what_it_is(experiment: Experiment, bar: ObjectiveBar) -> None:
    experiment.families = {"ladder": FamilySpec("ladder", "Ladder VAE", (), bound="iwae")}
    train(experiment, bar, 12)
    experiment.curves.add_evaluation(50, -1300.0, -1280.0, np.ones(12), error=0.042)
    experiment.evaluated.emit()
    assert all(bar.term(name).toolTip() for name in bar.terms)
    assert all(remark.hint for remark in bar.remarks.remarks)


def test_a_class_is_a_term_like_any_level(experiment: Experiment, bar: ObjectiveBar) -> None:
    experiment.begin_levels(("z1", "y", "z2"))
    experiment.curves.add_steps(np.arange(1, 3), np.full(2, -10.0), np.full(2, -4.0), np.full((2, 3), 2.0))
    bar.show_numbers()
    assert bar.term("y").text() == "KL(y) 2.0"
    assert "class" in bar.term("y").toolTip()


@pytest.mark.parametrize("by", ["mouse", "key"])
def test_folded_curves_leave_a_small_one_that_brings_them_back(
    experiment: Experiment, bar: ObjectiveBar, by: str, qtbot
) -> None:
    train(experiment, bar, 5)
    assert not bar.spark.isVisible()
    bar.take_in_curves(True)
    assert bar.spark.isVisible()
    np.testing.assert_allclose(bar.spark.values[-1], experiment.curves.training.smoothed(np.array([49]))[0, 1])
    assert bar.equation.sizeHint().width() <= bar.width() - bar.spark.width()
    with qtbot.waitSignal(bar.curves_wanted):
        if by == "mouse":
            QTest.mouseClick(bar.spark, LEFT)
        else:
            QTest.keyClick(bar.spark, Qt.Key.Key_Space)
    bar.take_in_curves(False)
    assert not bar.spark.isVisible()
