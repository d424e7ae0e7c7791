"""Protects the benchmarks of importing and of training from the disk: they run, and say what they promise to say."""

import json
import subprocess
import sys
import types
import zipfile
from pathlib import Path

import pytest
import torch

from hvae_engine.bench import engine, importing
from hvae_engine.commands import main
from hvae_engine.errors import OptionError
from tests.engine.datasets.corpus import picture

IMPORT_EVERYTHING = """
import importlib, pkgutil, sys
sys.modules["torchvision"] = None
names = [one.name for package in ("hvae_engine", "app") for one in pkgutil.walk_packages([package], package + ".")]
for name in names:
    if not name.endswith("__main__"):
        importlib.import_module(name)
print(len(names))
"""


@pytest.fixture
def photos(tmp_path):
    path = tmp_path / "photos.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(40):
            archive.writestr(f"class {number % 2}/{number}.jpg", picture(number, "JPEG", (32, 32), "RGB"))
        archive.writestr("notes.txt", "notes")
    return path


def test_bench_import_compares_with_plain_ways(photos, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(importing, "WORKERS", 0)  # forking a process that has threads is not for tests
    assert main(["bench", "import", "--data", str(photos), "--rounds", "1", "--json", str(tmp_path / "a.json")]) == 0
    figures = json.loads((tmp_path / "a.json").read_text())
    assert figures["images"] == 40
    assert set(figures["images_per_s"]) - {"imagefolder"} == {"strata", "again", "pillow", "dataloader"}
    assert all(speed > 0 for speed in figures["images_per_s"].values())
    assert set(figures["ratio"]) - {"imagefolder"} == {"pillow", "dataloader"}
    assert "strata / pillow" in capsys.readouterr().out


class Fitting(types.ModuleType):
    """A torchvision that can be imported, as far as the benchmark wants it."""

    def ToTensor(self):  # torchvision's name
        return lambda path: torch.from_numpy(importing.decoded(path).copy())

    def ImageFolder(self, folder, transform):
        return [transform(path) for path in sorted(Path(folder).rglob("*.jpg"))]


@pytest.mark.parametrize("fits", [True, False])
def test_bench_import_measures_image_folder_or_says_why_not(photos, capsys, monkeypatch, fits):
    monkeypatch.setattr(importing, "WORKERS", 0)
    for name in ("torchvision", "torchvision.datasets", "torchvision.transforms"):
        monkeypatch.setitem(sys.modules, name, Fitting(name) if fits else None)
    assert main(["bench", "import", "--data", str(photos), "--rounds", "1"]) == 0
    said = capsys.readouterr().out
    assert ("strata / imagefolder" in said) == fits
    assert ("torchvision cannot be imported here" in said) == (not fits)


def test_nothing_but_a_benchmark_imports_torchvision():
    """Its build may not fit that of torch, as where the one is for a GPU and the other is not."""
    done = subprocess.run([sys.executable, "-c", IMPORT_EVERYTHING], capture_output=True, text=True, timeout=50)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 200


@pytest.mark.parametrize("data", ["", "nowhere.zip"])
def test_bench_import_wants_a_zip(data):
    with pytest.raises(OptionError, match=r"give a \.zip of pictures"):
        importing.bench_import(data)


def test_bench_data_compares_disk_and_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(engine, "IMAGES", 500)
    monkeypatch.setattr(engine, "HELD_OUT", 100)
    before = torch.get_num_threads()
    path = tmp_path / "a.json"
    try:
        argv = ["bench", "data", "--rounds", "1", "--seconds", "0.3", "--batch-size", "32", "--json", str(path)]
        assert main(argv) == 0
    finally:
        torch.set_num_threads(before)
    figures = json.loads(path.read_text())
    assert set(figures["images_per_s"]) == {"memory", "stored", "cold"}
    assert all(speed > 0 for speed in figures["images_per_s"].values())
    assert set(figures["ratio_to_memory"]) == {"stored", "cold"}
