"""How numbers are written: short, with a true minus, and never wider than their place."""

from __future__ import annotations

import pytest

from app.words import wording


@pytest.mark.parametrize(
    ("value", "words"),
    [(-98.42, "−98.4"), (0.04, "0.0"), (999_999.0, "999999.0"), (-8.7e11, "−8.7e11"), (float("inf"), "inf")],
)
def test_nats_are_short_however_large(value: float, words: str) -> None:
    assert wording.nats(value) == words


@pytest.mark.parametrize(
    ("size", "words"), [(300, "1 kB"), (614_400, "614 kB"), (9.408e6, "9.4 MB"), (2.5e9, "2.5 GB")]
)
def test_memory_is_said_in_the_unit_that_fits(size: float, words: str) -> None:
    assert wording.memory(size) == words


@pytest.mark.parametrize(("seconds", "words"), [(0.2, "1 s"), (89, "89 s"), (430, "7 min"), (7200, "2.0 h")])
def test_durations_are_read_at_a_glance(seconds: float, words: str) -> None:
    assert wording.duration(seconds) == words
