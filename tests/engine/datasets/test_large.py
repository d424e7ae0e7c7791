"""Protects from what is large: two million files, pictures of 64 million pixels; nobody waits for them, or runs out."""

import contextlib
import io
import os
import re
import subprocess
import sys
import time
from unittest import mock

import numpy as np
import PIL.Image
import pytest

from hvae_engine.datasets import describe, folders, load_data, sources
from hvae_engine.datasets.pixels import crew, decoding, plain
from hvae_engine.datasets.trees.listing import Found
from hvae_engine.datasets.trees.walking import Walk

SECONDS = 20


class Entry:
    """A file that is not there, as os.scandir gives it."""

    def __init__(self, folder, number):
        self.name = f"{number}.png"
        self.path = f"{folder}/{number}.png"

    def is_file(self):
        return True

    def __fspath__(self):
        return self.path


@pytest.fixture
def two_million_files(tmp_path, monkeypatch):
    """A folder of them, and a list that grows with each that is looked at."""
    made = []

    @contextlib.contextmanager
    def scandir(_):
        yield (made.append(1) or Entry(tmp_path, number) for number in range(2_000_000))

    monkeypatch.setattr(os, "scandir", scandir)
    return made


def test_two_million_files_are_described_at_once(tmp_path, two_million_files, monkeypatch):
    monkeypatch.setattr(sources, "HURRY", SECONDS)
    begun = time.monotonic()
    assert describe(tmp_path) == "Import more than 100 000 images"
    assert time.monotonic() - begun < SECONDS
    assert len(two_million_files) < 110_000


def test_a_folder_that_takes_long_is_described_as_far_as_it_goes(tmp_path, two_million_files, monkeypatch):
    monkeypatch.setattr(sources, "HURRY", 0.02)
    assert re.fullmatch(r"Import more than [1-9]\d0* ?0* images|Import the images in .*", describe(tmp_path))
    assert len(two_million_files) < 100_000
    monkeypatch.setattr(sources, "HURRY", -1)
    assert describe(tmp_path) == f"Import the images in {tmp_path.name}"


def test_listing_reports_what_it_finds_and_can_be_cancelled(tmp_path, two_million_files):
    reports = []

    def progress(done, total):
        reports.append(total)
        if total > 30_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load_data(tmp_path, progress=progress)
    assert reports == sorted(reports)
    assert len(reports) > 20
    assert len(two_million_files) < 40_000


@pytest.mark.slow
def test_who_cancels_two_million_files_never_waits_long(tmp_path, two_million_files, monkeypatch):
    """The longest time between two reports, on the way from the first file to the first picture."""
    monkeypatch.setattr(folders, "choose", mock.Mock(side_effect=KeyboardInterrupt))
    times = [time.perf_counter()]
    with pytest.raises(KeyboardInterrupt):
        load_data(tmp_path, progress=lambda done, total: times.append(time.perf_counter()))
    assert len(two_million_files) > 1_000_000
    assert np.diff(times).max() < 1  # 0.2 s where nothing else runs
    assert np.quantile(np.diff(times), 0.99) < 0.2


def heavy_png(side=3000):
    file = io.BytesIO()
    PIL.Image.new("RGBA", (side, side), (10, 20, 30, 128)).save(file, "PNG", compress_level=1)
    return file.getvalue()


def test_a_few_large_pictures_are_decoded_in_processes_that_can_be_ended(tmp_path, monkeypatch):
    contents = heavy_png()
    for number in range(12):
        (tmp_path / f"{number}.png").write_bytes(contents)
    seen = []
    real = decoding.Crew
    monkeypatch.setattr(decoding, "Crew", lambda *args: seen.append(args) or real(*args))
    monkeypatch.setattr(decoding, "free_memory", lambda: 3 * 12 * 3000**2 * 2)
    data = load_data(tmp_path, size=8, colour=True)
    assert data.train.pixels[0, :, 0, 0].tolist() == [5, 10, 15]
    ((_, in_processes, _, hands),) = seen
    assert in_processes
    assert hands == min(3, crew.cores())


def test_a_look_at_large_pictures_can_be_cancelled_and_ends_early(tmp_path, monkeypatch):
    contents = heavy_png(2100)
    for number in range(40):
        (tmp_path / f"{number}.png").write_bytes(contents)
    files = [Found(f"{number}.png", "train", None) for number in range(40)]
    ticks = []
    monkeypatch.setattr(decoding, "LOOKED_AT", 9 * 2100**2)
    looks = list(decoding.surveys(Walk(tmp_path), files, lambda: ticks.append(1)))
    assert len(looks) == 10
    assert len(ticks) >= 10

    def cancel():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(decoding.surveys(Walk(tmp_path), files, cancel))


def test_any_first_part_of_a_sample_is_spread_over_all():
    rows = decoding.crosswise(np.arange(64))
    assert sorted(rows) == list(range(64))
    assert np.diff(np.sort(rows[:8])).max() <= 16


@pytest.mark.parametrize("mode", ["RGBA", "LA", "I;16", "F", "I", "P", "PA"])
def test_pictures_are_changed_by_strips_as_in_one_piece(monkeypatch, mode):
    rng = np.random.default_rng(0)
    grey, colours = rng.integers(0, 65_536, (41, 30)), rng.integers(0, 256, (41, 30, 4)).astype(np.uint8)
    kinds = {"F": np.float32(grey / 65_535), "I": np.int32(grey), "I;16": np.uint16(grey)}
    picture = PIL.Image.fromarray(kinds.get(mode, colours))
    picture = picture if mode in kinds else picture.convert("RGB").quantize(9) if mode in ("P", "PA") else picture
    if mode in ("P", "PA"):
        picture.info["transparency"] = 3
    picture = picture if mode in (*kinds, "P") else picture.convert(mode)
    for colour in (True, False):
        whole = plain.to_plain(picture, colour)
        with monkeypatch.context() as patch:
            patch.setattr(plain, "STRIP", 100)
            strips = plain.to_plain(picture, colour)
        assert (strips.mode, strips.tobytes()) == (whole.mode, whole.tobytes())


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["RGBA", "LA", "I;16", "F", "P"])
def test_the_largest_pictures_take_the_memory_that_is_stated(tmp_path, mode):
    """In a process of its own: twelve bytes for each of 64 million pixels, and what the process has anyway."""
    picture = PIL.Image.new(mode, (8000, 8000))
    kind = "tif" if mode == "F" else "png"
    picture.save(tmp_path / f"a.{kind}", **({"transparency": 0} if mode == "P" else {}))
    program = (
        "import sys; from hvae_engine.datasets.pixels.pictures import read_picture;"
        "from tests.engine.datasets.own_memory import peak_memory;"
        "read_picture(sys.argv[1], 32, True); print(peak_memory())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / f"a.{kind}")],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert int(done.stdout) < decoding.BYTES_A_PIXEL * 64_000_000 + 100_000_000
