"""Single keys act on the picture that has the keyboard, and never inside a field or a slider."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.main_window import MainWindow
from app.state.permissions import Phase

WAIT = 30_000


def test_arrows_r_and_g_choose_the_base_image(trained: MainWindow, qtbot) -> None:
    row, explore = trained.strata.x_row, trained.exploration
    row.setFocus()
    QTest.keyClick(row, Qt.Key.Key_Right)
    assert explore.point.image == 1
    QTest.keyClick(row, Qt.Key.Key_Left)
    QTest.keyClick(row, Qt.Key.Key_Left)
    assert explore.point.image == explore.count - 1
    QTest.keyClick(row, Qt.Key.Key_G)
    assert explore.point.image is None
    qtbot.waitUntil(lambda: trained.answers.latest.question.image is None, timeout=WAIT)
    assert trained.strata.x_row.pictures["input"].image is not None
    QTest.keyClick(row, Qt.Key.Key_R)
    assert explore.point.image is not None
    level = trained.strata.rows["z2"]
    level.setFocus()
    chosen = explore.point.image
    QTest.keyClick(level, Qt.Key.Key_Right)
    assert explore.point.image == (chosen + 1) % explore.count


def test_keys_in_a_field_or_on_a_slider_do_nothing_else(trained: MainWindow) -> None:
    QTest.mouseClick(trained.setup.extents.button("all"), Qt.MouseButton.LeftButton)
    field = trained.setup.model.form.field("units")
    bank = trained.strata.rows["z1"].bank
    if not bank.shown:
        trained.strata.rows["z1"].toggle()
        bank._idle.click()
    slider = bank.slider(bank.shown[0])
    for widget in (field, slider):
        widget.setFocus()
        for key in (Qt.Key.Key_Space, Qt.Key.Key_R, Qt.Key.Key_G, Qt.Key.Key_Period):
            QTest.keyClick(widget, key)
    assert trained.experiment.phase == Phase.FINISHED
    assert trained.exploration.point.image == 0


def test_pinned_is_ruled_out_with_a_reason_where_it_shows_nothing(trained: MainWindow) -> None:
    below = trained.strata.x_row.below
    trained.exploration.look_at("z2")
    assert not below.choices.button("pinned").isEnabled()
    assert "x sees z1 alone" in below.choices.button("pinned").toolTip()
    assert below.reason == "Not Pinned: in this model x sees z1 alone."
    assert below.meaning == "z1 keeps its own noise and moves with its prior."
    QTest.mouseClick(below.choices.button("mean"), Qt.MouseButton.LeftButton)
    assert trained.exploration.point.below == "mean"
    assert below.meaning == "z1 goes to the mode of its prior."
    trained.exploration.look_at("z1")
    assert below.choices.button("pinned").isEnabled()
    trained.exploration.set_below("pinned")
    trained.exploration.look_at("z2")
    assert trained.exploration.point.below == "follow"


def test_a_thumbnail_becomes_the_base_image(trained: MainWindow) -> None:
    thumbnails = trained.setup.data.thumbnails
    QTest.mouseClick(thumbnails, Qt.MouseButton.LeftButton, pos=thumbnails.tile(4).center())
    assert trained.exploration.point.image == 4


def test_a_click_on_a_term_hides_its_curve(trained: MainWindow) -> None:
    line = trained.curves.kl.lines["z2"]
    assert line.isVisible()
    QTest.mouseClick(trained.objective.term("z2"), Qt.MouseButton.LeftButton)
    assert not line.isVisible()


def test_a_low_window_folds_the_curves_and_keeps_x(trained: MainWindow, qtbot) -> None:
    trained.resize(1100, 700)
    qtbot.waitUntil(lambda: not trained.curves.isVisible(), timeout=WAIT)
    assert trained.strata.x_row.isVisible()
    assert trained.strata.x_row.pictures["edited"].height() >= 128
    trained.commands["curves"].trigger()
    assert trained.curves.isVisible()


def test_both_themes_reach_every_panel(trained: MainWindow) -> None:
    dark = trained.strata.rows["z1"].colour
    trained.themes.choose("light")
    assert trained.strata.rows["z1"].colour != dark
    trained.themes.choose("dark")
    assert trained.strata.rows["z1"].colour == dark
