"""An explorer on a thread of its own: asked through a mailbox that keeps only the latest question."""

from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np

from hvae_engine.exploring.explorer import Base, Explorer
from hvae_engine.exploring.questions import Answer, LevelAnswer, Question
from hvae_engine.models import HVAE, Below, WeightSlot
from hvae_engine.objectives.evaluation import ACTIVE_VARIANCE


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
        self._closing = False
        self._step = -1
        self._figures = self._explorer.unit_figures(references)
        self._thread = threading.Thread(target=self._work, name="strata-explorer")
        self._thread.start()

    def ask(self, question: Question) -> None:
        """Put a question; one that still waits is forgotten. Fresh weights are asked for too."""
        if self._slot is not None:
            self._slot.want()
        with self._changed:
            self._question = self._last = question
            self._changed.notify()

    def refresh(self) -> None:
        """Fresh weights lie in the slot: answer the last question again and ask for the next ones."""
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
                answer = self._answer(question)
            except Exception as error:
                self._on_error(error)
            else:
                self._on_answer(answer)

    def _next(self) -> Question | None:
        with self._changed:
            self._changed.wait_for(lambda: self._closing or self._question is not None)
            question, self._question = self._question, None
            return None if self._closing else question

    def _fill(self) -> None:
        """Take the latest weights, if they are newer than those at hand."""
        latest = None if self._slot is None else self._slot.latest()
        if latest is not None and latest[0] != self._step:
            self._step = latest[0]
            self._explorer.model.load_state_dict(latest[1])
            self._figures = self._explorer.unit_figures(self._references)

    def _answer(self, question: Question) -> Answer:
        explorer, below = self._explorer, _rule(question.below)
        prior = question.image is None
        base = explorer.from_prior(question.prior_seed) if question.image is None else explorer.encode(question.image)
        reconstruction = explorer.decode(base)
        strips = {
            (level, unit): explorer.traverse(base, level, unit, steps=question.steps, edits=question.edits, below=below)
            for level, unit in question.traverse
        }
        return Answer(
            question,
            max(self._step, 0),
            reconstruction if prior or question.image is None else question.image,
            reconstruction,
            explorer.vary(base, question.edits, below),
            self._levels(base, below),
            strips,
            explorer.generate(question.samples, seed=question.prior_seed),
        )

    def _levels(self, base: Base, below: Below) -> tuple[LevelAnswer, ...]:
        names = self._explorer.model.names[::-1]
        rows = zip(names, base.scores(), base.kl(), *self._figures, strict=True)
        return tuple(
            LevelAnswer(
                name,
                score,
                kl,
                np.argsort(-mean_kl, kind="stable"),
                mean_kl,
                int((variance > ACTIVE_VARIANCE).sum()),
                self._explorer.moves_x(name, below),
            )
            for name, score, kl, mean_kl, variance in rows
        )[::-1]


def _rule(below: str) -> Below:
    """The rule as the engine knows it; an unknown one is refused where it is used."""
    return below  # type: ignore[return-value]
