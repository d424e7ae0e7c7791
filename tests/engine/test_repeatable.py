"""Two runs with one seed give one history, bit for bit, also while somebody explores one of them all the time."""

from __future__ import annotations

import itertools
import threading

import numpy as np
import pytest
import torch

from hvae_engine.datasets import Dataset, Images
from hvae_engine.exploring import Desk, Question
from hvae_engine.models import WeightSlot
from hvae_engine.training import Run, RunSpec, Session


@pytest.fixture
def dataset():
    pixels = torch.rand(900, 1, 14, 14, generator=torch.Generator().manual_seed(0)).pow(3).mul(256).byte()
    return Dataset("dots", "/nowhere/dots", Images(pixels[:800]), Images(pixels[800:]))


def spec(family):
    options = {"units": 6, "width": 64} if family == "vae" else {"units": "6,4", "width": "64,32"}
    return RunSpec("/nowhere/dots", family, options, steps=150, batch_size=64, device="cpu", seed=5)


def history(run):
    table = run.history.read()
    return {name: values for name, values in table.items() if name != "seconds"}


def trained(path, dataset, family, explored):
    """A run trained on its thread; where it is explored, questions with ever new edits never cease."""
    run, slot = Run.create(path, spec(family), dataset=dataset), WeightSlot()
    session = Session(run, slot, spare_core=True)
    if not explored:
        session.start()
        assert session.join(120)
        return run, 0
    image, answers, failures = dataset.validation.pixels[0, 0].numpy(), [], []
    again = threading.Event()

    def answered(answer):
        answers.append(answer.step)
        again.set()

    desk = Desk(run.build(), dataset.validation.pixels[:16, 0].numpy(), slot, answered, failures.append)
    try:
        session.start()
        for turn in itertools.count():
            edits = {run.build().names[0]: {turn % 6: (turn % 13) / 2 - 3}} if turn % 5 == 0 else {}
            again.clear()
            desk.ask(
                Question(image if turn % 2 else None, turn, edits, "follow", (("z1", turn % 6),), samples=(0, 1, 2, 3))
            )
            again.wait(5)
            desk.refresh()
            if session.join(0):
                break
    finally:
        session.stop()
        session.join(60)
        desk.close()
    assert failures == []
    return run, len(answers)


@pytest.mark.parametrize("family", ["vae", "ladder"])
def test_exploring_all_the_time_changes_nothing(tmp_path, dataset, family):
    alone, _ = trained(tmp_path / "alone", dataset, family, explored=False)
    watched, answers = trained(tmp_path / "watched", dataset, family, explored=True)
    assert answers > 3
    first, second = history(alone), history(watched)
    assert len(first["step"]) == 150
    assert all(np.array_equal(first[name], second[name]) for name in first)
