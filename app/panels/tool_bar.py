"""The tool bar: which data, which model, the buttons of a tape recorder, and a picture of the window."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QComboBox, QLabel, QMenu, QSizePolicy, QToolBar, QToolButton, QWidget

from app.actions import Actions
from app.desktop import assets
from app.inputs.fetching import Downloads
from app.state.experiment import Experiment
from app.widgets.fields import ChoiceField
from app.words import glossary, wording


class ToolBar(QToolBar):
    """`source_chosen` carries a built-in source, or one that can be downloaded."""

    source_chosen = Signal(str)

    def __init__(
        self,
        experiment: Experiment,
        actions: Actions,
        built_in: Mapping[str, tuple[str, str]],
        downloads: Downloads,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("tools")
        self.setWindowTitle(self.tr("Tools"))
        self.setMovable(False)
        self.setIconSize(QSize(assets.ICON_SIDE, assets.ICON_SIDE))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self._experiment, self._downloads = experiment, downloads
        name = QLabel("Strata")
        name.setProperty("role", "wordmark")
        name.setContentsMargins(0, 0, 10, 0)
        self.addWidget(name)
        self.addWidget(self._data_button(actions, built_in))
        self._model_place = self.addWidget(self._model_box())
        gap = QWidget()
        gap.setFixedWidth(6)
        self.addWidget(gap)
        self.train_button = self._button(actions, "train")
        self.train_button.setProperty("accent", True)
        self.train_button.setMinimumWidth(86)
        self._button(actions, "step")
        self._button(actions, "stop")
        spring = QWidget()
        spring.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(spring)
        self._button(actions, "screenshot")
        self._button(actions, "palette").setAccessibleName(self.tr("Commands"))
        experiment.pictures_changed.connect(self._show)
        experiment.families_changed.connect(self._list)
        experiment.settings_changed.connect(self._show)
        self._list()

    def _data_button(self, actions: Actions, built_in: Mapping[str, tuple[str, str]]) -> QToolButton:
        self._data = QToolButton()
        self._data.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._data.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._data.setAccessibleName(self.tr("Data"))
        menu = QMenu(self._data)
        for source, (title, description) in built_in.items():
            action = menu.addAction(title)
            action.setToolTip(description)
            action.triggered.connect(lambda _=False, source=source: self.source_chosen.emit(source))
        menu.addSeparator()
        self._offered = {name: menu.addAction(offer.title) for name, offer in self._downloads.offers.items()}
        for name, action in self._offered.items():
            action.triggered.connect(lambda _=False, name=name: self.source_chosen.emit(name))
        self._downloads.changed.connect(self._name_downloads)
        self._name_downloads()
        menu.addSeparator()
        menu.addActions(actions.group(("open_folder", "open_files", "paste")))
        menu.setToolTipsVisible(True)
        self._data.setMenu(menu)
        return self._data

    def _name_downloads(self) -> None:
        """Say beside each data set how large its download is, or that it needs none."""
        for name, offer in self._downloads.offers.items():
            size = self.tr("on this disk") if offer.there else self.tr("download {}").format(wording.memory(offer.size))
            self._offered[name].setText(f"{offer.title} ({size})")
            self._offered[name].setToolTip(offer.words)

    def _model_box(self) -> ChoiceField:
        self._model = ChoiceField(self.tr("Model"))
        self._model.setToolTip(glossary.term("family").meaning)
        self._model.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._model.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._model.chosen.connect(self._experiment.choose_family)
        return self._model

    def _button(self, actions: Actions, key: str) -> QToolButton:
        self.addAction(actions[key])
        button = self.widgetForAction(actions[key])
        assert isinstance(button, QToolButton)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _list(self) -> None:
        self._model.offer({family.name: family.title for family in self._experiment.families.values()})
        self._show()

    def _show(self) -> None:
        pictures = self._experiment.pictures
        self._data.setText(f"{pictures.name if pictures else self.tr('Data')} ▾")
        self._model_place.setVisible(bool(self._experiment.families) and pictures is not None)
        self._model.show_value(self._experiment.settings.family)
        for name, reason in self._experiment.unfit_families().items():
            self._model.rule_out(name, reason)
