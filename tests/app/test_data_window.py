"""Looking through the data: every image, classes, means and duplicates, and another split without another import."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QWidget

from app.desktop import reading_order
from app.inputs import splitting
from app.main_window import MainWindow
from app.panels.data_window import DataWindow
from app.state.permissions import Phase
from app.state.sifting import EVERY
from app.widgets.amount_field import ShareField
from app.widgets.fields import Range
from app.widgets.pick_overlay import PickOverlay
from app.widgets.picture_wall import PictureWall
from hvae_engine.datasets import load_data
from hvae_engine.datasets.array_files import array_images
from hvae_engine.training import Run
from tests.app.conftest import discard

LEFT, WAIT = Qt.MouseButton.LeftButton, 30_000
COUNT, KINDS = 240, 4


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """240 images of 4 classes, each of its own but the last ten, which repeat the first ten, and 30 for a test."""
    random = np.random.default_rng(0)
    pixels = random.integers(0, 256, (COUNT, 12, 12), dtype=np.uint8)
    pixels[-10:] = pixels[:10]
    labels = np.arange(COUNT) * 3 % KINDS
    path = tmp_path / "some.npz"
    test = random.integers(0, 256, (30, 12, 12), dtype=np.uint8)
    np.savez(path, x_train=pixels, y_train=labels, x_test=test, y_test=labels[:30])
    return path


@pytest.fixture
def opened(window: MainWindow, source: Path, qtbot) -> MainWindow:
    """The window with an engine and these images."""
    window.bridge.load_engine()
    window.bridge.open(str(source))
    qtbot.waitUntil(lambda: window.experiment.phase == Phase.READY, timeout=WAIT)
    return window


@pytest.fixture
def data(opened: MainWindow, qtbot) -> DataWindow:
    """The data are looked through."""
    qtbot.waitUntil(opened.isActiveWindow, timeout=WAIT)
    QTest.keyClick(opened, Qt.Key.Key_F7)
    shown = opened.browsing.shown
    assert shown is not None
    qtbot.waitUntil(lambda: bool(opened.browsing.surveying.found.counts), timeout=WAIT)
    return shown


def texts(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def click(widget, area) -> None:
    QTest.mouseClick(widget.viewport(), LEFT, pos=area.center())


def type_into(field: QLineEdit, text: str) -> None:
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)


def same_images(window: MainWindow, source: Path, share: float | None) -> None:
    """What the window shows is what loading with that share gives."""
    fresh, shown = load_data(source, held_out=share), window.experiment.pictures
    assert shown is not None
    assert np.array_equal(shown.pixels, fresh.pixels.numpy())
    assert (shown.training, shown.held_out) == (len(fresh.train), share)


def test_a_button_a_menu_and_a_key_open_one_window(opened: MainWindow, qtbot) -> None:
    opened.setup.data.look_wanted.emit()
    first = opened.browsing.shown
    assert first is not None
    assert first.isVisible()
    opened.commands["data"].trigger()
    assert len(opened.findChildren(DataWindow)) == 1
    QTest.keyClick(first, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: opened.browsing.shown is None, timeout=WAIT)


def test_every_image_is_there_and_a_click_or_a_key_makes_it_the_base_image(
    data: DataWindow, opened: MainWindow
) -> None:
    assert data.wall.count == COUNT
    click(data.wall, data.wall.cell(5))
    assert opened.exploration.point.image == 5
    data.wall.setFocus()
    QTest.keyClick(data.wall, Qt.Key.Key_Right)
    assert opened.exploration.point.image == 6
    QTest.keyClick(data.wall, Qt.Key.Key_End)
    assert opened.exploration.point.image == COUNT - 1
    assert COUNT - 1 in data.wall.in_sight()
    assert f"image {COUNT - 1}" in data.wall.accessibleDescription()
    opened.exploration.undo()
    assert data.wall.chosen == 6


def test_a_class_and_a_part_are_chosen_by_mouse_and_by_key(data: DataWindow, opened: MainWindow) -> None:
    pictures = opened.experiment.pictures
    assert pictures is not None
    assert pictures.labels is not None
    click(data.classes.bars, data.classes.bars.row(2))
    assert data.wall.count == (pictures.labels == 2).sum()
    click(data.wall, data.wall.cell(3))
    assert opened.exploration.point.image == np.flatnonzero(pictures.labels == 2)[3]
    QTest.mouseClick(data.parts.button("validation"), LEFT)
    held = np.flatnonzero((pictures.labels == 2) & (np.arange(COUNT) >= pictures.training))
    assert list(opened.browsing.sifting.rows) == list(held)
    assert data.wall.chosen == -1
    data.classes.bars.setFocus()
    QTest.keyClick(data.classes.bars, Qt.Key.Key_Down)
    assert opened.browsing.sifting.key == ("validation", 3)
    QTest.keyClick(data.classes.bars, Qt.Key.Key_Home)
    assert opened.browsing.sifting.label == EVERY
    click(data.classes.bars, data.classes.bars.row(1))
    click(data.classes.bars, data.classes.bars.row(1))  # once more: all of them again
    assert data.wall.count == COUNT - pictures.training


def test_classes_are_counted_in_both_parts(data: DataWindow, opened: MainWindow) -> None:
    pictures = opened.experiment.pictures
    assert pictures is not None
    assert pictures.labels is not None
    trained = int((pictures.labels[: pictures.training] == 1).sum())
    held = int((pictures.labels[pictures.training :] == 1).sum())
    click(data.classes.bars, data.classes.bars.row(1))
    assert data.classes.bars.accessibleDescription().startswith(f"1: {trained} to learn from, {held} held out, ")


def test_the_mean_is_that_of_what_is_looked_through(data: DataWindow, opened: MainWindow, qtbot) -> None:
    pictures = opened.experiment.pictures
    assert pictures is not None
    assert pictures.labels is not None
    QTest.mouseClick(data.parts.button("train"), LEFT)
    click(data.classes.bars, data.classes.bars.row(3))
    found = opened.browsing.surveying
    qtbot.waitUntil(lambda: {("train", EVERY), ("train", 3)} <= found.found.means.keys(), timeout=WAIT)
    trained = pictures.pixels[: pictures.training, 0].astype(float)
    for label, rows in ((EVERY, slice(None)), (3, pictures.labels[: pictures.training] == 3)):
        assert np.abs(found.found.means["train", label] - trained[rows].mean(0)).max() <= 0.501
    assert "mean of 3" in texts(data.means)


def test_duplicates_are_looked_for_when_somebody_looks(data: DataWindow, opened: MainWindow, qtbot) -> None:
    survey = opened.browsing.surveying
    assert survey.found.copies is None
    assert not survey.is_searching
    data.tabs.setCurrentIndex(1)
    qtbot.waitUntil(lambda: survey.found.copies is not None, timeout=WAIT)
    pictures = opened.experiment.pictures
    assert pictures is not None
    every, number = np.unique(pictures.pixels, axis=0, return_inverse=True)
    leaked = np.isin(number[pictures.training :], number[: pictures.training]).sum()
    words = data.copies.words.text()
    assert words.startswith(f"{COUNT - len(every)} images repeat another one in every pixel")
    assert leaked == 0 or f"; {leaked} held out or for a test are trained on as well." in words
    click(data.copies.wall, data.copies.wall.cell(0).adjusted(14, 0, 14, 0))
    chosen = opened.exploration.point.image
    assert chosen == survey.found.copies.shown[0].numbers[1]
    QTest.keyClick(data, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: opened.browsing.shown is None, timeout=WAIT)
    assert survey.found.copies is not None  # kept, as long as the data stay


def test_the_search_for_duplicates_is_cancelled_and_begun_again(
    data: DataWindow, opened: MainWindow, qtbot, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hvae_engine.datasets import figures

    survey = opened.browsing.surveying
    with monkeypatch.context() as patch:

        def for_ever(parts, tick):
            while True:
                tick(0, 10)

        patch.setattr(figures, "digests", for_ever)
        data.tabs.setCurrentIndex(1)
        assert data.copies.progress.isVisible()
        assert survey.is_searching
        QTest.mouseClick(data.copies.cancel, LEFT)
        assert not survey.is_searching
        assert data.copies.look.isVisible()
    QTest.mouseClick(data.copies.look, LEFT)
    qtbot.waitUntil(lambda: survey.found.copies is not None, timeout=WAIT)


def test_closing_the_window_gives_the_search_up(
    data: DataWindow, opened: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hvae_engine.datasets import figures

    def for_ever(parts, tick):
        while True:
            tick(0, 10)

    monkeypatch.setattr(figures, "digests", for_ever)
    data.tabs.setCurrentIndex(1)
    assert opened.browsing.surveying.is_searching
    data.close()
    assert not opened.browsing.surveying.is_searching


def test_nothing_follows_the_settings_for_a_window_that_is_closed(
    data: DataWindow, opened: MainWindow, qtbot, capsys: pytest.CaptureFixture[str]
) -> None:
    QTest.keyClick(data, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: opened.browsing.shown is None, timeout=WAIT)
    opened.experiment.change(held_out=0.25, labels=20)
    qtbot.waitUntil(lambda: opened.experiment.pictures.held_out == 0.25, timeout=WAIT)
    assert "already deleted" not in capsys.readouterr().err


def test_fewer_images_are_opened_while_a_later_one_is_at_hand(
    opened: MainWindow, tmp_path: Path, qtbot, capsys: pytest.CaptureFixture[str]
) -> None:
    np.save(tmp_path / "few.npy", np.arange(20, dtype=np.uint8).repeat(81).reshape(20, 9, 9))
    opened.exploration.pick(200)
    opened.bridge.open(str(tmp_path / "few.npy"))
    qtbot.waitUntil(lambda: len(opened.experiment.pictures) == 20, timeout=WAIT)
    assert opened.exploration.point.image == 0
    assert "image 0" in texts(opened.strata.x_row)
    assert "Error" not in capsys.readouterr().err


def test_the_share_says_what_it_is_wherever_one_hovers(data: DataWindow) -> None:
    (label,) = (one for one in data.split.findChildren(QLabel) if one.buddy() is data.split.held_out)
    assert label.toolTip() == data.split.held_out.toolTip()
    assert "Share of the images that nothing is learned from" in label.toolTip()


def test_images_without_labels_have_no_classes(window: MainWindow, tmp_path: Path, qtbot) -> None:
    np.save(tmp_path / "plain.npy", np.random.default_rng(0).integers(0, 256, (40, 9, 9), dtype=np.uint8))
    window.bridge.open(str(tmp_path / "plain.npy"))
    qtbot.waitUntil(lambda: window.experiment.pictures is not None, timeout=WAIT)
    window.commands["data"].trigger()
    shown = window.browsing.shown
    assert shown is not None
    assert not shown.classes.bars.isVisible()
    assert "no labels" in texts(shown)
    qtbot.waitUntil(lambda: bool(window.browsing.surveying.found.means), timeout=WAIT)


@pytest.mark.parametrize("size", [(28, 28), (256, 256)])
def test_a_wall_of_a_million_makes_those_in_sight_and_keeps_few(qtbot, size: tuple[int, int]) -> None:
    asked: list[int] = []

    def look(place: int) -> tuple[np.ndarray]:
        asked.append(place)
        return (np.full((*size, 3), place % 256, np.uint8),)

    wall = PictureWall("images")
    wall.resize(800, 600)
    wall.show_cells(1_000_000, size, look, lambda place: f"image {place}")
    wall.show()
    qtbot.waitExposed(wall)
    wall.grab()
    seen = len(wall.in_sight())
    assert 0 < len(set(asked)) <= seen < 300
    QTest.keyClick(wall, Qt.Key.Key_End)
    asked.clear()
    wall.grab()
    assert asked
    assert min(asked) >= 1_000_000 - seen
    for value in range(0, 400_000, 500):
        wall.verticalScrollBar().setValue(value)
        wall.viewport().repaint()
    assert wall.kept <= max(seen, (16 << 20) // (size[0] * size[1] * 3))
    discard(wall)


def test_another_share_acts_at_once_and_nothing_is_decoded_again(
    data: DataWindow, opened: MainWindow, source: Path, qtbot, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoded: list[int] = []
    read = array_images.read_part
    monkeypatch.setattr(array_images, "read_part", lambda *given: decoded.append(1) or read(*given))
    click(data.wall, data.wall.cell(17))
    before = opened.experiment.pictures
    assert before is not None
    type_into(data.split.held_out, "30 %")
    qtbot.waitUntil(lambda: opened.experiment.pictures.held_out == 0.3, timeout=WAIT)
    assert not decoded
    assert "72 held out" in texts(data.split)
    assert opened.setup.data._caption.text() == "168 + 72"
    now, number = opened.experiment.pictures, opened.exploration.point.image
    assert number is not None
    assert np.array_equal(now.picture(number), before.picture(17))
    qtbot.waitUntil(lambda: sum(map(int, opened.browsing.surveying.found.counts.get("validation", []))) == 72)
    type_into(data.split.held_out, "as usual")
    qtbot.waitUntil(lambda: opened.experiment.pictures.held_out is None, timeout=WAIT)
    opened.exploration.undo()
    assert opened.exploration.point.image == 0
    assert not decoded
    same_images(opened, source, None)


def test_a_share_that_makes_no_sense_is_a_sentence(data: DataWindow, opened: MainWindow) -> None:
    type_into(data.split.held_out, "120")
    said = "“120” does not fit “held out”: give a share from 1 % to 90 %, or “as usual”."
    assert said in texts(data.split)
    assert opened.experiment.settings.held_out is None
    type_into(data.split.held_out, "12 %")
    assert said not in texts(data.split)


def test_a_run_keeps_its_split_and_the_next_one_has_the_other(
    data: DataWindow, opened: MainWindow, source: Path, qtbot, monkeypatch: pytest.MonkeyPatch
) -> None:
    experiment = opened.experiment
    experiment.change(plan="steps", steps=100_000, batch_size=16)
    opened.bridge.train()
    qtbot.waitUntil(lambda: experiment.status.step > 3, timeout=WAIT)
    first = experiment.run_path
    with monkeypatch.context() as patch:
        patch.setattr(array_images, "read_part", None)
        type_into(data.split.held_out, "25")
        assert experiment.phase == Phase.TRAINING
        assert experiment.pictures.training == 220
        assert "goes on as it is" in texts(data.split)
        QTest.mouseClick(data.split.again, LEFT)
        qtbot.waitUntil(lambda: experiment.run_path != first and experiment.status.step > 3, timeout=WAIT)
    assert not data.split.again.isVisible()
    assert "180 to learn from · 60 held out" in texts(data.split)
    same_images(opened, source, 0.25)
    opened.bridge.stop()
    qtbot.waitUntil(lambda: experiment.phase == Phase.STOPPED, timeout=WAIT)
    second = experiment.run_path
    about = [json.loads((path / "run.json").read_text()) for path in (first, second)]
    assert [one["spec"]["held_out"] for one in about] == [None, 0.25]
    assert [one["data"]["validation"] for one in about] == [20, 60]
    assert len(Run.open(second).dataset.validation) == 60


def test_a_run_that_is_opened_again_stands_at_its_split(opened: MainWindow, source: Path, qtbot) -> None:
    experiment = opened.experiment
    experiment.change(plan="steps", steps=4, batch_size=16, held_out=0.4)
    qtbot.waitUntil(lambda: experiment.pictures.held_out == 0.4, timeout=WAIT)
    opened.bridge.train()
    qtbot.waitUntil(lambda: experiment.phase == Phase.FINISHED, timeout=WAIT)
    path = experiment.run_path
    opened.bridge.open("scenes")
    qtbot.waitUntil(lambda: experiment.pictures.name == "scenes", timeout=WAIT)
    assert experiment.settings.held_out is None
    opened.bridge.open(str(path))
    qtbot.waitUntil(lambda: experiment.phase == Phase.FINISHED, timeout=WAIT)
    assert experiment.settings.held_out == 0.4
    assert not experiment.needs_new_run
    same_images(opened, source, 0.4)


def test_a_result_that_comes_after_it_was_given_up_is_dropped(
    data: DataWindow, opened: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends: list = []
    monkeypatch.setattr(opened.bridge.jobs, "do", lambda work, then, *rest: ends.append(then) or Given())
    survey, before = opened.browsing.surveying, opened.experiment.pictures
    survey.want_copies()
    survey.cancel()
    ends[-1]("stale")
    assert survey.found.copies is None
    opened.experiment.change(held_out=0.2)
    opened.experiment.change(held_out=0.4)
    ends[-2](splitting.split(opened.bridge.dataset, before, 0.2))
    assert opened.experiment.pictures is before
    ends[-1](splitting.split(opened.bridge.dataset, before, 0.4))
    assert opened.experiment.pictures.held_out == 0.4


class Given:
    """A task that has just ended when it is cancelled."""

    def cancel(self) -> None:
        """Too late."""


def test_what_does_not_fit_into_memory_leaves_the_split_as_it_was(
    data: DataWindow, opened: MainWindow, qtbot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hvae_engine.datasets.keeping.limits.free_memory", lambda: 100)
    type_into(data.split.held_out, "50")
    qtbot.waitUntil(lambda: any("in another order would take" in text for text in opened.notices.texts), timeout=WAIT)
    assert opened.experiment.settings.held_out is None
    assert data.split.held_out.text() == "as usual"


def test_a_split_that_comes_too_late_is_dropped(opened: MainWindow) -> None:
    made = splitting.split(opened.bridge.dataset, opened.experiment.pictures, 0.5)
    assert made is not None
    opened.bridge.take_split(made._replace(of=made.dataset))
    assert opened.experiment.pictures.held_out is None
    opened.bridge.take_split(made)
    assert opened.experiment.pictures.held_out == 0.5


def test_what_the_data_hold_out_themselves_is_said_and_kept(window: MainWindow, tmp_path: Path, qtbot) -> None:
    values = np.arange(60, dtype=np.uint8).repeat(81).reshape(60, 9, 9)
    np.savez(tmp_path / "own.npz", x_train=values, x_val=values[:8] + 100, x_test=values[:5] + 200)
    window.bridge.load_engine()
    window.bridge.open(str(tmp_path / "own.npz"))
    qtbot.waitUntil(lambda: window.experiment.phase == Phase.READY, timeout=WAIT)
    window.commands["data"].trigger()
    shown = window.browsing.shown
    assert shown is not None
    assert "60 to learn from · 8 held out · 5 for a test" in texts(shown.split)
    assert "The images held out come with the data, which set them apart." in texts(shown.split)
    type_into(shown.split.held_out, "50 %")
    qtbot.waitUntil(lambda: window.experiment.pictures.training == 34, timeout=WAIT)
    assert "mixed with the others" in texts(shown.split)
    assert "5 for a test" in texts(shown.split)


def test_the_labelled_share_stands_there_too(data: DataWindow, opened: MainWindow) -> None:
    assert not data.split.labels.isVisible()
    opened.experiment.choose_family("m2")
    assert data.split.labels.isVisible()
    type_into(data.split.labels, "10 %")
    assert opened.experiment.settings.labels == 0.1


def test_its_parts_are_saved_as_pictures(data: DataWindow, opened: MainWindow, tmp_path: Path, qtbot) -> None:
    before = set(opened.capturing.panels())
    assert {"the data", "the images of the data", "the classes", "the mean images"} <= before
    qtbot.waitUntil(data.isActiveWindow, timeout=WAIT)
    QTest.keyClick(data, Qt.Key.Key_F12)
    overlay = data.findChild(PickOverlay)
    assert overlay is not None
    assert overlay.chosen.title == "the data"
    QTest.keyClick(overlay, Qt.Key.Key_Tab)
    assert overlay.chosen.title == "the images of the data"
    QTest.keyClick(overlay, Qt.Key.Key_Escape)
    opened.capturing.save("the classes", tmp_path / "classes.png")
    qtbot.waitUntil(lambda: (tmp_path / "classes.png").exists(), timeout=WAIT)
    opened.activateWindow()
    qtbot.waitUntil(opened.isActiveWindow, timeout=WAIT)
    QTest.keyClick(opened, Qt.Key.Key_F12)
    overlay = opened.findChild(PickOverlay, options=Qt.FindChildOption.FindDirectChildrenOnly)
    assert overlay is not None
    assert overlay.parent() is opened
    names = {one.title for one in overlay._targets()}
    assert "the data" not in names
    assert "all levels" in names
    overlay.close()


def test_tab_goes_down_the_left_side_and_then_through_the_images(data: DataWindow, opened: MainWindow) -> None:
    data.split.held_out.setFocus()
    seen = []
    for _ in range(7):
        seen.append(data.focusWidget())
        QTest.keyClick(data.focusWidget(), Qt.Key.Key_Tab)
    assert seen[:3] == [data.split.held_out, data.classes.bars, data.tabs]
    assert seen[4:] == [data.parts.button("all"), data.wall, data.split.held_out]


def test_every_control_has_a_name(data: DataWindow) -> None:
    for page in (0, 1):
        data.tabs.setCurrentIndex(page)
        for one in reading_order.stops(data):
            words = one.accessibleName() or getattr(one, "text", str)()
            assert words or isinstance(one, QComboBox), (type(one).__name__, one.parent())


@pytest.mark.parametrize(
    ("typed", "share"), [("20 %", 0.2), ("20", 0.2), ("0,2", 0.2), ("0.5 %", None), ("2", 0.02), ("as usual", None)]
)
def test_a_share_is_typed_with_or_without_a_percent_sign(qtbot, typed: str, share: float | None) -> None:
    field = ShareField("share", Range(0.01, 0.9, word="as usual"))
    field.show_value(0.7)
    assert field.text() == "70 %"
    chosen: list[float | None] = []
    refused: list[str] = []
    field.chosen.connect(chosen.append)
    field.refused.connect(refused.append)
    field.show()
    type_into(field, typed)
    assert chosen == ([] if typed == "0.5 %" else [share])
    assert bool(refused) == (typed == "0.5 %")
    discard(field)


def test_a_folder_is_not_decoded_again_either(
    window: MainWindow, image_folder: Path, qtbot, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.state.records import DataSource
    from hvae_engine.datasets import folders

    calls: list[int] = []
    decode = folders.decode
    monkeypatch.setattr(folders, "decode", lambda *given: calls.append(os.getpid()) or decode(*given))
    window.bridge.load_engine()
    window.bridge.open(DataSource(str(image_folder)))
    qtbot.waitUntil(lambda: window.experiment.phase == Phase.READY, timeout=WAIT)
    assert len(calls) == 1
    window.experiment.change(held_out=0.5)
    qtbot.waitUntil(lambda: window.experiment.pictures.training == 60, timeout=WAIT)
    assert len(calls) == 1
