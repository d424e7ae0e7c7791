"""The command line: what it does, and one sentence with exit code 2 for what it cannot do."""

from __future__ import annotations

import gzip
import json
import struct
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from hvae_engine import __version__
from hvae_engine.bench import engine, evaluate, models
from hvae_engine.commands import COMMANDS, main
from hvae_engine.commands.progress import ProgressBar
from hvae_engine.commands.train import follow
from hvae_engine.training import load_run
from hvae_engine.training.presets import presets

SMALL = ["--set", "units=3,2", "--set", "width=8,6", "--set", "depth=1", "--batch-size", "16", "--device", "cpu"]


@pytest.fixture
def digits(tmp_path: Path) -> Path:
    """A folder like MNIST's with 120 images of 8 x 8 in 4 classes."""
    folder = tmp_path / "digits"
    folder.mkdir()
    pixels = np.random.default_rng(0).integers(0, 256, (120, 8, 8), dtype=np.uint8)
    labels = (np.arange(120) % 4).astype(np.uint8)
    for name, array in (("train-images-idx3-ubyte", pixels), ("train-labels-idx1-ubyte", labels)):
        head = struct.pack(">HBB", 0, 8, array.ndim) + struct.pack(f">{array.ndim}I", *array.shape)
        (folder / f"{name}.gz").write_bytes(gzip.compress(head + array.tobytes()))
    return folder


def train(digits: Path, out: Path, *more: str) -> int:
    return main(["train", "--data", str(digits), "--family", "ladder", *SMALL, "--out", str(out), *more])


