"""Everything of the main window that is not in sight when it first appears: made once it has been painted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from app import acts, wiring
from app.explorer.keeping_place import KeepingPlace
from app.explorer.looking import Looking
from app.explorer.looking_back import LookingBack
from app.exports.capturing import Capturing
from app.exports.curve_export import CurveExport
from app.exports.view_export import ViewExport
from app.inputs.browsing import Browsing
from app.inputs.dropping import Dropping
from app.inputs.splitting import Splitting
from app.panels.beside_row import BesideRow
from app.panels.curves import CurvesPanel
from app.panels.objective_bar import ObjectiveBar
from app.panels.setup import Setup
from app.panels.strata import Strata
from app.panels.time_line import TimeLine
from app.panels.view_panel import ViewPanel
from app.panels.view_tabs import ViewTabs
from app.runs.comparing import Comparing
from app.state.viewing import Viewing

if TYPE_CHECKING:
    from app.main_window import MainWindow


def furnish(window: MainWindow) -> None:
    """Give `window` its panels, what works on them, and what its actions do."""
    _make_state(window)
    _make_panels(window)
    window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, window.setup)
    _make_tools(window)
    acts.tie(window)
    wiring.tie(window)
    window.dropping = Dropping(window, window.inspecting, window.opening, window.strata.x_row)


def _make_state(window: MainWindow) -> None:
    experiment, exploration, bridge = window.experiment, window.exploration, window.bridge
    window.viewing = Viewing(experiment, exploration, window.answers.cards, window)
    window.looking = Looking(bridge, experiment, window.viewing, window)
    window.looking_back = LookingBack(experiment, exploration, bridge, window)
    window.comparing = Comparing(bridge.jobs, experiment, window.recent, window.notices, window.settings, window)


def _make_panels(window: MainWindow) -> None:
    experiment, exploration, themes = window.experiment, window.exploration, window.themes
    window.setup = Setup(experiment, exploration, window.commands)
    window.objective = ObjectiveBar(experiment, themes)
    window.curves = CurvesPanel(experiment, themes, window.comparing.archive.pins)
    window.strata = Strata(experiment, exploration, window.answers, themes)
    window.strata.x_row.addActions(window.commands.local)
    window.time_line = TimeLine(window.looking_back.moments)
    window.beside_row = BesideRow(window.looking_back.beside, window.answers, themes)
    window.tabs = ViewTabs(experiment, window.viewing)
    for panel in (window.beside_row, window.time_line, window.tabs):
        window.strata.put_under_x(panel)
    window.views = ViewPanel(experiment, exploration, window.viewing, themes)
    window.strata.put_view(window.views)


def _make_tools(window: MainWindow) -> None:
    experiment, exploration, jobs = window.experiment, window.exploration, window.bridge.jobs
    window.capturing = Capturing(window, window.panels, experiment, exploration, window.notices, jobs)
    pins = window.comparing.archive.pins
    window.curve_export = CurveExport(window, window.curves, experiment, pins, jobs, window.notices)
    state = (experiment, exploration, window.viewing)
    window.view_export = ViewExport(window, window.bridge, *state, window.looking, window.notices)
    window.keeping_place = KeepingPlace(window.bridge, *state, window)
    window.splitting = Splitting(experiment, window.bridge, window)
    window.browsing = Browsing(window)
