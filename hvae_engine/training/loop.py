"""Training, step by step: what happens at each one, and what is said, scored, shown and saved now and then."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch

from hvae_engine.errors import RunError
from hvae_engine.models import WeightSlot
from hvae_engine.objectives import OFF, RATES, Step, within_memory
from hvae_engine.training import evaluations, files
from hvae_engine.training.checkpoint import Checkpoint, generators, restore_generators
from hvae_engine.training.devices import choose_device, memory_of, use_threads
from hvae_engine.training.events import Evaluated, Event, Finished, Saved, Snapshot, Started
from hvae_engine.training.inputs import Inputs
from hvae_engine.training.ledger import Ledger, Stamp
from hvae_engine.training.plan import Plan, WarmUp
from hvae_engine.training.resolution import objective
from hvae_engine.training.run import Run
from hvae_engine.training.stepper import TOO_STEEP, Stepper

REPORT_EVERY, SHOW_EVERY, SAVE_EVERY = 0.1, 0.3, 30.0
MOST_REFUSED = 50
"""Steps in a row that were not taken after which a run is given up."""


def train(run: Run, *, slot: WeightSlot | None = None) -> Iterator[Event]:
    """Train a run from where it stands to its planned end.

    Closing the generator stops the run; in every case it is saved.

    Args:
        run: the run.
        slot: where weights are laid for whoever explores.

    Raises:
        StrataError: the run cannot go on; what was learned is saved.
    """
    with training(run, slot) as loop:
        yield from (event for event in steps(loop) if event is not None)
    yield Finished(loop.steps)


@contextmanager
def training(run: Run, slot: WeightSlot | None = None, spare_core: bool = False) -> Iterator[Loop]:
    """A run ready for its next step and locked; saved when the context ends, whatever ends it."""
    with run.locked():
        loop = Loop(run, slot, spare_core)
        try:
            yield loop
        finally:
            loop.save()


def steps(loop: Loop) -> Iterator[Event | None]:
    """Take all steps that are left: every event, and None before each step, where one may pause or change settings."""
    yield loop.started()
    while not loop.done:
        yield None
        yield from loop.step()
    yield from loop.settle()


@dataclass(frozen=True)
class Settings:
    """What may change between two steps; `beta` is its value once the warm-up is over, no `free_bits` is None."""

    lr: float
    beta: float
    free_bits: float | None


class Loop:
    """A run in training, and what can be done between two steps.

    Args:
        run: locked by the caller.
        slot: where weights are laid for whoever explores.
        spare_core: leave a core to a window.

    Attributes:
        steps: steps issued since the run's first start, those not taken included.
        seconds: training time since then, without pauses.
        settings: to change between steps.
        done: whether the planned end is reached.
        shown: the model that is scored and explored: the average of the weights where one is kept.
    """

    def __init__(self, run: Run, slot: WeightSlot | None = None, spare_core: bool = False) -> None:
        self.run, self.slot = run, slot
        spec, data = run.spec, run.dataset
        self.device, self.threads = choose_device(spec.device), use_threads(spare_core)
        self.steps, self.seconds, self.best = 0, 0.0, float("-inf")
        self.settings = Settings(spec.lr, spec.beta, spec.free_bits)
        self.objective = objective(spec, len(data.train))
        with memory_of(self.device, spec.batch_size):
            labels = run.family.semi_supervised
            self.inputs = Inputs(data, spec, semi_supervised=labels, device=self.device, codes=run.codes())
            self.model = run.learner().to(self.device)
            example, _ = next(self.inputs.validation_batches())
            self.objective = within_memory(self.objective, self.model, example, spec.batch_size)
            share = self.inputs.labelled_share
            step = Step(self.model, self.objective, spec.alpha, share)
            self.stepper = Stepper(step, self.device, spec.adam_eps, spec.skip_above, spec.ema)
        self.shown = self.model if self.stepper.average is None else self.stepper.average.model
        self.plan, self._rate = Plan.of(spec, self.inputs), RATES[spec.lr_schedule]
        self.warm_up = WarmUp.of(spec, self.plan, self.inputs)
        scores = {"labelled": labels, "weight_prior": spec.kappa is not None}
        self.ledger = Ledger(self.model.names, **scores, images=spec.batch_size, device=self.device)
        self._evaluated: list[Evaluated] = []
        self._moments = run.moments
        self._best_weights: Checkpoint | None = None
        self._report, self._show, self._save = _Every(REPORT_EVERY), _Every(SHOW_EVERY), _Every(SAVE_EVERY)
        torch.manual_seed(spec.seed)
        self._restore()
        self._saved: tuple[int, Settings] | None = (self.steps, self.settings) if self.steps else None
        self.done = self.plan.over(self.steps, self.seconds)

    @property
    def last_good(self) -> int:
        """The last step that was taken, as far as scores have arrived."""
        return self.steps - self.ledger.streak

    def started(self) -> Started:
        """What the run is about to do."""
        planned, epoch = self.plan.steps or 0, self.inputs.steps_in(1)
        shapes = tuple(self.model.shapes.values())
        return Started(self.steps, planned, epoch, self.model.names, shapes, str(self.device), self.threads)

    def step(self) -> list[Event]:
        """Take one step and do what is due after it; the events in the order in which things happened.

        Raises:
            RunError: out of memory, too many steps in a row refused, or the folder cannot be written.
        """
        if self.ledger.streak >= MOST_REFUSED:
            raise RunError(f"{self.ledger.streak} steps in a row were not taken, since {self._why_refused()}.")
        began = time.perf_counter() - self.seconds
        with memory_of(self.device, self.run.spec.batch_size):
            self._take(began)
            events = self._evaluate() if self.done or self.inputs.completes_pass(self.steps) else []
        if self._report.due():
            events += self.report()
        if self.slot is not None and self.slot.wanted and self._show.due():
            events += self.show()
        if self._save.due():
            events += self.save()
        if self._moments.due(self.steps):
            with files.writing(self.run.path):
                self._moments.keep(self.steps, self.shown.state_dict())
        self.seconds = time.perf_counter() - began
        return events

    def settle(self) -> list[Event]:
        """Bring everybody up to date: scores, weights for the explorer, the folder."""
        return [*self.report(wait=True), *self.show(), *self.save()]

    def report(self, wait: bool = False) -> list[Event]:
        """The scores that have arrived from the device; with `wait` those of every step."""
        progress = self.ledger.report(wait)
        return [] if progress is None else [progress]

    def show(self) -> list[Event]:
        """Lay the weights where an explorer finds them."""
        if self.slot is None:
            return []
        self.slot.put(self.shown, self.steps)
        return [Snapshot(self.steps)]

    def save(self) -> list[Event]:
        """Bring the folder up to date, unless it is.

        Histories go first: a crash between leaves them ahead of the checkpoint, and going on cuts them back to it.

        Raises:
            RunError: the folder cannot be written.
        """
        if self._saved == (self.steps, self.settings):
            return []
        self._saved = self.steps, self.settings  # a save that fails is not tried again on top of what it half wrote
        with files.writing(self.run.path):
            self.run.history.append(self.ledger.columns, self.ledger.unwritten())
            columns = evaluations.columns(self.model)
            rows = np.array([evaluations.row(one) for one in self._evaluated]).reshape(-1, len(columns))
            self.run.evaluations.append(columns, rows)
            if self._best_weights is not None:
                self._best_weights.write(self.run.best_path)
            self._checkpoint().write(self.run.checkpoint_path)
        self._evaluated, self._best_weights = [], None
        return [Saved(self.steps)]

    def _why_refused(self) -> str:
        if self.ledger.reason == TOO_STEEP:
            return f"the norm of the gradient was above {self.run.spec.skip_above:g}: start a run with a larger limit"
        return f"loss or gradient was not finite: try a learning rate below {self.settings.lr:g}"

    def _take(self, began: float) -> None:
        settings = self.settings
        beta = self.warm_up.beta(self.steps, self.seconds, settings.beta)
        lr = settings.lr * self._rate(self.inputs.epoch(self.steps))
        self.stepper.set(lr, beta, OFF if settings.free_bits is None else settings.free_bits)
        row = self.stepper.take(self.inputs.batch(self.steps))
        self.steps += 1
        seconds = time.perf_counter() - began
        self.ledger.write(row, Stamp(self.steps, seconds, beta, lr))
        self.done = self.plan.over(self.steps, seconds)

    def _evaluate(self) -> list[Event]:
        evaluated = evaluations.evaluate(self.shown, self.objective, self.inputs, self.steps)
        self._evaluated.append(evaluated)
        if evaluated.bound > self.best:
            self.best = evaluated.bound
            self._best_weights = Checkpoint(self.steps, {k: v.clone() for k, v in self.shown.state_dict().items()})
        return [evaluated, *self.show()]

    def _checkpoint(self) -> Checkpoint:
        facts = {
            "seconds": self.seconds,
            "skipped": self.ledger.skipped,
            "too_steep": self.ledger.too_steep,
            "best": self.best,
            "settings": dataclasses.asdict(self.settings),
            "warm_up": dataclasses.asdict(self.warm_up),
        }
        average = {} if self.stepper.average is None else self.shown.state_dict()
        weights, moments = self.model.state_dict(), self.stepper.adam.state()
        return Checkpoint(self.steps, weights, moments, generators(self.device), average, facts)

    def _restore(self) -> None:
        """Go on from the checkpoint, if there is one, and cut off what was written after it."""
        path = self.run.checkpoint_path
        if path.exists():
            checkpoint = Checkpoint.read(path)
            checkpoint.load_weights(self.model, path)
            if self.stepper.average is not None:
                checkpoint.load_shown(self.shown, path)
            self.stepper.adam.restore(checkpoint.optimiser)
            restore_generators(checkpoint.random, self.device)
            facts = checkpoint.facts
            self.steps, self.seconds, self.best = checkpoint.step, facts["seconds"], facts["best"]
            self.settings, self.warm_up = Settings(**facts["settings"]), WarmUp(**facts["warm_up"])
            self.ledger.go_on(self.seconds, facts["skipped"], facts.get("too_steep", 0))
        with files.writing(self.run.path):
            self.run.history.cut(self.steps)
            self.run.evaluations.cut(self.steps)
            self._moments.cut(self.steps)


class _Every:
    """Says when so many seconds have passed since it last did."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self.next = seconds, time.perf_counter() + seconds

    def due(self) -> bool:
        now = time.perf_counter()
        if now < self.next:
            return False
        self.next = now + self.seconds
        return True
