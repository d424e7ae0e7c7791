"""A run is a folder: what was asked for, how it went, where it stands, and a few images to explore it with."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import cached_property
from pathlib import Path
from typing import Any

from hvae_engine.datasets import Dataset, Images, load_data
from hvae_engine.errors import RunError
from hvae_engine.models import FAMILIES, HVAE, Codes, DataInfo, Family
from hvae_engine.training import codes, files, folder, founding
from hvae_engine.training.checkpoint import Checkpoint
from hvae_engine.training.folder import RunFolder
from hvae_engine.training.moments import Moments
from hvae_engine.training.resolution import first_model, resolved
from hvae_engine.training.spec import RunSpec
from hvae_engine.training.tables import Table


class Run:
    """One training run and its folder; made by `Run.create` or `Run.open`.

    Attributes:
        path: the folder, absolute.
        spec: what was asked for, with nothing left open.
        about: everything in run.json: the spec, versions, what the data are, number of parameters.
    """

    def __init__(self, path: Path, spec: RunSpec, about: dict[str, Any], dataset: Dataset | None = None) -> None:
        self.path, self.spec, self.about = path, spec, about
        self._dataset = dataset

    @classmethod
    def create(
        cls,
        path: str | Path,
        spec: RunSpec,
        *,
        overwrite: bool = False,
        dataset: Dataset | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> Run:
        """Make a run's folder, after everything that was asked for has been checked.

        Args:
            path: a folder that is new or empty.
            spec: what is asked for.
            overwrite: replace the run that lies there; other files beside it stay.
            dataset: the data of `spec.data`, where they are loaded already.
            progress: called while they are loaded, with work done and work in all; may raise to cancel.

        Raises:
            RunError: the folder is not empty, holds no run, is in use or cannot be written.
            StrataError: the spec does not fit the data, the family or this machine.
        """
        path = Path(path).absolute()
        founding.check_room(path, overwrite)
        first = None if spec.codes_of is None else cls.open(spec.codes_of)
        spec = spec if first is None else codes.second_stage(spec, first)
        resolved(spec)  # a mistake in it is said before anything is loaded
        dataset = dataset or load_data_of(spec, progress)
        spec = resolved(spec, dataset.shape[0])
        stage = None if first is None else codes.Stage.of(first, dataset)
        about = founding.description(dataclasses.replace(spec, data=dataset.source), dataset, stage)
        with files.writing(path):
            path.mkdir(parents=True, exist_ok=True)
            with files.locked(path):
                for name in folder.OWN_FILES:
                    (path / name).unlink(missing_ok=True)
                Moments(path / folder.MOMENTS).cut(-1)
                folder.write_about(path, about)
                files.replace(path / folder.IMAGES, founding.images_file(dataset))
                if stage is not None:
                    stage.write(path / folder.CODES)
        return cls.open(path, dataset)

    @classmethod
    def open(cls, path: str | Path, dataset: Dataset | None = None) -> Run:
        """Open a run's folder, without loading its data.

        Args:
            path: of the folder.
            dataset: its data, where they are loaded already.

        Raises:
            RunError: there is no run, or its run.json cannot be read.
            OptionError: its run.json asks for something impossible.
            DataError: the data are not those that it learned.
        """
        path = Path(path).absolute()
        about = folder.read_about(path)
        if about is None:
            raise RunError(f"{path} is no run of Strata (there is no run.json in it): give the folder of a run.")
        if dataset is not None:
            founding.check_version(about, dataset)
        return cls(path, resolved(RunSpec.from_json(about["spec"])), about, dataset)

    @property
    def dataset(self) -> Dataset:
        """The data, loaded at first use.

        Raises:
            DataError: they have moved, or are not those that the run learned.
        """
        if self._dataset is None:
            dataset = load_data_of(self.spec)
            founding.check_version(self.about, dataset)
            self._dataset = dataset
        return self._dataset

    @cached_property
    def images(self) -> Images:
        """A few dozen validation images with their labels, kept in the folder in case the data move."""
        kept = founding.read_images(self.path)
        return Images(kept["images"], kept.get("labels"))

    @property
    def kept(self) -> Dataset:
        """Those images as a data set of which nothing is left to learn from."""
        said = self.about["data"]
        name, classes = str(said["name"]), tuple(said["classes"])
        return Dataset(name, self.spec.data, self.images.between(0, 0), self.images, classes=classes)

    @cached_property
    def info(self) -> DataInfo:
        """What the model knows of the data; it needs the folder alone."""
        mean = founding.read_images(self.path)["mean"]
        channels, height, width = mean.shape
        return DataInfo((channels, height, width), len(self.about["data"]["classes"]), mean)

    @property
    def family(self) -> Family:
        """The family of the model."""
        return FAMILIES[self.spec.family]

    def build(self) -> HVAE:
        """The model with its first weights, the same at every call; torch's global generator is left alone.

        It looks at images and gives images: where the run learns codes, through the first model.
        """
        model, stage = self.learner(), self.codes()
        if stage is not None:
            stage.look_through(model)
        return model

    def learner(self) -> HVAE:
        """The same model as steps are taken on: it looks at codes where the run learns these."""
        stage = self.codes()
        return first_model(self.spec, self.info if stage is None else stage.info(self.info.classes))

    def codes(self) -> Codes | None:
        """What the run learns instead of pixels, new at every call and on the CPU; None: it learns pixels.

        Raises:
            RunError: the first model, which the folder keeps, cannot be read.
        """
        said = self.about.get("codes")
        return None if said is None else codes.read(said, self.info, self.path / folder.CODES)

    def load_weights(self, model: HVAE, best: bool = False) -> int:
        """Put the weights of the checkpoint, or their average where one is kept, into a model; return their step.

        Before the first checkpoint the model keeps its first weights, those of step 0.

        Args:
            model: one that `build` made.
            best: those with the best validation bound instead of the last.

        Raises:
            RunError: the file is torn or does not fit.
        """
        path = self.best_path if best else self.checkpoint_path
        if not path.exists():
            return 0
        checkpoint = Checkpoint.read(path)
        checkpoint.load_shown(model, path)
        return checkpoint.step

    @property
    def remark(self) -> str:
        """A sentence where the settings fit but are unwise; empty: they are well."""
        stage, classes = self.codes(), self.info.classes
        if stage is None:
            return self.family.remark(self.spec.options, classes)
        return codes.remark(self.spec, stage, classes)

    @property
    def checkpoint_path(self) -> Path:
        """Where the run stands: `Checkpoint.read` reads it."""
        return self.path / folder.CHECKPOINT

    @property
    def best_path(self) -> Path:
        """The weights with the best validation bound so far."""
        return self.path / folder.BEST

    @property
    def folder(self) -> RunFolder:
        """The same folder as those read it who need no model."""
        return RunFolder(self.path, self.spec, self.about)

    @property
    def moments(self) -> Moments:
        """A few past states of the weights."""
        return Moments(self.path / folder.MOMENTS)

    @property
    def history(self) -> Table:
        """One row a step; its `read()` gives the columns."""
        return self.folder.history

    @property
    def evaluations(self) -> Table:
        """One row a validation; its `read()` gives the columns."""
        return self.folder.evaluations

    def planned(self, *, epochs: float | None = None, steps: int | None = None, minutes: float | None = None) -> Run:
        """The same run with another length, counted from its first step; its run.json then says so too.

        Raises:
            OptionError: several of the three are given, or one does not fit.
            RunError: the folder cannot be written or is in use.
        """
        spec = dataclasses.replace(self.spec, epochs=epochs, steps=steps, minutes=minutes)
        about = {**self.about, "spec": spec.to_json()}
        with self.locked(), files.writing(self.path):
            folder.write_about(self.path, about)
        return Run(self.path, spec, about, self._dataset)

    def locked(self) -> AbstractContextManager[None]:
        """Inside this context nobody else writes into the folder.

        Raises:
            RunError: somebody else does, or nobody can.
        """
        return files.locked(self.path)


def load_run(path: str | Path) -> Run:
    """Open a run's folder: `Run.open`."""
    return Run.open(path)


def load_data_of(spec: RunSpec, progress: Callable[[int, int], None] | None = None) -> Dataset:
    """The data that a run asks for.

    Args:
        spec: of the run.
        progress: called with work done and work in all; may raise to cancel.

    Raises:
        DataError: they have moved, or cannot be used.
    """
    return load_data(
        spec.data,
        size=spec.size,
        colour=spec.colour,
        framing=spec.framing,
        held_out=spec.held_out,
        folder_classes=spec.folder_classes,
        progress=progress,
    )
