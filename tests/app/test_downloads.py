"""Data sets of the literature, from the welcome and the menu: size of a download, its bytes, Cancel, being offline."""

from __future__ import annotations

import hashlib
import threading
import zipfile
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.main_window import MainWindow
from app.state.permissions import Phase
from hvae_engine.datasets.remote import catalogue, downloads
from hvae_engine.datasets.remote.catalogue import OFFERS, Remote
from tests.app.conftest import import_as_offered
from tests.engine.datasets.corpus import picture
from tests.engine.datasets.test_downloads import Handler, small_mnist

LEFT, WAIT = Qt.MouseButton.LeftButton, 30_000


class Server(ThreadingHTTPServer):
    """Holds small files on the loopback address, see `Handler`."""

    def __init__(self, files: dict[str, bytes]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.files, self.asked, self.ranges = files, [], True
        self.breaks_at, self.slow, self.hold = None, False, threading.Event()

    @property
    def place(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/some/"


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """Serves a small MNIST in place of the real one; nothing of it is on the disk."""
    made = Server(small_mnist())
    offer_from(made.place, made.files, monkeypatch)
    monkeypatch.setenv("STRATA_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("STRATA_DATA", str(tmp_path / "nothing"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    thread = threading.Thread(target=made.serve_forever, args=(0.02,))
    thread.start()
    yield made
    made.hold.set()
    made.shutdown()
    thread.join()
    made.server_close()


def offer_from(place: str, files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch, name: str = "mnist") -> None:
    remotes = tuple(
        Remote(file, (place,), hashlib.md5(held, usedforsecurity=False).hexdigest(), len(held))
        for file, held in files.items()
    )
    replaced = {**OFFERS, name: OFFERS[name]._replace(files=remotes)}
    for module in (downloads, catalogue):
        monkeypatch.setattr(module, "OFFERS", replaced)


def ready(window: MainWindow, qtbot) -> None:
    window.bridge.load_engine()
    qtbot.waitUntil(lambda: bool(window.experiment.families), timeout=WAIT)


def test_buttons_say_size_source_and_licence(window: MainWindow) -> None:
    buttons = window.welcome.download_buttons
    assert [button.text().split("\n")[0] for button in buttons.values()] == [one.title for one in OFFERS.values()]
    assert buttons["cifar-10"].text() == "CIFAR-10\n170.1 MB"
    assert buttons["mnist"].accessibleName() == "MNIST, 11.6 MB"
    hints = {name: button.toolTip() for name, button in buttons.items()}
    assert "CC BY-SA 3.0; from ossci-datasets.s3.amazonaws.com" in hints["mnist"]
    assert "no licence stated" in hints["cifar-10"]
    assert "28 × 28" in hints["kmnist"]
    assert window.focusWidget() is window.welcome.buttons["scenes"], "the main job is still the first key"


def test_a_click_downloads_with_bytes_and_opens(window: MainWindow, server: Server, qtbot) -> None:
    ready(window, qtbot)
    seen: list[str] = []
    window.bridge.worked.connect(lambda words, done, total: seen.append(words))
    QTest.mouseClick(window.welcome.download_buttons["mnist"], LEFT)
    qtbot.waitUntil(lambda: window.experiment.phase == Phase.READY, timeout=WAIT)
    total = sum(map(len, server.files.values())) / 1e6
    assert f"downloading MNIST … {total:.1f} of {total:.1f} MB" in seen
    assert len(window.experiment.pictures) == 60
    assert len(server.asked) == 4

    qtbot.waitUntil(lambda: window.welcome.download_buttons["mnist"].text() == "MNIST\non this disk", timeout=WAIT)
    (action,) = [one for one in window.tools._data.menu().actions() if one.text().startswith("MNIST")]
    assert action.text() == "MNIST (on this disk)"
    before = window.experiment.pictures
    action.trigger()
    qtbot.waitUntil(lambda: window.experiment.pictures is not before, timeout=WAIT)
    assert len(server.asked) == 4, "it is not fetched twice"


def test_the_keyboard_does_the_same(window: MainWindow, server: Server, qtbot) -> None:
    ready(window, qtbot)
    window.welcome.download_buttons["mnist"].setFocus()
    QTest.keyClick(window.welcome.download_buttons["mnist"], Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.experiment.phase == Phase.READY, timeout=WAIT)


def test_cancel_ends_a_download_and_the_next_one_goes_on(window: MainWindow, server: Server, qtbot) -> None:
    ready(window, qtbot)
    server.slow = True
    QTest.mouseClick(window.welcome.download_buttons["mnist"], LEFT)
    qtbot.waitUntil(lambda: window.status.bar.value() >= 10_000, timeout=WAIT)
    assert window.status.bar.maximum() == sum(map(len, server.files.values()))
    assert "downloading MNIST" in window.status.state.text()
    QTest.mouseClick(window.status.cancel, LEFT)
    qtbot.waitUntil(lambda: not window.status.cancel.isVisible(), timeout=WAIT)
    assert window.experiment.phase == Phase.EMPTY
    assert window.notices.texts == []
    server.slow = False
    server.hold.set()
    QTest.mouseClick(window.welcome.download_buttons["mnist"], LEFT)
    qtbot.waitUntil(lambda: window.experiment.phase == Phase.READY, timeout=WAIT)
    assert any(first is not None for _, first in server.asked), "it went on where it was"


def test_a_key_cancels_too(window: MainWindow, server: Server, qtbot) -> None:
    ready(window, qtbot)
    cancel = window.commands["cancel"]
    assert not cancel.isEnabled(), "there is nothing to cancel"
    server.slow = True
    QTest.mouseClick(window.welcome.download_buttons["mnist"], LEFT)
    qtbot.waitUntil(lambda: window.status.bar.value() >= 10_000, timeout=WAIT)
    window.activateWindow()
    QTest.keyClick(window, Qt.Key.Key_Escape, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: not window.status.cancel.isVisible(), timeout=WAIT)
    assert not cancel.isEnabled()
    assert window.experiment.phase == Phase.EMPTY


def test_offline_is_said_and_nothing_is_lost(
    window: MainWindow, server: Server, monkeypatch: pytest.MonkeyPatch, qtbot
) -> None:
    ready(window, qtbot)
    window.bridge.open("scenes")
    qtbot.waitUntil(lambda: window.experiment.phase == Phase.READY, timeout=WAIT)
    before = window.experiment.pictures
    offer_from("http://127.0.0.1:1/", server.files, monkeypatch)
    window.offer("mnist")
    qtbot.waitUntil(lambda: bool(window.notices.texts), timeout=WAIT)
    (notice,) = window.notices.texts
    assert "could not be downloaded" in notice
    assert "Check the connection and try again" in notice
    assert window.experiment.pictures is before


def test_a_copy_on_the_disk_is_found_and_used(
    window: MainWindow, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot
) -> None:
    raw = tmp_path / "mine" / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for name, held in server.files.items():
        (raw / name).write_bytes(held)
    monkeypatch.setenv("STRATA_DATA", str(tmp_path / "mine"))
    ready(window, qtbot)
    qtbot.waitUntil(lambda: window.welcome.download_buttons["mnist"].text() == "MNIST\non this disk", timeout=WAIT)
    QTest.mouseClick(window.welcome.download_buttons["mnist"], LEFT)
    qtbot.waitUntil(lambda: window.experiment.phase == Phase.READY, timeout=WAIT)
    assert server.asked == []


def test_a_name_on_the_command_line_is_fetched_with_bytes_too(window: MainWindow, server: Server, qtbot) -> None:
    seen: list[str] = []
    window.bridge.worked.connect(lambda words, done, total: seen.append(words))
    window.bridge.load_engine()
    window.bridge.open("mnist")
    qtbot.waitUntil(lambda: window.experiment.phase == Phase.READY, timeout=WAIT)
    assert any(words.startswith("downloading MNIST") and words.endswith("MB") for words in seen)


def test_images_that_come_in_archives_get_the_sheet_after_the_download(
    window: MainWindow, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot
) -> None:
    files = {}
    for name, count in (("images_background.zip", 24), ("images_evaluation.zip", 6)):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            for number in range(count):
                archive.writestr(f"images/alphabet {number % 2}/character/{number}.png", picture(7 * number))
        files[name] = (tmp_path / name).read_bytes()
    server.files |= files
    offer_from(server.place, files, monkeypatch, "omniglot")
    ready(window, qtbot)
    QTest.mouseClick(window.welcome.download_buttons["omniglot"], LEFT)
    import_as_offered(window, qtbot)
    qtbot.waitUntil(lambda: window.experiment.phase == Phase.READY, timeout=WAIT)
    assert (len(window.experiment.pictures), window.experiment.pictures.test) == (24, 6)
    assert len(server.asked) == 2
