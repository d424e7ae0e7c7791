"""What a model beside the one at hand is asked: only what it has too."""

from __future__ import annotations

import numpy as np
import pytest

from app.translation import shared_part
from hvae_engine.exploring import Question

SHAPES = {"z1": (4,), "z2": (2, 3, 3)}


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ({"z1": {3: 1.0, 4: 2.0}}, {"z1": {3: 1.0}}),
        ({"z3": {0: 1.0}}, {}),
        ({"z2": {(1, 2, 2): 1.0, (1, 3, 0): 2.0, 1: 0.5}}, {"z2": {(1, 2, 2): 1.0, 1: 0.5}}),
        ({"z1": {(1, 0, 0): 1.0}}, {}),
    ],
)
def test_levels_units_and_places_it_has_not_are_left_out(asked, kept) -> None:
    question = Question(np.zeros((8, 8), np.uint8), edits=asked, below="mean")
    assert shared_part(question, SHAPES).edits == kept
    assert shared_part(question, SHAPES).below == "mean"


def test_bases_and_locks_of_levels_it_has_not_are_left_out() -> None:
    named = frozenset({"z1", "z3"})
    shared = shared_part(Question(np.zeros((8, 8), np.uint8), along=named, locked=named), SHAPES)
    assert (shared.along, shared.locked) == ({"z1"}, {"z1"})
