"""What a person chose to see of the curves: which, over what, which terms are hidden, and where they zoomed to."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from app.state.series import Axis, Shape

Range = tuple[float, float]
TOPICS = ("bound", "active", "speed", "error")


@dataclass
class Sight:
    """Kept from one start of the window to the next; the zoom holds for one run.

    Attributes:
        topic: what the first plot shows, one of TOPICS.
        axis: what both run over.
        shape: how the KLs are drawn.
        hidden: terms whose curves are hidden.
        run: folder of the run that the zoom belongs to.
        stretch: of the axis, that both plots show; None: all of it.
        bands: by topic, "kl" among them, the values between which a hand chose to look.
    """

    topic: str = "bound"
    axis: str = Axis.STEPS
    shape: str = Shape.LINES
    hidden: set[str] = field(default_factory=set)
    run: str = ""
    stretch: Range | None = None
    bands: dict[str, Range] = field(default_factory=dict)

    def enter(self, run: str) -> None:
        """Show the run in a folder: the zoom of another one is forgotten."""
        if run and run != self.run:
            self.run, self.stretch, self.bands = run, None, {}

    def to_text(self) -> str:
        """For the settings of the window."""
        return json.dumps({**asdict(self), "hidden": sorted(self.hidden)})

    @classmethod
    def from_text(cls, text: str) -> Sight:
        """What `to_text` wrote; whatever does not fit is left at its default."""
        try:
            found = json.loads(text)
        except ValueError:
            found = None
        found = found if isinstance(found, dict) else {}
        made = cls(run=str(found.get("run", "")), stretch=_range(found.get("stretch")))
        for name, known in (("topic", TOPICS), ("axis", tuple(Axis)), ("shape", tuple(Shape))):
            if found.get(name) in known:
                setattr(made, name, found[name])
        hidden, bands = found.get("hidden"), found.get("bands")
        made.hidden = {str(name) for name in hidden} if isinstance(hidden, list) else set()
        ranges = {str(name): _range(band) for name, band in bands.items()} if isinstance(bands, dict) else {}
        made.bands = {name: band for name, band in ranges.items() if band is not None}
        return made


def _range(found: Any) -> Range | None:
    """Two rising finite numbers, or None."""
    if not isinstance(found, list) or len(found) != 2 or not all(isinstance(end, int | float) for end in found):
        return None
    low, high = map(float, found)
    return (low, high) if float("-inf") < low < high < float("inf") else None
