"""What a window asks of an explorer and what it gets back: frozen records of numbers and pictures, no torch inside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

Edits = Mapping[str, Mapping[int, float]]
"""Level name -> unit -> where to, in standard-normal scores of the prior. A unit of a spatial level is a channel and
its score the mean over the map; a unit of a label is a class and the largest score is chosen."""


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
        samples: how many draws of the whole model are wanted.
    """

    image: np.ndarray | None
    prior_seed: int = 0
    edits: Edits = field(default_factory=dict)
    below: str = "follow"
    traverse: tuple[tuple[str, int], ...] = ()
    steps: int = 9
    samples: int = 0


@dataclass(frozen=True)
class LevelAnswer:
    """One level at the base point.

    Attributes:
        name: "z1", ...
        scores: standard-normal score of each unit, (units,).
        kl: nats each unit of this image costs, (units,); zero for a draw from the prior.
        order: units by falling KL, averaged over the reference images, (units,).
        unit_kl: that average of each unit, (units,), nats.
        active: units whose posterior mean varies over the reference images.
        moves_x: whether moving this level can change the picture under the rule asked for.
    """

    name: str
    scores: np.ndarray
    kl: np.ndarray
    order: np.ndarray
    unit_kl: np.ndarray
    active: int
    moves_x: bool


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
        samples: (n, H, W[, 3]).
    """

    question: Question
    step: int
    input: np.ndarray
    reconstruction: np.ndarray
    edited: np.ndarray
    levels: tuple[LevelAnswer, ...]
    strips: Mapping[tuple[str, int], np.ndarray]
    samples: np.ndarray
