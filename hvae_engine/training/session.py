"""Training on a thread of its own, with the buttons of a tape recorder: start, pause, resume, step, stop."""

from __future__ import annotations

import dataclasses
import enum
import queue
import threading
import traceback
from collections.abc import Callable, Iterable
from types import EllipsisType

from hvae_engine.errors import StrataError
from hvae_engine.models import WeightSlot
from hvae_engine.training.events import Event, Failed, Finished, Paused, Resumed, Stopped
from hvae_engine.training.loop import Loop, steps, training
from hvae_engine.training.resolution import resolved
from hvae_engine.training.run import Run


class _Order(enum.Enum):
    PAUSE = enum.auto()
    RESUME = enum.auto()
    STEP = enum.auto()
    STOP = enum.auto()


@dataclasses.dataclass(frozen=True)
class _Change:
    """New values for some of the live settings."""

    values: dict[str, float | None]


class Session:
    """Drives one run, once, on a thread that is joined and never a daemon.

    Every method returns at once; what was asked is done between two steps. A run that stopped or finished goes on with
    another session.

    Args:
        run: the run.
        slot: where weights are laid for whoever explores.
        on_event: called on the training thread with every event, at most some ten times a second.
        spare_core: leave one core of the CPU to a window.
    """

    def __init__(
        self,
        run: Run,
        slot: WeightSlot | None = None,
        on_event: Callable[[Event], None] | None = None,
        spare_core: bool = False,
    ) -> None:
        self.run, self.slot, self.spare_core = run, slot, spare_core
        self._on_event = on_event or (lambda event: None)
        self._orders: queue.SimpleQueue[_Order | _Change] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._drive, name="training")
        self._state, self._single, self._last_good = "ready", False, 0

    @property
    def state(self) -> str:
        """One of "ready", "training", "paused", "stopped", "finished", "failed"."""
        return self._state

    def start(self) -> None:
        """Begin, or go on from the checkpoint."""
        self._state = "training"
        self._thread.start()

    def pause(self) -> None:
        """Take no further step until `resume`; the run is saved."""
        self._orders.put(_Order.PAUSE)

    def resume(self) -> None:
        """Take steps again."""
        self._orders.put(_Order.RESUME)

    def step(self) -> None:
        """Take one step and pause; also as a start."""
        self._orders.put(_Order.STEP)
        if self._state == "ready":
            self.start()

    def stop(self) -> None:
        """Save the run and end the thread; a session that was not started has nothing to end."""
        self._orders.put(_Order.STOP)

    def set(
        self, *, lr: float | None = None, beta: float | None = None, free_bits: float | EllipsisType | None = ...
    ) -> None:
        """Change settings from the next step on.

        Args:
            lr: learning rate; None: as it is.
            beta: weight of the KL terms once the warm-up is over; None: as it is.
            free_bits: nats each level may spend unpunished; None: off; left out: as they are.

        Raises:
            OptionError: a value does not fit.
        """
        values: dict[str, float | None] = {
            name: value for name, value in (("lr", lr), ("beta", beta)) if value is not None
        }
        if not isinstance(free_bits, EllipsisType):
            values["free_bits"] = free_bits
        resolved(dataclasses.replace(self.run.spec, **values))  # type: ignore[arg-type]
        self._orders.put(_Change(values))

    def join(self, timeout: float | None = None) -> bool:
        """Wait for the end of the thread, and say whether it has ended.

        Args:
            timeout: seconds to wait at most.
        """
        if self._thread.ident is not None:
            self._thread.join(timeout)
        return not self._thread.is_alive()

    def _drive(self) -> None:
        """The thread: train, say how it ended, and turn whatever goes wrong into a `Failed`."""
        try:
            with training(self.run, self.slot, self.spare_core) as loop:
                stopped = self._follow(loop)
            self._end(Stopped(loop.steps) if stopped else Finished(loop.steps))
        except StrataError as error:
            self._end(Failed(self._last_good, str(error)))
        except Exception as error:
            reason = f"Training ended by a fault of the program ({type(error).__name__}: {error})."
            self._end(Failed(self._last_good, reason, traceback.format_exc()))

    def _follow(self, loop: Loop) -> bool:
        """Take steps as long as there are any and nobody says stop; whether somebody did."""
        for event in steps(loop):
            self._last_good = loop.last_good
            if event is not None:
                self._on_event(event)
            elif not self._may_go_on(loop):
                self._tell(loop.settle())
                return True
        return False

    def _may_go_on(self, loop: Loop) -> bool:
        """Obey what was asked since the last step, waiting while paused; whether to take another step."""
        if self._single:
            self._single = False
            self._hold(loop)
        while True:
            try:
                order = self._orders.get(block=self._state == "paused")
            except queue.Empty:
                return True
            if order is _Order.STOP:
                return False
            if order is _Order.STEP:
                self._single = True
                return True
            self._obey(order, loop)

    def _obey(self, order: _Order | _Change, loop: Loop) -> None:
        if isinstance(order, _Change):
            loop.settings = dataclasses.replace(loop.settings, **order.values)  # type: ignore[arg-type]
        elif order is _Order.PAUSE and self._state != "paused":
            self._hold(loop)
        elif order is _Order.RESUME and self._state == "paused":
            self._state = "training"
            self._on_event(Resumed(loop.steps))

    def _hold(self, loop: Loop) -> None:
        """Bring everybody up to date and say that no step follows."""
        self._tell(loop.settle())
        self._state = "paused"
        self._on_event(Paused(loop.steps))

    def _end(self, event: Stopped | Finished | Failed) -> None:
        """The last word, once the folder is saved and free again."""
        self._state = type(event).__name__.lower()
        self._on_event(event)

    def _tell(self, events: Iterable[Event]) -> None:
        for event in events:
            self._on_event(event)
