"""The level card: the measured answer to what a level encodes."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from hvae_engine.exploring.information import Shared
from hvae_engine.exploring.reach import Place, Reach
from hvae_engine.exploring.sentence import sentence


@dataclass(frozen=True)
class Probe:
    """A linear reader of the label, fitted on training images and scored on held-out ones.

    Attributes:
        accuracy: share of labels it gets right from the level's posterior means.
        chance: the same by always saying the most frequent class.
        pixels: the same reader on raw pixels.
        images: held-out images it was scored on.
        above: the same for a reader of the levels above, with this level shuffled among the images beside them; None:
            there are none above.
        together: that reader with this level in its place.
    """

    accuracy: float
    chance: float
    pixels: float
    images: int
    above: float | None = None
    together: float | None = None


@dataclass(frozen=True)
class LevelCard:
    """What was measured of one level.

    Attributes:
        level: its name.
        step: the weights' step.
        images: held-out images the nats and units were measured on.
        nats: mean charge of the level.
        share: of the charges of all levels; None with one level, or where they do not sum to something positive.
        units: how many the level has.
        varying: units whose posterior mean varies over images (Burda et al. 2016).
        charged: units with more than 0.01 nat.
        active: units that are both.
        unused: no unit is charged, nor the level as a whole: its posterior is its prior.
        size: of its effect, root mean square over the pixels, in shares of the full range.
        place: of its effect; None where there is none.
        cycles: scale of its effect, cycles per image.
        probe: None without labels, or without images to fit on.
        factors: what it shares with known factors, by falling share told; empty where nobody knows them.
        reach: the effect itself.
    """

    level: str
    step: int
    images: int
    nats: float
    share: float | None
    units: int
    varying: int
    charged: int
    active: int
    unused: bool
    size: float
    place: Place | None
    cycles: float
    probe: Probe | None
    factors: tuple[Shared, ...]
    reach: Reach = field(repr=False)

    def to_json(self) -> dict[str, Any]:
        """Plain values under these names, without the maps; the sentence beside them."""
        plain = asdict(self)
        del plain["reach"]
        plain["factors"] = [{**asdict(one), "told": one.told, "added": one.added} for one in self.factors]
        return {**plain, "sentence": self.sentence}

    @property
    def sentence(self) -> str:
        """What the figures say, and nothing else."""
        return sentence(self)
