"""Long actions: what they return, what they say, how they end early, and that nothing of them is left behind."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from app.work.jobs import Jobs
from hvae_engine.errors import DataError

WAIT = 10_000


@pytest.fixture
def jobs(qapp: QApplication) -> Iterator[Jobs]:
    made = Jobs()
    yield made
    made.close()
    made.deleteLater()


def test_work_runs_beside_the_window_and_its_result_comes_back_on_it(jobs: Jobs, qtbot) -> None:
    threads = []

    def work(report) -> int:
        threads.append(threading.current_thread())
        return 42

    def then(result: int) -> None:
        threads.append(threading.current_thread())
        found.append(result)

    found: list[int] = []
    jobs.do(work, then, pytest.fail)
    qtbot.waitUntil(lambda: found == [42], timeout=WAIT)
    assert threads[0] is not threads[1]
    assert threads[1] is threading.main_thread()


def test_an_action_waits_for_one_piece_of_work_after_the_other(jobs: Jobs, qtbot) -> None:
    seen: list[int] = []

    async def action() -> None:
        first = await jobs.work(lambda report: 1)
        seen.append(first)
        seen.append(await jobs.work(lambda report: first + 1))

    jobs.begin(action, pytest.fail)
    qtbot.waitUntil(lambda: seen == [1, 2], timeout=WAIT)


def test_a_mistake_comes_back_and_a_bug_goes_to_the_hook(jobs: Jobs, monkeypatch: pytest.MonkeyPatch, qtbot) -> None:
    caught, bugs = [], []
    monkeypatch.setattr("sys.excepthook", lambda kind, error, trace: bugs.append(error))

    def fail(error: Exception):
        def work(report):
            raise error

        return work

    def reraise(error: Exception) -> None:
        raise error

    jobs.do(fail(DataError("There is nothing.")), pytest.fail, caught.append)
    qtbot.waitUntil(lambda: [str(one) for one in caught] == ["There is nothing."], timeout=WAIT)
    jobs.do(fail(ZeroDivisionError("a bug")), pytest.fail, reraise)
    qtbot.waitUntil(lambda: [str(one) for one in bugs] == ["a bug"], timeout=WAIT)


def test_progress_is_told_and_the_words_of_what_is_left_stay(jobs: Jobs, qtbot) -> None:
    told: list[tuple[str, int, int]] = []
    jobs.worked.connect(lambda *words: told.append(words))
    gate, results = threading.Event(), []

    def slow(report) -> None:
        report(1, 2)
        gate.wait(10)
        report(2, 2)

    jobs.do(slow, results.append, pytest.fail, "counting")
    jobs.do(lambda report: None, results.append, pytest.fail, "looking")
    qtbot.waitUntil(lambda: len(results) == 1, timeout=WAIT)
    assert told[-1][0] == "counting"
    qtbot.waitUntil(lambda: ("counting", 1, 2) in told, timeout=WAIT)
    gate.set()
    qtbot.waitUntil(lambda: len(results) == 2, timeout=WAIT)
    assert told[-1] == ("", 0, 0)


def test_a_cancelled_action_ends_its_work_at_the_next_report_and_delivers_nothing(jobs: Jobs, qtbot) -> None:
    told: list[str] = []
    jobs.worked.connect(lambda words, done, total: told.append(words))
    begun, ended = threading.Event(), threading.Event()

    def work(report) -> None:
        begun.set()
        try:
            while True:
                report(0, 0)
                time.sleep(0.005)
        finally:
            ended.set()

    task = jobs.do(work, pytest.fail, pytest.fail, "for ever")
    qtbot.waitUntil(begun.is_set, timeout=WAIT)
    task.cancel()
    qtbot.waitUntil(lambda: ended.is_set() and task.cancelled(), timeout=WAIT)
    assert told[-1] == ""


def test_closing_begins_what_was_asked_for_and_waits_for_it(qapp: QApplication) -> None:
    jobs, saved = Jobs(), []

    def save(report) -> None:
        time.sleep(0.1)
        saved.append(True)

    jobs.do(save, pytest.fail, pytest.fail)
    jobs.close()
    assert saved == [True]
    jobs.deleteLater()


def test_without_an_action_there_is_no_loop_to_close(jobs: Jobs) -> None:
    assert jobs._loop is None


def test_an_action_may_close_everything(qapp: QApplication, qtbot) -> None:
    jobs, closed = Jobs(), []

    def close(result: int) -> None:
        jobs.close()
        closed.append(result)

    jobs.do(lambda report: 5, close, pytest.fail)
    qtbot.waitUntil(lambda: closed == [5], timeout=WAIT)
    assert jobs._loop is None
    jobs.deleteLater()
