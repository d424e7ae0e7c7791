"""Many levels: lines for their groups, rows on demand, the most informative one first, and nothing asked in vain."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.panels.strata import Strata
from app.state.answers import Answers
from app.state.equation import groups_of
from app.state.experiment import Experiment
from app.state.exploration import Exploration
from app.theme import Themes
from tests.app.conftest import discard

LEFT = Qt.MouseButton.LeftButton
SIZES = [28] * 15 + [14] * 12 + [7] * 10 + [1] * 8
SHAPES = {f"z{place + 1}": (4, side, side) for place, side in enumerate(SIZES)}


@pytest.fixture
def strata(themes: Themes) -> Iterator[Strata]:
    made = Strata(Experiment(), Exploration(), Answers(), themes)
    made.resize(1120, 560)
    made.show()
    yield made
    discard(made)


def begin(strata: Strata, shapes: dict[str, tuple[int, ...]], *, most: str = "", steps: int = 30) -> None:
    """Start a run of these levels, with some steps behind it; the level `most` holds the most nats."""
    experiment = strata._experiment
    experiment.begin_levels(tuple(shapes), shapes)
    kl = np.tile(np.array([9.0 if name == most else 1.0 for name in shapes]), (steps, 1))
    experiment.curves.add_steps(np.arange(1, steps + 1), np.full(steps, -100.0), np.full(steps, -50.0), kl)
    experiment.progressed.emit()
    for _ in range(3):
        QApplication.processEvents()


def test_levels_of_one_resolution_are_a_group() -> None:
    groups = groups_of(tuple(SHAPES), SHAPES)
    assert [(group.name, group.size) for group in groups] == [
        ("z1–z15", (28, 28)), ("z16–z27", (14, 14)), ("z28–z37", (7, 7)), ("z38–z45", (1, 1)),
    ]  # fmt: skip


def test_few_levels_have_rows_at_once(strata: Strata) -> None:
    begin(strata, {name: SHAPES[name] for name in list(SHAPES)[:8]})
    assert not strata.groups
    assert len(strata.rows) == 8


def test_the_most_informative_level_opens_by_itself_and_is_in_sight(strata: Strata, qtbot) -> None:
    begin(strata, SHAPES, most="z24")
    assert list(strata.groups) == ["z1–z15", "z16–z27", "z28–z37", "z38–z45"]
    assert list(strata.rows) == [f"z{number}" for number in range(16, 28)], "rows of folded groups are not made"
    row = strata.rows["z24"]
    assert row.opened
    assert not strata.rows["z17"].opened
    qtbot.waitUntil(lambda: row.visibleRegion().boundingRect().height() == row.height())


def test_only_rows_in_sight_are_asked_for(strata: Strata, qtbot) -> None:
    answers = strata.x_row._answers
    begin(strata, SHAPES, most="z24")
    qtbot.waitUntil(lambda: "z24" in answers.mapped)
    assert len(answers.mapped) < 8
    bar = strata._scroll.verticalScrollBar()
    bar.setValue(0)
    qtbot.waitUntil(lambda: "z24" not in answers.mapped)
    QTest.mouseClick(strata.groups["z16–z27"], LEFT)
    qtbot.waitUntil(lambda: not answers.mapped)


@pytest.mark.parametrize("by", ["mouse", "key", "button"])
def test_a_group_opens_and_folds(strata: Strata, by: str) -> None:
    begin(strata, SHAPES, steps=0)
    assert not strata.rows, "nothing opens before there are numbers to choose by"
    line = strata.groups["z38–z45"]
    act = {
        "mouse": lambda: QTest.mouseClick(line, LEFT),
        "key": lambda: QTest.keyClick(line, Qt.Key.Key_Return),
        "button": lambda: QTest.mouseClick(line.fold, LEFT),
    }[by]
    act()
    assert list(strata.rows) == [f"z{number}" for number in range(38, 46)]
    assert strata.rows["z40"].isVisible()
    assert line.fold.accessibleName() == "Fold z38–z45 to one line"
    act()
    assert not strata.rows["z40"].isVisible()
    begin(strata, SHAPES, most="z1", steps=0)
    assert not strata.rows, "another run begins folded"


def test_a_person_who_opened_a_group_is_not_led_elsewhere(strata: Strata) -> None:
    begin(strata, SHAPES, steps=0)
    QTest.mouseClick(strata.groups["z38–z45"], LEFT)
    kl = np.ones((30, 45))
    strata._experiment.curves.add_steps(np.arange(1, 31), np.full(30, -9.0), np.full(30, -5.0), kl)
    strata._experiment.progressed.emit()
    assert "z1" not in strata.rows


def test_a_line_says_what_its_levels_hold_together(strata: Strata) -> None:
    begin(strata, SHAPES, most="z24")
    assert strata.groups["z16–z27"].numbers == "20.0 nats · 38%"
    assert strata.groups["z1–z15"].bars.shares == pytest.approx([1 / 9] * 15)
    assert "12 levels · 14 × 14" in strata.groups["z16–z27"].accessibleName()


def test_a_group_shares_a_hue_everywhere(strata: Strata, themes: Themes) -> None:
    begin(strata, SHAPES, most="z24")
    colours = themes.current.colours(strata._experiment.groups)
    assert len({colour.name() for colour in colours.values()}) == 45
    for group in strata._experiment.groups:
        hues = [colours[name].hslHue() for name in group.levels]
        assert max(hues) - min(hues) <= 3
    assert strata.rows["z24"].colour == colours["z24"]
    assert strata.groups["z16–z27"].colour == colours["z22"]


def test_low_windows_keep_the_sliders_and_the_open_row(strata: Strata, qtbot) -> None:
    begin(strata, {f"z{number}": (8,) for number in range(1, 6)})
    row, other = strata.rows["z2"], strata.rows["z4"]
    assert row.strip.isVisible()
    strata.resize(780, 480)
    qtbot.waitUntil(lambda: not row.strip.isVisible() and not other.strip.isVisible())
    QTest.mouseClick(row.fold, LEFT)
    assert row.strip.isVisible()
    assert not other.strip.isVisible()
    assert strata.x_row.pictures["edited"].height() >= 128
    strata.resize(1120, 700)
    qtbot.waitUntil(lambda: other.strip.isVisible())


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_a_line_shows_that_it_has_the_keyboard(strata: Strata, themes: Themes, theme: str) -> None:
    begin(strata, SHAPES, steps=0)
    themes.choose(theme)
    line = strata.groups["z28–z37"]
    line.clearFocus()
    without = line.grab().toImage()
    line.setFocus()
    assert line.grab().toImage() != without


@pytest.mark.parametrize("count", [1, 3, 5, 12])
def test_every_number_of_levels_fits_the_width(strata: Strata, count: int) -> None:
    begin(strata, {f"z{number}": (8,) for number in range(1, count + 1)}, most="z1")
    strata.resize(770, 520)
    for _ in range(5):
        QApplication.processEvents()
    assert strata.width() == 770
    for row in strata.rows.values():
        right = max(child.geometry().right() for child in (row.bank, row.strip, row.effect) if child.isVisible())
        assert right < row.width()
    if count == 1:
        row = strata.rows["z1"]
        assert row.opened
        assert row.height() == strata._scroll.viewport().height(), "its row takes the height"
        assert "moves" not in strata.x_row.below.meaning
