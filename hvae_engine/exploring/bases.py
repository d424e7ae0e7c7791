"""The principal directions of the levels that are moved along them, kept while the model trains on."""

from __future__ import annotations

from collections.abc import Iterable

from torch import Tensor

from hvae_engine.exploring.directions import Directions, directions_of, spanning
from hvae_engine.exploring.encodings import Encodings
from hvae_engine.models import HVAE


class KeptDirections:
    """Measured when they are first wanted, and again only after `renew`: no slider waits for an eigendecomposition.

    A direction that was measured before goes on pointing the same way, so that no slider turns round in training.

    Args:
        model: whose levels they are.
        pixels: images whose posterior means span them, see `spanning`, uint8, (N, C, H, W).

    Attributes:
        version: grows with each measurement.
    """

    def __init__(self, model: HVAE, pixels: Tensor) -> None:
        self._model, self._pixels = model, pixels
        self._encodings: Encodings | None = None
        self._kept: dict[str, Directions] = {}
        self._stale: set[str] = set()
        self.version = 0

    def renew(self) -> None:
        """The weights are others: what is wanted next is measured again."""
        self._encodings, self._stale = None, set(self._kept)

    def of(self, levels: Iterable[str]) -> dict[str, Directions]:
        """The directions of these levels.

        Raises:
            OptionError: there is no such level, or it is a label.
        """
        return {level: self._direction(level) for level in sorted(levels)}

    def _direction(self, level: str) -> Directions:
        if level not in self._kept or level in self._stale:
            self._encodings = self._encodings or spanning(self._model, self._pixels)
            found, before = directions_of(self._model, level, self._encodings), self._kept.get(level)
            self._kept[level] = found if before is None else found.aligned(before)
            self._stale.discard(level)
            self.version += 1
        return self._kept[level]
