"""The level card: the measured answer to what a level encodes."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
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
        above: the same for the better of two readers of the levels above, one with this level shuffled among the images
            beside them, one with them twice; None: there are none above.
        together: the same for a reader of them with this level beside them.
    """

    accuracy: float
    chance: float
    pixels: float
    images: int
    above: float | None = None
    together: float | None = None


@dataclass(frozen=True)
class Readings:
    """What readers got out of a level.

    Attributes:
        probe: None without labels, or without images to fit on.
        factors: what it shares with known factors, by falling share told; empty where nobody knows them.
    """

    probe: Probe | None = None
    factors: tuple[Shared, ...] = ()


@dataclass(frozen=True)
class LevelCard:
    """What was measured of one level, so far.

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
        reach: its effect; None: not measured yet.
        readings: what readers got out of it; None: not measured yet.
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
    reach: Reach | None = None
    readings: Readings | None = None

    @property
    def whole(self) -> bool:
        """Whether everything was measured."""
        return self.reach is not None and self.readings is not None

    @property
    def place(self) -> Place | None:
        """Where its effect is; None where there is none."""
        return None if self.reach is None else self.reach.place

    @property
    def probe(self) -> Probe | None:
        """See `Readings`."""
        return None if self.readings is None else self.readings.probe

    @property
    def factors(self) -> tuple[Shared, ...]:
        """See `Readings`."""
        return () if self.readings is None else self.readings.factors

    def to_json(self) -> dict[str, Any]:
        """Plain values, the sentence among them, without the maps; size, scale and place are those of the effect."""
        figures = {one.name: getattr(self, one.name) for one in fields(self) if one.name not in ("reach", "readings")}
        effect = {"size": None, "cycles": None, "place": None} if self.reach is None else self.reach.figures
        probe = None if self.probe is None else asdict(self.probe)
        factors = [{**asdict(one), "told": one.told, "added": one.added} for one in self.factors]
        return {
            **figures,
            **effect,
            "probe": probe,
            "factors": factors,
            "whole": self.whole,
            "sentence": self.sentence,
        }

    @property
    def sentence(self) -> str:
        """What the figures say, and nothing else."""
        return sentence(self)
