"""A run's folder: what may be replaced, who may write, and what can be done with it when its data have moved."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from hvae_engine.datasets import Dataset
from hvae_engine.errors import DataError, OptionError, RunError
from hvae_engine.training import Run, RunSpec, load_run, train

Make = Callable[..., Run]


def test_a_run_comes_back_as_it_was_made(make: Make) -> None:
    run = make("run", "ladder", lr=0.01)
    again = load_run(run.path)
    assert again.spec == run.spec
    assert (again.spec.bound, again.spec.samples, again.spec.binarise) == ("elbo", 1, "dynamic")
    assert again.spec.options["batch_norm"] is True
    assert again.about["parameters"] == sum(parameter.numel() for parameter in again.build().parameters())
    assert again.about["torch"] == torch.__version__


def test_a_folder_with_a_run_is_left_alone_unless_told(make: Make) -> None:
    run = make()
    with pytest.raises(RunError) as caught:
        make()
    assert str(caught.value) == (
        f"The folder {run.path} holds a run already: resume it, overwrite it, or choose a new folder."
    )


def test_overwriting_deletes_what_strata_wrote_and_nothing_else(make: Make) -> None:
    run = make()
    list(train(run))
    (run.path / "notes.txt").write_text("mine")
    (run.path / "samples.png").write_bytes(b"mine")
    fresh = make(overwrite=True, lr=0.5)
    assert sorted(os.listdir(run.path)) == ["images.npz", "notes.txt", "run.json", "run.lock", "samples.png"]
    assert load_run(run.path).spec.lr == fresh.spec.lr == 0.5


def test_a_folder_that_holds_something_else_is_never_overwritten(make: Make, tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "cat.png").write_bytes(b"cat")
    with pytest.raises(RunError) as caught:
        make("photos", overwrite=True)
    assert str(caught.value) == f"The folder {folder} is not empty and holds no run of Strata: choose a new one."
    assert (folder / "cat.png").read_bytes() == b"cat"


def test_a_file_is_no_folder(make: Make, tmp_path: Path) -> None:
    (tmp_path / "run").write_text("")
    with pytest.raises(RunError) as caught:
        make()
    assert str(caught.value) == f"{tmp_path / 'run'} is a file: give a new folder for the run."


def test_a_mistake_leaves_no_folder_behind(make: Make, tmp_path: Path) -> None:
    with pytest.raises(OptionError):
        make("run", options={"unit": 3})
    with pytest.raises(OptionError) as caught:
        make("run", bound="iwae", free_bits=0.5)
    assert str(caught.value) == (
        "Free bits belong to the ELBO and the bound is 'iwae': leave them out or choose 'elbo'."
    )
    assert not (tmp_path / "run").exists()


def test_one_trainer_at_a_time(make: Make) -> None:
    run = make()
    sentence = f"The run {run.path} is being trained elsewhere: stop that training first, or train into another folder."
    with run.locked():
        for attempt in (
            lambda: next(train(load_run(run.path))),
            lambda: make(overwrite=True),
            lambda: run.planned(steps=3),
        ):
            with pytest.raises(RunError) as caught:
                attempt()
            assert str(caught.value) == sentence
    assert next(train(run))


def test_a_full_disk_is_a_sentence_and_costs_nothing_that_was_saved(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk fills up in the midst of a save and has room again at once; the run goes on as if nothing had been."""
    whole, run = make("a"), make("b")
    list(train(whole))
    full, sync = iter([True]), os.fsync

    def fsync(descriptor: int) -> None:
        if next(full, False):
            raise OSError(28, "No space left on device")
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(RunError) as caught:
        list(train(run))
    assert str(caught.value) == (
        f"The run folder {run.path} cannot be written (No space left on device): make room there or choose another."
    )
    list(train(run))
    first, second = whole.history.read(), run.history.read()
    assert all(np.array_equal(first[name], second[name]) for name in first if name != "seconds")


@pytest.mark.parametrize("torn", ["run.json", "images.npz", "checkpoint.safetensors"])
def test_a_torn_file_is_a_sentence(make: Make, dataset: Dataset, torn: str) -> None:
    run = make()
    list(train(run))
    path = run.path / torn
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(RunError, match=f"{torn} cannot be read"):
        list(train(Run.open(run.path, dataset)))


def test_a_folder_without_a_run_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(RunError) as caught:
        load_run(tmp_path)
    assert (
        str(caught.value) == f"{tmp_path} is no run of Strata (there is no run.json in it): give the folder of a run."
    )


def test_a_changed_spec_is_checked(make: Make) -> None:
    run = make()
    path = run.path / "run.json"
    about = json.loads(path.read_text())
    about["spec"]["beta_end"] = 1
    path.write_text(json.dumps(about))
    with pytest.raises(OptionError, match="A run has no setting 'beta_end'"):
        load_run(run.path)


def test_a_run_can_be_explored_when_its_data_have_moved(make: Make, dataset: Dataset) -> None:
    run = make()
    list(train(run))
    alone = load_run(run.path)
    model = alone.build()
    assert alone.load_weights(model) == 12
    assert torch.equal(alone.images.pixels, dataset.validation.pixels)
    assert alone.images.labels is not None
    assert alone.info.shape == (1, 8, 8)
    assert alone.info.classes == 4
    mean = dataset.train.pixels.numpy().astype(np.float64).mean(0) / 255
    assert np.allclose(alone.info.mean.numpy(), mean)
    with pytest.raises(DataError):
        _ = alone.dataset


def test_weights_of_another_model_are_a_sentence(make: Make) -> None:
    run, other = make("a"), make("b", options={"units": 5, "width": 8})
    list(train(run))
    with pytest.raises(RunError, match="do not fit the model"):
        run.load_weights(other.build())


def test_building_a_model_leaves_the_global_generator_alone(make: Make) -> None:
    """The explorer builds the same model beside the training thread."""
    run = make("run", "ladder")
    before = torch.get_rng_state()
    first, second = run.build(), run.build()
    assert torch.equal(torch.get_rng_state(), before)
    assert all(torch.equal(a, b) for a, b in zip(first.parameters(), second.parameters(), strict=True))
    other = make("other", "ladder", seed=1).build()
    assert any(not torch.equal(a, b) for a, b in zip(first.parameters(), other.parameters(), strict=True))


def test_the_spec_of_a_run_says_where_its_data_are(make: Make, dataset: Dataset, tmp_path: Path) -> None:
    run = Run.create(tmp_path / "r", RunSpec("dots", "vae", steps=1), dataset=dataset)
    assert load_run(run.path).spec.data == dataset.source == "/nowhere/dots"
