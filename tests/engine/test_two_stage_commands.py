"""`strata train` with codes, static pixels and shares of labels: what is typed, taken over and said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hvae_engine.commands import main
from hvae_engine.training import load_run
from tests.engine.test_commands import digits  # noqa: F401  (a fixture)

SMALL = ["--batch-size", "16", "--device", "cpu", "--steps", "6"]


def train(out: Path, *more: str) -> int:
    return main(["train", *SMALL, "--out", str(out), *more])


@pytest.fixture
def first(digits: Path, tmp_path: Path) -> Path:  # noqa: F811
    out = tmp_path / "first"
    assert train(out, "--data", str(digits), "--family", "vae", "--set", "units=6", "--set", "width=8") == 0
    return out


def test_codes_of_a_run_take_over_its_data(first: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, figures = tmp_path / "second", tmp_path / "figures.json"
    small = ["--set", "units=1", "--set", "width=8"]
    assert train(out, "--family", "m2", "--codes-of", str(first), "--labels", "20%", *small) == 0
    told = capsys.readouterr().err
    kept = len(load_run(out).about["codes"]["kept"])
    assert f"The upper level has 1 unit beside 4 classes, fewer than the {kept} dimensions" in told
    assert load_run(out).spec.labels == 0.2
    assert load_run(out).spec.data == load_run(first).spec.data
    assert main(["evaluate", str(out), "--samples", "5", "--json", str(figures)]) == 0
    said = json.loads(figures.read_text())
    assert {"elbo", "iwae", "error"} <= said.keys()
    assert said["of"] == "codes"
    assert "nats per code\n" in capsys.readouterr().out


def test_a_run_that_is_not_there_is_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert train(tmp_path / "second", "--family", "m2", "--codes-of", str(tmp_path / "none")) == 2
    assert capsys.readouterr().err == (
        f"strata: {tmp_path / 'none'} is no run of Strata (there is no run.json in it): give the folder of a run.\n"
    )


def test_a_joint_model_too_small_above_is_said(
    digits: Path,  # noqa: F811
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked = ["--data", str(digits), "--family", "m1m2", "--set", "width=8,8", "--set"]
    assert train(tmp_path / "small", *asked, "units=9,2") == 0
    assert "The upper level has 2 units beside 4 classes, fewer than the 9 dimensions" in capsys.readouterr().err
    assert train(tmp_path / "large", *asked, "units=9,5") == 0
    assert "upper level" not in capsys.readouterr().err


def test_static_pixels_are_said_in_run_json(digits: Path, tmp_path: Path) -> None:  # noqa: F811
    assert train(tmp_path / "run", "--data", str(digits), "--family", "vae", "--binarise", "static") == 0
    about = json.loads((tmp_path / "run" / "run.json").read_text())
    assert about["spec"]["binarise"] == "static"
    again = tmp_path / "again"
    assert train(again, "--data", str(digits), "--family", "vae", "--binarise", "static") == 0
    one, other = load_run(tmp_path / "run").history.read(), load_run(again).history.read()
    assert (one["bound"] == other["bound"]).all()


@pytest.mark.parametrize(("typed", "labels"), [("40", 40), ("0.25", 0.25), ("25%", 0.25)])
def test_labels_are_a_number_or_a_share(typed: str, labels: float, digits: Path, tmp_path: Path) -> None:  # noqa: F811
    assert train(tmp_path / "run", "--data", str(digits), "--family", "m2", "--set", "width=8", "--labels", typed) == 0
    assert load_run(tmp_path / "run").spec.labels == labels


def test_labels_that_are_no_amount_are_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert train(tmp_path / "run", "--data", "scenes", "--family", "m2", "--labels", "many") == 2
    assert capsys.readouterr().err == (
        "strata: --labels: 'many' is neither a whole number nor a share such as 5%; "
        "strata train --help shows what fits.\n"
    )
