"""Protects the cache: what is stored comes back, what is damaged or foreign is made again, nothing is unpickled."""

import os
import pickle
import time

import numpy as np
import pytest
from PIL import Image

from hvae_engine.datasets import load_data
from hvae_engine.datasets.drawn import scenes
from hvae_engine.datasets.keeping import cache as caching
from hvae_engine.datasets.keeping.cache import cache_folder, recall, remember

ARRAYS = {"pixels": np.arange(24, dtype=np.uint8).reshape(2, 3, 4), "names of files": np.array(["a", "ü"])}


@pytest.fixture
def few_scenes(monkeypatch):
    monkeypatch.setattr(scenes, "TRAINING", 120)
    monkeypatch.setattr(scenes, "TEST", 20)


def drawn(monkeypatch):
    """How often scenes are drawn from now on."""
    calls = []
    real = scenes.draw_both
    monkeypatch.setattr(scenes, "draw_both", lambda *args: calls.append(args) or real(*args))
    return calls


def same(first, other):
    return all(
        np.array_equal(getattr(first, part).pixels, getattr(other, part).pixels)
        and np.array_equal(getattr(first, part).factors["phase"], getattr(other, part).factors["phase"])
        for part in ("train", "validation", "test")
    )


def test_arrays_come_back_as_they_were(tmp_path):
    remember(tmp_path / "new" / "a.npz", "v1", ARRAYS)
    back = recall(tmp_path / "new" / "a.npz", "v1")
    assert back.keys() == ARRAYS.keys()
    assert all(
        np.array_equal(back[name], values) and back[name].dtype == values.dtype for name, values in ARRAYS.items()
    )
    assert [file.name for file in (tmp_path / "new").iterdir()] == ["a.npz"]


def test_another_fingerprint_is_not_believed(tmp_path):
    remember(tmp_path / "a.npz", "v1", ARRAYS)
    assert recall(tmp_path / "a.npz", "v2") is None


def test_objects_are_refused_and_nothing_half_written_remains(tmp_path):
    with pytest.raises(ValueError, match="Object arrays cannot be saved"):
        remember(tmp_path / "a.npz", "v1", {"pixels": np.array([{}], dtype=object)})
    assert not list(tmp_path.iterdir())


def test_the_environment_and_the_argument_say_where(tmp_path, monkeypatch):
    monkeypatch.setenv("STRATA_CACHE", "~/elsewhere")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "elsewhere"
    assert cache_folder(tmp_path / "asked") == tmp_path / "asked"
    monkeypatch.delenv("STRATA_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache_folder().name == "strata"


def test_scenes_are_drawn_once(few_scenes, monkeypatch):
    calls = drawn(monkeypatch)
    first, again = load_data("scenes"), load_data("scenes")
    assert len(calls) == 1
    assert same(first, again)


@pytest.mark.parametrize("damage", ["empty", "cut", "flipped", "foreign", "pickled", "bare array", "folder"])
def test_a_damaged_file_is_made_again(damage, few_scenes, monkeypatch, cache):
    first = load_data("scenes")
    file = cache / "scenes.npz"
    stored = bytearray(file.read_bytes())
    stored[len(stored) // 2] ^= 0xFF
    if damage == "folder":
        file.unlink()
        file.mkdir()
    elif damage == "bare array":
        with file.open("wb") as out:
            np.save(out, np.arange(3))
    else:
        contents = {
            "empty": b"",
            "cut": file.read_bytes()[:-1000],
            "flipped": bytes(stored),
            "foreign": b"PK\x03\x04 something else",
            "pickled": pickle.dumps({"fingerprint": "scenes"}),
        }
        file.write_bytes(contents[damage])
    calls = drawn(monkeypatch)
    assert same(first, load_data("scenes"))
    assert len(calls) == 1
    if damage != "folder":
        assert same(first, load_data("scenes"))
        assert len(calls) == 1


def test_an_older_drawing_is_made_again(few_scenes, monkeypatch):
    load_data("scenes")
    monkeypatch.setattr(scenes, "VERSION", scenes.VERSION + 1)
    calls = drawn(monkeypatch)
    load_data("scenes")
    assert len(calls) == 1


def test_a_cache_that_cannot_be_written_prevents_nothing(few_scenes, tmp_path):
    (tmp_path / "file").write_text("no folder")
    assert len(load_data("scenes", cache=tmp_path / "file" / "cache").train) == 110


def test_a_full_disk_prevents_nothing(few_scenes, monkeypatch, cache):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    assert len(load_data("scenes").train) == 110
    assert not list(cache.iterdir())


def test_a_full_disk_is_said_of_an_import(tmp_path, monkeypatch, cache):
    for number in range(12):
        Image.new("L", (12, 12), number).save(tmp_path / f"{number}.png")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    data = load_data(tmp_path)
    assert len(data.train) == 11
    assert data.facts == (f"The cache folder {cache} could not be written: opening these images again takes as long.",)
    assert not list(cache.iterdir())


def test_the_least_recently_used_make_room(tmp_path, monkeypatch):
    for age, name in ((3, "old"), (2, "used"), (1, "young")):
        remember(tmp_path / f"{name}.npz", "v", ARRAYS)
        os.utime(tmp_path / f"{name}.npz", (time.time() - age, time.time() - age))
    assert recall(tmp_path / "used.npz", "v") is not None
    size = (tmp_path / "used.npz").stat().st_size
    monkeypatch.setattr(caching, "LIMIT", 2 * size + 200)
    remember(tmp_path / "new.npz", "v", ARRAYS)
    assert {file.stem for file in tmp_path.iterdir()} == {"young", "used", "new"}


def test_what_a_crash_left_behind_is_removed_after_a_day(tmp_path):
    for name, age in (("stale.part", 2 * 24 * 3600), ("fresh.part", 60)):
        (tmp_path / name).write_bytes(b"half")
        os.utime(tmp_path / name, (time.time() - age, time.time() - age))
    remember(tmp_path / "a.npz", "v", ARRAYS)
    assert {file.name for file in tmp_path.iterdir()} == {"fresh.part", "a.npz"}
