"""One line of controls for the parameters of the open view, each with the field that suits it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from app.panels import view_words
from app.panels.temperatures import Temperatures
from app.state.experiment import Experiment
from app.state.exploration import LABEL, Exploration
from app.state.view_specs import FROM_BASE, ONE_LEVEL, OWN_BELOW, WHERE_IT_STANDS, ViewSpec
from app.state.viewing import Viewing
from app.widgets.fields import ChoiceField, NumberField, Range
from app.widgets.flow import FlowBox
from app.widgets.list_field import ListField

MOST = {"steps": 64, "units": 64, "down": 32, "columns": 32, "draws": 256, "count": 4096}
LEAST = {"steps": 2, "draws": 2, "count": 3}
SEEDS = 1 << 31
MOST_IMAGES = 12
NARROW, SEED_WIDTH, MIDDLE, WIDE = 54, 76, 96, 184
Show = Callable[[Mapping[str, Any]], None]


class ViewControls(FlowBox):
    """Made anew for each view; `refused` carries the sentence against what was typed."""

    refused = Signal(str)

    def __init__(
        self, experiment: Experiment, exploration: Exploration, viewing: Viewing, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._experiment, self._exploration, self._viewing = experiment, exploration, viewing
        self._fields: dict[str, QWidget] = {}
        self._shows: list[Show] = []
        self._pairs: list[QHBoxLayout] = []
        self._dice = np.random.default_rng()

    def field(self, name: str) -> QWidget:
        """The field of one parameter."""
        return self._fields[name]

    def build(self) -> None:
        """Make the fields of the open view."""
        while (item := self.flow.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._fields, self._shows, self._pairs = {}, [], []
        spec = self._viewing.spec
        if spec is not None:
            for name in spec.defaults:
                self._add_parameter(spec, name)
        self.show_values()

    def show_values(self) -> None:
        """Stand where the view stands."""
        values = self._viewing.parameters()
        if values:
            for show in self._shows:
                show(values)

    def _add_parameter(self, spec: ViewSpec, name: str) -> None:
        default = spec.defaults[name]
        if name in WHERE_IT_STANDS:
            return  # the sliders say it
        if name == "level":
            self._add_level(spec)
        elif name in ("unit", "direction", "units") and "unit" in spec.defaults:
            if name == "unit":
                self._add_basis()
        elif name == "below":
            if spec.name in OWN_BELOW:
                self._add_choice(name, {rule: view_words.word(rule) for rule in ("follow", "mean", "pinned")})
        elif name == "path":
            self._add_choice(name, {path: view_words.word(path) for path in ("spherical", "linear")})
        elif name == "colour":
            colours = self._viewing.colours
            self._add_choice(name, {one: view_words.word(one) for one in colours}, colours[0] if colours else "")
        elif name == "temperature":
            self._add_temperature()
        elif name == "seed":
            if spec.name != "traversal":  # there it is the explorer's own draw
                self._add_seed()
        elif name in ("image", "other", "to"):
            if spec.name != "traversal":  # there it is the image in the row of x
                self._add_images(spec, name)
        elif isinstance(default, tuple):
            self._add_list(name, Range(0, 9999, whole=True), len(default), len(default))
        else:
            self._add_number(name, Range(LEAST.get(name, 1), MOST.get(name, 999), whole=True))

    def _add_level(self, spec: ViewSpec) -> None:
        levels, several = self._experiment.levels, isinstance(spec.defaults["level"], tuple)
        following = spec.name in ONE_LEVEL
        every = {} if following else {"": view_words.word("all")}
        shown = [name for name in levels if name != LABEL or spec.name != "map"]
        box = self._choice("level", {**every, **{name: name for name in shown}})

        def choose(level: str) -> None:
            if following:
                self._exploration.look_at(level)
            else:
                self._viewing.choose(level=((level,) if level else ()) if several else level)

        def show(values: Mapping[str, Any]) -> None:
            level = values["level"]
            if following and not level and self._viewing.shown.figure is not None:
                level = self._viewing.shown.figure.settings["level"]  # the one with the most nats
            box.show_value((level[0] if level else "") if isinstance(level, tuple) else level)

        box.chosen.connect(choose)
        self._shows.append(show)

    def _add_basis(self) -> None:
        """Units or directions, which of them, and how many where nobody says which."""
        box = self._choice("basis", {one: view_words.word(one) for one in ("units", "directions")})
        which = self._list("unit", Range(0, 9999, whole=True, word=view_words.word("most")), 0, 64)
        rows = self._number("units", Range(1, MOST["units"], whole=True))

        def choose(numbers: tuple[int, ...] = (), count: int | None = None) -> None:
            count = int(rows.text()) if count is None else count
            along = box.currentData() == "directions"
            directions = (numbers or tuple(range(count))) if along else ()
            self._viewing.choose(unit=() if along else numbers, direction=directions, units=count)

        def show(values: Mapping[str, Any]) -> None:
            unit, direction, count = values["unit"], values["direction"], values["units"]
            box.show_value("directions" if direction else "units")
            named = () if direction == tuple(range(count)) else direction or unit
            which.show_value(named)
            rows.show_value(count)
            rows.setEnabled(not named)

        box.chosen.connect(lambda key: choose())
        which.chosen.connect(lambda numbers: choose(numbers))
        rows.chosen.connect(lambda count: choose((), count))
        self._shows.append(show)

    def _add_images(self, spec: ViewSpec, name: str) -> None:
        pictures, default = self._experiment.pictures, spec.defaults[name]
        last = 0 if pictures is None else len(pictures) - 1
        based = name == "image" and spec.name in FROM_BASE
        if not isinstance(default, tuple):
            prior = view_words.word("prior") if based else ""
            field = self._number(name, Range(0, last, whole=True, word=prior), SEED_WIDTH)
            field.chosen.connect(self._start_from if based else lambda number: self._viewing.choose(**{name: number}))
            self._shows.append(lambda values: _show_image(field, values[name]))
            return
        words = name if name != "image" else "around" if spec.name == "effect" else "images"
        images = self._list(words, Range(0, last, whole=True), 1, MOST_IMAGES, WIDE)
        images.chosen.connect(lambda numbers: self._take_images(name, numbers, based))
        self._shows.append(lambda values: images.show_value(tuple(map(_shown, values[name]))))

    def _start_from(self, number: int | None) -> None:
        if number is None:
            self._exploration.draw_from_prior()
        else:
            self._exploration.pick(number)

    def _take_images(self, name: str, images: tuple[int | str, ...], based: bool) -> None:
        """Other images; the first is the explorer's base, which stays where its word does."""
        numbers = tuple(one for one in images if isinstance(one, int))
        kept = based and isinstance(images[0], str)
        room = numbers[-1:] if kept else ()  # the base takes a place without a number of its own
        self._viewing.choose(**{name: (*numbers, *room)})
        if based and not kept:
            self._exploration.pick(numbers[0])

    def _add_choice(self, name: str, choices: Mapping[str, str], usual: str = "") -> None:
        box = self._choice(name, choices)
        box.chosen.connect(lambda key: self._viewing.choose(**{name: key}))
        self._shows.append(lambda values: box.show_value(values[name] or usual))

    def _add_number(self, name: str, allowed: Range) -> None:
        field = self._number(name, allowed)
        field.chosen.connect(lambda number: self._viewing.choose(**{name: number}))
        self._shows.append(lambda values: field.show_value(values[name]))

    def _add_list(self, name: str, allowed: Range, least: int, most: int) -> None:
        field = self._list(name, allowed, least, most)
        field.chosen.connect(lambda numbers: self._viewing.choose(**{name: numbers}))
        self._shows.append(lambda values: field.show_value(values[name]))

    def _add_seed(self) -> None:
        field = self._number("seed", Range(0, SEEDS, whole=True), SEED_WIDTH)
        field.chosen.connect(lambda number: self._viewing.choose(seed=number))
        dice = QPushButton("⚄")
        dice.setProperty("quiet", True)
        words = self.tr("Draw again, with another seed")
        dice.setToolTip(words)
        dice.setAccessibleName(words)
        dice.clicked.connect(lambda: self._viewing.choose(seed=int(self._dice.integers(1000))))
        self._fields["dice"] = dice
        self._pairs[-1].addWidget(dice)
        self._shows.append(lambda values: field.show_value(values["seed"]))

    def _add_temperature(self) -> None:
        field = Temperatures(self._experiment.levels)
        field.chosen.connect(lambda numbers: self._viewing.choose(temperature=numbers))
        field.refused.connect(self.refused)
        self._fields["temperature"] = field
        self._pair("temperature", field)
        self._shows.append(lambda values: field.show_value(values["temperature"]))

    def _choice(self, name: str, choices: Mapping[str, str]) -> ChoiceField:
        box = ChoiceField(view_words.parameter(name).title)
        box.offer(choices)
        box.setSizeAdjustPolicy(ChoiceField.SizeAdjustPolicy.AdjustToContents)
        self._place(name, box)
        return box

    def _number(self, name: str, allowed: Range, width: int = NARROW) -> NumberField:
        field = NumberField(view_words.parameter(name).title, allowed)
        field.set_hint(view_words.parameter(name).meaning)
        field.setFixedWidth(width)
        field.refused.connect(self.refused)
        self._place(name, field)
        return field

    def _list(self, name: str, allowed: Range, least: int, most: int, width: int = MIDDLE) -> ListField:
        field = ListField(view_words.parameter(name).title, allowed, least, most)
        field.set_hint(view_words.parameter(name).meaning)
        field.setFixedWidth(width)
        field.refused.connect(self.refused)
        self._place(name, field)
        return field

    def _place(self, name: str, field: QWidget) -> None:
        self._fields[name] = field
        self._pair(name, field)

    def _pair(self, name: str, field: QWidget) -> None:
        """The name of a field in front of it."""
        words = view_words.parameter(name)
        label = QLabel(words.title)
        label.setProperty("role", "caption")
        label.setToolTip(words.meaning)
        label.setBuddy(field)
        field.setToolTip(words.meaning)
        field.setAccessibleName(words.title)
        field.setAccessibleDescription(words.meaning)
        pair = QWidget()
        line = QHBoxLayout(pair)
        self._pairs.append(line)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(5)
        line.addWidget(label)
        line.addWidget(field)
        self.flow.addWidget(pair)


def _shown(image: int | str) -> int | str:
    """An image to start from as a field shows it: its number, or a word for what has none."""
    if isinstance(image, int):
        return image
    return view_words.word("prior" if image.startswith("prior:") else "dropped")


def _show_image(field: NumberField, image: int | str) -> None:
    shown = _shown(image)
    if isinstance(shown, int):
        field.show_value(shown)
    else:
        field.show_words(shown)
