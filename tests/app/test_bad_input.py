"""What somebody drops by mistake: each gets its sentence as a notice, and the data at hand stay."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest

from app.main_window import MainWindow
from app.state.permissions import Phase
from tests.app.test_dropping import Drag

LOCKED, WAIT = "locked", 30_000


def nothing_in_it(folder: Path) -> Path:
    path = folder / "empty folder"
    path.mkdir()
    return path


def no_images_in_it(folder: Path) -> Path:
    path = folder / "letters"
    path.mkdir()
    (path / "a.txt").write_text("Dear all")
    return path


def file_of(name: str, contents: bytes) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        (folder / name).write_bytes(contents)
        return folder / name

    return make


@pytest.fixture(autouse=True)
def lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder `LOCKED` may not be read; taking its permissions away would not keep root out."""
    real = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: LOCKED not in str(path) and real(path, mode))


def locked(folder: Path) -> Path:
    path = folder / LOCKED
    path.mkdir()
    return path


def pickled_array(folder: Path) -> Path:
    import numpy as np

    np.save(folder / "objects.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)
    return folder / "objects.npy"


CASES = {
    "an empty folder": (nothing_in_it, "holds no images"),
    "a folder without images": (no_images_in_it, "holds no images"),
    "a text file": (file_of("notes.txt", b"Dear all"), "is a text file, not images"),
    "a broken zip": (file_of("broken.zip", b"PK\3\4 and nothing more"), "broken.zip"),
    "a pickle": (file_of("model.pkl", pickle.dumps([1, 2])), "is a pickle"),
    "a pickle in an array": (pickled_array, "objects.npy"),
    "an image of no bytes": (file_of("nothing.png", b""), "is empty"),
    "an image that is none": (file_of("lie.png", b"words"), "It is not an image"),
    "a path that is gone": (lambda folder: folder / "gone", "does not exist"),
    "weights without a run": (file_of("checkpoint.safetensors", b"x"), "is a file of weights"),
    "a folder nobody may read": (locked, "cannot be read"),
}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_mistake_is_answered_and_nothing_is_lost(window: MainWindow, tmp_path: Path, case: str, qtbot) -> None:
    make, sentence = CASES[case]
    window.bridge.load_engine()
    window.bridge.open("scenes")
    qtbot.waitUntil(lambda: window.experiment.phase == Phase.READY, timeout=WAIT)
    before, path = window.experiment.pictures, make(tmp_path)
    drag = Drag(window, path)
    drag.enter()
    if case.startswith("an image"):  # a single one is for the row of x, see test_dropping
        drag.leave()
        window.offer(str(path))
    else:
        assert sentence in drag.said(qtbot)
        drag.drop()
    qtbot.waitUntil(lambda: any(sentence in text for text in window.notices.texts), timeout=WAIT)
    assert window.experiment.pictures is before
    assert window.experiment.phase == Phase.READY
    assert window.opening.sheet is None
    assert not window.status.cancel.isVisible()


def test_strange_paths_are_answered_too(window: MainWindow, qtbot) -> None:
    for path in ("/" + "a" * 5000, "a\0b", "\n\n", "/nowhere\n/nowhere else", "~nobody-here"):
        window.offer(path)
        qtbot.waitUntil(lambda: len(window.notices.texts) == 1, timeout=WAIT)
        window.notices.settle("data")
        window.recent.add("data", path)
    assert window.recent.paths("data") == []
    assert window.experiment.phase == Phase.EMPTY
