"""What the window shows while nothing is loaded: a place to drop images, and the built-in data one click away."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.inputs.recent import Recent

MOST_RECENT, RECENT_WIDTH = 3, 170


class _Target(QWidget):
    """A dashed frame."""

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.palette().dark().color(), 1.5, Qt.PenStyle.DashLine))
        painter.setBrush(self.palette().base())
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 14, 14)
        painter.end()


class Welcome(QWidget):
    """`chosen` carries a built-in source or a recent path; the two `open` signals ask for a dialogue."""

    chosen = Signal(str)
    open_folder_wanted = Signal()
    open_file_wanted = Signal()

    def __init__(self, built_in: Mapping[str, tuple[str, str]], recent: Recent, parent: QWidget | None = None) -> None:
        """`built_in` maps a source to its title and its description; `recent` holds what was open lately."""
        super().__init__(parent)
        target = _Target()
        target.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        target.setMaximumSize(760, 460)
        inside = QVBoxLayout(target)
        inside.setContentsMargins(40, 36, 40, 36)
        inside.setSpacing(10)
        inside.addStretch(2)
        inside.addWidget(self._label(self.tr("Drop images here"), "headline"))
        words = self.tr("A folder of pictures, whose subfolders become classes, or a folder of IDX files.")
        inside.addWidget(self._label(words, ""))
        inside.addLayout(self._open_buttons())
        inside.addStretch(1)
        inside.addWidget(self._label(self.tr("or start with data that are already here"), "caption"))
        inside.addLayout(self._built_in_buttons(built_in))
        inside.addStretch(1)
        inside.addLayout(self._recent_rows(recent))
        inside.addStretch(1)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(target, 8)
        middle.addStretch(1)
        whole = QVBoxLayout(self)
        whole.addStretch(1)
        whole.addLayout(middle, 8)
        closing = self.tr(
            "Then press Train: curves move, and each level of the model gets sliders that answer while it learns."
        )
        whole.addWidget(self._label(closing, "caption"))
        self.setFocusProxy(next(iter(self.buttons.values())))
        whole.addStretch(1)

    def _label(self, text: str, role: str) -> QLabel:
        label = QLabel(text)
        label.setProperty("role", role)
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        label.setWordWrap(True)
        return label

    def _open_buttons(self) -> QHBoxLayout:
        folder, file = QPushButton(self.tr("Open a folder …")), QPushButton(self.tr("Open an IDX file …"))
        folder.clicked.connect(self.open_folder_wanted)
        file.clicked.connect(self.open_file_wanted)
        return _centred(folder, file)

    def _recent_rows(self, recent: Recent) -> QVBoxLayout:
        rows = QVBoxLayout()
        rows.setSpacing(4)
        self.recent_buttons: dict[str, QPushButton] = {}
        for kind, words in (("data", self.tr("Recent data")), ("runs", self.tr("Recent runs"))):
            buttons = [self._recent_button(path) for path in recent.paths(kind)[:MOST_RECENT]]
            if buttons:
                rows.addLayout(_centred(self._label(words, "caption"), *buttons))
        return rows

    def _recent_button(self, path: str) -> QPushButton:
        name = Path(path).name
        button = QPushButton(self.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, RECENT_WIDTH))
        button.setProperty("quiet", True)
        button.setAccessibleName(name)
        button.setToolTip(path)
        button.clicked.connect(lambda: self.chosen.emit(path))
        self.recent_buttons[path] = button
        return button

    def _built_in_buttons(self, built_in: Mapping[str, tuple[str, str]]) -> QHBoxLayout:
        self.buttons: dict[str, QPushButton] = {}
        for source, (title, description) in built_in.items():
            button = QPushButton(title)
            button.setToolTip(description)
            button.setAccessibleDescription(description)
            button.setMinimumHeight(34)
            button.setProperty("accent", not self.buttons)
            button.clicked.connect(lambda _=False, source=source: self.chosen.emit(source))
            self.buttons[source] = button
        return _centred(*self.buttons.values())


def _centred(*widgets: QWidget) -> QHBoxLayout:
    line = QHBoxLayout()
    line.setSpacing(8)
    line.addStretch(1)
    for widget in widgets:
        line.addWidget(widget)
    line.addStretch(1)
    return line
