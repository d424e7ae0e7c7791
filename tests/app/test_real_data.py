"""The controls of the window on real images, MNIST and colour photographs, by mouse and by key, on a real training."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication

from app.main_window import MainWindow
from app.state.permissions import Phase
from app.state.view_specs import TABS
from app.widgets.padlock import Padlock
from app.widgets.score_field import ScoreField
from app.widgets.score_slider import ScoreSlider
from tests.app.conftest import import_as_offered
from tests.app.test_journey import drop

pytestmark = pytest.mark.slow
LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier
WAIT = 120_000
PHOTOGRAPHS = 40
"""Of each of ten classes."""


def shared(name: str) -> Path:
    """A file or folder of real data, or a skip."""
    folder = Path(os.environ.get("STRATA_TEST_DATA", Path(__file__).parents[2].parent / "shared" / "data"))
    if not (folder / name).exists():
        pytest.skip(f"needs {name}: point STRATA_TEST_DATA at a folder that holds it (looked in {folder})")
    return folder / name


@pytest.fixture(params=["MNIST", "photographs"])
def source(request, tmp_path: Path) -> Path:
    if request.param == "MNIST":
        return shared("MNIST")
    folder = tmp_path / "photographs"
    with zipfile.ZipFile(shared("cifar10-train-jpeg.zip")) as archive:
        files = sorted(name for name in archive.namelist() if name.endswith(".jpg"))
        kept = [name for place, name in enumerate(files) if place % 5000 < PHOTOGRAPHS]
        archive.extractall(folder, kept)
    return folder / "train"


@pytest.fixture
def training(window: MainWindow, source: Path, qtbot) -> MainWindow:
    """A ladder in training on what was dropped on the window, for a few hundred steps."""
    window.resize(1440, 900)
    window.bridge.load_engine()
    drop(window, source, qtbot)
    if source.name != "MNIST":
        import_as_offered(window, qtbot)
        window.activateWindow()  # as a desktop does when a dialogue closes
    qtbot.waitUntil(lambda: window.experiment.phase == Phase.READY, timeout=WAIT)
    options = {"units": "8,6,4", "width": "96,64,32", "depth": "1"}
    window.experiment.change(family="ladder", options=options, warm_up=0.0, epochs=1000.0)
    QTest.mouseClick(window.tools.train_button, LEFT)
    qtbot.waitUntil(lambda: len(window.experiment.curves.training) > 200, timeout=WAIT)
    qtbot.waitUntil(lambda: bool(window.strata.rows["z1"].bank.shown), timeout=WAIT)
    return window


def paused(window: MainWindow, qtbot) -> None:
    window.strata.x_row.setFocus()
    QTest.keyClick(window.strata.x_row, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.experiment.phase == Phase.PAUSED, timeout=WAIT)


def slider_of(window: MainWindow, level: str) -> tuple[int, ScoreSlider]:
    bank = window.strata.rows[level].bank
    unit = bank.shown[0]
    return unit, bank.slider(unit)


def answered(window: MainWindow, qtbot) -> None:
    """Wait until the picture is that of the sliders."""

    def there() -> bool:
        answer, point = window.answers.latest, window.exploration.point
        return answer is not None and {k: dict(v) for k, v in answer.question.edits.items()} == {
            k: dict(v) for k, v in point.edits.items()
        }

    qtbot.waitUntil(there, timeout=WAIT)


def test_a_slider_obeys_mouse_wheel_keys_and_numbers(training: MainWindow, qtbot) -> None:
    window, explore = training, training.exploration
    unit, slider = slider_of(window, "z1")
    place = lambda score: QPoint(round(slider.place_of(score)), slider.height() // 2)  # noqa: E731
    start = slider.score
    QTest.mousePress(slider, LEFT, pos=place(start))
    for score in (start + 0.5, 1.5, 2.5):
        QTest.mouseMove(slider, place(score))
    QTest.mouseRelease(slider, LEFT, pos=place(2.5))
    assert explore.point.edits["z1"][unit] == pytest.approx(2.5, abs=0.1)
    answered(window, qtbot)
    assert not np.array_equal(window.answers.latest.edited, window.answers.latest.reconstruction)
    slider.setFocus()
    QTest.keyClick(slider, Qt.Key.Key_Left)
    assert slider.score == pytest.approx(2.4, abs=0.1)
    middle = QPointF(slider.rect().center())
    turn = QWheelEvent(middle, slider.mapToGlobal(middle), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
                       NONE, Qt.ScrollPhase.NoScrollPhase, False)  # fmt: skip
    QApplication.sendEvent(slider, turn)
    QTest.keyClick(slider, Qt.Key.Key_Return)
    field = slider.findChild(ScoreField)
    QTest.keyClicks(field, "-1.25")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert explore.point.edits["z1"][unit] == -1.25
    window.commands["undo"].trigger()
    assert explore.point.edits["z1"][unit] != -1.25
    window.commands["redo"].trigger()
    assert explore.point.edits["z1"][unit] == -1.25
    QTest.mouseDClick(slider, LEFT, pos=place(0.0))
    assert unit not in explore.point.edits.get("z1", {})


def test_a_level_is_drawn_again_reset_and_its_rule_chosen(training: MainWindow, qtbot) -> None:
    window, explore, below = training, training.exploration, training.strata.x_row.below
    row = window.strata.rows["z3"]
    QTest.mouseClick(row.dice, LEFT)
    assert set(explore.point.edits) == {"z3"}
    answered(window, qtbot)
    QTest.mouseClick(below.choices.button("mean"), LEFT)
    assert explore.point.below == "mean"
    below.choices.button("follow").setFocus()
    QTest.keyClick(below.choices.button("follow"), Qt.Key.Key_Space)
    assert explore.point.below == "follow"
    assert not below.choices.button("pinned").isEnabled(), "x sees z1 alone"
    QTest.mouseClick(row.back, LEFT)
    assert not explore.point.edits
    row.dice.setFocus()
    QTest.keyClick(row.dice, Qt.Key.Key_Space)
    QTest.mouseClick(below.reset, LEFT)
    assert not explore.point.edits


def test_every_way_to_the_base_image(training: MainWindow, qtbot) -> None:
    window, explore, x = training, training.exploration, training.strata.x_row
    thumbnails = window.setup.data.thumbnails
    QTest.mouseClick(thumbnails, LEFT, pos=thumbnails.tile(4).center())
    assert explore.point.image == 4
    x.setFocus()
    QTest.keyClick(x, Qt.Key.Key_Right)
    assert explore.point.image == 5
    QTest.keyClick(x, Qt.Key.Key_G)
    qtbot.waitUntil(lambda: window.answers.latest.question.image is None, timeout=WAIT)
    QTest.keyClick(x, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: window.answers.latest.question.image is not None, timeout=WAIT)
    qtbot.waitUntil(lambda: bool(x.samples.fitting), timeout=WAIT)
    QTest.mouseClick(x.samples, LEFT, pos=x.samples.tile(0).center())
    assert explore.sample == 0
    shape = window.experiment.pictures.pixels.shape[1:]
    wanted = shape[1:] if shape[0] == 1 else (*shape[1:], 3)
    qtbot.waitUntil(lambda: window.answers.latest.question.image is None, timeout=WAIT)
    assert window.answers.latest.edited.shape == wanted


def test_every_view_opens_by_key_and_by_mouse(training: MainWindow, qtbot) -> None:
    window = training
    paused(window, qtbot)
    for number, name in enumerate(TABS[1:], start=2):
        if number % 2:
            QTest.mouseClick(window.tabs, LEFT, pos=window.tabs.tabRect(number - 1).center())
        else:
            window.commands[f"view_{name}"].trigger()  # what Ctrl and the number do
        assert window.viewing.current == name
        qtbot.waitUntil(
            lambda: window.viewing.shown is not None and window.viewing.shown.figure is not None, timeout=WAIT
        )
    window.commands["view_levels"].trigger()
    assert window.strata.rows["z1"].isVisible()


def test_directions_a_lock_and_dice_by_mouse_and_key(training: MainWindow, qtbot) -> None:
    window, explore, x = training, training.exploration, training.strata.x_row
    grip = window.strata.rows["z2"].grip
    (along,) = (button for button in grip.findChildren(QAbstractButton) if button.text() == "directions")
    QTest.mouseClick(along, LEFT)
    assert explore.point.along == {"z2"}
    bank = window.strata.rows["z2"].bank
    qtbot.waitUntil(lambda: window.answers.level("z2").along is not None and bank.isEnabled(), timeout=WAIT)
    direction, slider = slider_of(window, "z2")
    slider.setFocus()
    QTest.keyClick(slider, Qt.Key.Key_End)
    assert explore.point.edits["z2"] == {direction: 3.0}
    explore.look_at("z2")
    x.setFocus()
    QTest.keyClick(x, Qt.Key.Key_L)
    assert explore.point.locked == {"z2"}
    QTest.keyClick(x, Qt.Key.Key_D)
    assert explore.point.edits["z2"] == {direction: 3.0}, "a locked level stays"
    assert set(explore.point.edits) == {"z1", "z2", "z3"}
    answered(window, qtbot)
    QTest.mouseClick(grip.findChild(Padlock), LEFT)
    assert not explore.point.locked
    x.setFocus()
    QTest.keyClick(x, Qt.Key.Key_B)
    assert not explore.point.along


def test_a_slider_moves_an_open_view_that_is_kept_as_a_film(training: MainWindow, tmp_path: Path, qtbot) -> None:
    window, film = training, tmp_path / "film.gif"
    paused(window, qtbot)
    window.commands["view_interpolation"].trigger()
    qtbot.waitUntil(lambda: window.viewing.shown.figure is not None, timeout=WAIT)
    unit, slider = slider_of(window, "z2")
    slider.setFocus()
    QTest.keyClick(slider, Qt.Key.Key_End)
    moved = (f"z2:{unit}=3",)
    qtbot.waitUntil(lambda: tuple(window.viewing.shown.figure.settings["edit"]) == moved, timeout=WAIT)
    window.view_export.save(".gif", 1, film)
    qtbot.waitUntil(lambda: any(str(film) in text for text in window.notices.texts), timeout=WAIT)
    with Image.open(film) as kept:
        assert kept.n_frames > 9


def test_runs_pause_step_stop_look_back_and_are_photographed(training: MainWindow, qtbot) -> None:
    window = training
    paused(window, qtbot)
    step = window.experiment.status.step
    QTest.keyClick(window.strata.x_row, Qt.Key.Key_Period)
    qtbot.waitUntil(lambda: window.experiment.status.step == step + 1, timeout=WAIT)
    qtbot.waitUntil(lambda: window.experiment.phase == Phase.PAUSED, timeout=WAIT)
    window.time_line.slider.setFocus()
    QTest.keyClick(window.time_line.slider, Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: window.answers.latest.step == 10, timeout=WAIT)
    QTest.mouseClick(window.time_line.now, LEFT)
    qtbot.waitUntil(lambda: window.answers.latest.step > 10, timeout=WAIT)
    window.commands["copy_window"].trigger()
    qtbot.waitUntil(lambda: not QGuiApplication.clipboard().image().isNull(), timeout=WAIT)
    for topic in ("active", "speed", "bound"):
        if window.curves.topics.button(topic).isVisible():
            QTest.mouseClick(window.curves.topics.button(topic), LEFT)
            assert window.curves.topic == topic
    (stop,) = (button for button in window.tools.findChildren(QAbstractButton) if button.text() == "Stop")
    QTest.mouseClick(stop, LEFT)
    qtbot.waitUntil(lambda: window.experiment.phase == Phase.STOPPED, timeout=WAIT)


def test_cards_a_moment_beside_and_the_run_opened_again(training: MainWindow, qtbot) -> None:
    window, explore = training, training.exploration
    paused(window, qtbot)
    row, known = window.strata.rows["z2"], window.answers.cards.card
    row.ask.setFocus()
    QTest.keyClick(row.ask, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: known("z2") is not None and known("z2").whole, timeout=WAIT)
    assert row.card.isVisible()
    assert row.card.words == known("z2").sentence
    window.time_line.slider.setFocus()
    QTest.keyClick(window.time_line.slider, Qt.Key.Key_Home)
    QTest.mouseClick(window.time_line.beside, LEFT)
    qtbot.waitUntil(lambda: window.looking_back.beside.latest is not None, timeout=WAIT)
    QTest.mouseClick(row.dice, LEFT)
    beside = window.looking_back.beside
    qtbot.waitUntil(lambda: set(beside.latest.question.edits) == {"z2"}, timeout=WAIT)
    assert beside.latest.step < window.answers.latest.step
    left, run = explore.point, window.experiment.run_path
    window.bridge.open("scenes")
    qtbot.waitUntil(lambda: window.experiment.run_path is None and not explore.point.edits, timeout=WAIT)
    window.bridge.open(str(run))
    qtbot.waitUntil(lambda: window.experiment.phase == Phase.STOPPED, timeout=WAIT)
    qtbot.waitUntil(lambda: explore.point.edits == left.edits, timeout=WAIT)
    assert explore.point == left
    answered(window, qtbot)
