"""A run with everything that works on it: the session that trains it and the desk that explores it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from app.state.beside import Partner
from app.state.records import DataSource, Settings
from app.translation import spec_of

if TYPE_CHECKING:
    from hvae_engine.datasets import Dataset
    from hvae_engine.exploring import Desk
    from hvae_engine.exploring.subject import Gallery
    from hvae_engine.models import WeightSlot
    from hvae_engine.training import Run, Session

REFERENCES = 64


@dataclass
class Workshop:
    """What belongs to one run; made on a job's thread, used from the window's.

    Attributes:
        pinned_dead: levels that cannot move x while the levels below them are held.
        gallery: the images that views look at the model with.
    """

    run: Run
    slot: WeightSlot
    desk: Desk
    pinned_dead: frozenset[str]
    gallery: Gallery
    session: Session | None = None
    _told: dict[str, Any] = field(default_factory=dict)

    def train(self, post: Callable[[Any], None], plan: Mapping[str, Any] | None, one_step: bool) -> None:
        """Go on where the run stands, in a session of its own.

        Args:
            post: called on the training thread with this workshop and each event.
            plan: end the run there, counted from its first step: a number by its unit; None: as it is planned.
            one_step: take a single step and pause.
        """
        from hvae_engine.training import Session

        if plan is not None:
            self.run = self.run.planned(**plan)
        self._told = {}
        self.session = Session(self.run, self.slot, lambda event: post((self, event)), spare_core=True)
        (self.session.step if one_step else self.session.start)()

    def set_live(self, settings: Settings) -> None:
        """Tell the session in training what may change between two steps, where it has changed.

        Raises:
            OptionError: a value does not fit.
        """
        wanted = {name: getattr(settings, name) for name in Settings.LIVE}
        if self.run.spec.bound == "iwae":  # it has none
            wanted["free_bits"] = None
        changed = {name: value for name, value in wanted.items() if name not in self._told or self._told[name] != value}
        if self.session is not None and changed:
            self.session.set(**changed)
            self._told = wanted

    def close(self) -> None:
        """Stop and save, and wait for both threads."""
        if self.session is not None:
            self.session.stop()
            self.session.join()
        self.desk.close()


def new_run(path: Path, settings: Settings, asked: DataSource, dataset: Dataset) -> Run:
    """Found a run of `dataset`, which came of what was `asked` for, in the folder `path`.

    Raises:
        StrataError: the settings do not fit, or the folder cannot be written.
    """
    from hvae_engine.training import Run

    return Run.create(path, spec_of(settings, asked), dataset=dataset)


def furnish(run: Run, post: Callable[[Any], None]) -> Workshop:
    """Build a desk for `run`, with the run's present weights.

    Args:
        run: the run.
        post: called on the desk's thread with the run's path and each answer or exception.
    """
    from hvae_engine.exploring import Desk, Explorer
    from hvae_engine.galleries import gallery
    from hvae_engine.models import WeightSlot

    model, slot = run.build(), WeightSlot()
    step = run.load_weights(model)
    slot.put(model, step)
    looking = Explorer(model)
    dead = frozenset(name for name in model.names if not looking.moves_x(name, "pinned"))

    def reply(answer: Any) -> None:
        post((run.path, answer))

    seen = gallery(run)
    desk = Desk(model, _references(run), slot, reply, reply, seen.held.pixels)
    return Workshop(run, slot, desk, dead, seen)


def _references(run: Run) -> np.ndarray:
    pixels = run.images.pixels[:REFERENCES].numpy()
    return np.ascontiguousarray(pixels[:, 0] if pixels.shape[1] == 1 else pixels.transpose(0, 2, 3, 1))


def weights_at(run: Run, step: int) -> dict[str, Any]:
    """The weights of a moment of `run`, as its desk's model takes them.

    Raises:
        RunError: the moment is gone, or cannot be read.
    """
    return run.moments.read(step, run.build())


def partner(
    of: Partner, shop: Workshop | None, shape: tuple[int, ...], post: Callable[[Any], None]
) -> tuple[Desk, dict[str, tuple[int, ...]]]:
    """A desk for weights that stand beside those at hand, and the shapes of their levels.

    Args:
        of: whose weights.
        shop: of the run at hand, whose images span the directions of both; None: there is none.
        shape: of the images at hand, (C, H, W), which they must fit.
        post: called on the desk's thread with the partner and each answer or exception.

    Raises:
        StrataError: the run or the moment cannot be read, or looks at images of another size.
    """
    from hvae_engine.errors import RunError
    from hvae_engine.exploring import Desk
    from hvae_engine.training import Run

    run = Run.open(of.path)
    if run.info.shape != shape:
        ours, theirs = (" x ".join(map(str, one)) for one in (shape, run.info.shape))
        raise RunError(f"{of.name} looks at images of {theirs} and those here are {ours}: choose a run of such images.")
    model = run.build()
    step = of.step
    if step is None:
        step = run.load_weights(model)
    else:
        model.load_state_dict(run.moments.read(step, model))

    def reply(answer: Any) -> None:
        post((of, answer))

    desk = Desk(model, _references(run), None, reply, reply, None if shop is None else shop.gallery.held.pixels)
    desk.hold(step, model.state_dict())
    return desk, {level.name: tuple(level.shape) for level in model}
