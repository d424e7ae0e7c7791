"""Habits of a desktop: the command palette, the sheet of shortcuts, recent things, the crash log, names for readers."""

from __future__ import annotations

import json
import re
import sys
import threading
from importlib.metadata import version
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QSettings, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QImage, QTextDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from app.desktop import assets, crashes, places, window_memory
from app.inputs.recent import MOST, Recent
from app.main_window import MainWindow
from app.panels.about import About
from app.panels.crash_log import CrashLog
from app.panels.help import Help
from app.panels.palette import Palette
from app.panels.shortcuts import Shortcuts
from app.state.permissions import Phase
from app.state.records import Settings
from app.theme import Themes
from app.words import fuzzy, glossary
from tests.app.conftest import discard
from tests.app.test_settings import pictures, ready  # noqa: F401 - a fixture

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    """A file of settings that a test has to itself."""
    return QSettings(str(tmp_path / "strata.ini"), QSettings.Format.IniFormat)


def test_the_palette_finds_an_action_by_letters_and_runs_it(window: MainWindow) -> None:
    QTest.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    palette = window.findChild(Palette)
    assert palette is not None
    QTest.keyClicks(palette.field, "thli")
    assert palette.found[0] == "theme_light"
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    assert window.themes.choice == "light"


def test_the_palette_lists_every_action_and_runs_none_that_is_impossible(window: MainWindow) -> None:
    window.commands["palette"].trigger()
    palette = window.findChild(Palette)
    assert palette is not None
    assert {command.key for command in window.commands.commands()} == {*palette.found, "palette"}
    QTest.keyClicks(palette.field, "train a new run")
    assert palette.found == ["start_again"]
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    assert palette.isVisible()
    palette.close()


@pytest.mark.parametrize(
    ("letters", "best"), [("ofr", "Open a folder or a run"), ("stp", "Stop"), ("sc", "Screenshot"), ("xq", None)]
)
def test_letters_find_the_words_meant(letters: str, best: str | None) -> None:
    words = ["Open a folder or a run", "One step", "Stop", "Reset all edits", "Screenshot"]
    found = fuzzy.ranked(letters, words, lambda text: text)
    assert (found[0] if found else None) == best


def test_the_sheet_shows_every_shortcut(window: MainWindow) -> None:
    QTest.keyClick(window, Qt.Key.Key_F1)
    sheet = window.findChild(Shortcuts)
    assert sheet is not None
    shown = {label.text() for label in sheet.findChildren(QLabel)}
    assert {command.keys for command in window.commands.commands() if command.keys} <= shown
    sheet.close()


def test_no_two_actions_share_a_shortcut(window: MainWindow) -> None:
    keys = [one.toString() for command in window.commands.commands() for one in command.action.shortcuts()]
    assert len(keys) == len(set(keys))


def test_recent_things_are_newest_first_kept_and_gone_when_missing(settings: QSettings, tmp_path: Path) -> None:
    recent = Recent(settings)
    folders = [tmp_path / str(number) for number in range(MOST + 2)]
    for folder in folders:
        folder.mkdir()
        recent.add("data", str(folder))
    recent.add("data", "scenes")
    recent.add("data", str(folders[4]))
    again = Recent(settings)
    wanted = [str(folders[4]), *(str(one) for one in reversed(folders) if one != folders[4])][:MOST]
    assert again.paths("data") == wanted
    assert again.paths("runs") == []
    folders[4].rmdir()
    assert again.paths("data") == wanted[1:]


def test_a_second_start_offers_what_was_open_and_stands_where_it_stood(
    themes: Themes, settings: QSettings, tmp_path: Path, qtbot
) -> None:
    folder, run = tmp_path / "some images", tmp_path / "a run"
    for path in (folder, run):
        path.mkdir()
    first = MainWindow(themes, settings)
    first.furnish()
    first.show()
    first.experiment.set_pictures(pictures(source=str(folder)))
    first.experiment.begin_run(run, Settings())
    first.setup.show_extent("all")
    first.resize(1100, 760)
    discard(first)
    second = MainWindow(themes, settings)
    second.furnish()
    second.show()
    assert (second.width(), second.height()) == (1100, 760)
    assert second.setup.extent == "all"
    assert not second.setup.isVisible()
    assert list(second.welcome.recent_buttons) == [str(folder), str(run)]
    file_menu = second.menuBar().actions()[0].menu()
    file_menu.aboutToShow.emit()
    offered = {action.text(): action.menu() for action in file_menu.actions() if action.menu()}
    assert [action.text() for action in offered["Recent &runs"].actions()] == ["a run"]
    QTest.mouseClick(second.welcome.recent_buttons[str(folder)], LEFT)
    qtbot.waitUntil(lambda: bool(second.notices.texts), timeout=30_000)  # the folder is empty, which is said
    discard(second)


