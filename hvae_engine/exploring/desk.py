"""An explorer on a thread of its own: of what it is asked it keeps the latest question and the latest view."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from torch import Tensor

from hvae_engine.exploring.answering import Answerer
from hvae_engine.exploring.figures import Figure
from hvae_engine.exploring.questions import Answer, Question
from hvae_engine.exploring.subject import Gallery, Subject
from hvae_engine.exploring.views import View, render
from hvae_engine.models import HVAE, WeightSlot

PACE_S = 1.0
REST = 4.0
"""Seconds of rest for each second that a view, or strips, effects, samples and ranking took."""
DRAG_PACE_S = 2.5
"""Seconds that weights are kept while a hand moves: to take others costs a few frames."""
HURRY_S = 0.25
"""Questions that follow each other within this time come from a hand on a slider."""


@dataclass(frozen=True)
class Look:
    """How far a view is: under way, done, or failed.

    Attributes:
        view: what was asked for.
        done: parts done.
        total: parts in all.
        figure: there once it is done.
        error: there where it failed.
    """

    view: View
    done: int
    total: int
    figure: Figure | None = None
    error: Exception | None = None


class Desk:
    """Answers questions about a model while another thread trains it.

    A slider never waits for a training step and never sees half-updated weights: the desk owns its model, fills it from
    the slot between two questions, and of several waiting questions answers the last. A view is made when nobody asks
    anything; a question that comes in between interrupts it, and it is begun again once the hand rests.

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
        self._answerer, self._slot = Answerer(model, references), slot
        self._on_answer, self._on_error = on_answer, on_error
        self._changed = threading.Condition()
        self._question: Question | None = None
        self._last: Question | None = None
        self._asked = self._fresh = self._hurried = self._stale = self._closing = False
        self._asked_at = self._filled_at = self._rest_until = self._view_rest_until = -math.inf
        self._held: tuple[int, Mapping[str, Tensor]] | None = None
        self._view: tuple[View, Gallery, str, Callable[[Look], None]] | None = None
        self._view_due = False
        self._thread = threading.Thread(target=self._work, name="strata-explorer")
        self._thread.start()

    def ask(self, question: Question) -> None:
        """Put a question; one that still waits is forgotten.

        Fresh weights are asked for too; while questions come as fast as a hand moves, every few seconds.
        """
        with self._changed:
            now = time.monotonic()
            self._hurried, self._asked_at = now - self._asked_at < HURRY_S, now
            self._question = self._last = question
            self._asked = True
            self._changed.notify()
        if self._slot is not None and not self._keeps_weights():
            self._slot.want()

    def look(self, view: View, gallery: Gallery, run: str, on_look: Callable[[Look], None]) -> None:
        """Make a view, and again as the weights change, until another one is asked for or `look_away`.

        Args:
            view: what is wanted.
            gallery: the images to look at the model with.
            run: name of the run, for captions.
            on_look: called on the desk's thread with how far it is, and with the figure or what went wrong.
        """
        with self._changed:
            self._view, self._view_due = (view, gallery, run, on_look), True
            self._changed.notify()
        if self._slot is not None:
            self._slot.want()

    def look_away(self) -> None:
        """Nobody sees the view any more."""
        with self._changed:
            self._view, self._view_due = None, False

    def hold(self, step: int, weights: Mapping[str, Tensor]) -> None:
        """Answer from these weights, of an earlier step, until `let_go`."""
        with self._changed:
            self._held = step, weights
            self._turn_over()

    def let_go(self) -> None:
        """Answer from the latest weights again."""
        with self._changed:
            self._held = None
            self._turn_over()

    def refresh(self) -> None:
        """Fresh weights lie in the slot: answer the last question again and ask for the next ones.

        Views, strips, effects, samples and the ranking of units are made again once a second at most, and for a fifth
        of the time: training has better uses for the processor.
        """
        with self._changed:
            if self._held is not None:
                return
            if self._keeps_weights():
                self._stale = True
                self._changed.notify()
                return
            self._question = self._question or self._last
            self._view_due = self._view_due or (self._view is not None and time.monotonic() > self._view_rest_until)
            self._changed.notify()
        if self._slot is not None and (self._last is not None or self._view is not None):
            self._slot.want()

    def close(self) -> None:
        """Finish the answer at hand and end the thread."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join()

    def _turn_over(self) -> None:
        """Other weights: everything is asked again; called with the lock held."""
        self._question, self._view_due = self._question or self._last, self._view is not None
        self._view_rest_until = -math.inf
        self._asked = self._question is not None
        self._changed.notify()

    def _work(self) -> None:
        while self._wait():
            with self._changed:
                question = None
                if not self._turn_of_view:
                    question, self._question = self._question, None
                    self._fresh, self._asked = self._asked, False
            if question is None:
                self._show()
            else:
                self._reply(question)

    def _wait(self) -> bool:
        """Wait until there is something to do; whether there is, or the desk closes."""
        with self._changed:
            while not self._closing and self._question is None and not self._turn_of_view:
                self._changed.wait(HURRY_S if self._stale or self._view_due else None)
                if self._stale and self._slot is not None and not self._keeps_weights():
                    self._question = self._question or self._last
                    self._slot.want()
            return not self._closing

    @property
    def _turn_of_view(self) -> bool:
        """Whether a view comes next: nobody asks anything, and a question that fresh weights put again can wait.

        Otherwise weights that come faster than answers would keep views from being made at all.
        """
        return self._view_due and not self._asked and time.monotonic() - self._asked_at > HURRY_S

    def _reply(self, question: Question) -> None:
        try:
            self._fill()
            rich = question.rich and (self._fresh or time.monotonic() > self._rest_until)
            answer = self._enriched(question) if rich else self._answer(question, question.plain)
        except Exception as error:
            self._on_error(error)
        else:
            self._on_answer(answer)

    def _answer(self, question: Question, wanted: Question) -> Answer:
        return self._answerer.answer(question, wanted, lambda: self._asked)

    def _enriched(self, question: Question) -> Answer:
        """The answer with all that is slow, then a rest in which fresh weights bring pictures of x alone."""
        began = time.monotonic()
        self._answerer.rank()
        answer = self._answer(question, question)
        self._rest_until = _rested(began)
        return answer

    def _show(self) -> None:
        """Make the view, unless a question or another view comes in between."""
        with self._changed:
            wanted, self._view_due = self._view, False
        if wanted is None:
            return
        view, gallery, run, on_look = wanted

        def progress(done: int, total: int) -> None:
            if self._asked or self._closing or self._view is not wanted:
                raise _OvertakenError
            on_look(Look(view, done, total))

        began = time.monotonic()
        try:
            self._fill()
            subject = Subject(self._answerer.explorer, gallery, run, max(self._answerer.step, 0))
            on_look(Look(view, 1, 1, render(subject, view, progress)))
        except _OvertakenError:
            with self._changed:
                self._view_due = self._view is not None
        except Exception as error:
            on_look(Look(view, 0, 1, error=error))
        self._view_rest_until = _rested(began)

    def _fill(self) -> None:
        """Take the weights that are held, else the latest ones, if they are others; in a drag a little later."""
        with self._changed:
            latest = self._held or (None if self._slot is None else self._slot.latest())
            other = latest is not None and latest[0] != self._answerer.step
            self._stale = other and self._held is None and self._keeps_weights()
        if latest is not None and other and not self._stale:
            self._answerer.fill(*latest)
            self._filled_at = time.monotonic()

    def _keeps_weights(self) -> bool:
        """Whether a hand is moving and the weights at hand are young: it must not wait for others."""
        now = time.monotonic()
        return self._hurried and now - self._asked_at < HURRY_S and now - self._filled_at < DRAG_PACE_S


class _OvertakenError(Exception):
    """Somebody asked something else while a view was made."""


def _rested(began: float) -> float:
    """When a work may be done again that began then and ends now."""
    now = time.monotonic()
    return now + max(PACE_S, REST * (now - began))
