"""Decodes batches of pictures on all cores, in processes where there are many and on threads where there are few."""

from __future__ import annotations

import contextlib
import io
import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

import numpy as np

from hvae_engine.datasets.pixels.pictures import Plan, quiet_decoders
from hvae_engine.datasets.pixels.worker import Batch, decode_batch, send

MANY = 1000
"""Pictures from which processes are worth the quarter of a second that they take to start.

For small pictures most of the work is Python's, which threads cannot do side by side.
"""

PATIENCE = 0.05
"""Seconds after which somebody who wants to cancel is heard, whatever the decoders do."""

BROUGHT_DOWN = "It brings its decoder down."


class Outcome(NamedTuple):
    """What came of a batch: how many pictures it had, and the sentences on those that failed, by row."""

    done: int
    reasons: dict[int, str]


class ProcessEndedError(Exception):
    """A decoding process ended in the middle of its work."""


class EndedError(Exception):
    """Nobody wants the rest any more."""


class Process:
    """A decoding process, started at its first batch and again after it went down.

    Args:
        plan: what the pictures become.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._process: subprocess.Popen[bytes] | None = None

    def decode(self, batch: Batch) -> tuple[np.ndarray, dict[int, str]]:
        """As `worker.decode_batch`, in the process.

        Raises:
            ProcessEndedError: it went down.
        """
        process = self._process = self._process or _started()
        pixels = np.empty((len(batch.rows), 3 if self._plan.colour else 1, self._plan.side, self._plan.side), np.uint8)
        line, arrived = b"", 0
        with contextlib.suppress(OSError, ValueError):  # a process that has ended: too little has arrived then
            send(cast(BinaryIO, process.stdin), batch, self._plan)
            answers = cast(io.BufferedReader, process.stdout)
            line = answers.readline()
            arrived = answers.readinto(pixels.data.cast("B")) if line else 0
        if arrived != pixels.nbytes:
            self.close()
            raise ProcessEndedError
        return pixels, {int(position): reason for position, reason in json.loads(line).items()}

    def kill(self) -> None:
        """End the process from another thread, whatever it does."""
        if self._process is not None:
            self._process.kill()

    def close(self) -> None:
        """End the process and wait for it."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()


class Crew:
    """Threads that take batches from one iterator, each with a process of its own or none.

    Args:
        plan: what the pictures become.
        processes: decode in processes.
        take: called on the crew's threads with each batch and its pixels.
        hands: how many threads; None: as many as cores.
    """

    def __init__(
        self, plan: Plan, processes: bool, take: Callable[[Batch, np.ndarray], None], hands: int | None = None
    ) -> None:
        self._plan, self._take = plan, take
        self._processes = [Process(plan) if processes else None for _ in range(hands or cores())]
        self._stop, self._lock = threading.Event(), threading.Lock()
        self._outcomes: queue.SimpleQueue[Outcome | BaseException | None] = queue.SimpleQueue()

    def run(self, batches: Iterator[Batch]) -> Generator[Outcome, None, None]:
        """Decode everything; between outcomes, and at least every `PATIENCE` seconds, an empty one comes.

        Closing the iterator ends all work.

        Raises:
            Exception: whatever `batches` raised.
        """
        crew = [threading.Thread(target=self._labour, args=(one, batches)) for one in self._processes]
        with quiet_decoders():
            for thread in crew:
                thread.start()
            try:
                yield from self._outcomes_of(len(crew))
            finally:
                self._stop.set()
                for process in self._processes:
                    if process is not None:
                        process.kill()
                for thread in crew:
                    thread.join()

    def go_on(self) -> None:
        """Called by what looks for batches, so that nobody waits for it when the work is to end.

        Raises:
            EndedError: it is.
        """
        if self._stop.is_set():
            raise EndedError

    def _outcomes_of(self, working: int) -> Iterator[Outcome]:
        while working:
            try:
                outcome = self._outcomes.get(timeout=PATIENCE)
            except queue.Empty:
                yield Outcome(0, {})
                continue
            if isinstance(outcome, BaseException):
                raise outcome
            if outcome is None:
                working -= 1
            else:
                yield outcome

    def _labour(self, process: Process | None, batches: Iterator[Batch]) -> None:
        """What each thread does."""
        try:
            while not self._stop.is_set():
                with self._lock:
                    batch = next(batches, None)
                if batch is None:
                    break
                self._outcomes.put(self._decode(process, batch))
        except BaseException as error:
            self._outcomes.put(error)
        finally:
            if process is not None:
                process.close()
            self._outcomes.put(None)

    def _decode(self, process: Process | None, batch: Batch) -> Outcome:
        try:
            pixels, reasons = decode_batch(batch, self._plan, self._stop) if process is None else process.decode(batch)
        except ProcessEndedError:
            if self._stop.is_set():
                return Outcome(0, {})
            if len(batch.rows) == 1:
                return Outcome(1, {batch.rows[0]: BROUGHT_DOWN})
            parts = [self._decode(process, one) for one in batch.alone()]
            return Outcome(len(parts), {row: reason for part in parts for row, reason in part.reasons.items()})
        self._take(batch, pixels)
        return Outcome(len(batch.rows), {batch.rows[position]: reason for position, reason in reasons.items()})


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def can_start() -> bool:
    """Whether a Python can be started beside this one: not inside an application frozen into one file."""
    return bool(sys.executable) and not getattr(sys, "frozen", False)


def _started() -> subprocess.Popen[bytes]:
    home = str(Path(__file__).parents[3])
    paths = os.pathsep.join(filter(None, (home, os.environ.get("PYTHONPATH"))))
    return subprocess.Popen(
        [sys.executable, "-m", "hvae_engine.datasets.pixels.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": paths, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
