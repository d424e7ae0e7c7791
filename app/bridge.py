"""The one place where the engine's events become Qt signals: it owns the data, the run in training and its explorer."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, Slot

from app import translation
from app.desktop import places
from app.explorer.asking import Asking
from app.inputs import loading, splitting
from app.inputs.fetching import fetch
from app.state.answers import Answers
from app.state.experiment import Experiment
from app.state.exploration import Exploration
from app.state.permissions import Phase
from app.state.records import DataSource
from app.state.run_news import RunNews
from app.words import topics, wording
from app.work import workshop
from app.work.jobs import Jobs, Report, sentence
from app.work.mailbox import Mailbox

if TYPE_CHECKING:
    import asyncio

    from hvae_engine.datasets import Dataset
    from hvae_engine.training import Run


class Bridge(QObject):
    """Commands go in as method calls, everything that happens comes out as signals on the window's thread.

    `worked` tells of long work (words, done, total; empty words: over), `noted` of a sentence to show (words, whether
    it is a problem, and of what topic), `first_step` that training moves.
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
    noted = Signal(str, bool, str)
    furnished = Signal()

    def __init__(
        self, experiment: Experiment, exploration: Exploration, answers: Answers, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._experiment, self._exploration, self._answers = experiment, exploration, answers
        self._dataset: Dataset | None = None
        self._workshop: workshop.Workshop | None = None
        self._jobs = Jobs(self)
        self._jobs.worked.connect(self.worked)
        self._loading: asyncio.Task[Any] | None = None
        self._founding: asyncio.Task[Any] | None = None
        self._wish = ""
        self._shops: list[workshop.Workshop] = []
        self._events = Mailbox(self._tell, latest_only=False, parent=self)
        self._asking = Asking(experiment, exploration, answers, self)
        self._asking.refused.connect(lambda text: self.noted.emit(text, True, ""))
        self._news = RunNews(experiment, self)
        for name in ("started", "progress", "evaluated", "saved", "paused", "resumed", "stopped", "finished", "failed"):
            getattr(self, name).connect(getattr(self._news, name))
        self.snapshot.connect(self._asking.refresh)
        experiment.settings_changed.connect(self._send_live_settings)
        for signal in (self.paused, self.stopped, self.finished):
            signal.connect(self._asking.ask)

    @property
    def shop(self) -> workshop.Workshop | None:
        """What works on the run at hand; `furnished` tells of another one, or of none."""
        return self._workshop

    @property
    def dataset(self) -> Dataset | None:
        """The data at hand, for whoever else in the window works on them beside it."""
        return self._dataset

    @property
    def jobs(self) -> Jobs:
        """Every long action under way, for whoever else in the window has one."""
        return self._jobs

    def load_engine(self) -> None:
        """Import the engine's heavy parts beside the window, then offer its families."""
        self._do(loading.import_engine, self._experiment.set_engine)

    def open(self, source: str | DataSource, *, then: Callable[[], object] = lambda: None) -> None:
        """Load data, or open a run's folder, and leave what was there before; `then` is called when it is done."""
        self.cancel()
        asked = DataSource(source) if isinstance(source, str) else source
        self._loading = self._jobs.begin(lambda: self._open(asked, then), partial(self._complain, topic=topics.DATA))

    async def _open(self, asked: DataSource, then: Callable[[], object]) -> None:
        await fetch(self._jobs, asked.path)
        words = self.tr("loading {} …").format(wording.source(asked.path))
        loaded = await self._jobs.work(lambda report: loading.load(asked, report), words)
        self._take(loaded)
        if loaded.run is not None:
            shop = await self._jobs.work(lambda report: self._furnish(loaded.run))
            self._move_in(shop)
            self._asking.ask()
        then()

    @Slot()
    def cancel(self) -> None:
        """Give up the loading under way; what is shown stays."""
        if self._loading is not None:
            self._loading.cancel()

    def train(self, *, one_step: bool = False) -> None:
        """Start a run, or let the present one go on: from a pause, from a stop, or beyond its end."""
        if self._lacks_images():
            return
        experiment, shop = self._experiment, self._workshop
        if self._session is not None and experiment.phase in (Phase.PAUSED, Phase.TRAINING):
            (self._session.step if one_step else self._session.resume)()
        elif shop is None or experiment.needs_new_run or experiment.run_settings is None:
            self.start_again(one_step=one_step)
        else:
            self._go_on(shop, one_step)

    def start_again(self, *, one_step: bool = False) -> None:
        """Begin a new run with the present choices; the former one is stopped and kept."""
        experiment, dataset = self._experiment, self._dataset
        if dataset is None or experiment.pictures is None or self._founding is not None or self._lacks_images():
            return
        settings, pictures = experiment.settings, experiment.pictures
        self._leave_run()
        path = places.new_run(settings.family)
        experiment.begin_run(path, settings)
        experiment.set_phase(Phase.TRAINING)

        def found(report: Report) -> tuple[workshop.Workshop, splitting.Split | None]:
            made = splitting.split(dataset, pictures, settings.held_out)
            learned = dataset if made is None else made.dataset
            return self._furnish(workshop.new_run(path, settings, pictures.asked, learned)), made

        def failed(error: Exception) -> None:
            self._founding = None
            experiment.forget_run()
            self._complain(error, topics.RUN)

        self._founding, self._wish = self._jobs.do(found, lambda made: self._begin(made, one_step), failed), ""

    def _lacks_images(self) -> bool:
        """Whether nothing can be trained, since only those images are here that a run's folder keeps; it is said."""
        pictures = self._experiment.pictures
        if pictures is None or not pictures.gone:
            return False
        self.noted.emit(self.tr("This run cannot be trained on. {}").format(pictures.gone), True, topics.RUN)
        return True

    def take_split(self, made: splitting.Split | None) -> None:
        """Show the same images with others held out, unless other data came meanwhile."""
        if made is not None and made.of is self._dataset:
            self._dataset = made.dataset
            self._experiment.part_again(made.pictures)
            self._exploration.renumber(made.numbers)

    def pause(self) -> None:
        """Take no further step; the run is saved."""
        self._ask_session("pause")

    def stop(self) -> None:
        """End the run for now; it is saved and can go on."""
        self._ask_session("stop")

    def close(self) -> None:
        """Stop training, save, and wait for every thread."""
        self._events.close()
        self._asking.close()
        self._jobs.close()
        self._workshop = self._asking.shop = None
        while self._shops:  # that of the run at hand, and any that was furnished for nobody
            self._close_shop(self._shops[-1])

    @property
    def _session(self) -> Any:
        return None if self._workshop is None else self._workshop.session

    def _ask_session(self, wish: str) -> None:
        """Let the session "pause" or "stop", now or as soon as there is one."""
        if self._session is not None:
            getattr(self._session, wish)()
        else:
            self._wish = wish

    def _furnish(self, run: Run) -> workshop.Workshop:
        """Build a workshop, on a job's thread; its own threads are ended with the window if nobody takes it."""
        shop = workshop.furnish(run, self._asking.post)
        self._shops.append(shop)
        return shop

    def _close_shop(self, shop: workshop.Workshop) -> None:
        shop.close()
        self._shops.remove(shop)

    def _move_in(self, shop: workshop.Workshop) -> None:
        """From now on `shop` works on the run at hand."""
        self._workshop = self._asking.shop = shop
        self._answers.pinned_dead = shop.pinned_dead
        self.furnished.emit()

    def _begin(self, founded: tuple[workshop.Workshop, splitting.Split | None], one_step: bool) -> None:
        self._founding, (shop, parted) = None, founded
        self.take_split(parted)
        self._answers.forget()
        self._exploration.forget_edits()
        self._move_in(shop)
        if shop.run.remark:
            self.noted.emit(shop.run.remark, False, "")
        shop.train(self._events.post, None, one_step)
        self._send_live_settings()
        if self._wish:
            self._ask_session(self._wish)

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
        shop, self._workshop, self._asking.shop = self._workshop, None, None
        self.furnished.emit()
        if self._founding is not None:
            self._founding.cancel()
            self._founding = None
        if shop is not None:
            self._do(lambda report: self._close_shop(shop), lambda nothing: None)
        self._answers.forget()

    def _take(self, loaded: loading.Loaded) -> None:
        """Show data that were loaded, and the run that they came with."""
        self._leave_run()
        self._dataset, run = loaded.dataset, loaded.run
        pictures = translation.pictures_of(self._dataset, loaded.asked, loaded.remarks, loaded.gone)
        self._exploration.restart(len(pictures))  # first: the image at hand may have no like among the new ones
        self._experiment.set_pictures(pictures)
        if run is not None:
            settings = translation.settings_of(run.spec)
            self._experiment.change(**{name: getattr(settings, name) for name in settings.__dataclass_fields__})
            self._experiment.resume_run(run.path, settings, translation.record_of(run.folder))
        if pictures.gone:
            words = self.tr("{} The run can be explored with the {} images that its folder keeps.")
            self.noted.emit(words.format(pictures.gone, wording.count(len(pictures))), False, topics.DATA)

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

    def _do(
        self,
        work: Callable[[Report], Any],
        then: Callable[[Any], object],
        otherwise: Callable[[Exception], object] | None = None,
    ) -> None:
        self._jobs.do(work, then, otherwise or self._complain)

    def _complain(self, error: Exception, topic: str = "") -> None:
        self.noted.emit(sentence(error), True, topic)


def _strata_error() -> type[Exception]:
    from hvae_engine.errors import StrataError

    return StrataError
