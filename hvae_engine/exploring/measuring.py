"""Measures levels: everything that stands on a level card, with progress, and cancellable between any two parts."""

from __future__ import annotations

from collections.abc import Sequence

from hvae_engine.datasets import Images
from hvae_engine.exploring.card import LevelCard, Probe
from hvae_engine.exploring.edits import index_of
from hvae_engine.exploring.encodings import Encodings, encode
from hvae_engine.exploring.information import Shared
from hvae_engine.exploring.reach import Reach, reach_of
from hvae_engine.exploring.readers import Readers
from hvae_engine.exploring.subject import Progress, Subject, as_pictures, unwatched
from hvae_engine.models import Below
from hvae_engine.objectives.evaluation import ACTIVE_VARIANCE

ACTIVE_NATS = 0.01
"""A unit is charged where its mean KL is above this; see also `ACTIVE_VARIANCE`, the criterion of Burda et al."""
AROUND = 16
"""Images around which the effect is measured."""


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

    def encoded(images: Images) -> Encodings:
        return encode(model, images.pixels, seed=seed, progress=parts.inside)

    readers = Readers.of(gallery, encoded, held, seed, parts.pause)
    parts.next()
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