def test_a_bug_on_any_thread_is_logged_said_and_offered_at_the_next_start(
    window: MainWindow, settings: QSettings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture, qtbot
) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    caught = crashes.Crashes(settings, window)
    assert not caught.unseen
    caught.watch(window.announcing.tell_bug)

    def fail() -> None:
        raise ZeroDivisionError("on a thread")

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    sys.excepthook(KeyError, KeyError("in the window"), None)
    qtbot.waitUntil(lambda: len(window.notices.texts) == 2)
    assert "on a thread" in window.notices.texts[0]
    log = places.crash_log().read_text()
    assert "ZeroDivisionError: on a thread" in log
    assert "in fail" in log
    assert "KeyError" in log
    assert "on a thread" in capsys.readouterr().err

    later = crashes.Crashes(settings, window)
    assert later.unseen
    window.announcing.tell_of_crashes()
    later.mark_seen()
    assert not crashes.Crashes(settings, window).unseen
    window.commands["crash_log"].trigger()
    shown = window.findChild(CrashLog)
    assert shown is not None
    shown.close()


def test_two_notices_at_most_and_a_passing_one_gives_way_to_a_problem(window: MainWindow) -> None:
    notices = window.notices
    notices.say("cannot be opened", problem=True, topic="data")
    notices.say("saved")
    notices.say("cannot be trained", problem=True, topic="run")
    assert notices.texts == ["cannot be opened", "cannot be trained"]
    notices.say("cannot be opened either", problem=True, topic="data")
    assert notices.texts == ["cannot be trained", "cannot be opened either"]
    notices.settle("data")
    assert notices.texts == ["cannot be trained"]


def test_a_bug_in_training_goes_to_the_log(window: MainWindow) -> None:
    window.experiment.problem.emit("Too bad.", "")
    assert crashes.read() == ""
    window.experiment.problem.emit("It broke.", "Traceback: it broke here")
    assert "it broke here" in crashes.read()
    assert any("It broke." in text for text in window.notices.texts)


@pytest.mark.usefixtures("ready")
def test_every_control_has_a_name_for_screen_readers(window: MainWindow) -> None:
    window.experiment.choose_family("m2")
    nameless = [
        widget
        for widget in window.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible() and not _name(widget)
    ]
    assert not nameless, "; ".join(f"{type(one).__name__} in {type(one.parent()).__name__}" for one in nameless)


def _name(widget: QWidget) -> str:
    text = getattr(widget, "text", str)()
    own = text if any(letter.isalpha() for letter in text) and widget.metaObject().className() != "QLineEdit" else ""
    return widget.accessibleName() or own


def test_the_glossary_explains_every_setting_in_one_sentence() -> None:
    names = {"elbo", "iwae", "nats", "kl", "active_units", "follow", "mean", "pinned", "data"}
    lengths = {"plan", *Settings.PLANS}
    for name in names | set(Settings.__dataclass_fields__) - lengths:
        title, meaning = glossary.term(name)
        assert title
        assert meaning.endswith(".")
        assert ". " not in meaning


@pytest.mark.parametrize("phase", [Phase.READY, Phase.TRAINING])
def test_hovering_says_what_a_drop_does_to_a_run_in_training(
    window: MainWindow, tmp_path: Path, phase: Phase, qtbot
) -> None:
    (tmp_path / "run.json").write_text(json.dumps({}))
    window.experiment.set_phase(phase)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path))])
    none = Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(window, QDragEnterEvent(QPoint(500, 400), Qt.DropAction.CopyAction, data, LEFT, none))
    overlay = window.dropping.overlay
    qtbot.waitUntil(lambda: "Open the run" in overlay.text)
    assert ("you will be asked" in overlay.text) == (phase == Phase.TRAINING)
    overlay.hide()
    window.experiment.set_phase(Phase.EMPTY)


def test_the_palette_lists_actions_as_the_menus_do_until_letters_come(window: MainWindow) -> None:
    window.commands["palette"].trigger()
    palette = window.findChild(Palette)
    assert palette is not None
    listed = [command.key for command in window.commands.commands() if command.key != "palette"]
    assert palette.found == listed
    QTest.keyClick(palette.field, Qt.Key.Key_Down)
    assert palette.list.currentRow() == 1
    QTest.keyClick(palette.field, Qt.Key.Key_Escape)
    assert not palette.isVisible()


