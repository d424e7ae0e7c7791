"""Presets are specs that build; what is typed beside one stands above it."""

from __future__ import annotations

import pytest
import torch

from hvae_engine.commands import main
from hvae_engine.datasets import Dataset, Images
from hvae_engine.errors import OptionError
from hvae_engine.models import DataInfo, build
from hvae_engine.objectives import burda_rate
from hvae_engine.training import RunSpec, load_run, train
from hvae_engine.training.presets import preset, presets
from hvae_engine.training.resolution import resolved

NAMES = (
    "burda-1-layer",
    "burda-2-layer",
    "kingma-m1m2",
    "kingma-m2",
    "linear-gaussian",
    "rezende-dlgm",
    "sonderby-5-layer",
    "vdvae-small",
)


def test_the_presets_are_those_of_the_papers():
    assert tuple(sorted(presets())) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_preset_is_a_spec_that_builds(name):
    one = preset(name)
    assert one.title
    assert one.source
    assert one.note
    spec = resolved(RunSpec("scenes", **one.spec), colours=1)
    model = build(spec.family, DataInfo((1, 28, 28), 10, torch.full((1, 28, 28), 0.3)), **spec.options)
    assert len(model.names) >= 1


def test_the_learning_rate_falls_by_stages_as_in_the_authors_code():
    ends = [(3**i - 1) / 2 for i in range(9)]
    assert ends[-1] == 3280
    assert [burda_rate(end) for end in ends[:8]] == pytest.approx([1.0, 0.72, 0.52, 0.37, 0.27, 0.19, 0.14, 0.1])
    assert burda_rate(0.99) == 1.0
    assert burda_rate(10_000) == 0.1


def test_a_schedule_reaches_the_optimiser(make):
    run = make(epochs=5, lr_schedule="burda", lr=0.01)
    for _ in train(run):
        pass
    lr, step = run.history.read()["lr"], run.history.read()["step"]
    first = lr[step <= 100 / 16]
    assert first == pytest.approx(0.01)
    assert lr[-1] == pytest.approx(0.0052)


def test_what_is_typed_stands_above_the_preset(tmp_path, monkeypatch):
    pixels = torch.randint(0, 256, (40, 1, 8, 8), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    data = Dataset("dots", "dots", Images(pixels[:30]), Images(pixels[30:]))
    monkeypatch.setattr("hvae_engine.training.run.load_data_of", lambda spec, progress=None: data)
    out = tmp_path / "run"
    typed = ["--set", "width=8", "--set", "units=2", "--steps", "2", "--batch-size", "4"]
    assert main(["train", "--data", "dots", "--preset", "burda-1-layer", *typed, "--out", str(out)]) == 0
    spec = load_run(out).spec
    assert (spec.steps, spec.epochs, spec.batch_size, spec.samples, spec.adam_eps) == (2, None, 4, 5, 1e-4)
    assert (spec.options["units"], spec.options["width"], spec.options["activation"]) == ((2,), (8,), "tanh")


def test_an_unknown_preset_gets_a_sentence():
    with pytest.raises(OptionError, match=r"There is no preset 'burda-1-layr'; did you mean 'burda-1-layer'\?"):
        preset("burda-1-layr")
