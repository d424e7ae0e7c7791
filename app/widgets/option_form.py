"""A form made from a list of named settings: each gets the field that suits its kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from app.widgets.fields import ChoiceField, mark_wrong
from app.widgets.form import Form


class Setting(Protocol):
    """What the form needs to know of a setting."""

    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def default(self) -> Any: ...
    @property
    def choices(self) -> tuple[str, ...]: ...
    @property
    def help(self) -> str: ...
    @property
    def complaint(self) -> Callable[[Any], str]: ...


class OptionForm(QWidget):
    """Names on the left, fields on the right; `changed` carries the name and what was chosen or typed."""

    changed = Signal(str, object)
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._form = Form(self)
        self._fields: dict[str, QWidget] = {}
        self._settings: Sequence[Setting] = ()

    def field(self, name: str) -> QWidget:
        """The field of one setting."""
        return self._fields[name]

    def build(self, settings: Sequence[Setting], values: Mapping[str, Any]) -> None:
        """Make the fields anew, standing at `values` or at the defaults."""
        while self._form.rowCount():
            self._form.removeRow(0)
        self._fields, self._settings = {}, settings
        for setting in settings:
            self._add(setting, values.get(setting.name, setting.default))

    def show_values(self, values: Mapping[str, Any]) -> None:
        """Stand at `values` or at the defaults, without telling anybody; a text that does not fit stays."""
        for setting in self._settings:
            value, field = values.get(setting.name, setting.default), self._fields[setting.name]
            if isinstance(field, QCheckBox):
                blocker = QSignalBlocker(field)
                field.setChecked(bool(value))
                blocker.unblock()
            elif isinstance(field, ChoiceField):
                field.show_value(str(value))
            elif isinstance(field, QLineEdit) and not field.hasFocus() and not field.property("wrong"):
                field.setText(as_text(value))

    def _add(self, setting: Setting, value: Any) -> None:
        field = self._field(setting, value)
        self._form.add(setting.name.replace("_", " "), field, setting.help)
        self._fields[setting.name] = field

    def _field(self, setting: Setting, value: Any) -> QWidget:
        if setting.kind == "bool":
            return self._check_box(setting.name, bool(value))
        if setting.choices:
            return self._combo_box(setting, str(value))
        return self._line(setting, value)

    def _check_box(self, name: str, value: bool) -> QCheckBox:
        box = QCheckBox()
        box.setChecked(value)
        box.toggled.connect(lambda on: self.changed.emit(name, on))
        return box

    def _combo_box(self, setting: Setting, value: str) -> ChoiceField:
        box = ChoiceField(setting.name)
        box.offer({str(choice): str(choice).replace("_", " ") for choice in setting.choices})
        box.show_value(value)
        box.chosen.connect(lambda key: self.changed.emit(setting.name, key))
        return box

    def _line(self, setting: Setting, value: Any) -> QLineEdit:
        line = QLineEdit(as_text(value))
        line.editingFinished.connect(lambda: self._take(setting, line))
        return line

    def _take(self, setting: Setting, line: QLineEdit) -> None:
        """Pass on what was typed, or frame the field and say in its tool tip why it does not fit."""
        complaint = setting.complaint(line.text().strip())
        mark_wrong(line, complaint, setting.help)
        if complaint:
            self.refused.emit(complaint)
        else:
            self.changed.emit(setting.name, line.text().strip())


def as_text(value: Any) -> str:
    """A setting as a person types it: `64,32,16`; None is an empty field."""
    if value is None:
        return ""
    if isinstance(value, tuple | list):
        return ",".join(str(item) for item in value)
    return f"{value:g}" if isinstance(value, float) else str(value)
