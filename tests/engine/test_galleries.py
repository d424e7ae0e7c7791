"""The images of a run under the numbers that the window gives them: training images first, held-out ones after them."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from hvae_engine.datasets import Dataset, Images
from hvae_engine.datasets.dataset import carve
from hvae_engine.galleries import gallery, subject
from hvae_engine.training import Run, RunSpec


@pytest.fixture
def run(tmp_path) -> Run:
    pixels = torch.randint(0, 256, (60, 1, 8, 8), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    train, validation = carve(Images(pixels, torch.arange(60) % 3), seed=0, share=0.2)
    dataset = Dataset("boxes", str(tmp_path / "gone"), train, validation, classes=("a", "b", "c"))
    spec = RunSpec("scenes", family="vae", options={"units": "3", "width": "8"}, epochs=1.0)
    return Run.create(tmp_path / "run", spec, dataset=dataset)


def test_numbers_run_over_training_images_and_then_over_held_out_ones(run: Run) -> None:
    data, shown = run.dataset, gallery(run)
    assert len(shown.shown) == 60
    for number in (0, 17, 47):
        assert np.array_equal(shown.picture(number), data.train.pixels[number, 0])
    for number in (48, 59):
        assert np.array_equal(shown.picture(number), data.validation.pixels[number - 48, 0])


def test_measured_images_know_their_numbers_and_are_all_held_out(run: Run) -> None:
    shown = gallery(run)
    assert sorted(shown.places) == list(range(48, 60))
    labels = torch.cat([run.dataset.train.labels, run.dataset.validation.labels])
    assert shown.held.labels.tolist() == labels[torch.from_numpy(shown.places)].tolist()
    assert sorted(gallery(run, 5).places)[0] >= 48
    assert len(gallery(run, 5).held) == 5


def test_nothing_is_copied_to_show_images(run: Run) -> None:
    assert gallery(run).shown.pixels.data_ptr() == run.dataset.train.pixels.data_ptr()


def test_a_run_whose_data_have_moved_shows_the_images_that_it_keeps(run: Run) -> None:
    told: list[str] = []
    again = Run.open(run.path)
    found = subject(again, tell=told.append)
    assert len(found.gallery.shown) == len(again.images)
    assert found.gallery.fitted is None
    assert found.gallery.picture(0).shape == (8, 8)
    assert "kept in the run's folder" in told[0]
