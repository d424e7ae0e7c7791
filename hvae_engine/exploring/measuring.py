"""Measures levels: everything that stands on a level card, with progress, and cancellable between any two parts."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar

import torch

from hvae_engine.datasets import Images
from hvae_engine.exploring.card import LevelCard
from hvae_engine.exploring.edits import index_of
from hvae_engine.exploring.encodings import Encodings, encode
from hvae_engine.exploring.reach import reach_of
from hvae_engine.exploring.readers import Readers
from hvae_engine.exploring.subject import Progress, Subject, as_pictures, unwatched
from hvae_engine.models import Below
from hvae_engine.objectives.evaluation import ACTIVE_VARIANCE

ACTIVE_NATS = 0.01
"""A unit is charged where its mean KL is above this; see also `ACTIVE_VARIANCE`, the criterion of Burda et al."""
Kept = TypeVar("Kept")
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
    """Measure levels; arguments and mistakes as in `growing`."""
    return deque(growing(subject, levels, below=below, seed=seed, progress=progress), maxlen=1)[0]


@torch.no_grad()
def growing(
    subject: Subject,
    levels: Sequence[str] | None = None,
    *,
    below: Below = "follow",
    seed: int = 0,
    progress: Progress = unwatched,
) -> Iterator[tuple[LevelCard, ...]]:
    """Measure levels, the quick figures of all of them first: nats and units, then effects, then what readers tell.

    Args:
        subject: the model and its images.
        levels: names; None: all, from the surface down.
        below: what the levels below do when a level is drawn again.
        seed: of all draws.
        progress: called with parts done and parts in all; may raise to cancel.

    Yields:
        The cards of these levels, again whenever one of them says more; the last time they are whole.

    Raises:
        OptionError: there is no such level.
    """
    model, gallery = subject.model, subject.gallery
    names = model.names if levels is None else tuple(levels)
    indices = [index_of(model, name) for name in names]
    parts = _Parts(progress, 3 + 4 * len(names))

    def encoded(images: Images) -> Encodings:
        name = f"posteriors of {'held' if images is gallery.held else 'fitted'} images, seed {seed}"
        return _once(subject, name, lambda: encode(model, images.pixels, seed=seed, progress=parts.inside))

    held = encoded(gallery.held)
    found = [_card(subject, index, held) for index in indices]
    parts.next()
    yield tuple(found)
    bases = [subject.explorer.encode(picture) for picture in as_pictures(gallery.held.pixels[:AROUND])]
    for at, name in enumerate(names):
        kept = f"reach of {name}, {below}, seed {seed}"
        found[at] = replace(
            found[at],
            reach=_once(subject, kept, partial(reach_of, model, bases, name, below, seed=seed, progress=parts.inside)),
        )
        parts.next()
        yield tuple(found)
    readers = Readers.of(gallery, encoded, held, seed, parts.pause)
    parts.next(2)
    for at, index in enumerate(indices):
        kept = f"readings of {names[at]}, seed {seed}"
        found[at] = replace(found[at], readings=_once(subject, kept, partial(readers.read, index)))
        parts.next(3)
        yield tuple(found)


def _once(subject: Subject, name: str, make: Callable[[], Kept]) -> Kept:
    """What was measured already with these weights, since a hand on a slider may have interrupted the measuring."""
    if name not in subject.kept:
        subject.kept[name] = make()
    kept: Kept = subject.kept[name]
    return kept


class _Parts:
    """Progress over parts of a work that report within themselves too."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self._total, self._done = progress, total, 0
        self.pause()

    def next(self, parts: int = 1) -> None:
        self._done += parts
        self.pause()

    def pause(self) -> None:
        self._progress(self._done, self._total)

    def inside(self, done: int, total: int) -> None:
        self.pause()


def _card(subject: Subject, index: int, encodings: Encodings) -> LevelCard:
    """The card of a level, an index from the root, with what the posteriors themselves say."""
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
    )
