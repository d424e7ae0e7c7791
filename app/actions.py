"""Every action of the window with its words, its shortcut and its icon; the table of permissions says when it is on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QObject, Qt
from PySide6.QtGui import QAction, QActionGroup, QColor, QKeySequence

from app.desktop import assets
from app.state.experiment import Experiment
from app.state.permissions import Action, Phase
from app.theme import CHOICES, Theme, Themes


@dataclass(frozen=True)
class Entry:
    """One action.

    Attributes:
        key: its name in code.
        text: its words.
        shortcut: keys, "F1 or ?", or empty.
        icon: name of an icon, or empty.
        short: words for a button; empty: the same.
        needs: what the table must allow; None: always on.
        local: whether the shortcut acts only while the strata or the row of x have the keyboard.
    """

    key: str
    text: str
    shortcut: str = ""
    icon: str = ""
    short: str = ""
    needs: Action | None = None
    local: bool = False


@dataclass(frozen=True)
class Command:
    """An action as the command palette and the sheet of shortcuts list it.

    Attributes:
        words: without marks for the keyboard.
        keys: its shortcut in the words of the platform, or empty.
        local: as in `Entry`.
    """

    key: str
    words: str
    keys: str
    local: bool
    action: QAction


def _tr(text: str) -> str:
    return QCoreApplication.translate("Actions", text)


def _views() -> tuple[tuple[str, str], ...]:
    return (
        ("levels", _tr("&Levels and their sliders")),
        ("traversal", _tr("&Traversal of a level")),
        ("grid", _tr("Level &grid")),
        ("progressive", _tr("&Progressive reconstruction")),
        ("mixing", _tr("&Mixing of two images")),
        ("effect", _tr("&Effect of a level, and its scale")),
        ("map", _tr("Latent m&ap")),
        ("interpolation", _tr("&Interpolation")),
        ("samples", _tr("&Samples")),
        ("card", _tr("Level &cards")),
    )


def _entries() -> tuple[Entry, ...]:
    return (
        Entry("open_folder", _tr("Open a &folder or a run …"), "Ctrl+O", "images", needs=Action.OPEN),
        Entry("open_files", _tr("Open f&iles …"), "Ctrl+Shift+O", needs=Action.OPEN),
        Entry("screenshot", _tr("&Screenshot …"), "F12", "camera", _tr("Screenshot"), Action.SCREENSHOT),
        Entry("copy_window", _tr("&Copy a picture of the window"), "Ctrl+Shift+C", needs=Action.SCREENSHOT),
        Entry("quit", _tr("&Quit"), "Ctrl+Q"),
        Entry("skipped", _tr("Files &left out …"), needs=Action.BROWSE),
        Entry("paste", _tr("&Paste an image or files"), "Ctrl+V", needs=Action.OPEN),
        Entry("undo", _tr("&Undo"), "Ctrl+Z"),
        Entry("redo", _tr("&Redo"), "Ctrl+Shift+Z"),
        Entry("reset_all", _tr("Reset &all edits"), "Ctrl+Backspace", "reset", needs=Action.EXPLORE),
        Entry("train", _tr("&Train"), "Space", "play", local=True),
        Entry("step", _tr("One &step"), ".", "step", _tr("Step"), Action.STEP, local=True),
        Entry("stop", _tr("St&op"), "Ctrl+.", "stop", needs=Action.STOP),
        Entry("start_again", _tr("Train a &new run"), "Ctrl+N", needs=Action.START_AGAIN),
        Entry("next", _tr("&Next image"), "Right", needs=Action.BROWSE, local=True),
        Entry("previous", _tr("&Previous image"), "Left", needs=Action.BROWSE, local=True),
        Entry("random", _tr("&Random image"), "R", "dice", needs=Action.BROWSE, local=True),
        Entry("prior", _tr("&Draw from the prior"), "G", needs=Action.EXPLORE, local=True),
        Entry("lock", _tr("&Lock the level at hand, or let it go"), "L", needs=Action.EXPLORE, local=True),
        Entry("basis", _tr("Units or di&rections of the level at hand"), "B", needs=Action.EXPLORE, local=True),
        Entry("dice", _tr("Draw every level that is not lo&cked"), "D", needs=Action.EXPLORE, local=True),
        Entry("cancel", _tr("&Cancel what is under way"), "Shift+Esc"),
        Entry("runs", _tr("&Runs …"), "F8"),
        Entry("pin_run", _tr("&Pin this run to the curves"), "Ctrl+P"),
        Entry("export_curves", _tr("Export &curves …"), "Ctrl+E"),
        Entry("data", _tr("Look through the &data …"), "F7", needs=Action.BROWSE),
        Entry("setup", _tr("&Setup"), "F9"),
        Entry("curves", _tr("&Curves"), "F10"),
        Entry("extent", _tr("Simple or &all settings"), "Ctrl+,"),
        *(
            Entry(f"view_{name}", words, f"Ctrl+{place % 10}", needs=Action.EXPLORE)
            for place, (name, words) in enumerate(_views(), start=1)
        ),
        Entry("palette", _tr("&Commands …"), "Ctrl+K", short=_tr("Ctrl+K")),
        Entry("shortcuts", _tr("&Shortcuts"), "F1 or ?"),
        Entry("help", _tr("&Help pages"), "Ctrl+F1"),
        Entry("crash_log", _tr("Crash &log")),
        Entry("about", _tr("&About Strata")),
    )


class Actions(QObject):
    """The actions by key. `on` says what each does; states switch them by the table."""

    def __init__(self, experiment: Experiment, themes: Themes, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._experiment = experiment
        self._entries = {entry.key: entry for entry in _entries()}
        self._actions = {key: self._make(entry) for key, entry in self._entries.items()}
        self.theme_group = QActionGroup(self)
        for choice in CHOICES:
            action = QAction(_tr(choice.capitalize()), self.theme_group)
            action.setCheckable(True)
            action.setChecked(choice == themes.choice)
            action.triggered.connect(lambda _=False, choice=choice: themes.choose(choice))
        experiment.phase_changed.connect(self._switch)
        experiment.families_changed.connect(lambda: self._switch(experiment.phase))
        experiment.settings_changed.connect(self._name_train)
        themes.changed.connect(self._paint)
        self._theme = themes.current
        self._switch(experiment.phase)

    def __getitem__(self, key: str) -> QAction:
        return self._actions[key]

    @property
    def local(self) -> list[QAction]:
        """Those whose shortcuts belong to the strata and the row of x."""
        return [self._actions[key] for key, entry in self._entries.items() if entry.local]

    def commands(self) -> list[Command]:
        """Every action, in the order of the table, and the themes after them."""
        made = [self._command(key, self._actions[key], entry.local) for key, entry in self._entries.items()]
        theme = _tr("Theme: {}")
        for choice, action in zip(CHOICES, self.theme_group.actions(), strict=True):
            made.append(Command(f"theme_{choice}", theme.format(action.text().lower()), "", False, action))
        return made

    def _command(self, key: str, action: QAction, local: bool) -> Command:
        keys = ", ".join(one.toString(QKeySequence.SequenceFormat.NativeText) for one in action.shortcuts())
        return Command(key, _plain(action.text()), keys, local, action)

    def on(self, key: str, act: Callable[[], object]) -> None:
        """Call `act` when the action is triggered."""
        self._actions[key].triggered.connect(lambda _=False: act())

    def group(self, keys: Iterable[str]) -> list[QAction]:
        """Several actions in order; an empty key stands for a separator."""
        made = []
        for key in keys:
            if key:
                made.append(self._actions[key])
            else:
                separator = QAction(self)
                separator.setSeparator(True)
                made.append(separator)
        return made

    def _make(self, entry: Entry) -> QAction:
        action = QAction(entry.text, self)
        if entry.shortcut:
            action.setShortcuts([QKeySequence(keys) for keys in entry.shortcut.split(" or ")])
        if entry.short:
            action.setIconText(entry.short)
        if entry.local:
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        command = self._command(entry.key, action, entry.local)
        action.setToolTip(f"{command.words} ({command.keys})" if command.keys else command.words)
        return action

    def _switch(self, phase: Phase) -> None:
        for key, entry in self._entries.items():
            if entry.needs is not None:
                self._actions[key].setEnabled(self._experiment.allows(entry.needs))
        running = phase == Phase.TRAINING
        self._actions["train"].setEnabled(self._experiment.allows(Action.PAUSE if running else Action.TRAIN))
        self._name_train()
        self._paint(self._theme)

    def _name_train(self) -> None:
        """The button says what it would do: a run that rests goes on, unless something was changed."""
        phase, train = self._experiment.phase, self._actions["train"]
        words = {
            Phase.TRAINING: _tr("&Pause"),
            Phase.PAUSED: _tr("&Go on"),
            Phase.STOPPED: _tr("&Go on"),
            Phase.FAILED: _tr("&Go on"),
            Phase.FINISHED: _tr("&Train longer"),
        }.get(phase, _tr("&Train"))
        if phase in (Phase.STOPPED, Phase.FAILED, Phase.FINISHED) and self._experiment.needs_new_run:
            words = _tr("&Train anew")
        train.setText(words)
        train.setToolTip(_tr("{} (space, while the picture has the keyboard)").format(words.replace("&", "")))

    def _paint(self, theme: Theme) -> None:
        self._theme = theme
        for key, entry in self._entries.items():
            if entry.icon:
                self._actions[key].setIcon(assets.icon(entry.icon, QColor(theme.text), QColor(theme.faint)))
        name = "pause" if self._experiment.phase == Phase.TRAINING else "play"
        self._actions["train"].setIcon(assets.icon(name, QColor(theme.on_accent), QColor(theme.faint)))


def _plain(text: str) -> str:
    """Words of a menu without their mark for the keyboard and without the dots of a dialogue."""
    return text.replace("&", "").removesuffix(" …")
