"""Level cards come in parts: what is known is shown, and an earlier card stays until the new one is whole."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from app.panels.card_line import CardLine
from app.state.level_cards import LevelCards, grown_from
from hvae_engine.exploring.figures import Figure, Text
from tests.app.conftest import discard


def said(level: str, words: str, whole: bool) -> dict[str, Any]:
    return {"sentence": f"{level} {words}.", "unused": False, "whole": whole}


def sketched(step: int = 3, **levels: tuple[str, bool]) -> Figure:
    """Cards as the engine makes them, one row a level: what is said, and whether that is all."""
    data = {level: said(level, *told) for level, told in levels.items()}
    rows = tuple((Text((values["sentence"],), level, level),) for level, values in data.items())
    return Figure(rows, tuple(levels), ("Level cards",), {"view": "card", "level": tuple(levels)}, "run", step, data)


@pytest.fixture
def cards(qapp) -> LevelCards:
    return LevelCards()


@pytest.fixture
def line(cards: LevelCards, qapp):
    made = CardLine("z1", cards)
    yield made
    discard(made)


def test_what_is_known_of_a_level_is_said_while_the_rest_is_measured(cards: LevelCards, line: CardLine) -> None:
    cards.open("z1")
    assert line.words == "Measuring what z1 encodes …"
    cards.sketch(sketched(z1=("holds 2.0 nats", False)).data, 3)
    cards.tell(1, 9)
    assert line.words == "z1 holds 2.0 nats."
    assert line.age == "step 3, just now"
    assert line.bar.isVisibleTo(line)
    cards.take(sketched(z1=("holds 2.0 nats; tells x", True)).data, 3)
    assert line.words == "z1 holds 2.0 nats; tells x."
    assert line.again.isVisibleTo(line)


def test_a_level_is_done_before_the_others_are(cards: LevelCards, line: CardLine) -> None:
    cards.open("z1")
    cards.open("z2")
    asked = []
    cards.changed.connect(lambda: asked.append(cards.pending))
    cards.sketch(sketched(z1=("tells x", True), z2=("holds 1.0 nats", False)).data, 3)
    cards.tell(5, 9)
    assert line.again.isVisibleTo(line)
    assert not line.bar.isVisibleTo(line)
    assert cards.is_pending("z2")
    assert not asked, "what is under way goes on"
    cards.open("z3")
    assert asked == [{"z2", "z3"}], "z1 is not measured again"


def test_an_earlier_card_stays_until_the_new_one_is_whole(cards: LevelCards, line: CardLine) -> None:
    cards.open("z1")
    cards.take(sketched(z1=("tells x", True)).data, 3)
    cards.refresh()
    cards.sketch(sketched(z1=("holds 3.0 nats", False)).data, 80)
    cards.tell(1, 9)
    assert line.words == "z1 tells x."
    assert cards.card("z1").step == 3
    cards.sketch(sketched(z1=("tells y", True)).data, 80)
    cards.tell(9, 9)
    assert line.words == "z1 tells y."
    assert line.age.startswith("step 80")


def test_a_card_that_was_cancelled_half_way_says_so(cards: LevelCards, line: CardLine) -> None:
    cards.open("z1")
    cards.sketch(sketched(z1=("holds 2.0 nats", False)).data, 3)
    line.cancel.click()
    assert line.words == "z1 holds 2.0 nats. The rest was not measured."
    assert line.again.isVisibleTo(line)
    line.again.click()
    assert line.words == "z1 holds 2.0 nats."


def test_the_age_of_what_is_known_goes_on_while_other_levels_are_measured(cards: LevelCards) -> None:
    cards.open("z1")
    cards.sketch(sketched(z1=("tells x", True), z2=("holds 1.0 nats", False)).data, 3)
    first = cards.card("z1").at
    cards.sketch(sketched(z1=("tells x", True), z2=("holds 1.0 nats; moves", False)).data, 3)
    assert cards.card("z1").at == first


def test_a_figure_grows_level_by_level_out_of_the_one_before() -> None:
    before = sketched(3, z1=("tells x", True), z2=("tells y", True))
    grown = grown_from(before, sketched(80, z1=("tells more", True), z2=("holds 1.0 nats", False)))
    assert [row[0].lines[0] for row in grown.rows] == ["z1 tells more.", "z2 tells y."]
    assert [grown.data[level]["sentence"] for level in ("z1", "z2")] == ["z1 tells more.", "z2 tells y."]
    assert grown.step == 80


def test_a_figure_of_other_levels_or_none_leaves_nothing_behind() -> None:
    new = sketched(80, z3=("holds 1.0 nats", False))
    assert grown_from(None, new) is new
    assert grown_from(sketched(3, z1=("tells x", True)), new) is new
    half = sketched(3, z3=("holds 0.5 nats", False))
    assert grown_from(half, new).rows == new.rows, "half a card gives way to half a card"


def test_an_answer_below_many_sliders_is_scrolled_to_and_kept_in_sight_as_it_grows(cards: LevelCards, qtbot) -> None:
    page, place = QWidget(), QScrollArea()
    qtbot.addWidget(place)
    column = QVBoxLayout(page)
    column.addSpacing(900)
    line = CardLine("z1", cards)
    column.addWidget(line)
    place.setWidgetResizable(True)
    place.setWidget(page)
    place.resize(700, 300)
    place.show()
    line.toggle()
    qtbot.waitUntil(lambda: not line.visibleRegion().isEmpty(), timeout=5000)
    words = "holds 2.0 nats; " + "tells much of everything; " * 8
    cards.sketch(sketched(z1=(words, False)).data, 3)
    cards.tell(1, 9)
    qtbot.waitUntil(lambda: line.visibleRegion().boundingRect().height() == line.height() > 60, timeout=5000)
    place.verticalScrollBar().setValue(0)
    cards.take(sketched(z1=(words, True)).data, 3)
    qtbot.wait(150)
    assert place.verticalScrollBar().value() == 0, "whoever scrolled away stays away"
