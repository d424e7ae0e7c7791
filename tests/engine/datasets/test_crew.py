"""Protects decoding on all cores: the same pixels in processes as on threads, quick to cancel, hard to bring down."""

import os
import signal
import threading
import time

import pytest
from PIL import Image

from hvae_engine.datasets import load_data
from hvae_engine.datasets.pixels import crew, decoding, worker
from hvae_engine.datasets.pixels.crew import Crew, Process
from hvae_engine.datasets.pixels.pictures import Plan
from hvae_engine.datasets.pixels.worker import Batch
from hvae_engine.datasets.trees.pieces import Piece
from tests.engine.datasets.corpus import alone, picture, zipped

PLAN = Plan(12, False)


@pytest.fixture(autouse=True)
def nothing_left_running():
    yield
    assert [thread.name for thread in threading.enumerate() if "_labour" in thread.name] == []


@pytest.fixture
def many(tmp_path):
    for number in range(200):
        Image.new("L", (12, 12), number).save(tmp_path / f"{number:03}.png")
    (tmp_path / "bad.png").write_bytes(b"bad")
    return tmp_path


def in_processes(monkeypatch, batch=16):
    monkeypatch.setattr(decoding, "MANY", 1)
    monkeypatch.setattr(decoding, "BATCH", batch)


def values(images):
    return images.pixels[:, 0, 0, 0].tolist()


def test_processes_and_threads_give_the_same(many, monkeypatch, tmp_path_factory):
    threads = load_data(many)
    in_processes(monkeypatch)
    processes = load_data(many, cache=tmp_path_factory.mktemp("other"))
    assert values(threads.train) == values(processes.train)
    assert values(threads.validation) == values(processes.validation)
    assert threads.skipped == processes.skipped
    assert len(processes.skipped) == 1


def test_members_of_archives_in_processes(tmp_path, monkeypatch):
    in_processes(monkeypatch, 5)
    files = {f"{number:02}.png": picture(number) for number in range(30)}
    data = load_data(alone("a.zip", zipped(files))(tmp_path))
    assert sorted(values(data.train) + values(data.validation)) == list(range(30))


def batches(paths, size=1):
    for start in range(0, len(paths), size):
        rows = range(start, min(start + size, len(paths)))
        yield Batch(rows, [Piece("file", str(paths[row])) for row in rows], [b""] * len(rows))


def test_a_process_that_is_killed_costs_at_most_what_it_held(many, monkeypatch):
    paths = sorted(many.glob("[0-9]*.png"))
    started, real = [], crew._started

    def remember():
        process = real()
        started.append(process)
        if len(started) == 1:
            os.kill(process.pid, signal.SIGKILL)
        return process

    monkeypatch.setattr(crew, "_started", remember)
    taken = {}
    team = Crew(PLAN, True, lambda batch, pixels: taken.update(zip(batch.rows, pixels[:, 0, 0, 0], strict=True)))
    outcomes = list(team.run(batches(paths, 10)))
    assert {row: int(value) for row, value in taken.items()} == dict(enumerate(range(200)))
    assert sum(outcome.done for outcome in outcomes) == 200
    assert not any(outcome.reasons for outcome in outcomes)


def test_a_picture_that_brings_its_decoder_down_is_left_out_alone(many, monkeypatch):
    paths = sorted(many.glob("[0-9]*.png"))[:20]
    real = Process.decode

    def fragile(self, batch):
        if 7 in batch.rows:
            self.close()
            raise crew.ProcessEndedError
        return real(self, batch)

    monkeypatch.setattr(Process, "decode", fragile)
    taken = []
    outcomes = list(Crew(PLAN, True, lambda batch, pixels: taken.extend(batch.rows)).run(batches(paths, 5)))
    reasons = {row: reason for outcome in outcomes for row, reason in outcome.reasons.items()}
    assert reasons == {7: "It brings its decoder down."}
    assert sorted(taken) == [row for row in range(20) if row != 7]
    assert sum(outcome.done for outcome in outcomes) == 20


@pytest.mark.parametrize("processes", [True, False])
def test_cancelling_is_quick_and_leaves_no_process(many, monkeypatch, processes):
    in_processes(monkeypatch, 200)
    monkeypatch.setattr(decoding, "can_start", lambda: processes)
    started, real = [], crew._started
    monkeypatch.setattr(crew, "_started", lambda: started.append(real()) or started[-1])

    def slow(*_):
        time.sleep(0.02)
        raise OSError

    monkeypatch.setattr(worker, "read_picture", slow)
    since = []

    def cancel(done, total):
        since.append(time.monotonic())
        if len(since) > 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load_data(many, size=12, colour=False, progress=cancel)
    assert time.monotonic() - since[-1] < 1
    assert all(process.poll() is not None for process in started)


def test_what_goes_wrong_with_the_batches_is_raised(many):
    def broken():
        yield from batches(sorted(many.glob("[0-9]*.png"))[:5])
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        list(Crew(PLAN, False, lambda batch, pixels: None).run(broken()))


def test_the_worker_needs_no_torch():
    import subprocess
    import sys

    program = "import sys, hvae_engine.datasets.pixels.worker; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
