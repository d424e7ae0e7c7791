"""Curves that leave the window: a table that holds every figure, and pictures of a plot, by menu and by key."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMenu

from app.exports import screenshot
from app.main_window import MainWindow
from app.state import curve_table
from app.state.curves import Curves
from app.state.records import Settings
from tests.app.test_curves_panel import drawn, pinned
from tests.app.test_settings import pictures

WAIT = 10_000


def grown(levels: tuple[str, ...] = ("z1", "z2"), steps: int = 30) -> Curves:
    curves, numbers = Curves(levels), np.arange(1, steps + 1)
    kl = np.tile(np.arange(1.0, len(levels) + 1), (steps, 1))
    curves.add_steps(numbers, -100.0 - numbers, -90.0 - numbers, kl, numbers * 0.5, -0.1 * numbers)
    curves.add_evaluation(20, -99.5, -89.5, kl[0], np.arange(len(levels)), exact=-98.25, error=0.125)
    return curves


@pytest.fixture
def run(window: MainWindow, tmp_path: Path, qtbot) -> MainWindow:
    """The window with a run and one pinned behind it."""
    experiment = window.experiment
    experiment.set_pictures(pictures())
    experiment.begin_run(tmp_path / "a run", Settings(beta=2.0))
    experiment.begin_levels(("z1", "z2"))
    source = grown(steps=200)
    experiment.curves.add_steps(
        *source.training.values[:, :3].T, source.training.values[:, 3:], source.clock.values[:, 0]
    )
    window.comparing.archive.pins.put([pinned("earlier")])
    qtbot.waitUntil(lambda: drawn(window.curves.bound, "bound @0"))
    return window


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_the_table_has_every_figure_of_every_run() -> None:
    out = io.StringIO()
    one, other = grown(), grown(("z1", "y"), 3)
    curve_table.write([curve_table.content_of("one", one), curve_table.content_of("other, too", other)], out)
    rows = read(out.getvalue())
    assert len(rows) == 30 + 1 + 3 + 1
    tenth = rows[9]
    assert (tenth["run"], tenth["split"], tenth["step"], tenth["seconds"]) == ("one", "training", "10", "5")
    figures = [float(tenth[name]) for name in ("bound", "log_px", "kl_z1", "kl_z2", "weight_prior")]
    assert figures == pytest.approx([-110, -100, 1, 2, -1])
    assert tenth["kl_y"] == tenth["exact"] == ""
    held = rows[30]
    assert (held["split"], held["exact"], held["error"], held["active_z2"]) == ("validation", "-98.25", "0.125", "1")
    assert rows[-1]["run"] == "other, too"
    assert rows[-1]["kl_y"] == "2"
    assert rows[-1]["kl_z2"] == ""


def test_rows_that_come_later_are_not_in_a_content() -> None:
    curves = grown()
    content = curve_table.content_of("one", curves)
    curves.add_steps(np.array([31]), np.zeros(1), np.zeros(1), np.zeros((1, 2)), np.ones(1))
    assert len(content.tables["training"]) == 30


def test_the_curves_are_exported_by_key(
    run: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot
) -> None:
    file = tmp_path / "out"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(file), ""))
    qtbot.waitUntil(run.isActiveWindow)
    QTest.keyClick(run, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: any("out.csv" in text for text in run.notices.texts), timeout=WAIT)
    rows = read(file.with_suffix(".csv").read_text())
    assert {row["run"] for row in rows} == {"a run", "earlier"}
    assert sum(row["run"] == "a run" for row in rows) == 200


def test_what_cannot_be_written_is_said(run: MainWindow, tmp_path: Path, qtbot) -> None:
    run.curve_export.write_csv(tmp_path / "nowhere" / "x.csv")
    qtbot.waitUntil(lambda: any("cannot be written" in text for text in run.notices.texts), timeout=WAIT)
    (tmp_path / "file").write_text("")
    run.curve_export.save_svg(run.curves.cards[0], tmp_path / "file" / "x.svg")
    assert any("drawing cannot be written" in text for text in run.notices.texts)


def test_without_curves_there_is_nothing_to_export(window: MainWindow, tmp_path: Path) -> None:
    window.curve_export.write_csv(tmp_path / "x.csv")
    assert not (tmp_path / "x.csv").exists()
    assert any("no curves to export" in text for text in window.notices.texts)


@pytest.mark.parametrize("scale", screenshot.SCALES)
def test_a_plot_is_a_png_at_any_scale_with_its_caption(run: MainWindow, tmp_path: Path, scale: int) -> None:
    card, file = run.curves.cards[0], tmp_path / "plot.png"
    shown = card._switches[0].isVisible()
    run.curve_export.save_png(card, scale, file)
    image = QImage(str(file))
    assert image.width() == scale * card.width()
    assert image.height() > scale * card.height(), "there is a caption under it"
    for word in ("a run", "beta 2", "behind: earlier"):
        assert word in image.text("Description")
    assert card._switches[0].isVisible() == shown, "the switches are back"


def test_a_plot_is_a_drawing_of_lines_and_letters(run: MainWindow, tmp_path: Path) -> None:
    file = tmp_path / "plot.svg"
    run.curve_export.save_svg(run.curves.cards[1], file)
    text = file.read_text()
    assert QSvgRenderer(str(file)).isValid()
    assert "KL of each level" in text
    assert "stroke-dasharray" in text, "the pinned run"
    assert text.count("<polyline") + text.count("<path") > 10


def menu(run: MainWindow, card: int) -> QMenu:
    """Click with the right button on a plot."""
    view = run.curves.cards[card].plot._widget
    place = view.mapFromScene(run.curves.cards[card].plot._box.sceneBoundingRect().center())
    QTest.mouseClick(view.viewport(), Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier, place)
    (found,) = [one for one in run.findChildren(QMenu) if one.isVisible()]
    return found


def choose(found: QMenu, words: str) -> None:
    (action,) = (one for one in found.actions() if words in one.text())
    found.setActiveAction(action)
    QTest.keyClick(found, Qt.Key.Key_Return)


def test_a_right_click_offers_it_in_words_of_our_own(run: MainWindow, tmp_path: Path) -> None:
    found = menu(run, 0)
    words = " ".join(action.text() for action in found.actions())
    assert "CSV" in words
    assert "View All" not in words
    choose(found, "PNG, 2 ×")
    (file,) = (tmp_path / "a run" / "exports").iterdir()
    assert QImage(str(file)).width() == 2 * run.curves.cards[0].width()
    choose(menu(run, 1), "Copy")
    assert QGuiApplication.clipboard().image().width() == run.curves.cards[1].width()
    run.curves.bound.look((10.0, 20.0))
    choose(menu(run, 0), "Show all")
    assert run.curves.bound.stretch is None
    choose(menu(run, 1), "SVG")
    assert any(one.suffix == ".svg" for one in (tmp_path / "a run" / "exports").iterdir())
