"""Files that an import left out: listed with their reasons, saved as a table or as text, found again later."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from app.main_window import MainWindow
from app.panels.skipped import SkippedFiles
from app.state.permissions import Phase
from tests.app.test_dropping import press
from tests.engine.datasets.corpus import picture

LEFT, WAIT = Qt.MouseButton.LeftButton, 30_000


@pytest.fixture
def imported(window: MainWindow, tmp_path: Path, qtbot) -> MainWindow:
    """The window with twelve good images; two files beside them were left out."""
    folder = tmp_path / "photos"
    folder.mkdir()
    for number in range(12):
        (folder / f"{number}.png").write_bytes(picture(10 * number))
    (folder / 'a "strange", name.png').write_bytes(b"words")
    (folder / "empty.png").write_bytes(b"")
    window.bridge.load_engine()
    window.bridge.open(str(folder))
    qtbot.waitUntil(lambda: window.experiment.phase == Phase.READY, timeout=WAIT)
    return window


def listed(window: MainWindow) -> SkippedFiles:
    (dialogue,) = window.findChildren(SkippedFiles)
    return dialogue


def test_the_list_can_be_saved_as_a_table_and_as_text(
    imported: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot
) -> None:
    skipped = imported.experiment.pictures.skipped
    assert len(skipped) == 2
    imported.commands["skipped"].trigger()  # long after the notice may have gone
    dialogue = listed(imported)
    assert "2 files could not be used" in dialogue.said.text()
    assert all(
        path in dialogue.words.toPlainText() and reason in dialogue.words.toPlainText() for path, reason in skipped
    )

    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *asked: (str(tmp_path / "list"), ""))
    QTest.mouseClick(dialogue.save_button, LEFT)
    with (tmp_path / "list.csv").open(newline="", encoding="utf-8") as file:
        assert [tuple(row) for row in csv.reader(file)] == [("path", "reason"), *skipped]
    assert dialogue.said.text() == f"Saved to {tmp_path / 'list.csv'}"

    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *asked: (str(tmp_path / "list.txt"), ""))
    dialogue.activateWindow()
    qtbot.waitUntil(dialogue.isActiveWindow, timeout=WAIT)
    dialogue.save_button.setFocus()
    QTest.keyClick(dialogue.save_button, Qt.Key.Key_Space)
    assert (tmp_path / "list.txt").read_text(encoding="utf-8") == "".join(f"{a}\n    {b}\n" for a, b in skipped)
    dialogue.close()


def test_a_place_that_cannot_be_written_is_said(imported: MainWindow, tmp_path: Path) -> None:
    imported.commands["skipped"].trigger()
    dialogue = listed(imported)
    dialogue.save(tmp_path / "no such folder" / "list.csv")
    assert "cannot be written" in dialogue.said.text()
    assert dialogue.isVisible()
    QTest.keyClick(dialogue, Qt.Key.Key_Escape)


def test_the_notice_opens_the_same_list(imported: MainWindow) -> None:
    press(imported, "Show which")
    listed(imported).close()


def test_the_data_card_keeps_it_in_reach(imported: MainWindow) -> None:
    button = imported.setup.data.skipped
    assert (button.text(), button.isVisible()) == ("2 files left out …", True)
    QTest.mouseClick(button, LEFT)
    listed(imported).close()


def test_nothing_left_out_is_said(window: MainWindow, qtbot) -> None:
    window.bridge.load_engine()
    window.bridge.open("scenes")
    qtbot.waitUntil(lambda: window.experiment.phase == Phase.READY, timeout=WAIT)
    assert not window.setup.data.skipped.isVisible()
    window.commands["skipped"].trigger()
    dialogue = listed(window)
    assert dialogue.said.text() == "No file was left out of these data."
    assert not dialogue.save_button.isEnabled()
    dialogue.close()
