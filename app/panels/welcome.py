"""What the window shows while nothing is loaded: a place to drop images, and the built-in data one click away."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.inputs.fetching import Downloads
from app.inputs.recent import Recent
from app.words import wording

MOST_RECENT, RECENT_WIDTH = 3, 170
WIDEST, HIGHEST = 800, 560


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
    """`chosen` carries a built-in source, one to download or a recent path; the `open` signals ask for a dialogue.

    Args:
        built_in: title and description by source.
        downloads: what can be downloaded.
        recent: what was open lately.
    """

    chosen = Signal(str)
    open_folder_wanted = Signal()
    open_files_wanted = Signal()

    def __init__(
        self,
        built_in: Mapping[str, tuple[str, str]],
        downloads: Downloads,
        recent: Recent,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._downloads = downloads
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(self._target(built_in, recent), 30)
        middle.addStretch(1)
        whole = QVBoxLayout(self)
        whole.addStretch(1)
        whole.addLayout(middle, 30)
        closing = self.tr(
            "Then press Train: curves move, and each level of the model gets sliders that answer while it learns."
        )
        whole.addWidget(self._label(closing, "caption"))
        whole.addStretch(1)
        self.setFocusProxy(next(iter(self.buttons.values())))

    def _target(self, built_in: Mapping[str, tuple[str, str]], recent: Recent) -> QWidget:
        """Where images are dropped, and under that all other ways in."""
        target = _Target()
        target.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        target.setMaximumSize(WIDEST, HIGHEST)
        inside = QVBoxLayout(target)
        inside.setContentsMargins(28, 24, 28, 20)
        inside.setSpacing(9)
        inside.addStretch(2)
        inside.addWidget(self._label(self.tr("Drop images here"), "headline"))
        words = self.tr(
            "A folder, whose subfolders become classes, images by themselves, or a .zip or .tar of them;\n"
            "IDX, .npy, .npz or CIFAR’s .bin files. What was copied elsewhere can be pasted."
        )
        inside.addWidget(self._label(words, ""))
        inside.addLayout(self._open_buttons())
        inside.addStretch(1)
        inside.addWidget(self._label(self.tr("or start with data that are already here"), "caption"))
        inside.addLayout(self._built_in_buttons(built_in))
        inside.addStretch(1)
        inside.addWidget(self._label(self.tr("or with a data set of the literature, downloaded once"), "caption"))
        inside.addLayout(self._download_buttons())
        inside.addStretch(1)
        inside.addLayout(self._recent_rows(recent))
        inside.addStretch(1)
        return target

    def _label(self, text: str, role: str) -> QLabel:
        label = QLabel(text)
        label.setProperty("role", role)
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        label.setWordWrap(True)
        return label

    def _open_buttons(self) -> QHBoxLayout:
        folder, files = QPushButton(self.tr("Open a folder …")), QPushButton(self.tr("Open files …"))
        folder.setToolTip(self.tr("A folder of images, of IDX files, or a run."))
        files.setToolTip(self.tr("Images, archives, arrays, IDX files, or a file of a run."))
        folder.clicked.connect(self.open_folder_wanted)
        files.clicked.connect(self.open_files_wanted)
        return _centred(folder, files)

    def _download_buttons(self) -> QHBoxLayout:
        self.download_buttons: dict[str, QPushButton] = {}
        for name in self._downloads.offers:
            button = QPushButton()
            button.clicked.connect(lambda _=False, name=name: self.chosen.emit(name))
            self.download_buttons[name] = button
        self._downloads.changed.connect(self._name_downloads)
        self._name_downloads()
        return _centred(*self.download_buttons.values())

    def _name_downloads(self) -> None:
        """Say on each button how large its download is, or that it needs none."""
        for name, offer in self._downloads.offers.items():
            size = self.tr("on this disk") if offer.there else wording.memory(offer.size)
            button = self.download_buttons[name]
            button.setText(f"{offer.title}\n{size}")
            button.setToolTip(offer.words)
            button.setAccessibleName(f"{offer.title}, {size}")
            button.setAccessibleDescription(offer.words)

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
        name = wording.source(path)
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
