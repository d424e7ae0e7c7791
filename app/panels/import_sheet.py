"""The sheet before an import: what there is, how it is to be, what that costs, and the first images as they will be."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.inputs import answers
from app.panels import import_words
from app.panels.import_form import ImportForm
from app.state.records import DataSource, Prospect
from app.widgets.picture_grid import PictureGrid

WIDTH, FORM_WIDTH, PREVIEW_HEIGHT = 800, 340, 290

Preview = Callable[[Prospect, DataSource, Callable[[np.ndarray], object]], object]


class ImportSheet(QDialog):
    """Enter imports, Escape cancels; the answers stand there again the next time.

    Args:
        source: what would be imported, as `load_data` takes it.
        prospect: what was found there.
        preview: makes pictures of it and hands them to its last argument later on.
        settings: where the answers are remembered, or None.
    """

    def __init__(
        self, source: str, prospect: Prospect, preview: Preview, settings: QSettings | None, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Import images"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setMinimumWidth(WIDTH)
        self._source, self._prospect, self._preview, self._settings = source, prospect, preview, settings
        self._gone = False
        self.form = ImportForm(prospect, answers.last(settings))
        self.pictures = PictureGrid(self.tr("as they will be trained on"))
        self.pictures.setMinimumHeight(PREVIEW_HEIGHT)
        self.counts, self.classes, self.memory, self.complaint = (self._label() for _ in range(4))
        self._arrange()
        self.form.changed.connect(self._show)
        self.form.refused.connect(self._complain)
        self.accepted.connect(lambda: answers.keep(self.form.answers, self._settings))
        self.finished.connect(self._leave)
        self._show()

    @property
    def asked(self) -> DataSource:
        """The data as they are asked for now."""
        form = self.form.answers
        return DataSource(
            self._source,
            form.size,
            form.colour,
            None if form.framing == "crop" else form.framing,
            form.held_out,
            None if self.form.by_class or not self._prospect.classes else False,
        )

    @property
    def labels(self) -> float | None:
        """How many labels a semi-supervised model sees, as in `Settings`."""
        return self.form.answers.labels

    def accept(self) -> None:
        """Import, if everything that was typed fits."""
        if self.form.settle():
            super().accept()

    def _label(self) -> QLabel:
        label = QLabel()
        label.setWordWrap(True)
        return label

    def _arrange(self) -> None:
        title = QLabel(self._prospect.name)
        title.setProperty("role", "wordmark")
        title.setToolTip(self._source)
        self.classes.setProperty("role", "caption")
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 18, 22, 16)
        column.setSpacing(10)
        for label in (title, self.counts, self.classes):
            column.addWidget(label)
        column.addLayout(self._middle(), 1)
        column.addWidget(self.memory)
        for sentence in import_words.remarks(self._prospect):
            remark = self._label()
            remark.setText(sentence)
            remark.setProperty("role", "caption")
            remark.setToolTip(import_words.reasons(self._prospect))
            column.addWidget(remark)
        column.addWidget(self.complaint)
        column.addWidget(self._buttons())
        self.accept_button.setDefault(True)  # only a button inside its dialogue becomes the default
        self.accept_button.setFocus()

    def _middle(self) -> QHBoxLayout:
        """The questions on the left, the pictures on the right."""
        card = QFrame()
        card.setProperty("card", True)
        card.setFixedWidth(FORM_WIDTH)
        QVBoxLayout(card).addWidget(self.form, 0, Qt.AlignmentFlag.AlignTop)
        line = QHBoxLayout()
        line.setSpacing(22)
        line.addWidget(card)
        line.addWidget(self.pictures, 1)
        return line

    def _buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.accept_button = QPushButton(self.tr("Import"))
        self.accept_button.setProperty("accent", True)
        buttons.addButton(self.accept_button, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        buttons.button(QDialogButtonBox.StandardButton.Cancel).setAutoDefault(False)
        return buttons

    def _show(self) -> None:
        """Say what the present answers give and cost, and ask for the pictures they make."""
        prospect, form, asked = self._prospect, self.form.answers, self.asked
        self.counts.setText(import_words.counts(prospect, form.held_out, self.form.by_class))
        self.classes.setText(import_words.classes(prospect))
        self.classes.setVisible(self.form.by_class)
        size, colour = form.size or prospect.size, bool(form.colour)
        self.memory.setText(import_words.memory(prospect, size, colour, self.form.by_class))
        self._complain("")
        self._preview(prospect, asked, lambda pixels: self._take(asked, pixels))

    def _take(self, asked: DataSource, pixels: np.ndarray) -> None:
        if not self._gone and asked == self.asked:
            self.pictures.show_pixels(pixels)

    def _complain(self, text: str) -> None:
        self.complaint.setText(text)
        self.complaint.setVisible(bool(text))

    def _leave(self) -> None:
        """Pictures that are still on their way find nobody."""
        self._gone = True
