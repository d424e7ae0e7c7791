"""A model trained on another one's codes: its folder holds both, and it goes on, is scored and is explored alone."""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from hvae_engine.datasets import Dataset, Images
from hvae_engine.errors import OptionError, RunError, StrataError
from hvae_engine.exploring import Explorer
from hvae_engine.training import Run, load_run, train
from hvae_engine.training.evaluating import evaluate
from hvae_engine.training.events import Evaluated, Progress

Make = Callable[..., Run]


@pytest.fixture
def first(make: Make) -> Run:
    """A VAE after a dozen steps."""
    run = make("first")
    list(train(run))
    return run


def second(make: Make, first: Run, name: str = "second", **settings: object) -> Run:
    return make(name, "m2", codes_of=str(first.path), **settings)


def curve(run: Run) -> dict[str, np.ndarray]:
    return {name: values for name, values in run.history.read().items() if name != "seconds"}


def same(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> bool:
    return one.keys() == other.keys() and all(np.array_equal(one[name], other[name]) for name in one)


def test_the_second_model_learns_codes_and_says_so(make: Make, first: Run) -> None:
    run = second(make, first)
    said = run.about["codes"]
    assert (said["run"], said["step"], said["dimensions"]) == (str(first.path), 12, 3)
    assert said["spec"]["family"] == "vae"
    assert (run.spec.options["likelihood"], run.spec.options["sigma"], run.spec.binarise) == (
        "gaussian",
        1.0,
        "dynamic",
    )
    events = list(train(run))
    assert all(np.isfinite(one.bound).all() for one in events if isinstance(one, Progress))
    evaluated = [one for one in events if isinstance(one, Evaluated)]
    assert evaluated[-1].error is not None
    assert run.learner().infer(torch.zeros(2, 1, 1, len(said["kept"]))).likelihood.event_shape[-1] == len(said["kept"])


def test_kept_dimensions_and_scales_are_those_of_the_training_images(make: Make, first: Run, dataset: Dataset) -> None:
    """Without binarisation the means are one number for each image, and so can be written out."""
    grey = make("grey", binarise="none", options={"units": 3, "width": 8, "likelihood": "gaussian"})
    list(train(grey))
    model = grey.build().eval()
    grey.load_weights(model)
    with torch.no_grad():
        q = model.infer(dataset.train.pixels.float() / 255).visits[-1].choice.q
    assert q is not None
    means, variances = q.mean[0].double(), q.variance[0].double()
    said = second(make, grey).about["codes"]
    spread = means.std(0, correction=0)
    assert said["kept"] == [i for i in range(3) if float(spread[i]) > 0.1]
    assert said["mean"] == pytest.approx(means.mean(0).tolist(), abs=1e-5)
    assert said["std"] == pytest.approx((spread**2 + variances.mean(0)).sqrt().tolist(), rel=1e-5)
    assert first.about.get("codes") is None


def test_it_is_repeated_to_the_bit_and_goes_on_after_a_stop_without_the_first_run(make: Make, first: Run) -> None:
    whole, again, broken = (second(make, first, name) for name in ("whole", "again", "broken"))
    list(train(whole))
    list(train(again))
    training = train(broken)
    for event in training:
        if isinstance(event, Progress) and event.steps[-1] >= 1:
            break
    training.close()
    shutil.rmtree(first.path)
    list(train(load_run_with_data(broken)))
    assert same(curve(whole), curve(again))
    assert same(curve(whole), curve(broken))


def load_run_with_data(run: Run) -> Run:
    return Run.open(run.path, run.dataset)


def test_exploring_it_shows_pictures_without_the_first_run(make: Make, first: Run) -> None:
    run = second(make, first)
    list(train(run))
    shutil.rmtree(first.path)
    alone = load_run(run.path)
    model = alone.build()
    assert alone.load_weights(model) == 12
    explorer, image = Explorer(model), alone.images.pixels[0, 0].numpy()
    base = explorer.encode(image)
    assert explorer.decode(base).shape == (8, 8)
    assert explorer.generate(3, seed=0).shape == (3, 8, 8)
    assert explorer.traverse(base, "z1", 0).shape == (9, 8, 8)
    assert explorer.traverse(base, "y", 0).shape == (9, 8, 8)
    assert base.classes() is not None
    codes = alone.codes()
    assert codes is not None
    x = torch.from_numpy(image).float()[None, None] / 255
    with torch.no_grad():
        plain = alone.learner().eval()
        alone.load_weights(plain)
        trace = plain.infer(codes.means(x), None, 1, lambda level, q: base.trace.z[level], marginalise=False)
        expected = codes.pictures(trace.likelihood.mean).mean[0, 0, 0]
    assert np.array_equal(explorer.decode(base), (expected * 255).round().byte().numpy())


def test_it_is_scored_on_the_means_of_its_codes(make: Make, first: Run) -> None:
    run = second(make, first)
    list(train(run))
    report = evaluate(run, samples=20)
    assert report.bounds.error is not None
    assert "bits_per_dim" not in report.to_json()
    validated = run.evaluations.read()
    assert report.bounds.elbo == pytest.approx(float(validated["elbo"][-1]), abs=1.0)
    assert report.bounds.error == pytest.approx(float(validated["error"][-1]))


def test_mistakes_are_sentences(make: Make, first: Run, dataset: Dataset, tmp_path: Path) -> None:
    def told(**settings: object) -> str:
        with pytest.raises(StrataError) as caught:
            make("no", **{"family": "m2", "codes_of": str(first.path), **settings})
        assert not (tmp_path / "no").exists()
        return str(caught.value)

    missing = tmp_path / "missing"
    assert told(codes_of=str(missing)) == (
        f"{missing} is no run of Strata (there is no run.json in it): give the folder of a run."
    )
    assert told(family="vae") == "Family 'vae' learns pixels only: to learn the codes of a run choose m2."
    assert told(binarise="none") == (
        "Binarisation is 'none', but the codes of 'first' are those of images with 'dynamic': leave it out."
    )
    assert told(options={"units": 3, "width": 8, "likelihood": "bernoulli"}) == (
        "Codes are real numbers and the likelihood is 'bernoulli': choose 'gaussian' or 'gaussian_fixed'."
    )
    fresh = make("fresh")
    assert told(codes_of=str(fresh.path)) == f"The run {fresh.path} has no weights yet: train it first."
    labelled = make("labelled", "m2")
    assert told(codes_of=str(labelled.path)) == (
        "The codes of 'labelled' cannot be learned, since it has labels of its own (family 'm2'): "
        "give a run of vae, iwae or ladder."
    )
    larger = dataclasses.replace(dataset, train=Images(torch.zeros(100, 3, 9, 7, dtype=torch.uint8)))
    with pytest.raises(OptionError) as shape:
        Run.create(tmp_path / "no", dataclasses.replace(second(make, first).spec, binarise=None), dataset=larger)
    assert str(shape.value) == (
        "The images of 'dots' are 9 x 7 with 3 channels and the run 'first' has learned 8 x 8 with 1 channel: "
        "give the same data to both."
    )


def test_a_torn_first_model_is_a_sentence(make: Make, first: Run) -> None:
    run = second(make, first)
    kept = run.path / "codes.safetensors"
    kept.write_bytes(kept.read_bytes()[:100])
    with pytest.raises(RunError, match="cannot be read as a checkpoint"):
        load_run(run.path).build()
    about = json.loads((run.path / "run.json").read_text())
    del about["codes"]["kept"]
    (run.path / "run.json").write_text(json.dumps(about))
    with pytest.raises(RunError, match="the first model cannot be read"):
        load_run(run.path).build()


def test_a_second_model_too_small_for_the_codes_is_said(make: Make, first: Run) -> None:
    assert second(make, first).remark == ""
    wide = make("wide", options={"units": 9, "width": 8})
    list(train(wide))
    run = second(make, wide, "small", options={"units": 1, "width": 8})
    kept = len(run.about["codes"]["kept"])
    assert kept > 5
    assert run.remark == (
        f"The upper level has 1 unit beside 4 classes, fewer than the {kept} dimensions it should carry: "
        f"give it {kept - 4} or more (units={kept - 4}, on the command line --set units={kept - 4})."
    )
