"""The sheet that asks how a folder of images is imported, and shows the first of them as they will be trained on."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPushButton, QVBoxLayout, QWidget

from app.state.records import Prospect
from app.widgets.choices import Choices
from app.widgets.form import Form
from app.widgets.picture_grid import PictureGrid
from app.words import wording

SIZES = (28, 32, 64, 128)
WIDTH, PREVIEW_HEIGHT = 560, 224
LARGE = 1 << 30
"""Bytes from which the memory is worth a warning."""

Preview = Callable[[Prospect, int, bool, Callable[[np.ndarray], object]], object]


class ImportSheet(QDialog):
    """Enter imports, Escape cancels; the answers stand there again the next time.

    Args:
        prospect: the folder.
        preview: makes pictures of it and hands them to its last argument later on.
        settings: where the answers are remembered, or None.
    """

    def __init__(self, prospect: Prospect, preview: Preview, settings: QSettings | None, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Import images"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setMinimumWidth(WIDTH)
        self._prospect, self._preview, self._settings = prospect, preview, settings
        self._gone = False
        self.sizes, self.colours = self._choices()
        self.pictures = PictureGrid(self.tr("as they will be trained on"))
        self.pictures.setFixedHeight(PREVIEW_HEIGHT)
        self._memory = QLabel()
        self._memory.setWordWrap(True)
        self._arrange()
        self._stand(*self._last_answers())
        self.accepted.connect(self._remember)
        self.finished.connect(self._leave)

    @property
    def size_asked(self) -> int:
        """Side in pixels."""
        return int(self.sizes.current)

    @property
    def colour_asked(self) -> bool:
        """Whether colours are kept."""
        return self.colours.current == "colour"

    def _choices(self) -> tuple[Choices, Choices]:
        own = self._prospect.size
        offered = sorted({*SIZES, own})
        hints = {str(size): self.tr("{0} × {0} pixels").format(size) for size in offered}
        hints[str(own)] = self.tr("{0} × {0} pixels, which suits these images").format(own)
        sizes = Choices({str(size): f"{size} × {size}" for size in offered}, hints)
        colours = Choices(
            {"grey": self.tr("grey"), "colour": self.tr("colour")},
            {"grey": self.tr("One channel, brightness alone"), "colour": self.tr("Red, green and blue")},
        )
        for choices in (sizes, colours):
            choices.chosen.connect(self._show)
            for button in choices.findChildren(QPushButton):
                button.setAutoDefault(False)  # Enter imports, wherever the keyboard is
                button.setProperty("outlined", True)
        return sizes, colours

    def _arrange(self) -> None:
        title = QLabel(self._prospect.name)
        title.setProperty("role", "wordmark")
        counts = QLabel(self._counts())
        counts.setWordWrap(True)
        form = Form()
        form.add(self.tr("size"), self.sizes, self.tr("Height and width that every image is brought to."))
        form.add(self.tr("channels"), self.colours, self.tr("What is kept of the colours."))
        crop = QLabel(self.tr("Of each image the largest square in its middle is taken."))
        crop.setProperty("role", "caption")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.accept_button = QPushButton(self.tr("Import"))
        self.accept_button.setProperty("accent", True)
        buttons.addButton(self.accept_button, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 18, 22, 16)
        column.setSpacing(12)
        column.addWidget(title)
        column.addWidget(counts)
        column.addLayout(form)
        column.addWidget(crop)
        column.addWidget(self.pictures)
        column.addWidget(self._memory)
        column.addWidget(buttons)
        buttons.button(QDialogButtonBox.StandardButton.Cancel).setAutoDefault(False)
        self.accept_button.setDefault(True)  # only a button inside its dialogue becomes the default
        self.accept_button.setFocus()

    def _counts(self) -> str:
        prospect = self._prospect
        words = wording.plural(prospect.training, self.tr("{} image"), self.tr("{} images"))
        if prospect.classes:
            classes = wording.plural(prospect.classes, self.tr("{} class"), self.tr("{} classes"))
            words = self.tr("{} in {}").format(words, classes)
        others = [self.tr("{} held out to check on").format(wording.count(prospect.held_out))]
        if prospect.test:
            others.append(self.tr("{} kept for a test").format(wording.count(prospect.test)))
        return self.tr("{} to learn from, {}.").format(words, ", ".join(others))

    def _last_answers(self) -> tuple[int, bool]:
        """What was answered last where it is offered here, else what suits the images."""
        size, colour = self._prospect.size, self._prospect.colour
        if self._settings is None:
            return size, colour
        kept, kind = str(self._settings.value("import/size", "")), self._settings.value("import/channels", "")
        return int(kept) if kept.isdecimal() and int(kept) in SIZES else size, (
            kind == "colour" if kind in ("grey", "colour") else colour
        )

    def _stand(self, size: int, colour: bool) -> None:
        self.sizes.choose(str(size))
        self.colours.choose("colour" if colour else "grey")
        self._show()

    def _show(self) -> None:
        """Say what the present answers cost, and ask for the pictures they give."""
        size, colour = self.size_asked, self.colour_asked
        needed = self._prospect.nbytes(size, colour)
        words = self.tr("They take about {} of memory.").format(wording.memory(needed))
        if needed > LARGE:
            words = self.tr("{} A smaller size takes less.").format(words)
        self._memory.setText(words)
        self._preview(self._prospect, size, colour, lambda pixels: self._take(size, colour, pixels))

    def _take(self, size: int, colour: bool, pixels: np.ndarray) -> None:
        if not self._gone and (size, colour) == (self.size_asked, self.colour_asked):
            self.pictures.show_pixels(pixels)

    def _remember(self) -> None:
        if self._settings is not None:
            self._settings.setValue("import/size", self.size_asked)
            self._settings.setValue("import/channels", self.colours.current)

    def _leave(self) -> None:
        """Pictures that are still on their way find nobody."""
        self._gone = True
