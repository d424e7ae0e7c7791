"""What linear readers get out of a level: of it alone, and of it beside the levels above."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from hvae_engine.datasets import Images
from hvae_engine.exploring.card import Probe
from hvae_engine.exploring.encodings import Encodings
from hvae_engine.exploring.information import Shared, binned, shared
from hvae_engine.exploring.probe import features_of, leading, read
from hvae_engine.exploring.subject import Gallery

FEWEST = 100
"""Held-out images below which nobody's accuracy is worth saying."""


class Target(NamedTuple):
    """What a reader is to guess: classes of the fitted and of the held images; the label's name is None."""

    name: str | None
    fitted: np.ndarray
    held: np.ndarray


class Guesses(NamedTuple):
    """Of the held images, for each target, by readers of different features; no levels above: the last two are None."""

    alone: list[np.ndarray]
    above: list[np.ndarray] | None
    together: list[np.ndarray] | None


@dataclass(frozen=True)
class Readers:
    """Readers of levels, and what their guesses are held against.

    Attributes:
        targets: what they guess, the label first; empty without anything to guess.
        fitted: posteriors of the images they are fitted on; None without targets.
        held: posteriors of those they are scored on.
        pixels: accuracy on the label of the same reader on raw pixels; 0 without labels.
        seed: of all that is shuffled.
        pause: called at every iteration; may raise to cancel.
    """

    targets: list[Target]
    fitted: Encodings | None
    held: Encodings
    pixels: float
    seed: int
    pause: Callable[[], None]

    @classmethod
    def of(
        cls,
        gallery: Gallery,
        encoded: Callable[[Images], Encodings],
        held: Encodings,
        seed: int,
        pause: Callable[[], None],
    ) -> Readers:
        """Readers for a gallery.

        Args:
            gallery: the images.
            encoded: gives their posteriors.
            held: those of the held-out images, which are known already.
            seed: of all that is shuffled.
            pause: called at every iteration; may raise to cancel.
        """
        targets, images = _targets(gallery), gallery.fitted
        if images is None or not targets:
            return cls([], None, held, 0.0, seed, pause)
        label, pixels = targets[0], 0.0
        if label.name is None:
            guess = read(_flat(images), [label.fitted], _flat(gallery.held), pause)
            pixels = float(np.mean(guess[0] == label.held))
        return cls(targets, encoded(images), held, pixels, seed, pause)

    def read(self, level: int) -> tuple[Probe | None, tuple[Shared, ...]]:
        """The label's probe, and what a level, an index from the root, shares with each factor."""
        if self.fitted is None:
            return None, ()
        guesses, probe, factors = self._guesses(self.fitted, level), None, []
        for number, (name, seen, truth) in enumerate(self.targets):
            above, together = (None if made is None else made[number] for made in (guesses.above, guesses.together))
            if name is None:
                chance = float(np.mean(truth == np.bincount(seen).argmax()))
                of_above, of_both = (
                    None if made is None else float(np.mean(made == truth)) for made in (above, together)
                )
                alone = float(np.mean(guesses.alone[number] == truth))
                probe = Probe(alone, chance, self.pixels, len(truth), of_above, of_both)
            else:
                factors.append(shared(name, guesses.alone[number], truth, above, together, seed=self.seed))
        return probe, tuple(sorted(factors, key=lambda one: -one.told))

    def _guesses(self, fitted: Encodings, level: int) -> Guesses:
        """Beside the levels above the level stands once shuffled among the images, once in its place.

        Shuffled it tells nothing, but costs the reader as much as in its place: what the levels above are held to tell
        would otherwise be more than a reader of both finds, only because both have more features to be misled by.
        """
        answers = [one.fitted for one in self.targets]
        (x, above), (held, held_above) = (_features(one, level) for one in (fitted, self.held))
        alone = read(x, answers, held, self.pause)
        if above is None or held_above is None:
            return Guesses(alone, None, None)
        above, held_above = leading(above, held_above)
        rng = np.random.default_rng(self.seed)
        orders = (rng.permutation(len(x)), np.arange(len(x))), (rng.permutation(len(held)), np.arange(len(held)))
        beside = [
            read(np.hstack([above, x[order]]), answers, np.hstack([held_above, held[held_order]]), self.pause)
            for order, held_order in zip(*orders, strict=True)
        ]
        return Guesses(alone, *beside)


def _features(encodings: Encodings, level: int) -> tuple[np.ndarray, np.ndarray | None]:
    """Of a level and, side by side, of all above it, which the root has not."""
    features = [features_of(means) for means in encodings.means[: level + 1]]
    return features[-1], np.hstack(features[:-1]) if level else None


def _targets(gallery: Gallery) -> list[Target]:
    """The label first, where there is one, then the factors; nothing where there are too few images."""
    fitted, held = gallery.fitted, gallery.held
    if fitted is None or len(held) < FEWEST:
        return []
    targets = []
    if fitted.labels is not None and held.labels is not None:
        targets.append(Target(None, fitted.labels.numpy(), held.labels.numpy()))
    for name, values in fitted.factors.items():
        if name in held.factors:
            targets.append(Target(name, *binned(values, held.factors[name])))
    return targets


def _flat(images: Images) -> np.ndarray:
    """(N, C * H * W), 0 to 1."""
    flat: np.ndarray = images.pixels.flatten(1).float().div(255).numpy()
    return flat
