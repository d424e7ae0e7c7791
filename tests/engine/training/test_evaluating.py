"""What `evaluate` says of a run: on which images, the same every time, and in which order the bounds stand."""

from __future__ import annotations

import dataclasses
import json
import math

import pytest

from hvae_engine.commands import main
from hvae_engine.errors import OptionError
from hvae_engine.training import Run, train
from hvae_engine.training.evaluating import evaluate

from .conftest import pictures


def trained(run: Run) -> Run:
    for _ in train(run):
        pass
    return run


def test_bounds_stand_in_order_and_come_out_the_same_twice(make):
    run = trained(make(family="ladder"))
    first, again = evaluate(run, samples=200), evaluate(run, samples=200)
    assert first.to_json() == again.to_json()
    plain = first.to_json()
    assert plain["split"] == "validation"
    assert plain["images"] == 20
    assert plain["iwae"] > plain["elbo"]
    assert plain["elbo"] == pytest.approx(plain["log_px"] - sum(plain["kl"].values()))
    assert set(plain["kl"]) == set(plain["active_units"]) == {"z1", "z2"}
    assert 1 <= plain["ess"] <= 200
    assert "bits_per_dim" not in plain


def test_a_data_sets_own_test_images_are_scored(make, dataset):
    run = trained(make())
    run._dataset = dataclasses.replace(dataset, test=pictures(30, 9))
    report = evaluate(run, samples=5, images=25)
    assert (report.split, report.images) == ("test", 25)


def test_labels_give_an_error_and_grey_levels_give_bits(make):
    guessed = evaluate(trained(make("m2", family="m2", labels=40)), samples=5).to_json()
    assert 0 <= guessed["error"] <= 1
    options = {"units": 3, "width": 8, "likelihood": "logistic"}
    plain = evaluate(trained(make("logistic", options=options)), samples=5).to_json()
    assert plain["bits_per_dim"] == pytest.approx(-plain["iwae"] / (64 * math.log(2)))


def test_the_command_writes_the_figures(make, capsys, tmp_path):
    run = trained(make())
    assert main(["evaluate", str(run.path)]) == 2
    assert "/nowhere/dots" in capsys.readouterr().err


def test_estimators_train_and_are_refused_where_biased(make):
    plain = trained(make("plain", family="ladder", seed=1)).history.read()
    landing = trained(make("stl", family="ladder", seed=1, estimator="stl")).history.read()
    assert plain["log_px"][0] == landing["log_px"][0]
    assert plain["log_px"][-1] != landing["log_px"][-1]
    trained(make("dreg", family="ladder", bound="iwae", samples=3, estimator="dreg"))
    with pytest.raises(OptionError, match="made for the IWAE bound"):
        make("wrong", estimator="dreg")
    with pytest.raises(OptionError, match="share a draw of z1"):
        make("shared", "m1m2", bound="iwae", samples=3, estimator="dreg", labels=40)
    assert not (make("here").path.parent / "shared").exists()


def test_the_figures_as_json(make, monkeypatch, tmp_path, capsys, dataset):
    run = trained(make())
    monkeypatch.setattr(Run, "dataset", property(lambda self: dataset))
    out = tmp_path / "figures.json"
    assert main(["evaluate", str(run.path), "--samples", "20", "--images", "10", "--json", str(out)]) == 0
    figures = json.loads(out.read_text(encoding="utf-8"))
    wanted = {"elbo", "iwae", "iwae_se", "ess", "samples", "images", "log_px", "kl", "active_units"}
    assert wanted <= set(figures)
    assert figures["samples"] == 20
    said = capsys.readouterr()
    assert "IWAE-20" in said.out
    assert said.err.strip() == "10 of 10 images scored"
    assert main(["evaluate", str(run.path), "--samples", "0"]) == 2
    assert capsys.readouterr().err.strip().endswith("--samples is 0: give a whole number from 1 up.")
