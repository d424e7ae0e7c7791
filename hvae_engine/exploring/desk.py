"""An explorer on a thread of its own: asked through a mailbox that keeps only the latest question."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from hvae_engine.exploring.explorer import Base, Explorer
from hvae_engine.exploring.questions import Answer, LevelAnswer, Question
from hvae_engine.models import HVAE, Below, WeightSlot
from hvae_engine.objectives.evaluation import ACTIVE_VARIANCE

PACE_S = 1.0
REST = 4.0
"""Seconds of rest for each second that strips, effects, samples and ranking took."""
HURRY_S = 0.25
"""Questions that follow each other within this time come from a hand on a slider."""
Wanted = TypeVar("Wanted")


@dataclass
class Ground:
    """What all moves of one drag share: where they start, at one set of weights, and what can be read off it.

    Attributes:
        step: the weights' step.
        image: the image asked about; None for a draw from the prior.
        seed: of that draw.
        base: the point.
        reconstruction: its picture.
        read: the levels as they stand there, and under which rule and ranking they were read.
    """

    step: int
    image: np.ndarray | None
    seed: int
    base: Base
    reconstruction: np.ndarray
    read: tuple[Below, int, tuple[LevelAnswer, ...]] | None = None

    def fits(self, step: int, question: Question) -> bool:
        """Whether `question`, asked of the weights of `step`, starts here."""
        return (self.step, self.seed) == (step, question.prior_seed) and _same(self.image, question.image)


class Desk:
    """Answers questions about a model while another thread trains it.

    A slider never waits for a training step and never sees half-updated weights: the desk owns its model, fills it from
    the slot between two questions, and of several waiting questions answers the last.

    Args:
        model: the desk's own copy.
        references: a few dozen images, uint8, (N, H, W) or (N, H, W, 3), over which units are ranked.
        slot: where fresh weights appear; None for a model that does not change.
        on_answer: called with each answer, on the desk's thread.
        on_error: called on the desk's thread with what went wrong with a question; the desk goes on.
    """

    def __init__(
        self,
        model: HVAE,
        references: np.ndarray,
        slot: WeightSlot | None,
        on_answer: Callable[[Answer], None],
        on_error: Callable[[Exception], None],
    ) -> None:
        self._explorer, self._references, self._slot = Explorer(model), references, slot
        self._on_answer, self._on_error = on_answer, on_error
        self._changed = threading.Condition()
        self._question: Question | None = None
        self._last: Question | None = None
        self._asked = self._fresh = self._hurried = self._stale = self._closing = False
        self._asked_at = self._filled_at = -math.inf
        self._rest_until = -math.inf
        self._step = self._measured = -1
        self._figures: tuple[list[np.ndarray], list[np.ndarray]] = ([], [])
        self._ground: Ground | None = None
        self._thread = threading.Thread(target=self._work, name="strata-explorer")
        self._thread.start()

    def ask(self, question: Question) -> None:
        """Put a question; one that still waits is forgotten.

        Fresh weights are asked for too; while questions come as fast as a hand moves, once a second.
        """
        with self._changed:
            now = time.monotonic()
            self._hurried, self._asked_at = now - self._asked_at < HURRY_S, now
            self._question = self._last = question
            self._asked = True
            self._changed.notify()
        if self._slot is not None and not self._keeps_weights():
            self._slot.want()

    def refresh(self) -> None:
        """Fresh weights lie in the slot: answer the last question again and ask for the next ones.

        Strips, effects, samples and the ranking of units are made again once a second at most, and for a fifth of the
        time: training has better uses for the processor.
        """
        with self._changed:
            if self._keeps_weights():
                self._stale = True
                self._changed.notify()
                return
            self._question = self._question or self._last
            self._changed.notify()
        if self._slot is not None and self._last is not None:
            self._slot.want()

    def close(self) -> None:
        """Finish the answer at hand and end the thread."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join()

    def _work(self) -> None:
        while (question := self._next()) is not None:
            try:
                self._fill()
                rich = question.rich and (self._fresh or time.monotonic() > self._rest_until)
                answer = self._enriched(question) if rich else self._answer(question, question.plain)
            except Exception as error:
                self._on_error(error)
            else:
                self._on_answer(answer)

    def _next(self) -> Question | None:
        with self._changed:
            while not self._closing and self._question is None:
                self._changed.wait(HURRY_S if self._stale else None)
                if self._stale and self._slot is not None and not self._keeps_weights():
                    self._question = self._question or self._last
                    self._slot.want()
            question, self._question = self._question, None
            self._fresh, self._asked = self._asked, False
            return None if self._closing else question

    def _fill(self) -> None:
        """Take the latest weights, if they are newer than those at hand; in a drag a little later."""
        latest = None if self._slot is None else self._slot.latest()
        newer = latest is not None and latest[0] != self._step
        self._stale = newer and self._keeps_weights()
        if latest is not None and newer and not self._stale:
            self._step, self._filled_at = latest[0], time.monotonic()
            self._explorer.model.load_state_dict(latest[1])
        if not self._figures[0]:
            self._measure()

    def _keeps_weights(self) -> bool:
        """Whether a hand is moving and the weights at hand are young: it must not wait for others."""
        now = time.monotonic()
        return self._hurried and now - self._asked_at < HURRY_S and now - self._filled_at < PACE_S

    def _measure(self) -> None:
        self._figures = self._explorer.unit_figures(self._references)
        self._measured = self._step

    def _enriched(self, question: Question) -> Answer:
        """The answer with all that is slow, then a rest in which fresh weights bring pictures of x alone."""
        began = time.monotonic()
        if self._measured != self._step:
            self._measure()
        answer = self._answer(question, question)
        ended = time.monotonic()
        self._rest_until = ended + max(PACE_S, REST * (ended - began))
        return answer

    def _answer(self, question: Question, wanted: Question) -> Answer:
        """Answer `question` with those strips, effects and samples that `wanted` has."""
        explorer, below, edits = self._explorer, _rule(question.below), question.edits
        steps, ground = question.steps, self._grounded(question)
        base, reconstruction = ground.base, ground.reconstruction
        moved = explorer.moved(base, edits, below)
        strips = {
            (level, unit): explorer.traverse(base, level, unit, steps=steps, edits=edits, below=below)
            for level, unit in self._unhurried(wanted.traverse)
        }
        effects = {
            level: explorer.effect(base, level, edits=edits, below=below) for level in self._unhurried(wanted.effects)
        }
        return Answer(
            question,
            max(self._step, 0),
            reconstruction if question.image is None else question.image,
            reconstruction,
            explorer.decode(moved),
            self._levels(ground, moved, below),
            strips,
            effects,
            self._samples(wanted, reconstruction),
            base.classes(),
            explorer.independent,
        )

    def _grounded(self, question: Question) -> Ground:
        """Where the question starts, kept as long as image, seed and weights stay."""
        ground = self._ground
        if ground is None or not ground.fits(self._step, question):
            image, seed = question.image, question.prior_seed
            base = self._explorer.from_prior(seed) if image is None else self._explorer.encode(image)
            ground = self._ground = Ground(self._step, image, seed, base, self._explorer.decode(base))
        return ground

    def _samples(self, question: Question, like: np.ndarray) -> np.ndarray:
        if self._asked or not question.samples:
            return np.empty((0, *like.shape), np.uint8)
        return self._explorer.generate(question.samples, seed=question.prior_seed)

    def _unhurried(self, wanted: Iterable[Wanted]) -> Iterator[Wanted]:
        """What is wanted, until somebody asks something newer: a slider never waits for a map."""
        for one in wanted:
            if self._asked:
                return
            yield one

    def _levels(self, ground: Ground, moved: Base, below: Below) -> tuple[LevelAnswer, ...]:
        """Every level from the surface down; the same records as before where nothing but the pictures changed."""
        if ground.read is None or ground.read[:2] != (below, self._measured):
            ground.read = below, self._measured, self._read(ground.base, below)
        values = moved.values()[::-1]
        if all(value is None for value in values):
            return ground.read[2]
        pairs = zip(ground.read[2], values, strict=True)
        return tuple(level if value is None else replace(level, values=value) for level, value in pairs)

    def _read(self, base: Base, below: Below) -> tuple[LevelAnswer, ...]:
        """Every level as it stands at `base`, without what its units are worth."""
        names = self._explorer.model.names[::-1]
        rows = zip(names, base.scores(), base.kl(), *self._figures, strict=True)
        return tuple(
            LevelAnswer(
                name,
                score,
                kl,
                np.lexsort((-mean_kl, variance <= ACTIVE_VARIANCE)),
                mean_kl,
                int((variance > ACTIVE_VARIANCE).sum()),
                self._explorer.moves_x(name, below),
            )
            for name, score, kl, mean_kl, variance in rows
        )[::-1]


def _rule(below: str) -> Below:
    """The rule as the engine knows it; an unknown one is refused where it is used."""
    return below  # type: ignore[return-value]


def _same(one: np.ndarray | None, other: np.ndarray | None) -> bool:
    """Whether two pictures are the same, or both are draws of the prior."""
    return one is other or (one is not None and other is not None and np.array_equal(one, other))
