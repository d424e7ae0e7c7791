"""How much a level tells of the known factors of its images, alone and beyond the levels above it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

BINS = 8
KINDS = 12
"""A factor with at most this many values is taken as it is; one with more is cut into `BINS` of equal counts."""
SHUFFLES = 10


@dataclass(frozen=True)
class Shared:
    """What a level and a factor share; nats.

    Attributes:
        factor: its name.
        nats: mutual information of the factor's bin and a reader's guess of it, on held-out images: at least so
            much of the factor is in the level.
        control: the same with the factor shuffled among the images: what the estimate finds where there is nothing.
        entropy: of the factor's bins, the most that could be shared.
        above: the same as `nats` for the better of two readers of the levels above, one with this level shuffled among
            the images beside them, one with them twice; None: there are none above.
        together: the same for a reader of them with this level beside them. The difference is what the level adds:
            conditional usable information (Hewitt et al. 2021, "Conditional probing"), with guesses in the place of
            log losses.
    """

    factor: str
    nats: float
    control: float
    entropy: float
    above: float | None = None
    together: float | None = None

    @property
    def told(self) -> float:
        """Share of the factor that the level tells beyond the control, 0 to 1."""
        return max(0.0, self.nats - self.control) / self.entropy if self.entropy > 0 else 0.0

    @property
    def added(self) -> float | None:
        """Share of the factor that the level adds to what the levels above tell, 0 to 1; None: there are none."""
        if self.above is None or self.together is None:
            return None
        return max(0.0, self.together - self.above) / self.entropy if self.entropy > 0 else 0.0


def shared(
    factor: str,
    guess: np.ndarray,
    truth: np.ndarray,
    above: Sequence[np.ndarray] = (),
    together: np.ndarray | None = None,
    *,
    seed: int = 0,
) -> Shared:
    """What guesses tell of a factor's bins.

    Args:
        factor: its name.
        guess: whole numbers, (N,).
        truth: the factor's bins, whole numbers, (N,).
        above: guesses from the levels above, by several readers, each (N,); empty: there are none above.
        together: guesses from the levels above and the level, (N,).
        seed: of the shuffles.
    """
    rng = np.random.default_rng(seed)
    control = np.mean([mutual_information(guess, rng.permutation(truth)) for _ in range(SHUFFLES)])
    told = max((mutual_information(made, truth) for made in above), default=None)
    both = None if together is None else mutual_information(together, truth)
    return Shared(
        factor, mutual_information(guess, truth), float(control), mutual_information(truth, truth), told, both
    )


def mutual_information(one: np.ndarray, other: np.ndarray) -> float:
    """I(one; other) of two lists of whole numbers from 0 up, from their counts; nats, biased upwards."""
    counts = np.zeros((one.max() + 1, other.max() + 1))
    np.add.at(counts, (one, other), 1)
    joint = counts / counts.sum()
    apart = joint.sum(1, keepdims=True) * joint.sum(0)
    some = joint > 0
    return float((joint[some] * np.log(joint[some] / apart[some])).sum())


def binned(fitted: np.ndarray, held: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A factor's values as bins, whole numbers from 0 up; the edges are those of the fitted values.

    Args:
        fitted: values of the images a reader is fitted on, (M,).
        held: of those it is held against, (N,).
    """
    kinds = np.unique(fitted)
    edges = kinds[1:] if len(kinds) <= KINDS else np.quantile(fitted, np.arange(1, BINS) / BINS)
    return np.searchsorted(edges, fitted, "right"), np.searchsorted(edges, held, "right")
