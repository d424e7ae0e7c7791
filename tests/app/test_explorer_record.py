"""Where the explorer was left, as text and back; nothing that a file says gets past the checks."""

from __future__ import annotations

import json
from dataclasses import replace
from types import MappingProxyType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app import translation
from app.state.explorer_record import Checks, ExplorerRecord
from app.state.point import Point

SHAPES = {"z1": (4, 7, 7), "z2": (3,)}
CHECKS = Checks(SHAPES, 40, translation.views_of())
POINT = Point(
    image=12, prior_seed=5, edits=MappingProxyType({"z1": {(1, 2, 6): 1.5, 3: -2.0}, "z2": {0: 0.25}}), below="mean",
    along=frozenset({"z2"}), locked=frozenset({"z1", "z2"}),
)  # fmt: skip
RECORD = ExplorerRecord(
    POINT,
    "z2",
    {"z1": (2, 6)},
    "traversal",
    {"traversal": {"steps": 5, "unit": (1, 0)}, "samples": {"temperature": (1.0, 0.5)}, "mixing": {"level": ("z2",)}},
)


def plain(record: ExplorerRecord) -> object:
    edits = {level: dict(units) for level, units in record.point.edits.items()}
    views = {name: dict(chosen) for name, chosen in record.views.items()}
    return replace(record.point, edits={}), edits, record.level, dict(record.places), record.tab, views


def test_what_was_written_comes_back() -> None:
    assert plain(CHECKS.read(RECORD.to_text())) == plain(RECORD)


def test_a_draw_of_the_prior_comes_back() -> None:
    record = ExplorerRecord(Point(image=None, prior_seed=9))
    assert CHECKS.read(record.to_text()).point == record.point


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("image", 40), ("image", -1), ("image", True), ("image", "3"), ("prior_seed", 1.5), ("below", "up"),
        ("edits", {"z1": [[4, 1.0]]}), ("edits", {"z1": [[[1, 7, 0], 1.0]]}), ("edits", {"z2": [[[0, 0, 0], 1.0]]}),
        ("edits", {"z9": [[0, 1.0]]}), ("edits", {"z2": [[0, 1e9]]}), ("edits", {"z2": [[0, float("nan")]]}),
        ("edits", [1, 2]), ("level", "z9"), ("level", ["z1"]), ("places", {"z2": [0, 0]}), ("places", {"z1": [7, 0]}),
        ("along", ["z9", "y", 3, ["z1"]]), ("along", "z1"), ("locked", {"z1": 1}), ("locked", ["z9"]), ("locked", None),
        ("tab", "secrets"), ("tab", {}), ("views", {"traversal": {"steps": "5"}}), ("views", {"traversal": {"x": 1}}),
        ("views", {"samples": {"temperature": [1e9]}}), ("views", {"mixing": {"level": ["z9"]}}), ("views", {"x": {}}),
        ("views", 3),
    ],
)  # fmt: skip
def test_what_does_not_fit_the_run_is_left_out(name: str, value: object) -> None:
    found = CHECKS.read(json.dumps({name: value}))
    assert found.point == Point()
    assert (found.level, dict(found.places), found.tab) == ("", {}, "levels")
    assert all(not chosen for chosen in found.views.values())


@pytest.mark.parametrize("text", ["", "[]", "null", "{", '"x"', "[" * 100_000])
def test_a_text_that_is_no_record_is_an_empty_one(text: str) -> None:
    assert plain(CHECKS.read(text)) == plain(ExplorerRecord())


NAMES = ("image", "prior_seed", "below", "along", "locked", "edits", "level", "places", "tab", "views")
SCALARS = st.none() | st.booleans() | st.integers(-2, 50) | st.floats() | st.sampled_from(["z1", "mean", "samples"])
PARTS = st.dictionaries(
    st.sampled_from([*SHAPES, "samples", "steps", "level"]), SCALARS | st.lists(SCALARS), max_size=2
)
JSON = SCALARS | PARTS | st.dictionaries(st.sampled_from([*SHAPES, "samples", "mixing"]), PARTS | st.lists(SCALARS))


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(NAMES), JSON, max_size=3))
def test_whatever_a_file_says_is_read_and_can_be_written_again(found: dict[str, object]) -> None:
    record = CHECKS.read(json.dumps(found))
    assert plain(CHECKS.read(record.to_text())) == plain(record)


def test_a_run_whose_shapes_nobody_knows_takes_no_edits() -> None:
    found = Checks({"z1": ()}, 40, {}).read(RECORD.to_text())
    assert found.point.edits == {}
