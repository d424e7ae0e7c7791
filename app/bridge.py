"""The one place where the engine's events become Qt signals: it owns the data, the run in training and its explorer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, Slot

from app import loading, places, translation, workshop
from app.jobs import Job, Jobs, Report
from app.mailbox import Mailbox
from app.state.answers import Answers, Extras
from app.state.experiment import Experiment
from app.state.exploration import LABEL, Exploration
from app.state.permissions import Phase

if TYPE_CHECKING:
    from hvae_engine.datasets import Dataset
    from hvae_engine.training import Run


class Bridge(QObject):
    """Commands go in as method calls, everything that happens comes out as signals on the window's thread.

    `worked` tells of long work (words, done, total; empty words: over), `noted` of a sentence to show (words, whether
    it is a problem), `first_step` that training moves.
    """

    started = Signal(object)
    progress = Signal(object)
    evaluated = Signal(object)
    snapshot = Signal(object)
    saved = Signal(object)
    paused = Signal(object)
    resumed = Signal(object)
    stopped = Signal(object)
    finished = Signal(object)
    failed = Signal(object)
    worked = Signal(str, int, int)
    noted = Signal(str, bool)

    def __init__(
        self, experiment: Experiment, exploration: Exploration, answers: Answers, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._experiment, self._exploration, self._answers = experiment, exploration, answers
        self._dataset: Dataset | None = None
        self._workshop: workshop.Workshop | None = None
        self._jobs = Jobs(self)
        self._jobs.worked.connect(self.worked)
        self._loading: Job | None = None
        self._events = Mailbox(self._tell, latest_only=False, parent=self)
        self._replies = Mailbox(self._reply, latest_only=True, parent=self)
        for name in ("started", "progress", "evaluated", "saved", "paused", "resumed", "stopped", "finished", "failed"):
            getattr(self, name).connect(getattr(experiment, f"on_{name}"))
        self.snapshot.connect(self._refresh)
        experiment.settings_changed.connect(self._send_live_settings)
        exploration.changed.connect(self.ask)
        for signal in (answers.wants_changed, self.paused, self.stopped, self.finished):
            signal.connect(self.ask)

    def load_engine(self) -> None:
        """Import the engine's heavy parts beside the window, then offer its families."""
        self._do(loading.import_engine, self._experiment.set_engine)

    def describe(self, source: str, then: Callable[[str], object]) -> None:
        """Find out what loading `source` would do, in one sentence, without doing it."""
        self._do(lambda report: loading.describe(source), then, lambda error: then(str(error)))

    def open(self, source: str, *, then: Callable[[], object] = lambda: None) -> None:
        """Load data, or open a run's folder, and leave what was there before; `then` is called when it is done."""
        if self._loading is not None:
            self._loading.cancel()
        work = loading.open_run if loading.is_run(source) else loading.load
        words = self.tr("loading {} …").format(Path(source).name)
        self._loading = self._do(
            lambda report: work(source, report), lambda found: self._take(found, then), words=words
        )

    @Slot()
    def cancel(self) -> None:
        """Give up the loading under way; what is shown stays."""
        if self._loading is not None:
            self._loading.cancel()

    def train(self, *, one_step: bool = False) -> None:
        """Start a run, or let the present one go on: from a pause, from a stop, or beyond its end."""
        experiment, shop = self._experiment, self._workshop
        if shop is None or experiment.needs_new_run or experiment.run_settings is None:
            self.start_again(one_step=one_step)
        elif experiment.phase == Phase.PAUSED or (one_step and experiment.phase == Phase.TRAINING):
            assert shop.session is not None
            (shop.session.step if one_step else shop.session.resume)()
        else:
            self._go_on(shop, one_step)

    def start_again(self, *, one_step: bool = False) -> None:
        """Begin a new run with the present choices; the former one is stopped and kept."""
        experiment, dataset = self._experiment, self._dataset
        if dataset is None or experiment.pictures is None:
            return
        settings, source = experiment.settings, experiment.pictures.source
        self._leave_run()
        path = places.new_run(settings.family)
        experiment.begin_run(path, settings)
        experiment.set_phase(Phase.TRAINING)

        def found(report: Report) -> workshop.Workshop:
            run = workshop.new_run(path, settings, source, dataset)
            return workshop.furnish(run, self._replies.post)

        def failed(error: Exception) -> None:
            experiment.forget_run()
            self._complain(error)

        self._do(found, lambda shop: self._begin(shop, one_step), failed)

    def pause(self) -> None:
        """Take no further step; the run is saved."""
        if self._session is not None:
            self._session.pause()

    def stop(self) -> None:
        """End the run for now; it is saved and can go on."""
        if self._session is not None:
            self._session.stop()

    @Slot()
    def ask(self) -> None:
        """Ask the explorer about the present point: the pictures of x at once, the rest when these are there."""
        self._ask(Extras())

    def close(self) -> None:
        """Stop training, save, and wait for every thread."""
        self._events.close()
        self._replies.close()
        self._jobs.close()
        if self._workshop is not None:
            self._workshop.close()
            self._workshop = None

    @property
    def _session(self) -> Any:
        return None if self._workshop is None else self._workshop.session

    def _begin(self, shop: workshop.Workshop, one_step: bool) -> None:
        self._workshop = shop
        self._answers.forget()
        self._answers.pinned_dead = shop.pinned_dead
        self._exploration.forget_edits()
        shop.train(self._events.post, None, one_step)
        self._send_live_settings()

    def _go_on(self, shop: workshop.Workshop, one_step: bool) -> None:
        """Train a run that stopped, failed or is at its end; at its end as long again as a new run would be."""
        experiment = self._experiment
        if shop.session is not None:
            shop.session.join()
        plan = experiment.plan_to_go_on()
        experiment.set_phase(Phase.TRAINING)
        shop.train(self._events.post, plan, one_step)
        self._send_live_settings()

    def _leave_run(self) -> None:
        """Stop and save the run at hand without waiting on the window's thread."""
        shop, self._workshop = self._workshop, None
        if shop is not None:
            self._do(lambda report: shop.close(), lambda nothing: None)
        self._answers.forget()

    def _take(self, found: tuple[Dataset, Run | None], then: Callable[[], object]) -> None:
        self._loading = None
        self._leave_run()
        self._dataset, run = found
        pictures = translation.pictures_of(self._dataset)
        self._experiment.set_pictures(pictures)
        self._exploration.restart(len(pictures))
        if run is None:
            then()
            return
        settings = translation.settings_of(run.spec)
        self._experiment.change(**{name: getattr(settings, name) for name in settings.__dataclass_fields__})
        self._experiment.resume_run(run.path, settings, translation.record_of(run))

        def furnished(shop: workshop.Workshop) -> None:
            self._workshop = shop
            self._answers.pinned_dead = shop.pinned_dead
            self.ask()
            then()

        self._do(lambda report: workshop.furnish(run, self._replies.post), furnished)

    @Slot()
    def _send_live_settings(self) -> None:
        if self._workshop is None or self._experiment.phase not in (Phase.TRAINING, Phase.PAUSED):
            return
        try:
            self._workshop.set_live(self._experiment.settings)
        except _strata_error() as error:
            self._complain(error)

    def _tell(self, told: tuple[workshop.Workshop, Any]) -> None:
        shop, event = told
        if shop is not self._workshop:  # the last words of a run that was left
            return
        getattr(self, type(event).__name__.lower()).emit(event)

    @Slot(object)
    def _refresh(self, event: Any) -> None:
        del event
        if self._workshop is not None:
            self._workshop.desk.refresh()

    def _reply(self, told: tuple[Path, Any]) -> None:
        path, reply = told
        if self._workshop is None or path != self._workshop.run.path:
            return
        if isinstance(reply, Exception):
            self._complain(reply)
            return
        self._answers.take(reply)
        extras = self._extras_wanted()
        if not self._exploration.moving and translation.extras_of(reply.question) != extras:
            self._ask(extras)

    def _ask(self, extras: Extras) -> None:
        shop, pictures = self._workshop, self._experiment.pictures
        if shop is not None and pictures is not None:
            shop.desk.ask(translation.question_of(self._exploration.point, pictures, extras))

    def _extras_wanted(self) -> Extras:
        """The strip of each level's unit moved last, else of its most informative one; effects; draws."""
        latest, explore = self._answers.latest, self._exploration
        names = () if latest is None else tuple(level.name for level in latest.levels)
        strips = ((name, explore.traversed(name, self._answers.order(name)[0])) for name in names if name != LABEL)
        effects = tuple(name for name in names if name in self._answers.mapped)
        return Extras(tuple(strips), effects, self._answers.samples_wanted)

    def _do(
        self,
        work: Callable[[Report], Any],
        then: Callable[[Any], object],
        otherwise: Callable[[Exception], object] | None = None,
        words: str = "",
    ) -> Job:
        return self._jobs.do(work, then, otherwise or self._complain, words)

    def _complain(self, error: Exception) -> None:
        if not isinstance(error, _strata_error()):
            raise error
        self.noted.emit(str(error), True)


def _strata_error() -> type[Exception]:
    from hvae_engine.errors import StrataError

    return StrataError
