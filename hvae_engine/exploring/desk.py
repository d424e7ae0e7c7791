"""An explorer on a thread of its own: asked through a mailbox that keeps only the latest question."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

import numpy as np

from hvae_engine.exploring.explorer import Base, Explorer
from hvae_engine.exploring.questions import Answer, LevelAnswer, Question
from hvae_engine.models import HVAE, Below, WeightSlot
from hvae_engine.objectives.evaluation import ACTIVE_VARIANCE

PACE_S = 1.0
REST = 4.0
"""Seconds of rest for each second that strips, effects, samples and ranking took."""
Wanted = TypeVar("Wanted")


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
        self._asked = self._fresh = self._closing = False
        self._rest_until = -math.inf
        self._step = self._measured = -1
        self._figures: tuple[list[np.ndarray], list[np.ndarray]] = ([], [])
        self._kept: tuple[int, np.ndarray | None, int, Base] | None = None
        self._thread = threading.Thread(target=self._work, name="strata-explorer")
        self._thread.start()

    def ask(self, question: Question) -> None:
        """Put a question; one that still waits is forgotten. Fresh weights are asked for too."""
        if self._slot is not None:
            self._slot.want()
        with self._changed:
            self._question = self._last = question
            self._asked = True
            self._changed.notify()

    def refresh(self) -> None:
        """Fresh weights lie in the slot: answer the last question again and ask for the next ones.

        Strips, effects, samples and the ranking of units are made again once a second at most, and for a fifth of the
        time: training has better uses for the processor.
        """
        with self._changed:
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
            self._changed.wait_for(lambda: self._closing or self._question is not None)
            question, self._question = self._question, None
            self._fresh, self._asked = self._asked, False
            return None if self._closing else question

    def _fill(self) -> None:
        """Take the latest weights, if they are newer than those at hand."""
        latest = None if self._slot is None else self._slot.latest()
        if latest is not None and latest[0] != self._step:
            self._step = latest[0]
            self._explorer.model.load_state_dict(latest[1])
        if not self._figures[0]:
            self._measure()

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
        image, steps = question.image, question.steps
        base = self._base(question)
        reconstruction, moved = explorer.decode(base), explorer.moved(base, edits, below)
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
            reconstruction if image is None else image,
            reconstruction,
            explorer.decode(moved),
            self._levels(base, moved, below),
            strips,
            effects,
            self._samples(wanted, reconstruction),
            base.classes(),
            explorer.independent,
        )

    def _base(self, question: Question) -> Base:
        """Where the question starts; kept while image, seed and weights are the same, as all through a drag."""
        image, seed = question.image, question.prior_seed
        if self._kept is not None:
            step, kept_image, kept_seed, base = self._kept
            if (step, kept_seed) == (self._step, seed) and _same(kept_image, image):
                return base
        base = self._explorer.from_prior(seed) if image is None else self._explorer.encode(image)
        self._kept = self._step, image, seed, base
        return base

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

    def _levels(self, base: Base, moved: Base, below: Below) -> tuple[LevelAnswer, ...]:
        names = self._explorer.model.names[::-1]
        rows = zip(names, base.scores(), base.kl(), *self._figures, moved.values(), strict=True)
        return tuple(
            LevelAnswer(
                name,
                score,
                kl,
                np.lexsort((-mean_kl, variance <= ACTIVE_VARIANCE)),
                mean_kl,
                int((variance > ACTIVE_VARIANCE).sum()),
                self._explorer.moves_x(name, below),
                values,
            )
            for name, score, kl, mean_kl, variance, values in rows
        )[::-1]


def _rule(below: str) -> Below:
    """The rule as the engine knows it; an unknown one is refused where it is used."""
    return below  # type: ignore[return-value]


def _same(one: np.ndarray | None, other: np.ndarray | None) -> bool:
    """Whether two pictures are the same, or both are draws of the prior."""
    return one is other or (one is not None and other is not None and np.array_equal(one, other))