def test_twenty_steps_leave_a_run(digits: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "run"
    assert train(digits, out, "--steps", "20") == 0
    run = load_run(out)
    assert run.history.read()["step"].tolist() == list(range(1, 21))
    assert run.spec.options["units"] == (3, 2)
    told = capsys.readouterr().err
    assert "validation bound -" in told
    assert "KL z1 " in told
    assert told.splitlines()[-1] == f"Finished at step 20; the run is in {out}"


def test_several_sources_are_one_data_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("cats", "dogs"):
        (tmp_path / name).mkdir()
        for number in range(12):
            Image.new("L", (8, 8), 20 * number).save(tmp_path / name / f"{number}.png")
    monkeypatch.chdir(tmp_path)
    out = tmp_path / "run"
    asked = ["train", "--data", "cats", "dogs", "--family", "ladder", *SMALL, "--steps", "2", "--out", str(out)]
    assert main(asked) == 0
    monkeypatch.chdir("/")
    assert load_run(out).dataset.classes == ("cats", "dogs")


def test_resume_goes_on_for_longer(digits: Path, tmp_path: Path) -> None:
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    assert train(digits, whole, "--steps", "20", "--warm-up", "1") == 0
    assert train(digits, broken, "--steps", "8", "--warm-up", "1") == 0
    assert main(["train", "--resume", "--steps", "20", "--out", str(broken)]) == 0
    first, second = load_run(whole).history.read(), load_run(broken).history.read()
    assert all(np.array_equal(first[name], second[name]) for name in first if name != "seconds")


def test_overwrite_starts_anew(digits: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    assert train(digits, out, "--steps", "5") == 0
    assert train(digits, out, "--steps", "3", "--overwrite") == 0
    assert load_run(out).history.read()["step"].tolist() == [1, 2, 3]


class Interrupting(ProgressBar):
    """Ctrl+C at the first report."""

    def show(self, event: Any) -> None:
        super().show(event)
        if type(event).__name__ == "Progress":
            raise KeyboardInterrupt


def test_ctrl_c_saves_and_says_how_to_go_on(digits: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "run"
    assert train(digits, out, "--steps", "1") == 0
    run = load_run(out).planned(steps=10**6)
    assert follow(run, Interrupting(sys.stderr)) == 130
    last = int(run.history.read()["step"][-1])
    assert last == run.load_weights(run.build())
    assert capsys.readouterr().err.splitlines()[-1] == (
        f"Stopped at step {last} and saved; to go on: strata train --resume --out {out}"
    )


MISTAKES = [
    (["trian"], "There is no command 'trian'; did you mean 'train'?"),
    (["train"], "the following arguments are required: --out; strata train --help shows what fits."),
    (["train", "--out", "R"], "strata train needs --data: give it, or --resume with the folder of a run."),
    (
        ["train", "--data", "D", "--out", "R"],
        "strata train needs --family: give it, or --resume with the folder of a run.",
    ),
    (["train", "--dta", "D", "--out", "R"], "strata train knows no '--dta'; did you mean '--data'?"),
    (["train", "--data", "D", "--family", "lader", "--out", "R"], "There is no family 'lader'; did you mean 'ladder'?"),
    (
        ["train", "--data", "D", "--family", "vae", "--set", "unit=3", "--out", "R"],
        "Family 'vae' has no option 'unit'; did you mean 'units'?",
    ),
    (
        ["train", "--data", "D", "--family", "vae", "--set", "units", "--out", "R"],
        "--set takes NAME=VALUE and found 'units': write --set units=64,32,16.",
    ),
    (
        ["train", "--data", "D", "--family", "vae", "--set", "units=3", "--set", "units=4", "--out", "R"],
        "--set gives 'units' twice: give it once.",
    ),
    (
        ["train", "--data", "D", "--family", "vae", "--epochs", "many", "--out", "R"],
        "--epochs: 'many' is not a number; strata train --help shows what fits.",
    ),
    (
        ["train", "--data", "D", "--family", "vae", "--steps", "2.5", "--out", "R"],
        "--steps: '2.5' is not a whole number; strata train --help shows what fits.",
    ),
    (
        ["train", "--data", "D", "--family", "vae", "--epochs", "1", "--minutes", "1", "--out", "R"],
        "The length of the run is given by epochs and minutes: give only one of them.",
    ),
    (
        ["train", "--data", "D", "--family", "vae", "--batch-size", "0", "--out", "R"],
        "The batch size is 0: give a whole number from 1 up.",
    ),
    (
        ["train", "--data", "D", "--family", "vae", "--device", "gpu", "--out", "R"],
        "The device is 'gpu': give 'auto', 'cpu', 'mps', 'cuda' or 'cuda:1'.",
    ),
    (
        ["train", "--resume", "--lr", "1", "--out", "R"],
        "--resume takes the run's own settings: leave --lr out, or start a new run.",
    ),
    (
        ["train", "--resume", "--out", "R"],
        "R is no run of Strata (there is no run.json in it): give the folder of a run.",
    ),
    (["bench", "loop", "--rounds", "0"], "--rounds is 0: give a number above 0."),
    (["bench", "models", "--samples", "3"], "strata bench models takes no --samples: leave it out."),
]


@pytest.mark.parametrize(("argv", "sentence"), MISTAKES, ids=[" ".join(argv) for argv, _ in MISTAKES])
def test_a_mistake_gets_one_sentence_and_exit_code_2(
    argv: list[str], sentence: str, digits: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "run")
    typed = [{"D": str(digits), "R": out}.get(word, word) for word in argv]
    assert main(typed) == 2
    told = capsys.readouterr()
    assert told.err == f"strata: {sentence.replace('R is no run', f'{out} is no run')}\n"
    assert told.out == ""
    assert not Path(out).exists()


def test_data_that_are_not_there_are_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert train(tmp_path / "nothing", tmp_path / "run") == 2
    told = capsys.readouterr().err
    assert told.startswith("strata: ")
    assert told.count("\n") == 1
    assert not (tmp_path / "run").exists()


def test_a_semi_supervised_family_wants_classes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    image = tmp_path / "plain-images-idx3-ubyte"
    image.write_bytes(struct.pack(">HBB3I", 0, 8, 3, 20, 8, 8) + bytes(20 * 64))
    asked = ["train", "--data", str(image), "--family", "m2", "--out", str(tmp_path / "run")]
    assert main(asked) == 2
    assert "label" in capsys.readouterr().err


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, "--help"]) == 0
    assert f"example:\n  strata {command} " in capsys.readouterr().out


def test_help_names_the_program_that_was_started(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"], program="python -m hvae_engine") == 0
    told = capsys.readouterr().out
    assert told.startswith("usage: python -m hvae_engine ")
    assert "  python -m hvae_engine train " in told


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"strata {__version__}\n"


def test_bench_loop_compares_three_loops(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(engine, "IMAGES", 400)
    path = tmp_path / "loop.json"
    argv = ["bench", "loop", "--json", str(path), "--rounds", "1", "--seconds", "0.5", "--batch-size", "32"]
    assert main(argv) == 0
    figures = json.loads(path.read_text())
    assert set(figures) == {"images_per_s", "ratio_to_bare", "ratio_to_dataloader", "threads"}
    speeds = figures["images_per_s"]
    assert figures["ratio_to_bare"] == pytest.approx(speeds["engine"] / speeds["bare"])
    assert min(speeds.values()) > 0
    assert "images/s" in capsys.readouterr().out


def test_bench_models_compares_each_preset_with_its_own_modules(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(engine, "IMAGES", 400)
    chosen = {name: one for name, one in presets().items() if name in ("burda-1-layer", "kingma-m2")}
    monkeypatch.setattr(models, "presets", lambda: chosen)
    path = tmp_path / "models.json"
    assert main(["bench", "models", "--json", str(path), "--rounds", "1", "--seconds", "0.3"]) == 0
    figures = json.loads(path.read_text())
    assert set(figures) == {"images_per_s", "ratio_to_bare", "threads"}
    assert set(figures["images_per_s"]) == set(chosen)
    for name, speeds in figures["images_per_s"].items():
        assert figures["ratio_to_bare"][name] == pytest.approx(speeds["engine"] / speeds["bare"])
    assert "burda-1-layer" in capsys.readouterr().out


def test_bench_evaluate_compares_two_ways_to_the_same_estimate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(engine, "IMAGES", 400)
    path = tmp_path / "evaluate.json"
    assert main(["bench", "evaluate", "--json", str(path), "--rounds", "1", "--samples", "200"]) == 0
    figures = json.loads(path.read_text())
    assert set(figures) == {"ms_per_image", "ratio", "samples", "threads"}
    for name, times in figures["ms_per_image"].items():
        assert figures["ratio"][name] == pytest.approx(times["again"] / times["once"])
    assert "encoded once" in capsys.readouterr().out
    model = evaluate._model("burda-1-layer", torch.full((1, 28, 28), 0.2))
    torch.manual_seed(0)
    x = torch.rand(3, 1, 28, 28).round()
    once, again = evaluate._once(model, x, 2500), evaluate._again(model, x, 2500)
    assert (once - again).abs().max() < 5


def test_skipped_files_are_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for i in range(14):
        Image.fromarray(np.full((8, 8), 10 * i, np.uint8)).save(folder / f"{i}.png")
    for i in (2, 5):
        data = (folder / f"{i}.png").read_bytes()
        (folder / f"{i}.png").write_bytes(data[: len(data) // 2])
    out = tmp_path / "run"
    assert main(["train", "--data", str(folder), "--family", "vae", "--steps", "1", "--out", str(out)]) == 0
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "2 files were skipped:"
    assert [line.split(":")[0].strip() for line in lines[1:3]] == ["2.png", "5.png"]
    assert len(load_run(out).dataset.train) + len(load_run(out).dataset.validation) == 12
