"""What a window asks of an explorer and what it gets back: frozen records of numbers and pictures, no torch inside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

Unit = int | tuple[int, int, int]
"""A unit of a dense level; of a spatial one a channel, everywhere, or (channel, row, column); of a label a class."""
Moves = Mapping[int, float] | Mapping[Unit, float]
"""Unit -> where to, in standard-normal scores of the prior."""
Edits = Mapping[str, Moves]
"""Level name -> what moves there. The score of a channel everywhere is the mean over its map; of classes the one with
the largest score is chosen."""


@dataclass(frozen=True)
class Question:
    """One look at the model.

    Attributes:
        image: uint8, (H, W) or (H, W, 3), to start from; None: start from a draw of the prior.
        prior_seed: which draw of the prior, and which samples.
        edits: what was moved.
        below: "follow", "mean" or "pinned": what the levels below an edited one do.
        traverse: (level, unit) whose strips are wanted.
        steps: pictures in a strip, from -3 to 3.
        effects: names of the levels whose effect maps are wanted.
        samples: seeds of the draws of the whole model that are wanted, each as `prior_seed` takes it.
        along: levels that are moved along their principal directions: the units of their edits and strips are
            directions, 0 the widest, and their scores standard deviations of the posterior means along them.
        locked: levels that are pinned whatever the others do: they keep the values of the base point and their edits.
    """

    image: np.ndarray | None
    prior_seed: int = 0
    edits: Edits = field(default_factory=dict)
    below: str = "follow"
    traverse: tuple[tuple[str, Unit], ...] = ()
    steps: int = 9
    effects: tuple[str, ...] = ()
    samples: tuple[int, ...] = ()
    along: frozenset[str] = frozenset()
    locked: frozenset[str] = frozenset()

    @property
    def rich(self) -> bool:
        """Whether more is wanted than the pictures of x."""
        return bool(self.traverse or self.effects or self.samples)

    @property
    def plain(self) -> Question:
        """The same question, after the pictures of x alone."""
        return replace(self, traverse=(), effects=(), samples=())


@dataclass(frozen=True)
class Effect:
    """What drawing one level again, and nothing above it, does to the picture.

    Attributes:
        deviation: standard deviation over draws of each pixel's mean, (H, W) float32, in shares of the full range;
            the root mean square over channels where there are several.
    """

    deviation: np.ndarray

    @property
    def size(self) -> float:
        """Root mean square over the pixels, in shares of the full range."""
        return float(np.sqrt(np.mean(np.square(self.deviation, dtype=np.float64))))


@dataclass(frozen=True)
class Maps:
    """A spatial level at the base point, place by place.

    Attributes:
        scores: standard-normal scores, (channels, height, width).
        kl: nats of this image, the same shape; zero for a draw from the prior.
    """

    scores: np.ndarray
    kl: np.ndarray


@dataclass(frozen=True)
class Along:
    """The principal directions of a level and where the base point stands along them, widest first.

    Attributes:
        scores: in standard deviations of the posterior means, (directions,).
        shares: of the variance of these means, (directions,).
        active: directions along which they vary.
        signs: 1 for a direction that points the way views number it; -1 for one that points the other way, as it did
            before the weights changed.
        places: the same by place, in standard deviations over places, (directions, height, width); None for a level
            without a map.
        widths: what a step of a direction everywhere is worth in steps at one place, (directions,).
    """

    scores: np.ndarray
    shares: np.ndarray
    active: int
    signs: np.ndarray
    places: np.ndarray | None
    widths: np.ndarray


@dataclass(frozen=True)
class LevelAnswer:
    """One level at the base point.

    What is averaged over the reference images may be a second or so older than the weights.

    Attributes:
        name: "z1", ...
        scores: standard-normal score of each unit, (units,).
        kl: nats each unit of this image costs, (units,); zero for a draw from the prior.
        order: the active units, then the others, each by falling KL averaged over the reference images, (units,).
        unit_kl: that average of each unit, (units,), nats.
        active: units whose posterior mean varies over the reference images.
        moves_x: whether moving this level can change the picture under the rule and the locks asked for.
        values: what each unit is worth where it stands, edits included, (units,), the mean over the map of a spatial
            one; None for a Gaussian level, whose scores say it all, and for a label.
        maps: the same scores and nats by place; None for a level without a map.
        along: its principal directions, where it was asked to be moved along them.
        hidden_by: the locked level under which x sees nothing of this one; empty: none.
    """

    name: str
    scores: np.ndarray
    kl: np.ndarray
    order: np.ndarray
    unit_kl: np.ndarray
    active: int
    moves_x: bool
    values: np.ndarray | None = None
    maps: Maps | None = None
    along: Along | None = None
    hidden_by: str = ""


@dataclass(frozen=True)
class Answer:
    """What the model makes of a question; pictures are uint8, (H, W) or (H, W, 3), and are never written to again.

    Attributes:
        question: as it was asked.
        step: training step the weights are from.
        input: the image asked about, or the draw of the prior.
        reconstruction: the mean of p(x|z) at the base point.
        edited: the same with the edits.
        levels: from the surface down.
        strips: by (level, unit), (steps, H, W[, 3]).
        effects: by level. Strips, effects and samples are missing where a newer question came in between, and where
            fresh weights answer the same question again within a second.
        samples: the draws of `question.samples`, (n, H, W[, 3]); empty where a newer question came in between.
        classes: q(y|x), (classes,); None for a draw from the prior and for a model without labels.
        independent: no level's prior hangs on another level, so that "follow" and "pinned" are the same.
    """

    question: Question
    step: int
    input: np.ndarray
    reconstruction: np.ndarray
    edited: np.ndarray
    levels: tuple[LevelAnswer, ...]
    strips: Mapping[tuple[str, Unit], np.ndarray]
    effects: Mapping[str, Effect]
    samples: np.ndarray
    classes: np.ndarray | None
    independent: bool
