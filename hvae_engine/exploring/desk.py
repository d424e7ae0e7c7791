"""An explorer on a thread of its own: of what it is asked it keeps the latest question and the latest view."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from torch import Tensor

from hvae_engine.datasets import Images
from hvae_engine.errors import OptionError
from hvae_engine.exploring.answering import Answerer
from hvae_engine.exploring.pauses import OvertakenError, Pauses
from hvae_engine.exploring.questions import Answer, Question
from hvae_engine.exploring.sights import Look, Sight, Sights, rested
from hvae_engine.exploring.subject import Gallery, Subject, as_pixels
from hvae_engine.exploring.views import View, growing
from hvae_engine.models import HVAE, WeightSlot

DRAG_PACE_S = 2.5
"""Seconds that weights are kept while a hand moves: to take others costs a few frames."""
HURRY_S = 0.25
"""Questions that follow each other within this time come from a hand on a slider."""


class Desk:
    """Answers questions about a model while another thread trains it.

    A slider never waits for a training step and never sees half-updated weights: the desk owns its model, fills it from
    the slot between two questions, and of several waiting questions answers the last. A view is made when nobody asks
    anything, and one that follows the sliders in between their pictures, see `Sights`: a question that comes while it
    is made is answered first, between two of its parts.

    Args:
        model: the desk's own copy.
        references: a few dozen images, uint8, (N, H, W) or (N, H, W, 3), over which units are ranked.
        slot: where fresh weights appear; None for a model that does not change.
        on_answer: called with each answer, on the desk's thread.
        on_error: called on the desk's thread with what went wrong with a question; the desk goes on.
        spanning: the images whose posterior means span the principal directions of levels, uint8, (N, C, H, W); None:
            the references.
    """

    def __init__(
        self,
        model: HVAE,
        references: np.ndarray,
        slot: WeightSlot | None,
        on_answer: Callable[[Answer], None],
        on_error: Callable[[Exception], None],
        spanning: Tensor | None = None,
    ) -> None:
        pixels = as_pixels(references) if spanning is None else spanning
        self._answerer, self._slot = Answerer(model, references, pixels), slot
        self._on_answer, self._on_error = on_answer, on_error
        self._changed = threading.Condition()
        self._question: Question | None = None
        self._last: Question | None = None
        self._asked = self._fresh = self._hurried = self._stale = self._leapt = self._closing = False
        self._asked_at = self._filled_at = self._rest_until = -math.inf
        self._held: tuple[int, Mapping[str, Tensor]] | None = None
        self._sights = Sights()
        self._kept: tuple[tuple[int, Images | None], dict[str, Any]] = (-1, None), {}
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
        self._look(Sight(view, gallery, run, on_look))

    def make(self, view: View, gallery: Gallery, run: str, on_look: Callable[[Look], None]) -> Sight:
        """Make a view once, beside the one that is looked at; arguments as in `look`.

        `on_look` hears of an error too if the desk closes before. What comes back is for `give_up`.
        """
        sight = Sight(view, gallery, run, on_look, once=True)
        self._look(sight)
        return sight

    def give_up(self, sight: Sight) -> None:
        """Nobody waits any more for a view that was to be made once."""
        with self._changed:
            self._sights.look_away(sight)

    def look_away(self) -> None:
        """Nobody sees the view any more."""
        with self._changed:
            self._sights.look_away()

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
            self._sights.refresh(time.monotonic())
            self._changed.notify()
        if self._slot is not None and (self._last is not None or self._sights.any):
            self._slot.want()

    def close(self) -> None:
        """Finish the answer at hand and end the thread."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join()

    def _turn_over(self) -> None:
        """Other weights: everything is asked again; called with the lock held."""
        self._question = self._question or self._last
        self._sights.turn_over()
        self._asked, self._leapt = self._question is not None, True
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
        with self._changed:
            left = self._sights.clear()
        for sight in left:
            sight.on_look(Look(sight.view, 0, 1, error=OptionError("The run was left before the view was made.")))

    def _wait(self) -> bool:
        """Wait until there is something to do; whether there is, or the desk closes."""
        with self._changed:
            while not self._closing and self._question is None and not self._turn_of_view:
                self._changed.wait(HURRY_S if self._stale or self._sights.waits else None)
                if self._stale and self._slot is not None and not self._keeps_weights():
                    self._question = self._question or self._last
                    self._slot.want()
            return not self._closing

    @property
    def _turn_of_view(self) -> bool:
        """Whether a view comes next: nobody asks anything, and a question that fresh weights put again can wait.

        Otherwise weights that come faster than answers would keep views from being made at all.
        """
        now = time.monotonic()
        return not self._asked and self._sights.turn(now, now - self._asked_at > HURRY_S)

    def _reply(self, question: Question) -> None:
        try:
            self._fill()
            answer = self._enriched(question) if self._due(question) else self._answer(question, question.plain)
        except Exception as error:
            self._on_error(error)
        else:
            self._on_answer(answer)

    def _due(self, question: Question) -> bool:
        """Whether what is slow is made now: asked for by a hand at rest, or after weights and a rest of its own.

        Directions are not measured again while a hand moves along them.
        """
        rested = time.monotonic() > self._rest_until
        return question.rich if self._fresh else rested and (question.rich or bool(question.along))

    def _answer(self, question: Question, wanted: Question) -> Answer:
        return self._answerer.answer(question, wanted, lambda: self._asked)

    def _enriched(self, question: Question) -> Answer:
        """The answer with all that is slow, then a rest in which fresh weights bring pictures of x alone."""
        began = time.monotonic()
        self._answerer.rank()
        answer = self._answer(question, question)
        self._rest_until = rested(began, time.monotonic())
        return answer

    def _look(self, sight: Sight) -> None:
        with self._changed:
            self._sights.look(sight)
            self._changed.notify()
        if self._slot is not None:
            self._slot.want()

    def _show(self) -> None:
        """Make the view whose turn it is, unless a question or another view comes in between."""
        with self._changed:
            sight = self._sights.next()
        if sight is None:
            return
        pauses, began = Pauses(sight, self._give_way), time.monotonic()
        try:
            self._fill()
            for figure in growing(self._subject(sight), sight.view, pauses.pause):
                pauses.sketch(figure)
            sight.on_look(Look(sight.view, 1, 1, figure))
        except OvertakenError as overtaken:
            with self._changed:
                self._sights.put_off(sight, overtaken.slow, time.monotonic())
            return
        except Exception as error:
            sight.on_look(Look(sight.view, 0, 1, error=error))
        with self._changed:
            self._sights.made(sight, began, time.monotonic())

    def _subject(self, sight: Sight) -> Subject:
        """The model at hand; what one view measured of it serves the next one, as long as the weights stay."""
        answerer = self._answerer
        of = answerer.step, sight.gallery.held
        if self._kept[0][0] != of[0] or self._kept[0][1] is not of[1]:
            self._kept = of, {}
        return Subject(answerer.explorer, sight.gallery, sight.run, max(answerer.step, 0), kept=self._kept[1])

    def _give_way(self, sight: Sight, long: bool) -> None:
        """Between two parts of a view: answer who asks.

        Raises:
            OvertakenError: nobody wants the view any more, or it would keep a hand waiting.
        """
        with self._changed:
            if self._closing or not self._sights.wanted(sight):
                raise OvertakenError(slow=False)
            if not self._asked:
                return
            question = self._question
            if question is None or question.rich or long or not sight.view.follows:
                raise OvertakenError(slow=long)
            self._question, self._asked = None, False
        self._answer_plainly(question)

    def _answer_plainly(self, question: Question) -> None:
        """The pictures of x, with the weights at hand."""
        try:
            answer = self._answer(question, question)
        except Exception as error:
            self._on_error(error)
        else:
            self._on_answer(answer)

    def _fill(self) -> None:
        """Take the weights that are held, else the latest ones, if they are others; in a drag a little later."""
        with self._changed:
            latest = self._held or (None if self._slot is None else self._slot.latest())
            other = latest is not None and latest[0] != self._answerer.step
            self._stale = other and self._held is None and self._keeps_weights()
        if latest is not None and other and not self._stale:
            self._answerer.fill(*latest)
            self._filled_at = time.monotonic()
            if self._leapt:
                self._leapt = False
                self._answerer.measure_again()

    def _keeps_weights(self) -> bool:
        """Whether a hand is moving and the weights at hand are young: it must not wait for others."""
        now = time.monotonic()
        return self._hurried and now - self._asked_at < HURRY_S and now - self._filled_at < DRAG_PACE_S