def test_a_click_in_the_palette_runs_a_command(window: MainWindow) -> None:
    window.commands["palette"].trigger()
    palette = window.findChild(Palette)
    assert palette is not None
    QTest.keyClicks(palette.field, "theme: light")
    place = palette.list.visualItemRect(palette.list.item(0)).center()
    QTest.mouseClick(palette.list.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, place)
    assert window.themes.choice == "light"


def test_the_sheet_tells_where_each_key_acts(window: MainWindow) -> None:
    window.commands["shortcuts"].trigger()
    sheet = window.findChild(Shortcuts)
    assert sheet is not None
    texts = [label.text() for label in sheet.findChildren(QLabel)]
    local = {command.words for command in window.commands.commands() if command.local and command.keys}
    start = texts.index("While the picture or a level has the keyboard")
    section = texts[start + 1 : texts.index("On a slider")]
    assert set(section[1::2]) == local
    sheet.close()


def test_help_pages_are_read_inside_the_window(window: MainWindow) -> None:
    QTest.keyClick(window, Qt.Key.Key_F1, Qt.KeyboardModifier.ControlModifier)
    shown = window.findChild(Help)
    assert shown is not None
    titles = [shown.titles.item(row).text() for row in range(shown.titles.count())]
    assert titles == [title for title, _ in assets.help_pages()]
    for row, title in enumerate(titles):
        QTest.mouseClick(
            shown.titles.viewport(),
            LEFT,
            Qt.KeyboardModifier.NoModifier,
            shown.titles.visualItemRect(shown.titles.item(row)).center(),
        )
        assert shown.page.toPlainText().startswith(title)
    shown.close()


def test_the_pictures_of_the_help_pages_are_found(window: MainWindow) -> None:
    shown = Help(window)
    texts = [text for _, text in assets.help_pages()]
    pictures = [name for text in texts for name in re.findall(r"!\[[^]]*\]\((.+?)\)", text)]
    assert "scenes-layout.png" in pictures
    for name in pictures:
        found = shown.page.loadResource(QTextDocument.ResourceType.ImageResource.value, QUrl(name))
        assert not QImage.fromData(found).isNull(), name
    shown.close()


def test_about_names_the_versions(window: MainWindow) -> None:
    window.commands["about"].trigger()
    shown = window.findChild(About)
    assert shown is not None
    assert f"torch {version('torch')}" in shown.versions.text()
    shown.close()


def test_docks_stand_where_they_stood_detached_and_on_the_other_side(themes: Themes, settings: QSettings) -> None:
    right = Qt.DockWidgetArea.RightDockWidgetArea
    for floating in (False, True):
        first = MainWindow(themes, settings)
        first.furnish()
        first.show()
        first.experiment.set_pictures(pictures())
        first.addDockWidget(right, first.setup)
        first.setup.setFloating(floating)
        discard(first)
        second = MainWindow(themes, settings)
        second.furnish()
        second.show()
        second.experiment.set_pictures(pictures())
        assert second.dockWidgetArea(second.setup) == right
        assert second.setup.isFloating() == floating
        assert second.setup.isVisible()
        discard(second)


def test_a_dock_that_was_hidden_stays_hidden_until_it_is_asked_for(themes: Themes, settings: QSettings, qtbot) -> None:
    first = MainWindow(themes, settings)
    first.furnish()
    first.show()
    qtbot.waitUntil(first.isActiveWindow)
    first.experiment.set_pictures(pictures())
    QTest.keyClick(first, Qt.Key.Key_F9)
    assert not first.setup.isVisible()
    discard(first)
    second = MainWindow(themes, settings)
    second.furnish()
    second.show()
    qtbot.waitUntil(second.isActiveWindow)
    second.experiment.set_pictures(pictures())
    assert not second.setup.isVisible()
    QTest.keyClick(second, Qt.Key.Key_F9)
    assert second.setup.isVisible()
    discard(second)


def test_a_window_on_a_screen_that_went_away_comes_back_into_sight(themes: Themes, settings: QSettings) -> None:
    window = MainWindow(themes, settings)
    window.furnish()
    window.show()
    for place in (QPoint(9000, 50), QPoint(-4000, -3000), QPoint(100, 5000)):
        window.move(place)
        window_memory.bring_into_sight(window)
        area = window.screen().availableGeometry()
        assert area.intersected(window.frameGeometry()).width() >= window_memory.VISIBLE
        assert area.intersected(window.frameGeometry()).height() >= window_memory.VISIBLE
    stood = window.pos()
    window_memory.bring_into_sight(window)
    assert window.pos() == stood, "what is in sight stays where it is"
    discard(window)
