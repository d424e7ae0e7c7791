"""What each state allows, on the real window: its menus, its buttons and its keys, and what Train does in each."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.main_window import MainWindow
from app.state.permissions import ALLOWED, Action, Phase
from tests.app.test_dropping import press
from tests.app.test_settings import ready, type_into  # noqa: F401 - a fixture

LEFT, WAIT = Qt.MouseButton.LeftButton, 30_000

NEEDS = {
    "open_folder": Action.OPEN,
    "open_files": Action.OPEN,
    "screenshot": Action.SCREENSHOT,
    "copy_window": Action.SCREENSHOT,
    "next": Action.BROWSE,
    "previous": Action.BROWSE,
    "random": Action.BROWSE,
    "prior": Action.EXPLORE,
    "reset_all": Action.EXPLORE,
    "step": Action.STEP,
    "stop": Action.STOP,
    "start_again": Action.START_AGAIN,
}
WORDS = {
    Phase.TRAINING: "Pause",
    Phase.PAUSED: "Go on",
    Phase.STOPPED: "Go on",
    Phase.FAILED: "Go on",
    Phase.FINISHED: "Train longer",
}


@pytest.mark.usefixtures("ready")
@pytest.mark.parametrize("phase", Phase)
def test_menus_and_buttons_are_on_in_just_the_states_of_the_table(window: MainWindow, phase: Phase) -> None:
    if phase not in (Phase.EMPTY, Phase.DATA, Phase.READY):
        window.experiment.begin_run(Path("a run"), window.experiment.settings)
    window.experiment.set_phase(phase)
    on = {key for key in NEEDS if window.commands[key].isEnabled()}
    assert on == {key for key, action in NEEDS.items() if phase in ALLOWED[action]}
    trains = phase in ALLOWED[Action.TRAIN] | ALLOWED[Action.PAUSE]
    for control in (window.commands["train"], window.tools.train_button, window.setup.train):
        assert control.isEnabled() == trains
    assert window.setup.train.text() == window.tools.train_button.text() == WORDS.get(phase, "Train")
    assert window.welcome.isVisible() == (phase == Phase.EMPTY)
    if phase in (Phase.STOPPED, Phase.FAILED, Phase.FINISHED):
        window.experiment.change(batch_size=32)
        assert window.setup.train.text() == "Train anew"
        assert "begins a new run" in window.setup._differs.text()
        assert not window.setup.again.isVisible(), "Train does the same"
    window.experiment.set_phase(Phase.EMPTY)


@pytest.fixture
def trained(window: MainWindow, image_folder: Path, qtbot) -> MainWindow:
    """A small run on real images, in training."""
    window.bridge.load_engine()
    window.bridge.open(str(image_folder))
    qtbot.waitUntil(lambda: window.experiment.phase == Phase.READY, timeout=WAIT)
    window.experiment.change(family="vae", options={"units": "3", "width": "16"}, epochs=4000.0)
    QTest.mouseClick(window.tools.train_button, LEFT)
    qtbot.waitUntil(lambda: len(window.experiment.curves.training) > 5, timeout=WAIT)
    return window


def runs(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "runs").iterdir())


def until(window: MainWindow, phase: Phase, qtbot) -> None:
    qtbot.waitUntil(lambda: window.experiment.phase == phase, timeout=WAIT)


def test_train_after_stop_goes_on_unless_something_was_changed(trained: MainWindow, tmp_path: Path, qtbot) -> None:
    trained.commands["stop"].trigger()
    until(trained, Phase.STOPPED, qtbot)
    step = trained.experiment.status.step
    QTest.mouseClick(trained.setup.train, LEFT)
    qtbot.waitUntil(lambda: trained.experiment.status.step > step + 5, timeout=WAIT)
    assert len(runs(tmp_path)) == 1
    trained.commands["stop"].trigger()
    until(trained, Phase.STOPPED, qtbot)
    stood = trained.experiment.status.step

    QTest.mouseClick(trained.setup.extents.button("all"), LEFT)
    type_into(trained.setup.model.form.field("units"), "5")
    assert trained.setup.train.text() == "Train anew"
    QTest.mouseClick(trained.setup.train, LEFT)
    qtbot.waitUntil(lambda: len(runs(tmp_path)) == 2, timeout=WAIT)
    qtbot.waitUntil(lambda: len(trained.experiment.curves.training) > 0, timeout=WAIT)
    kept, new = runs(tmp_path)
    assert json.loads((kept / "run.json").read_text())["spec"]["options"]["units"] == 3
    assert json.loads((new / "run.json").read_text())["spec"]["options"]["units"] == 5
    assert len((kept / "history.csv").read_text().splitlines()) == stood + 1


def test_train_at_the_end_goes_on_as_long_again(trained: MainWindow, tmp_path: Path, qtbot) -> None:
    trained.commands["stop"].trigger()
    until(trained, Phase.STOPPED, qtbot)
    end = trained.experiment.status.step + 5
    trained.experiment.change(plan="steps", steps=end)
    QTest.mouseClick(trained.setup.train, LEFT)
    until(trained, Phase.FINISHED, qtbot)
    assert trained.experiment.status.step == end
    assert not trained.commands["step"].isEnabled()
    trained.strata.x_row.setFocus()
    QTest.keyClick(trained.strata.x_row, Qt.Key.Key_Space)
    until(trained, Phase.TRAINING, qtbot)
    until(trained, Phase.FINISHED, qtbot)
    assert trained.experiment.status.step == 2 * end
    assert len(runs(tmp_path)) == 1


def test_a_paused_run_goes_on_as_it_is_whatever_was_changed(trained: MainWindow, tmp_path: Path, qtbot) -> None:
    QTest.mouseClick(trained.setup.train, LEFT)
    until(trained, Phase.PAUSED, qtbot)
    trained.experiment.change(batch_size=16)
    assert trained.setup.again.isVisible()
    assert "goes on as it is" in trained.setup._differs.text()
    step = trained.experiment.status.step
    trained.commands["step"].trigger()
    qtbot.waitUntil(lambda: trained.experiment.status.step == step + 1, timeout=WAIT)
    until(trained, Phase.PAUSED, qtbot)
    QTest.mouseClick(trained.setup.train, LEFT)
    qtbot.waitUntil(lambda: trained.experiment.status.step > step + 5, timeout=WAIT)
    assert len(runs(tmp_path)) == 1
    QTest.mouseClick(trained.setup.again, LEFT)
    qtbot.waitUntil(lambda: len(runs(tmp_path)) == 2, timeout=WAIT)
    qtbot.waitUntil(lambda: len(trained.experiment.curves.training) > 0, timeout=WAIT)
    assert trained.experiment.run_settings.batch_size == 16


def test_live_settings_act_without_a_new_run(trained: MainWindow, tmp_path: Path, qtbot) -> None:
    type_into(trained.setup.training.rate, "0.0005")
    trained.experiment.change(beta=0.5, free_bits=0.1)
    step = trained.experiment.status.step
    qtbot.waitUntil(lambda: trained.experiment.status.step > step + 5, timeout=WAIT)
    assert not trained.experiment.needs_new_run
    assert not trained.setup.again.isVisible()
    assert len(runs(tmp_path)) == 1


def test_impatience_founds_one_run_alone(trained: MainWindow, tmp_path: Path, qtbot) -> None:
    for _ in range(3):
        trained.commands["start_again"].trigger()
        trained.commands["step"].trigger()
    trained.commands["train"].trigger()  # Pause, asked for before there is a session to pause
    until(trained, Phase.PAUSED, qtbot)
    assert len(runs(tmp_path)) == 2


def test_closing_while_a_run_is_founded_leaves_no_thread(trained: MainWindow) -> None:
    trained.commands["start_again"].trigger()
    trained.close()


def test_opening_data_in_mid_training_asks_and_never_trains(
    trained: MainWindow, image_folder: Path, tmp_path: Path, qtbot
) -> None:
    (kept,) = runs(tmp_path)
    trained.offer("scenes")
    press(trained, "Keep training")
    step = trained.experiment.status.step
    qtbot.waitUntil(lambda: trained.experiment.status.step > step, timeout=WAIT)
    trained.commands["stop"].trigger()
    until(trained, Phase.STOPPED, qtbot)
    other = trained.experiment.pictures
    trained.offer(str(kept))
    qtbot.waitUntil(lambda: trained.experiment.pictures is not other, timeout=WAIT)
    qtbot.waitUntil(lambda: trained.answers.latest is not None, timeout=WAIT)
    assert trained.experiment.phase == Phase.STOPPED
    assert len(runs(tmp_path)) == 1


def test_a_run_that_failed_says_why_and_can_be_left(trained: MainWindow, tmp_path: Path, qtbot) -> None:
    trained.commands["stop"].trigger()
    until(trained, Phase.STOPPED, qtbot)
    trained.experiment.set_phase(Phase.FAILED)
    trained.experiment.problem.emit("Steps were not finite: lower the learning rate.", "")
    assert any("lower the learning rate" in text for text in trained.notices.texts)
    step = trained.experiment.status.step
    QTest.mouseClick(trained.setup.train, LEFT)
    qtbot.waitUntil(lambda: trained.experiment.status.step > step, timeout=WAIT)
    assert len(runs(tmp_path)) == 1
