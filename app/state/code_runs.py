"""Which of the runs on the disk another model could be trained on the codes of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from app.state.offers import FamilySpec
from app.state.records import Pictures
from app.state.run_list import RunEntry, Standing


def without_day(name: str) -> str:
    """The name of a run's folder without the day it was made on."""
    return re.sub(r"^\d{4}-\d\d-\d\d ", "", name)


def with_codes(entries: Iterable[RunEntry], families: Mapping[str, FamilySpec], pictures: Pictures) -> list[RunEntry]:
    """Trained runs of the same images, of families that give codes, in the order of `entries`.

    Args:
        entries: every run that was found.
        families: what the engine offers.
        pictures: the data that are shown.
    """
    return [
        one
        for one in entries
        if one.standing in (Standing.FINISHED, Standing.INTERRUPTED)
        and one.step > 0
        and one.family in families
        and families[one.family].gives_codes
        and (one.spec.get("data"), one.spec.get("size"), one.spec.get("colour"))
        == (pictures.source, pictures.size, pictures.colour)
    ]
