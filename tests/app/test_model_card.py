"""The model card: presets that fill in the forms, what was changed since, and training on the codes of another run."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app import translation
from app.main_window import MainWindow
from app.state import presets
from app.state.permissions import Phase
from app.state.records import DataSource, Settings
from app.widgets.fields import ChoiceField
from tests.app.test_settings import pictures, ready, type_into  # noqa: F401  (ready is a fixture)

LEFT = Qt.MouseButton.LeftButton
WAIT = 30_000


def choose(field: ChoiceField, key: str) -> None:
    """What a person's click on one of the words does."""
    place = field.findData(key)
    assert place >= 0
    field.setCurrentIndex(place)
    field.activated.emit(place)


def test_a_preset_fills_in_every_form(ready: MainWindow) -> None:  # noqa: F811
    card, experiment = ready.setup.model, ready.experiment
    choose(card.presets.choice, "burda-2-layer")
    assert card.families.currentData() == "iwae"
    assert card.form.field("units").text() == "100,50"
    assert ready.setup.objective.bound.currentData() == "iwae"
    training = ready.setup.training
    assert (training.batch.text(), training.lengths["epochs"].text()) == ("20", "3280")
    assert (training.schedule.currentData(), training.adam_eps.text()) == ("burda", "0.0001")
    assert "Burda" in card.presets.about.text()
    assert not card.presets.changed.isVisible()
    asked = translation.spec_of(experiment.settings, DataSource("scenes"))
    assert (asked.family, asked.samples, asked.lr_schedule, asked.warm_up) == ("iwae", 5, "burda", 0)


@pytest.mark.parametrize("name", ["burda-1-layer", "kingma-m2", "rezende-dlgm", "sonderby-5-layer", "vdvae-small"])
def test_what_a_preset_fills_in_is_the_spec_of_the_command_line(ready: MainWindow, name: str) -> None:  # noqa: F811
    from hvae_engine.training import RunSpec
    from hvae_engine.training.presets import preset
    from hvae_engine.training.resolution import resolved

    choose(ready.setup.model.presets.choice, name)
    asked = translation.spec_of(ready.experiment.settings, DataSource("scenes"))
    assert resolved(asked, 1) == resolved(RunSpec("scenes", **preset(name).spec), 1)


def test_edits_of_a_preset_are_named_and_undone_by_editing_back_or_at_once(ready: MainWindow) -> None:  # noqa: F811
    card, training = ready.setup.model, ready.setup.training
    choose(card.presets.choice, "sonderby-5-layer")
    type_into(card.form.field("units"), "64, 32,16,8,4")
    assert not card.presets.changed.isVisible()
    type_into(training.batch, "64")
    type_into(card.form.field("depth"), "3")
    assert card.presets.changed.text() == "Changed: batch and depth."
    type_into(training.batch, "256")
    assert card.presets.changed.text() == "Changed: depth."
    type_into(training.seed, "9")
    type_into(training.lengths["epochs"], "7")
    assert card.presets.changed.text() == "Changed: length and depth."
    QTest.mouseClick(card.presets.restore, LEFT)
    assert not card.presets.restore.isVisible()
    assert (ready.experiment.settings.seed, ready.experiment.settings.epochs) == (9, 2000)
    assert card.form.field("depth").text() == "2"


def test_another_family_is_one_change(ready: MainWindow) -> None:  # noqa: F811
    choose(ready.setup.model.presets.choice, "kingma-m2")
    rows = ready.setup.model.presets
    choose(ready.setup.model.families, "vae")
    assert rows.about.text().startswith("Your own choices")
    assert not rows.about.toolTip()
    assert not rows.changed.isVisible()
    assert rows.restore.isVisible()
    choose(ready.setup.model.presets.choice, "")
    assert ready.experiment.settings == Settings()


def test_lists_that_nobody_changed_follow_the_number_of_levels(ready: MainWindow) -> None:  # noqa: F811
    card, experiment = ready.setup.model, ready.experiment
    units, width = card.form.field("units"), card.form.field("width")
    assert "as many levels as numbers" in units.toolTip()
    type_into(units, "32,8")
    assert width.text() == "512,256"
    type_into(width, "512,256")  # as it stands: still nobody's choice
    assert dict(experiment.settings.options) == {"units": "32,8"}
    type_into(units, "32,16,8")
    assert width.text() == "512,256,128"
    assert not card.remark.isVisible()
    type_into(width, "64,64")
    assert card.remark.isVisible()
    assert "'units' has 3, 'width' has 2" in card.remark.text()
    type_into(width, "64,64,64")
    assert not card.remark.isVisible()


