"""Which part of the main window hears which other one: they know nothing of each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.state.view_specs import FROM_BASE, LEVELS
from app.words import topics

if TYPE_CHECKING:
    from app.main_window import MainWindow


def tie(window: MainWindow) -> None:
    """Connect what panels ask for, what changes and what there is to say."""
    _wishes(window)
    _news(window)


def _wishes(window: MainWindow) -> None:
    """What a person asks for in a panel."""
    window.welcome.chosen.connect(window.offer)
    window.welcome.open_folder_wanted.connect(window.opening.ask_for_folder)
    window.welcome.open_files_wanted.connect(window.opening.ask_for_files)
    window.tools.source_chosen.connect(window.offer)
    window.setup.data.open_wanted.connect(window.opening.ask_for_folder)
    window.setup.data.look_wanted.connect(window.browsing.show)
    window.setup.data.skipped_wanted.connect(window.announcing.show_skipped)
    window.setup.start_again_wanted.connect(window.bridge.start_again)
    runs = window.comparing.archive
    window.setup.model.runs_wanted.connect(runs.refresh)
    runs.listed.connect(lambda: window.setup.model.offer_codes(runs.entries))
    window.setup.refused.connect(lambda text: window.notices.say(text, problem=True, topic=topics.RUN))
    window.views.refused.connect(lambda text: window.notices.say(text, problem=True))
    window.views.export_wanted.connect(window.view_export.offer)


def _news(window: MainWindow) -> None:
    """What happens, and who shows it."""
    window.looking_back.moments.chosen.connect(window.curves.rest)
    window.looking_back.turned.connect(window.viewing.turn_over)
    window.viewing.opened.connect(lambda name: window.strata.view(name != LEVELS, name in FROM_BASE))
    window.time_line.beside_wanted.connect(window.looking_back.keep_beside)
    window.looking_back.refused.connect(lambda text: window.notices.say(text, problem=True))
    window.experiment.problem.connect(window.announcing.tell_failure)
    window.experiment.progressed.connect(window.objective.show_numbers)
    window.objective.toggled.connect(window.curves.show_term)
    window.bridge.noted.connect(lambda text, problem, topic: window.notices.say(text, problem=problem, topic=topic))
    window.bridge.started.connect(lambda event: window.notices.settle(topics.RUN))
    window.inspecting.refused.connect(lambda text: window.notices.say(text, problem=True, topic=topics.DATA))
    window.experiment.pictures_changed.connect(lambda: window.notices.settle(topics.DATA))
    window.bridge.worked.connect(window.status.work)
    cancel = window.commands["cancel"]
    window.bridge.worked.connect(lambda words: cancel.setEnabled(bool(words)))
    window.status.cancel.setToolTip(cancel.toolTip())
    cancel.setEnabled(False)
    window.status.cancelled.connect(window.bridge.cancel)
    window.status.cancelled.connect(window.opening.cancel)
    window.experiment.families_changed.connect(window.downloads.refresh)
    window.experiment.opened.connect(window.downloads.refresh)
    window.status.cancelled.connect(window.view_export.cancel)
