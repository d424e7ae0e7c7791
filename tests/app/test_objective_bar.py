"""The equation: sums of levels that unfold, a gain where there is one, and nothing clipped in a narrow window."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.panels.objective_bar import ObjectiveBar
from app.state.equation import groups_of, terms_of
from app.state.experiment import Experiment
from app.state.records import FamilySpec, Settings
from app.theme import Themes
from tests.app.conftest import discard

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def experiment() -> Experiment:
    return Experiment()


@pytest.fixture
def bar(experiment: Experiment, themes: Themes) -> Iterator[ObjectiveBar]:
    made = ObjectiveBar(experiment, themes)
    made.resize(1140, 44)
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
    return float(text.rsplit(" ", 1)[1].replace("−", "-"))


@pytest.mark.parametrize("count", [1, 2, 6, 7, 12, 45])
def test_groups_hold_every_level_once(count: int) -> None:
    levels = tuple(f"z{n + 1}" for n in range(count))
    groups = groups_of(levels)
    assert sum((group.levels for group in groups), ()) == levels
    assert len(groups) <= 6
    sizes = {len(group.levels) for group in groups}
    assert max(sizes) - min(sizes) <= 1
    for opened in groups:
        assert sum((term.levels for term in terms_of(levels, opened.name)), ()) == levels


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
        bar.resize(width, 44)
        QApplication.processEvents()
        right = 0
        for name in bar.terms:
            term = bar.term(name)
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


def test_the_weight_prior_is_named_when_it_is_on(experiment: Experiment, bar: ObjectiveBar) -> None:
    train(experiment, bar, 2)
    assert "κ" not in bar._note.toolTip()
    train(experiment, bar, 2, Settings(kappa=0.5))
    assert "κ 0.5" in bar._note.toolTip()
