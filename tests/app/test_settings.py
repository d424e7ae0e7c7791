"""The dock of settings: what is typed or chosen there is what a run is asked for, and what is shown after it."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from app import translation
from app.inputs import loading
from app.main_window import MainWindow
from app.state.permissions import Phase
from app.state.records import DataSource, Pictures, Settings

LEFT = Qt.MouseButton.LeftButton


def pictures(classes: tuple[str, ...] = ("a", "b"), source: str = "scenes") -> Pictures:
    labels = np.zeros(1300, dtype=np.int64) if classes else None
    pixels = np.zeros((1300, 1, 28, 28), dtype=np.uint8)
    return Pictures("few", source, pixels, labels, classes, training=1280, test=0)


@pytest.fixture
def ready(window: MainWindow) -> MainWindow:
    """The window with an engine and data, all settings in sight."""
    window.experiment.set_engine(loading.import_engine(lambda done, total: None))
    window.experiment.set_pictures(pictures())
    QTest.mouseClick(window.setup.extents.button("all"), LEFT)
    return window


def type_into(field: QLineEdit, text: str) -> None:
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)


def spec(window: MainWindow):
    return translation.spec_of(window.experiment.settings, DataSource("scenes"))


def test_simple_shows_the_essential_and_all_shows_everything(ready: MainWindow) -> None:
    setup = ready.setup
    further = (
        *(setup.objective, setup.model.form, setup.model.families, setup.data.pixels),
        *(setup.training.lengths["epochs"], setup.training.rate, setup.training.seed),
    )
    assert all(widget.isVisible() for widget in further)
    QTest.mouseClick(setup.extents.button("simple"), LEFT)
    assert not any(widget.isVisible() for widget in further)
    essential = (setup.data, setup.model.presets.choice, setup.train)
    assert all(widget.isVisible() for widget in essential)
    ready.commands["extent"].trigger()
    assert setup.objective.isVisible()


def test_every_field_reaches_the_spec_of_the_run(ready: MainWindow) -> None:
    objective, training = ready.setup.objective, ready.setup.training
    for field, text in (
        (objective.samples, "3"),
        (objective.beta, "0,5"),
        (objective.warm_up, "2.5"),
        (objective.free_bits, "1.25"),
        (objective.kappa, "10"),
        (training.rate, "2e-4"),
        (training.batch, "64"),
        (training.seed, "7"),
        (training.skip_above, "400"),
        (training.ema, "0.99"),
        (training.lengths["epochs"], "12"),
    ):
        type_into(field, text)
    asked = spec(ready)
    assert (asked.samples, asked.beta, asked.warm_up, asked.free_bits, asked.kappa) == (3, 0.5, 2.5, 1.25, 10)
    assert (asked.lr, asked.batch_size, asked.seed, asked.epochs) == (2e-4, 64, 7, 12)
    assert (asked.skip_above, asked.ema) == (400, 0.99)
    assert not ready.notices.texts
    type_into(objective.free_bits, "off")
    type_into(objective.warm_up, "auto")
    type_into(training.ema, "off")
    assert (spec(ready).free_bits, spec(ready).warm_up, spec(ready).ema) == (None, None, None)


@pytest.mark.parametrize("text", ["", "many", "0", "-1", "inf", "nan"])
def test_a_number_that_does_not_fit_is_framed_and_said(ready: MainWindow, text: str) -> None:
    field = ready.setup.training.rate
    type_into(field, text or " ")
    assert spec(ready).lr == Settings().lr
    assert field.property("wrong") is True
    assert any("learning rate" in words and "above 0" in words for words in ready.notices.texts)
    type_into(field, "0.01")
    assert field.property("wrong") is False
    assert spec(ready).lr == 0.01


def test_arrow_keys_move_a_number_and_the_wheel_does_not_move_a_choice(ready: MainWindow) -> None:
    rate, beta = ready.setup.training.rate, ready.setup.objective.beta
    QTest.keyClick(rate, Qt.Key.Key_Up)
    assert spec(ready).lr == 2e-3
    for _ in range(3):
        QTest.keyClick(beta, Qt.Key.Key_Down)
    assert spec(ready).beta == pytest.approx(0.85)


def test_the_length_is_epochs_steps_or_minutes(ready: MainWindow) -> None:
    training = ready.setup.training
    for unit, number in (("steps", 300), ("minutes", 4), ("epochs", 9)):
        training.unit.chosen.emit(unit)
        assert [name for name, field in training.lengths.items() if field.isVisible()] == [unit]
        type_into(training.lengths[unit], str(number))
        asked = spec(ready)
        assert {name: getattr(asked, name) for name in Settings.PLANS if getattr(asked, name) is not None} == {
            unit: number
        }


def test_the_bound_rules_out_what_does_not_go_with_it(ready: MainWindow) -> None:
    objective, experiment = ready.setup.objective, ready.experiment
    estimators = objective.estimator.model()
    experiment.change(free_bits=2.0, estimator="stl")
    assert (spec(ready).estimator, spec(ready).free_bits) == ("stl", 2.0)
    objective.bound.chosen.emit("iwae")
    assert (spec(ready).bound, spec(ready).estimator, spec(ready).free_bits) == ("iwae", "plain", None)
    assert experiment.bound_name == "IWAE-5"
    assert not estimators.item(1).isEnabled()
    assert "biased" in estimators.item(1).toolTip()
    assert estimators.item(2).isEnabled()
    assert not objective.free_bits.isEnabled()
    experiment.choose_family("iwae")
    assert (experiment.settings.bound, experiment.bound_name) == (None, "IWAE-5")
    objective.bound.chosen.emit("elbo")
    assert (spec(ready).bound, experiment.bound_name) == ("elbo", "ELBO")


def test_families_that_need_labels_are_ruled_out_without_them(ready: MainWindow) -> None:
    setup = ready.setup
    place = setup.model.families.findData("m2")
    assert setup.model.families.model().item(place).isEnabled()
    assert not setup.data.semi_supervised.isVisible()
    ready.experiment.choose_family("m2")
    assert setup.data.semi_supervised.isVisible()
    QTest.mouseClick(setup.data.counts.button("600"), LEFT)
    assert spec(ready).labels == 600
    assert "not that many images" in setup.data.counts.button("3000").toolTip()
    type_into(setup.data.labels, "250")
    assert (spec(ready).labels, setup.data.counts.current) == (250, "")
    ready.experiment.set_pictures(pictures(classes=()))
    item = setup.model.families.model().item(place)
    assert not item.isEnabled()
    assert "labelled" in item.toolTip()
    assert setup.data.no_labels.isVisible()
    for field in (setup.data.counts, setup.data.labels, setup.data.alpha):
        assert not field.isEnabled()
        assert field.toolTip() == setup.data.no_labels.text()


@pytest.mark.parametrize(
    ("typed", "labels", "shown"),
    [
        *(("600", 600, "600"), ("5%", 0.05, "5 %"), ("2,5 %", 0.025, "2.5 %"), ("0.1", 0.1, "10 %")),
        ("10 a class", None, "10 a class"),
    ],
)
def test_labels_are_a_number_or_a_share(ready: MainWindow, typed: str, labels: float | None, shown: str) -> None:
    ready.experiment.choose_family("m2")
    field = ready.setup.data.labels
    type_into(field, "7")
    type_into(field, typed)
    assert spec(ready).labels == labels
    assert field.text() == shown
    assert f"Now {20 if labels is None else round(labels * 1280) if labels < 1 else labels}." in field.toolTip()


@pytest.mark.parametrize("typed", ["0", "1.5", "-3", "120 %", "some"])
def test_labels_that_are_no_amount_are_said(ready: MainWindow, typed: str) -> None:
    ready.experiment.choose_family("m2")
    field = ready.setup.data.labels
    type_into(field, typed)
    assert field.property("wrong") is True
    assert any("a share such as 5 %" in words for words in ready.notices.texts)
    assert spec(ready).labels is None


def test_pixels_are_drawn_as_chosen(ready: MainWindow) -> None:
    field = ready.setup.data.pixels
    for key in ("static", "none", "dynamic"):
        field.setCurrentIndex(field.findData(key))
        field.activated.emit(field.currentIndex())
        assert spec(ready).binarise == key
    field.activated.emit(field.findData(""))
    assert spec(ready).binarise is None


def test_what_a_run_cannot_take_over_is_named(ready: MainWindow) -> None:
    experiment, setup = ready.experiment, ready.setup
    experiment.begin_run(Path("one"), experiment.settings)
    experiment.set_phase(Phase.TRAINING)
    assert not setup.again.isVisible()
    experiment.change(lr=0.1, beta=3.0, free_bits=1.0, epochs=1.0, plan="steps")
    assert experiment.differing == ()
    type_into(setup.training.batch, "32")
    experiment.change(kappa=4.0)
    assert experiment.differing == ("batch_size", "kappa")
    assert setup.again.isVisible()
    assert "batch and weight prior" in setup._differs.text()


@pytest.mark.parametrize(
    ("changed", "step", "seconds", "phase", "wanted"),
    [
        ({}, 40, 9.0, Phase.STOPPED, None),
        ({}, 100, 9.0, Phase.FINISHED, {"epochs": 20}),
        ({"epochs": 30.0}, 40, 9.0, Phase.STOPPED, {"epochs": 30}),
        ({"epochs": 2.0}, 40, 9.0, Phase.STOPPED, {"epochs": 6}),
        ({"plan": "steps", "steps": 500}, 100, 9.0, Phase.FINISHED, {"steps": 500}),
        ({"plan": "steps", "steps": 50}, 100, 9.0, Phase.FINISHED, {"steps": 150}),
        ({"plan": "minutes", "minutes": 2.0}, 100, 60.0, Phase.FINISHED, {"minutes": 2.0}),
        ({"plan": "minutes", "minutes": 2.0}, 100, 150.0, Phase.FINISHED, {"minutes": 4.5}),
    ],
)
def test_how_far_a_run_goes_on(ready: MainWindow, changed, step: int, seconds: float, phase: Phase, wanted) -> None:
    experiment = ready.experiment
    experiment.change(epochs=10.0)
    experiment.begin_run(Path("one"), experiment.settings)
    experiment.status = replace(experiment.status, step=step, seconds=seconds, planned_steps=100)
    experiment.set_phase(phase)
    experiment.change(**changed)
    assert experiment.plan_to_go_on() == wanted


def test_the_choices_of_a_run_come_back_as_they_were(ready: MainWindow) -> None:
    del ready
    chosen = Settings(
        family="m2",
        options={"units": 7},
        bound="iwae",
        samples=3,
        estimator="dreg",
        plan="steps",
        steps=77,
        batch_size=50,
        seed=5,
        device="cpu",
        lr=0.2,
        beta=2.0,
        warm_up=1.0,
        kappa=3.0,
        labels=0.05,
        alpha=0.7,
        lr_schedule="burda",
        adam_eps=1e-4,
        skip_above=200.0,
        ema=0.99,
        held_out=0.25,
        binarise="static",
    )
    untouched = {"epochs", "minutes", "free_bits", "codes_of"}
    assert {one.name for one in fields(Settings) if getattr(chosen, one.name) == getattr(Settings(), one.name)} == (
        untouched
    )
    assert translation.settings_of(translation.spec_of(chosen, DataSource("scenes", 32, False))) == chosen


def test_devices_that_were_found_are_offered(ready: MainWindow) -> None:
    device = ready.setup.training.device
    offered = [device.itemData(place) for place in range(device.count())]
    assert offered == ["auto", *ready.experiment.devices]
    assert "cpu" in offered
