"""What each action of the menus does on the main window."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from app.panels.about import About
from app.panels.help import Help
from app.panels.palette import Palette
from app.panels.shortcuts import Shortcuts
from app.state import units
from app.state.view_specs import TABS

if TYPE_CHECKING:
    from app.main_window import MainWindow


def tie(window: MainWindow) -> None:
    """Let every action of `window` do what its words say."""
    for key, act in {**_of_work(window), **_of_exploration(window), **_of_view(window)}.items():
        window.commands.on(key, act)


def _of_work(window: MainWindow) -> dict[str, Callable[[], object]]:
    bridge = window.bridge
    return {
        "open_folder": window.opening.ask_for_folder,
        "open_files": window.opening.ask_for_files,
        "skipped": window.announcing.show_skipped,
        "paste": window.pasting.paste,
        "screenshot": window.capturing.pick,
        "copy_window": window.capturing.copy_window,
        "quit": window.close,
        "train": window.train_or_pause,
        "step": lambda: bridge.train(one_step=True),
        "stop": bridge.stop,
        "start_again": bridge.start_again,
        "cancel": window.status.cancel.click,
        "data": window.browsing.show,
        "runs": lambda: window.comparing.show_runs(window.offer, window.looking_back.compare),
        "pin_run": window.comparing.pin_run,
        "export_curves": window.curve_export.ask_for_csv,
    }


def _of_exploration(window: MainWindow) -> dict[str, Callable[[], object]]:
    explore, answers = window.exploration, window.answers

    def dice() -> None:
        levels = () if answers.latest is None else answers.latest.levels
        explore.randomise_all({level.name: units.drawn(level, None) for level in levels})

    return {
        "lock": explore.toggle_lock,
        "basis": explore.toggle_basis,
        "dice": dice,
        "undo": explore.undo,
        "redo": explore.redo,
        "reset_all": explore.reset_all,
        "next": lambda: explore.pick_neighbour(1),
        "previous": lambda: explore.pick_neighbour(-1),
        "random": explore.pick_random,
        "prior": explore.draw_from_prior,
    }


def _of_view(window: MainWindow) -> dict[str, Callable[[], object]]:
    setup, commands, viewing = window.setup, window.commands, window.viewing
    return {
        **{f"view_{name}": partial(viewing.open, name) for name in TABS},
        "setup": window.toggle_setup,
        "curves": window.toggle_curves,
        "extent": lambda: setup.show_extent("simple" if setup.extent == "all" else "all"),
        "palette": lambda: Palette(commands, window).show(),
        "shortcuts": lambda: Shortcuts(commands, window).show(),
        "help": lambda: Help(window).show(),
        "crash_log": window.announcing.show_log,
        "about": lambda: About(window).show(),
    }
