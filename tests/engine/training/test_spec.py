"""What may be asked of a run, and the sentence for what may not."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from hvae_engine.errors import OptionError
from hvae_engine.training import RunSpec

MISTAKES = [
    ({"batch_size": 0}, "The batch size is 0: give a whole number from 1 up."),
    ({"batch_size": 2.5}, "The batch size is 2.5: give a whole number from 1 up."),
    ({"batch_size": True}, "The batch size is True: give a whole number from 1 up."),
    ({"lr": 0.0}, "The learning rate is 0.0: give a number above 0."),
    ({"lr": float("nan")}, "The learning rate is nan: give a number above 0."),
    ({"beta": -1}, "The beta is -1: give a number from 0 up."),
    ({"beta": float("inf")}, "The beta is inf: give a number from 0 up."),
    ({"free_bits": "much"}, "The number of free bits is 'much': give a number from 0 up."),
    ({"bound": "elbow"}, "The bound is 'elbow': give 'elbo' or 'iwae'."),
    ({"device": "gpu"}, "The device is 'gpu': give 'auto', 'cpu', 'mps', 'cuda' or 'cuda:1'."),
    ({"seed": 2**63}, f"The seed is {2**63}: give a whole number from 0 up and below 2^63."),
    ({"data": " "}, "The data is ' ': give a name."),
    ({"epochs": 1, "steps": 2}, "The length of the run is given by epochs and steps: give only one of them."),
    ({"options": 3}, "The options is 3: give a name and a value for each."),
]


@pytest.mark.parametrize(("settings", "sentence"), MISTAKES)
def test_a_mistake_gets_its_sentence(settings: dict[str, object], sentence: str) -> None:
    with pytest.raises(OptionError) as caught:
        RunSpec(**{"data": "scenes", "family": "vae", **settings})  # type: ignore[arg-type]
    assert str(caught.value) == sentence


def test_without_a_length_there_are_twenty_epochs() -> None:
    spec = RunSpec("scenes", "vae")
    assert (spec.epochs, spec.steps, spec.minutes) == (20.0, None, None)


def test_json_gives_the_same_spec_back() -> None:
    options = {"units": (64, 32), "batch_norm": True, "activation": "tanh"}
    spec = RunSpec("scenes", "ladder", options, steps=7, free_bits=0.5, kappa=2.0, binarise="none")
    assert RunSpec.from_json(json.loads(json.dumps(spec.to_json()))) == spec


@pytest.mark.parametrize(
    ("plain", "sentence"),
    [
        (
            {"data": "scenes", "family": "vae", "batchsize": 3},
            "A run has no setting 'batchsize': did you mean 'batch_size'?",
        ),
        ({"data": "scenes"}, "The run's family is missing: give it."),
    ],
)
def test_unknown_and_missing_keys_are_mistakes(plain: dict[str, object], sentence: str) -> None:
    with pytest.raises(OptionError) as caught:
        RunSpec.from_json(plain)
    assert str(caught.value) == sentence


def test_specs_and_events_need_no_torch() -> None:
    """The window and the command line's parser must be up before torch is."""
    modules = "hvae_engine.training.spec, hvae_engine.training.events, hvae_engine.commands"
    code = f"import sys, {modules}; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
