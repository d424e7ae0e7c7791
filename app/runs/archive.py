"""The runs on the disk: listed, pinned behind the curves and thrown away, with everything slow beside the window."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields
from pathlib import Path
from typing import Any

from PySide6.QtCore import QFile, QObject, QSettings, Signal

from app import translation
from app.desktop import places
from app.inputs.recent import Recent
from app.state.curves import Curves
from app.state.experiment import Experiment
from app.state.pins import Pin, Pins
from app.state.run_list import RunEntry, Spec, Standing
from app.work.jobs import Jobs

PINS = "curves/pins"
OFF_BY_DEFAULT = ("free_bits", "kappa", "warm_up", "labels", "codes_of", "skip_above", "ema", "held_out")
"""Settings whose absence is a choice; where another one is absent, the family or the data decide."""


class Archive(QObject):
    """`listed` says that `entries` are fresh, `refused` carries a sentence about what could not be done.

    Args:
        jobs: of the window.
        experiment: the run at hand.
        recent: runs elsewhere that were open lately: what lies beside them is listed too.
        settings: where pins are remembered; None remembers none.
    """

    listed = Signal()
    refused = Signal(str)

    def __init__(
        self,
        jobs: Jobs,
        experiment: Experiment,
        recent: Recent,
        settings: QSettings | None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._jobs, self._experiment, self._recent, self._settings = jobs, experiment, recent, settings
        self.pins = Pins(self)
        self.entries: tuple[RunEntry, ...] = ()
        self._present: Pin | None = None
        experiment.run_changed.connect(self._follow)
        self.pins.changed.connect(self._remember)

    def refresh(self) -> None:
        """Read the folders of runs again."""
        folders = {places.runs(), *(Path(path).parent for path in self._recent.paths("runs"))}
        self._do(lambda: list_runs(folders), self._show)

    def restore(self) -> None:
        """Pin what was pinned when the window was closed; what is gone from the disk is left out."""
        found = None if self._settings is None else self._settings.value(PINS)
        paths = [found] if isinstance(found, str) else found if isinstance(found, list) else []
        kept = [Path(path) for path in paths if (Path(path) / "run.json").is_file()]
        if kept:
            self._do(lambda: [read_pin(path) for path in kept], self.pins.put)

    def pin(self, path: Path) -> None:
        """Lay the curves of a run behind the present ones."""
        if self._present is not None and path == self._present.path:
            self.pins.put([self._present])
        else:
            self._do(lambda: [read_pin(path)], self.pins.put)

    def is_pinned(self, entry: RunEntry) -> bool:
        """Whether the curves of a run lie behind the present ones."""
        return Path(entry.path) in self.pins.paths

    def objection(self, entry: RunEntry) -> str:
        """Why a run cannot be thrown away; empty: it can."""
        if Path(entry.path) == self._experiment.run_path:
            return self.tr("{} is the run at hand: open another one, or other data, first.").format(entry.name)
        if entry.standing == Standing.IN_USE:
            return self.tr("{} is being trained elsewhere: stop that training first.").format(entry.name)
        return ""

    def throw_away(self, entry: RunEntry) -> None:
        """Move the folder of a run to the trash."""
        if objection := self.objection(entry):
            self.refused.emit(objection)
            return
        self.pins.drop(Path(entry.path))

        def moved(done: bool) -> None:
            if not done:
                words = self.tr("{} could not be moved to the trash: there is none on its disk, or it is read-only.")
                self.refused.emit(words.format(entry.name))
            self.refresh()

        self._do(lambda: _to_trash(entry.path), moved)

    def reference(self, entry: RunEntry) -> Spec:
        """What a run is compared with: the run at hand, or, where there is none, the defaults of its family."""
        present = self._experiment.run_path
        for other in self.entries:
            if present is not None and Path(other.path) == present:
                return other.spec
        return self._defaults(entry.family)

    def _defaults(self, family: str) -> Spec:
        from hvae_engine.training.spec import RunSpec

        known = {one.name: one.default for one in fields(RunSpec)}
        made: dict[str, Any] = {
            name: value for name, value in known.items() if value is not None or name in OFF_BY_DEFAULT
        }
        chosen = self._experiment.families.get(family)
        return made | {"options": {one.name: one.default for one in chosen.fields} if chosen else {}}

    def _show(self, entries: tuple[RunEntry, ...]) -> None:
        self.entries = entries
        self.listed.emit()

    def _follow(self) -> None:
        """A pinned run that is left for another one keeps the curves it had here, whatever the disk has by now."""
        left, now, pinned = self._present, self._experiment, self.pins.paths
        if left is not None and left.path in pinned and left.path != now.run_path and len(left.curves.training):
            self.pins.put([left])
        if now.run_path is None or now.run_settings is None:
            self._present = None
        else:
            self._present = Pin(now.run_path, now.curves, now.run_settings.batch_size, now.bound_name)

    def _remember(self) -> None:
        if self._settings is not None:
            self._settings.setValue(PINS, [str(path) for path in self.pins.paths])

    def _do(self, work: Callable[[], Any], then: Callable[[Any], object]) -> None:
        async def action() -> None:
            then(await self._jobs.work(lambda report: work()))

        self._jobs.begin(action, self._complain)

    def _complain(self, error: Exception) -> None:
        from hvae_engine.errors import StrataError

        if not isinstance(error, StrataError):
            raise error
        self.refused.emit(str(error))


def list_runs(folders: Iterable[Path]) -> tuple[RunEntry, ...]:
    """Every run that lies in one of the folders, the one that changed last first."""
    paths = (path for folder in folders if folder.is_dir() for path in folder.iterdir())
    found = [read_entry(path) for path in paths if (path / "run.json").is_file()]
    return tuple(sorted(found, key=lambda entry: -entry.changed_at))


def read_entry(path: Path) -> RunEntry:
    """What a list says of the run in the folder `path`, which may be torn in any way."""
    from hvae_engine.errors import StrataError
    from hvae_engine.training.folder import RunFolder

    try:
        run = RunFolder.open(path)
        last = run.history.last()
        step, seconds = int(last.get("step", 0)), last.get("seconds", 0.0)
        over = run.is_over(step, seconds)
        rests = Standing.FINISHED if over else Standing.INTERRUPTED
        return RunEntry(
            path=str(path),
            standing=Standing.IN_USE if run.in_use else rests,
            changed_at=run.changed_at,
            family=run.spec.family,
            data=str(run.about["data"].get("name", run.spec.data)),
            step=step,
            epochs=step / run.steps_per_epoch,
            best=run.best(),
            spec=run.about["spec"],
        )
    except (StrataError, OSError, KeyError, TypeError, ValueError, AttributeError) as error:
        return RunEntry(str(path), Standing.UNREADABLE, _changed_at(path), complaint=str(error))


def read_pin(path: Path) -> Pin:
    """The curves of the run in the folder `path`.

    Raises:
        StrataError: it cannot be read.
    """
    from hvae_engine.training.folder import RunFolder

    run = RunFolder.open(path)
    name = f"IWAE-{run.spec.samples}" if run.spec.bound == "iwae" else "ELBO"
    record = translation.record_of(run)
    curves = Curves(tuple(record.shapes))
    curves.take(record)
    return Pin(path, curves, run.spec.batch_size, name)


def _changed_at(path: Path) -> float:
    try:
        return (path / "run.json").stat().st_mtime
    except OSError:
        return 0.0


def _to_trash(path: str) -> bool:
    moved = QFile.moveToTrash(path)
    return bool(moved[0] if isinstance(moved, tuple) else moved)
