"""The questions before an import, a row each: size, channels, framing, classes, the held-out share and the labels."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from app.inputs.answers import Answers
from app.state.records import Prospect
from app.widgets.amount_field import Amount, AmountField, ShareField
from app.widgets.choices import Choices
from app.widgets.fields import NumberField, Range
from app.widgets.form import Form

SIZES = (28, 32, 64, 128)
MOST_LABELS = 1_000_000


class ImportForm(QWidget):
    """`changed` says that an answer is another one, `refused` carries the sentence against a typed value."""

    changed = Signal()
    refused = Signal(str)

    def __init__(self, prospect: Prospect, answers: Answers, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._form = Form(self)
        self._former, self._classed = answers, bool(prospect.classes)
        self._labels: float | None = answers.labels
        self._held_out: float | None = answers.held_out
        self._add_pixels(prospect)
        self._add_classes(prospect)
        self._add_shares(prospect)
        self._stand(answers, prospect)

    @property
    def answers(self) -> Answers:
        """What is answered now, and what was before where nothing is asked."""
        return Answers(
            size=int(self.sizes.current),
            colour=self.colours.current == "colour",
            framing=self.framings.current,
            folder_classes=self.classes.current == "folders" if self._classed else self._former.folder_classes,
            held_out=self._held_out,
            labels=self._labels,
        )

    def settle(self) -> bool:
        """Take what is being typed; whether all of it fits."""
        fields = [field for field in (self.held_out, self.labels) if field.isVisible()]
        for field in fields:
            field.editingFinished.emit()
        return not any(field.property("wrong") for field in fields)

    def _add_pixels(self, prospect: Prospect) -> None:
        own, offered = prospect.size, sorted({*SIZES, prospect.size})
        hints = {str(size): self.tr("{0} × {0} pixels").format(size) for size in offered}
        hints[str(own)] = self.tr("{0} × {0} pixels, which suits these images").format(own)
        self.sizes = self._choices({str(size): str(size) for size in offered}, hints)
        self.colours = self._choices(
            {"grey": self.tr("grey"), "colour": self.tr("colour")},
            {"grey": self.tr("One channel, brightness alone"), "colour": self.tr("Red, green and blue")},
        )
        self.framings = self._choices(
            {"crop": self.tr("crop"), "fit": self.tr("fit")},
            {
                "crop": self.tr("The largest square in the middle of each image"),
                "fit": self.tr("All of each image, with black beside it"),
            },
        )
        self._form.add(self.tr("size"), self.sizes, self.tr("Height and width that every image is brought to."))
        self._form.add(self.tr("channels"), self.colours, self.tr("What is kept of the colours."))
        self._form.add(self.tr("framing"), self.framings, self.tr("How an image becomes a square."))

    def _add_classes(self, prospect: Prospect) -> None:
        self.classes = self._choices(
            {"folders": self.tr("subfolders"), "none": self.tr("none")},
            {
                "folders": self.tr("Each subfolder is a class"),
                "none": self.tr("Subfolders say nothing: all images are taken, without classes"),
            },
        )
        self._form.add(self.tr("classes"), self.classes, self.tr("Whether images in one folder are of one class."))
        if not prospect.classes:
            self.classes.rule_out("folders", self.tr("There are no subfolders that could be classes."))

    def _add_shares(self, prospect: Prospect) -> None:
        word = self.tr("as the folders say") if prospect.own_held_out else self.tr("a twelfth")
        allowed = Range(0.01, 0.9, step=0.01, word=word)
        self.held_out = self._number(ShareField(self.tr("held out"), allowed), "_held_out")
        self._form.add(
            self.tr("held out"),
            self.held_out,
            self.tr("Share of the images that the model does not learn from and is checked on, such as 10 %."),
        )
        labelled = Amount(1, MOST_LABELS, step=100, word=self.tr("10 a class"))
        self.labels = self._number(AmountField(self.tr("labels"), labelled), "_labels")
        self._form.add(
            self.tr("labels"),
            self.labels,
            self.tr("How many images semi-supervised models see with their class: a number, or a share such as 5 %."),
        )

    def _choices(self, captions: Mapping[str, str], hints: Mapping[str, str]) -> Choices:
        choices = Choices(captions, hints)
        choices.chosen.connect(self._tell)
        for button in choices.findChildren(QPushButton):
            button.setAutoDefault(False)  # Enter imports, wherever the keyboard is
            button.setProperty("outlined", True)
        return choices

    def _number(self, field: NumberField, name: str) -> NumberField:
        """Let what is typed into a field be the attribute `name`."""

        def take(value: float | None) -> None:
            setattr(self, name, value)
            self._tell()

        field.chosen.connect(take)
        field.refused.connect(self.refused)
        return field

    def _stand(self, answers: Answers, prospect: Prospect) -> None:
        """Stand at earlier answers where they are offered here, else at what suits the images."""
        self.sizes.choose(str(answers.size if answers.size in SIZES else prospect.size))
        colour = prospect.colour if answers.colour is None else answers.colour
        self.colours.choose("colour" if colour else "grey")
        self.framings.choose(answers.framing)
        self.classes.choose("folders" if answers.folder_classes and prospect.classes else "none")
        self.held_out.show_value(answers.held_out)
        self.labels.show_value(answers.labels)
        self._show_labels()

    def _tell(self) -> None:
        self._show_labels()
        self.changed.emit()

    def _show_labels(self) -> None:
        """Labels are asked for only where there are classes."""
        self._form.setRowVisible(self.labels, self.by_class)

    @property
    def by_class(self) -> bool:
        """Whether the images will have classes."""
        return self.classes.current == "folders"
