"""Protects people from what they drop: nothing crashes, hangs, writes elsewhere or takes memory; all has a sentence."""

import gzip
import json
import os
import re
import subprocess
import sys
import time
import tracemalloc
import zipfile
from pathlib import Path

import numpy as np
import PIL.Image
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hvae_engine.datasets import describe, load_data
from hvae_engine.errors import DataError
from tests.engine.datasets import corpus as corpus_module
from tests.engine.datasets.own_memory import peak_memory

CASES = corpus_module.corpus()
SAMPLE = CASES[::7]
SECONDS = 20
PYTHON_BUDGET = 120_000_000
"""Bytes of Python's and numpy's that any case may take at once."""

PROCESS_BUDGET = 900_000_000
"""Bytes that a process which goes through all of them may hold, torch and Pillow with it."""


def snapshot(folder):
    """Everything below a folder, with sizes."""
    return {str(path): path.lstat().st_size for path in sorted(folder.rglob("*"))}


def answer(ask, source):
    """What came of asking, or the sentence that refused it."""
    try:
        return ask(source), None
    except DataError as error:
        return None, str(error)


def go_through(case, folder):
    """Load a case, and complain about all that must not happen."""
    inputs = folder / "inputs"
    inputs.mkdir(parents=True)
    source = case.make(inputs)
    before = snapshot(inputs)
    begun = time.monotonic()
    for ask in (describe, lambda source: load_data(source, cache=folder / "cache")):
        result, sentence = answer(ask, source)
        if sentence is None:
            assert isinstance(result, str) or not case.refused, f"{case.name}: loaded"
            continue
        assert case.refused, f"{case.name}: refused with {sentence}"
        assert re.search(case.refused, sentence), f"{case.name}: {sentence}"
        assert "\n" not in sentence
    if not case.refused:
        reasons = [skipped.reason for skipped in result.skipped]
        if case.skipped:
            assert any(re.search(case.skipped, reason) for reason in reasons or [""]), f"{case.name}: {reasons}"
            assert all(re.search(case.skipped, reason) for reason in reasons), f"{case.name}: {reasons}"
        else:
            assert reasons == [], f"{case.name}: {reasons}"
        assert len(result.train) + len(result.validation) >= 10
    assert time.monotonic() - begun < SECONDS, f"{case.name} took long"
    assert snapshot(inputs) == before, f"{case.name} changed its folder"
    outside = {path.name for path in folder.iterdir()} - {"inputs", "cache"}
    assert not outside, f"{case.name} wrote {outside}"


def test_there_are_enough_of_them():
    assert len(CASES) >= 300
    assert len({case.name for case in CASES}) == len(CASES)
    assert all(case.refused or case.skipped or "/" in case.name for case in CASES)


@pytest.mark.parametrize("case", SAMPLE, ids=[case.name for case in SAMPLE])
def test_a_sample(case, tmp_path):
    tracemalloc.start()
    try:
        go_through(case, tmp_path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < PYTHON_BUDGET


GOOD_FILES = {
    "a.zip": corpus_module.zipped(corpus_module.good_members(), zipfile.ZIP_DEFLATED),
    "a.tar": corpus_module.tarred(),
    "a.tar.gz": gzip.compress(corpus_module.tarred()),
    "a.npy": corpus_module.npy(corpus_module.IMAGES),
    "a.npz": corpus_module.npz(x=corpus_module.IMAGES, y=np.arange(12)),
    "data_batch_1.bin": (b"\1" + bytes(3072)) * 12,
}


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(sorted(GOOD_FILES)), changes=st.data())
def test_files_with_random_damage_raise_nothing_but_sentences(tmp_path, name, changes):
    contents = bytearray(GOOD_FILES[name])
    for _ in range(changes.draw(st.integers(1, 6))):
        at = changes.draw(st.integers(0, len(contents) - 1))
        patch = changes.draw(st.binary(min_size=1, max_size=8))
        contents[at : at + len(patch)] = patch
    (tmp_path / name).write_bytes(contents)
    for ask in (describe, load_data):
        _, sentence = answer(ask, tmp_path / name)
        assert sentence is None or "\n" not in sentence


def test_files_that_vanish_and_files_that_cannot_be_read(tmp_path, monkeypatch):
    for number in range(20):
        (tmp_path / f"{number:02}.png").write_bytes(corpus_module.picture(number))
    real = PIL.Image.open

    def opened(source, *args, **options):
        if str(source).endswith("03.png"):
            os.unlink(source)
        if str(source).endswith("04.png"):
            raise PermissionError(13, "Permission denied", str(source))
        return real(source, *args, **options)

    monkeypatch.setattr(PIL.Image, "open", opened)
    data = load_data(tmp_path, size=12, colour=False)
    assert {skipped.path: skipped.reason for skipped in data.skipped} == {
        "03.png": "It is gone: it was there when the images were listed.",
        "04.png": "It cannot be read: check its permissions.",
    }


@pytest.mark.parametrize(
    ("found", "sentence"),
    [(0, r"cannot be read \(No such file or directory\)"), (12, "holds no images that can be read and 12 that cannot")],
)
def test_an_archive_that_vanishes_while_it_is_read(tmp_path, found, sentence):
    path = corpus_module.alone("a.zip", GOOD_FILES["a.zip"])(tmp_path)

    def vanish(done, total):
        if total >= found:
            path.unlink(missing_ok=True)

    with pytest.raises(DataError, match=sentence):
        load_data(path, progress=vanish)


@pytest.mark.slow
def test_all_of_them_in_one_process(tmp_path):
    """In a process of its own, whose memory is only theirs."""
    program = "from tests.engine.datasets.test_hostile import main; main()"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=280,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "OMP_NUM_THREADS": "1"},
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    report = json.loads(done.stdout)
    assert report["failures"] == []
    assert report["count"] == len(CASES)
    assert report["peak"] < PROCESS_BUDGET


def main():
    """Go through all cases and print what came of it."""
    folder, failures = Path(sys.argv[1]), []
    for number, case in enumerate(CASES):
        try:
            go_through(case, folder / str(number))
        except Exception as error:
            failures.append(f"{case.name}: {type(error).__name__} {error}")
    print(json.dumps({"failures": failures, "count": len(CASES), "peak": peak_memory()}))