@pytest.mark.parametrize("name", ["", "linear-gaussian", "burda-2-layer", "kingma-m2"])
def test_a_run_that_is_opened_again_differs_from_its_preset_in_nothing(
    window: MainWindow, image_folder: Path, name: str, qtbot
) -> None:
    window.bridge.load_engine()
    window.bridge.open(str(image_folder))
    qtbot.waitUntil(lambda: window.experiment.phase == Phase.READY, timeout=WAIT)
    experiment, rows = window.experiment, window.setup.model.presets
    choose(rows.choice, name)
    experiment.change(plan="steps", steps=3)
    window.bridge.train()
    qtbot.waitUntil(lambda: experiment.phase == Phase.FINISHED, timeout=WAIT)
    path = experiment.run_path
    experiment.choose_preset("")
    with qtbot.waitSignal(
        window.bridge.furnished, timeout=WAIT, check_params_cb=lambda: window.bridge.shop is not None
    ):
        window.bridge.open(str(path))
    assert experiment.phase == Phase.FINISHED
    assert rows.choice.currentData() == name
    assert rows.changed.text() == "Changed: length."
    assert not experiment.differing
    experiment.choose_preset(name)
    assert not experiment.differing, "the same choices, some of them left to the family"


def test_presets_that_need_labels_are_ruled_out_without_them(ready: MainWindow) -> None:  # noqa: F811
    choice = ready.setup.model.presets.choice
    assert choice.model().item(choice.findData("kingma-m2")).isEnabled()
    ready.experiment.set_pictures(pictures(classes=()))
    item = choice.model().item(choice.findData("kingma-m2"))
    assert not item.isEnabled()
    assert "labelled" in item.toolTip()


def test_a_level_too_small_above_is_said_where_it_is_chosen(ready: MainWindow) -> None:  # noqa: F811
    card = ready.setup.model
    choose(card.families, "m1m2")
    assert not card.remark.isVisible()
    type_into(card.form.field("units"), "50,9")
    assert card.remark.isVisible()
    assert "fewer than the 50 dimensions" in card.remark.text()
    type_into(card.form.field("units"), "50,48")
    assert not card.remark.isVisible()


def test_the_data_decide_over_bits_per_dimension(ready: MainWindow) -> None:  # noqa: F811
    experiment = ready.experiment
    assert experiment.dimensions is None
    experiment.change(options={"likelihood": "logistic"})
    assert experiment.dimensions == 28 * 28
    experiment.change(binarise="static")
    assert experiment.dimensions is None


def test_the_window_starts_with_settings_of_its_own() -> None:
    assert presets.changed(presets.OWN, Settings()) == ()
    assert presets.changed(presets.OWN, Settings(plan="steps", seed=3)) == ("length",)


def test_a_model_is_trained_on_the_codes_of_an_earlier_run(window: MainWindow, image_folder: Path, qtbot) -> None:
    window.bridge.load_engine()
    window.bridge.open(str(image_folder))
    qtbot.waitUntil(lambda: window.experiment.phase == Phase.READY, timeout=WAIT)
    QTest.mouseClick(window.setup.extents.button("all"), LEFT)
    card, experiment = window.setup.model, window.experiment
    choose(card.families, "vae")
    assert not card.source.isVisible()
    experiment.change(options={"units": "5", "width": "32"}, plan="steps", steps=30)
    QTest.mouseClick(window.tools.train_button, LEFT)
    qtbot.waitUntil(lambda: experiment.phase == Phase.FINISHED, timeout=WAIT)
    first = experiment.run_path
    assert first is not None

    choose(card.families, "m2")
    assert card.source.isVisible()
    qtbot.waitUntil(lambda: card.source.findData(str(first)) > 0, timeout=WAIT)
    choose(card.source, str(first))
    assert not window.setup.data.pixels.isEnabled()
    experiment.change(options={"units": "4", "width": "32"})
    QTest.mouseClick(window.setup.again, LEFT)
    qtbot.waitUntil(lambda: experiment.phase == Phase.FINISHED and experiment.run_path != first, timeout=WAIT)
    assert experiment.run_settings is not None
    assert experiment.run_settings.codes_of == str(first)
    assert len(experiment.curves.error) > 0
    latest = window.answers
    qtbot.waitUntil(lambda: latest.latest is not None and len(latest.latest.levels) == 2, timeout=WAIT)
    assert latest.latest is not None
    assert latest.latest.reconstruction.shape == latest.latest.input.shape == (28, 28)
    assert np.ptp(latest.latest.reconstruction) > 0

    choose(card.source, "")
    assert experiment.needs_new_run
    second = experiment.run_path
    window.bridge.open(str(second))
    qtbot.waitUntil(
        lambda: experiment.phase == Phase.FINISHED and experiment.settings.codes_of is not None, timeout=WAIT
    )
    assert experiment.differing == ()
    assert card.source.currentData() == str(first)
