"""What readers get out of a level: of it alone, and of it beside the levels above."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np

from hvae_engine.datasets import Images
from hvae_engine.exploring import bumps, probe
from hvae_engine.exploring.card import Probe, Readings
from hvae_engine.exploring.encodings import Encodings
from hvae_engine.exploring.information import Shared, binned, shared
from hvae_engine.exploring.subject import Gallery

FEWEST = 100
"""Held-out images below which nobody's accuracy is worth saying."""
PIXELS = "accuracy on raw pixels"
"""Under this name a gallery remembers what no weights change."""

Features = tuple[np.ndarray, np.ndarray]
"""Of the images that a reader is fitted on, and of those that it is scored on, (M, features) and (N, features)."""
Form = Callable[[np.ndarray, np.ndarray], Features]


class Target(NamedTuple):
    """What a reader is to guess: classes of the fitted and of the held images."""

    name: str
    fitted: np.ndarray
    held: np.ndarray


class Lens(NamedTuple):
    """In what form a reader is given a level alone, the levels above, and the level beside them; and its ridge."""

    alone: Form
    above: Form
    beside: Form
    ridge: float


def _widest(fitted: np.ndarray, held: np.ndarray) -> Features:
    return probe.standardised(*probe.leading(fitted, held))


STRAIGHT = Lens(probe.standardised, _widest, probe.standardised, probe.RIDGE)
CURVED = Lens(bumps.bumps, partial(bumps.bumps, most=64), partial(bumps.bumps, most=192), bumps.RIDGE)
"""Finds what is coded in a curved way too."""


class Guesses(NamedTuple):
    """Of the held images, for each target, by readers of different features; no levels above: the others are empty."""

    alone: list[np.ndarray]
    shuffled: list[np.ndarray]
    doubled: list[np.ndarray]
    together: list[np.ndarray]

    def above(self, target: int) -> list[np.ndarray]:
        """What the two readers of the levels above guess."""
        return [self.shuffled[target], self.doubled[target]] if self.shuffled else []


@dataclass(frozen=True)
class Readers:
    """Readers of levels, and what their guesses are held against: linear ones of the label, curved ones of factors.

    Attributes:
        label: what the first guess; None without labels.
        factors: what the others guess, by name.
        fitted: posteriors of the images they are fitted on; None without anything to guess.
        held: posteriors of those they are scored on.
        pixels: accuracy on the label of the linear reader on raw pixels; 0 without labels.
        seed: of all that is shuffled.
        pause: called at every iteration; may raise to cancel.
    """

    label: Target | None
    factors: list[Target]
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
        label, factors, images = _label(gallery), _factors(gallery), gallery.fitted
        if images is None or not (label or factors):
            return cls(None, [], None, held, 0.0, seed, pause)
        pixels = 0.0 if label is None else _of_pixels(gallery, images, label, pause)
        return cls(label, factors, encoded(images), held, pixels, seed, pause)

    def read(self, level: int) -> Readings:
        """What readers get out of a level, an index from the root."""
        if self.fitted is None:
            return Readings()
        (x, above), (held, held_above) = (_features(one, level) for one in (self.fitted, self.held))
        over = None if above is None or held_above is None else (above, held_above)
        return Readings(self._probe((x, held), over), self._shared((x, held), over))

    def _probe(self, own: Features, above: Features | None) -> Probe | None:
        if self.label is None:
            return None
        seen, truth = self.label.fitted, self.label.held
        guesses = self._guesses(STRAIGHT, [seen], own, above)
        chance = float(np.mean(truth == np.bincount(seen).argmax()))
        right = [float(np.mean(made == truth)) for made in (guesses.alone[0], *guesses.above(0), *guesses.together)]
        beside = (max(right[1:-1]), right[-1]) if len(right) > 1 else (None, None)
        return Probe(right[0], chance, self.pixels, len(truth), *beside)

    def _shared(self, own: Features, above: Features | None) -> tuple[Shared, ...]:
        if not self.factors:
            return ()
        guesses, found = self._guesses(CURVED, [one.fitted for one in self.factors], own, above), []
        for number, one in enumerate(self.factors):
            together = guesses.together[number] if guesses.together else None
            told = guesses.alone[number], one.held, guesses.above(number), together
            found.append(shared(one.name, *told, seed=self.seed))
        return tuple(sorted(found, key=lambda one: -one.told))

    def _guesses(self, lens: Lens, answers: Sequence[np.ndarray], own: Features, above: Features | None) -> Guesses:
        """Beside the levels above stand the level shuffled among the images, they themselves, and the level.

        Shuffled it tells nothing, but costs the reader as much as in its place: what the levels above are held to tell
        would otherwise be more than a reader of both finds, only because both have more features to be misled by. And
        twice the same features are shrunk less than once: a level that only repeats the levels above would otherwise
        seem to add to them.
        """
        guess = partial(probe.read, targets=answers, pause=self.pause, ridge=lens.ridge)
        x, held = lens.alone(*own)
        alone = guess(x, held=held)
        if above is None:
            return Guesses(alone, [], [], [])
        self.pause()
        (over, held_over), (x, held) = lens.above(*above), lens.beside(*own)
        rng = np.random.default_rng(self.seed)
        shuffled = x[rng.permutation(len(x))], held[rng.permutation(len(held))]
        others = shuffled, (over, held_over), (x, held)
        return Guesses(alone, *(guess(np.hstack([over, a]), held=np.hstack([held_over, b])) for a, b in others))


def _of_pixels(gallery: Gallery, images: Images, label: Target, pause: Callable[[], None]) -> float:
    """Accuracy of a linear reader of raw pixels, which is measured once for a gallery."""
    if PIXELS not in gallery.memory:
        x, held = probe.standardised(_flat(images), _flat(gallery.held))
        (guess,) = probe.read(x, [label.fitted], held, pause)
        gallery.memory[PIXELS] = float(np.mean(guess == label.held))
    return gallery.memory[PIXELS]


def _features(encodings: Encodings, level: int) -> tuple[np.ndarray, np.ndarray | None]:
    """Of a level and, side by side, of all above it, which the root has not."""
    features = [probe.features_of(means) for means in encodings.means[: level + 1]]
    return features[-1], np.hstack(features[:-1]) if level else None


def _label(gallery: Gallery) -> Target | None:
    """None without labels, or with too few images."""
    fitted, held = gallery.fitted, gallery.held
    if fitted is None or fitted.labels is None or held.labels is None or len(held) < FEWEST:
        return None
    return Target("label", fitted.labels.numpy(), held.labels.numpy())


def _factors(gallery: Gallery) -> list[Target]:
    """Those that are known of all images; none with too few images."""
    fitted, held = gallery.fitted, gallery.held
    if fitted is None or len(held) < FEWEST:
        return []
    return [
        Target(name, *binned(values, held.factors[name]))
        for name, values in fitted.factors.items()
        if name in held.factors
    ]


def _flat(images: Images) -> np.ndarray:
    """(N, C * H * W), 0 to 1."""
    flat: np.ndarray = images.pixels.flatten(1).float().div(255).numpy()
    return flat
