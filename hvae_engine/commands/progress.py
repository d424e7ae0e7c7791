"""A progress bar: one line that is drawn over on a terminal, a line every few seconds elsewhere."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterable
from typing import TextIO

from hvae_engine.training.events import Evaluated, Event, Progress, Started

LINE_EVERY = 5.0
BAR = 20


class ProgressBar:
    """Shows how far a run is, its bound and the KL of each level.

    Args:
        stream: where to; a terminal or not.
        minutes: planned length of a run that ends by the clock.
    """

    def __init__(self, stream: TextIO, minutes: float | None = None) -> None:
        self.stream, self.minutes = stream, minutes
        self._live = stream.isatty()
        self._started = Started(0, 0, 1, (), (), "", 1)
        self._origin: tuple[float, float] = (0.0, 0.0)
        self._next = 0.0
        self._line = ""

    def show(self, event: Event) -> None:
        """Take note of an event; draw if it is time to."""
        if isinstance(event, Started):
            self._started = event
            self._say(f"{event.device}, {event.threads} threads; an epoch is {event.steps_per_epoch} steps")
        elif isinstance(event, Progress):
            self._draw(event)
        elif isinstance(event, Evaluated):
            parts = [f"epoch {event.epoch:.1f}", f"validation bound {event.bound:.2f}", self._levels(event.kl)]
            parts.append("active " + "+".join(str(int(count)) for count in event.active))
            if event.error is not None:
                parts.append(f"error {event.error:.1%}")
            self._say("  ".join(parts))
        else:
            self._end_line()

    def _draw(self, progress: Progress) -> None:
        line = self._text(progress)
        if self._live:
            width = shutil.get_terminal_size().columns - 1
            self._line = line[:width]
            self.stream.write("\r" + self._line.ljust(width))
            self.stream.flush()
        elif time.monotonic() >= self._next:
            self._next = time.monotonic() + LINE_EVERY
            self._say(line)

    def _text(self, progress: Progress) -> str:
        step, seconds = int(progress.steps[-1]), float(progress.seconds[-1])
        share, left = self._share(step, seconds)
        parts = ["[" + ("#" * round(BAR * share)).ljust(BAR, ".") + f"] {share:4.0%}", f"step {step}"]
        parts += [f"bound {progress.bound.mean():.2f}", self._levels(progress.kl.mean(0))]
        if len(progress.error):
            parts.append(f"error {progress.error.mean():.1%}")
        parts += [f"{progress.images_per_s:,.0f} images/s", f"{_clock(left)} left"]
        if progress.skipped:
            parts.append(f"{progress.skipped} steps not finite and skipped")
        if progress.too_steep:
            parts.append(f"{progress.too_steep} steps too steep and skipped")
        return "  ".join(parts)

    def _share(self, step: int, seconds: float) -> tuple[float, float]:
        """The share of the planned run that is done, and the seconds that are left at the pace so far."""
        if self.minutes is not None:
            return min(1.0, seconds / (60 * self.minutes)), max(0.0, 60 * self.minutes - seconds)
        return step / self._started.planned_steps, (self._started.planned_steps - step) * seconds / step

    def _levels(self, kl: Iterable[float]) -> str:
        named = zip(self._started.levels, kl, strict=True)
        return "KL " + " ".join(f"{name} {nats:.2f}" for name, nats in named)

    def _say(self, line: str) -> None:
        self._end_line()
        self.stream.write(line + "\n")
        self.stream.flush()

    def _end_line(self) -> None:
        """Leave the line that is drawn over, if there is one."""
        if self._line:
            self.stream.write("\n")
            self._line = ""


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
