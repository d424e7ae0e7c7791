"""Measures levels: everything that stands on a level card, with progress, and cancellable between any two parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from hvae_engine.datasets import Images
from hvae_engine.exploring.card import LevelCard, Probe
from hvae_engine.exploring.edits import index_of
from hvae_engine.exploring.encodings import Encodings, encode
from hvae_engine.exploring.information import Shared, binned, shared
from hvae_engine.exploring.probe import features_of, read
from hvae_engine.exploring.reach import Reach, reach_of
from hvae_engine.exploring.subject import Gallery, Progress, Subject, as_pictures, unwatched
from hvae_engine.models import Below
from hvae_engine.objectives.evaluation import ACTIVE_VARIANCE

ACTIVE_NATS = 0.01
"""A unit is charged where its mean KL is above this; see also `ACTIVE_VARIANCE`, the criterion of Burda et al."""
AROUND = 16
"""Images around which the effect is measured."""
FEWEST = 100
"""Held-out images below which nobody's accuracy is worth saying."""


def cards(
    subject: Subject,
    levels: Sequence[str] | None = None,
    *,
    below: Below = "follow",
    seed: int = 0,
    progress: Progress = unwatched,
) -> tuple[LevelCard, ...]:
    """Measure levels.

    Args:
        subject: the model and its images.
        levels: names; None: all, from the surface down.
        below: what the levels below do when a level is drawn again.
        seed: of all draws.
        progress: called with parts done and parts in all; may raise to cancel.

    Raises:
        OptionError: there is no such level.
    """
    model, gallery = subject.model, subject.gallery
    names = model.names if levels is None else tuple(levels)
    indices = [index_of(model, name) for name in names]
    parts = _Parts(progress, 2 + 2 * len(names))
    held = encode(model, gallery.held.pixels, seed=seed, progress=parts.inside)
    parts.next()
    readers = _Readers.of(subject, held, seed, parts)
    found = []
    for name, index in zip(names, indices, strict=True):
        reach = _reach(subject, name, below, seed, parts)
        parts.next()
        found.append(_card(subject, index, held, reach, *readers.read(index)))
        parts.next()
    return tuple(found)


class _Parts:
    """Progress over parts of a work that report within themselves too."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self._total, self._done = progress, total, 0
        self.pause()

    def next(self) -> None:
        self._done += 1
        self.pause()

    def pause(self) -> None:
        self._progress(self._done, self._total)

    def inside(self, done: int, total: int) -> None:
        self.pause()


class _Target(NamedTuple):
    """What a reader is to guess: classes of the fitted and of the held images; the label's name is None."""

    name: str | None
    fitted: np.ndarray
    held: np.ndarray


@dataclass(frozen=True)
class _Readers:
    """A linear reader for each level, and what its guesses are held against."""

    targets: list[_Target]
    fitted: Encodings | None
    held: Encodings
    pixels: float
    seed: int
    parts: _Parts

    @classmethod
    def of(cls, subject: Subject, held: Encodings, seed: int, parts: _Parts) -> _Readers:
        targets, images, encodings = _targets(subject.gallery), subject.gallery.fitted, None
        if images is not None and targets:
            encodings = encode(subject.model, images.pixels, seed=seed, progress=parts.inside)
        parts.next()
        if images is None or encodings is None:
            return cls([], None, held, 0.0, seed, parts)
        label, pixels = targets[0], 0.0
        if label.name is None:
            guess = read(_flat(images), [label.fitted], _flat(subject.gallery.held), parts.pause)
            pixels = float(np.mean(guess[0] == label.held))
        return cls(targets, encodings, held, pixels, seed, parts)

    def read(self, level: int) -> tuple[Probe | None, tuple[Shared, ...]]:
        """The label's probe, and what the level shares with each factor."""
        if self.fitted is None:
            return None, ()
        fitted, held = (features_of(encodings.means[level]) for encodings in (self.fitted, self.held))
        guesses = read(fitted, [one.fitted for one in self.targets], held, self.parts.pause)
        probe, factors = None, []
        for (name, seen, truth), guess in zip(self.targets, guesses, strict=True):
            if name is None:
                chance = float(np.mean(truth == np.bincount(seen).argmax()))
                probe = Probe(float(np.mean(guess == truth)), chance, self.pixels, len(truth))
            else:
                factors.append(shared(name, guess, truth, self.seed))
        return probe, tuple(sorted(factors, key=lambda one: -one.told))


def _targets(gallery: Gallery) -> list[_Target]:
    """The label first, where there is one, then the factors; nothing where there are too few images."""
    fitted, held = gallery.fitted, gallery.held
    if fitted is None or len(held) < FEWEST:
        return []
    targets = []
    if fitted.labels is not None and held.labels is not None:
        targets.append(_Target(None, fitted.labels.numpy(), held.labels.numpy()))
    for name, values in fitted.factors.items():
        if name in held.factors:
            targets.append(_Target(name, *binned(values, held.factors[name])))
    return targets


def _flat(images: Images) -> np.ndarray:
    """(N, C * H * W), 0 to 1."""
    flat: np.ndarray = images.pixels.flatten(1).float().div(255).numpy()
    return flat


def _reach(subject: Subject, level: str, below: Below, seed: int, parts: _Parts) -> Reach:
    bases = [subject.explorer.encode(picture) for picture in as_pictures(subject.gallery.held.pixels[:AROUND])]
    return reach_of(subject.model, bases, level, below, seed=seed, progress=parts.inside)


def _card(
    subject: Subject, index: int, encodings: Encodings, reach: Reach, probe: Probe | None, factors: tuple[Shared, ...]
) -> LevelCard:
    total, nats = float(encodings.kl.mean(1).sum()), float(encodings.kl[index].mean())
    unit_nats = encodings.unit_kl[index].mean(0)
    varying = encodings.means[index].var(0).reshape(len(unit_nats), -1).mean(1) > ACTIVE_VARIANCE
    charged = unit_nats > ACTIVE_NATS
    return LevelCard(
        level=subject.model.names[::-1][index],
        step=subject.step,
        images=encodings.kl.shape[1],
        nats=nats,
        share=nats / total if len(encodings.kl) > 1 and total > 0 else None,
        units=len(unit_nats),
        varying=int(varying.sum()),
        charged=int(charged.sum()),
        active=int((varying & charged).sum()),
        unused=not charged.any() and abs(nats) <= ACTIVE_NATS * len(unit_nats),
        size=reach.effect.size,
        place=reach.place,
        cycles=reach.spectrum.cycles,
        probe=probe,
        factors=factors,
        reach=reach,
    )
