"""The `strata` command as a process of its own: quick words, one-sentence mistakes, a picture without a screen."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


def strata(*arguments: str, code: str = "from app.main import main; raise SystemExit(main())", **environment: str):
    clean = {name: value for name, value in os.environ.items() if name not in SCREENS} | environment
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=clean, timeout=120, check=False)


@pytest.mark.parametrize("word", ["--help", "--version"])
def test_words_come_without_a_window_or_tensors(word: str) -> None:
    code = (
        "import sys; from app.main import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "assert not {'torch', 'PySide6', 'pyqtgraph'} & set(sys.modules)"
    )
    done = strata(word, code=code)
    assert done.returncode == 0, done.stderr
    assert "strata" in done.stdout


def test_the_window_comes_up_without_tensors() -> None:
    code = (
        "import sys; from PySide6.QtWidgets import QApplication; q = QApplication([])\n"
        "from app.theme import Themes; from app.main_window import MainWindow\n"
        "themes = Themes(); themes.choose('dark'); window = MainWindow(themes); window.furnish(); window.show()\n"
        "assert 'torch' not in sys.modules"
    )
    done = strata(code=code, QT_QPA_PLATFORM="offscreen")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["no/such/folder"], "There is nothing at no/such/folder"),
        (["--after", "3"], "--after belongs to --screenshot"),
        (["--screenshot", "a.png", "--after", "-1"], "give a number of seconds"),
        ([], "QT_QPA_PLATFORM=offscreen"),
        (["--nosuch"], "strata: unrecognized arguments: --nosuch; strata --help shows what fits."),
        (["--size", "big"], "strata: --size: invalid int value: 'big'; strata --help shows what fits."),
    ],
)
@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="these always have a screen")
def test_mistakes_get_one_sentence(arguments: list[str], sentence: str) -> None:
    done = strata(*arguments)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_the_engine_s_commands_need_no_window() -> None:
    code = (
        "import sys; from app.main import main\n"
        "rc = main(['train', '--help'])\n"
        "assert rc == 0 and 'PySide6' not in sys.modules"
    )
    done = strata(code=code)
    assert done.returncode == 0, done.stderr
    assert "strata train" in done.stdout


def test_a_picture_is_taken_without_a_screen(image_folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "new" / "window.png"
    done = strata("--screenshot", str(file), "--after", "1", str(image_folder), OMP_NUM_THREADS="1")
    assert done.returncode == 0, done.stderr
    assert (QImage(str(file)).width(), QImage(str(file)).height()) == (1440, 900)
    assert not (tmp_path / "runs").exists(), "the run of a screenshot is thrown away"


def test_several_sources_and_how_they_are_imported(image_folder: Path, tmp_path: Path) -> None:
    file, notes = tmp_path / "window.png", tmp_path / "notes.txt"
    notes.write_text("no image")
    sources = [str(image_folder / "lying"), str(image_folder / "standing"), str(notes)]
    options = ["--size", "32", "--framing", "fit", "--held-out", "0.25", "--no-folder-classes"]
    done = strata("--screenshot", str(file), "--after", "1", *sources, *options, OMP_NUM_THREADS="1")
    assert done.returncode == 0, done.stderr
    asked = json.loads(QImage(str(file)).text("Data"))
    assert asked.pop("path") == "\n".join(sources)
    assert asked == {"size": 32, "colour": None, "framing": "fit", "held_out": 0.25, "folder_classes": False}


def test_a_picture_of_bad_data_is_refused_with_the_sentence(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    done = strata("--screenshot", str(tmp_path / "window.png"), str(empty))
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "window.png").exists()
