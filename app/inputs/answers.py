"""The last answers to the questions before an import, kept for the next one."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QSettings

FRAMINGS = ("crop", "fit")


@dataclass(frozen=True)
class Answers:
    """How images are to be imported.

    Attributes:
        size: side in pixels; None: that which suits the images.
        colour: three channels or one; None: as the images are.
        framing: "crop" or "fit".
        folder_classes: whether subfolders are classes.
        held_out: share that is held out of training; None: the usual one.
        labels: labelled images of a semi-supervised run, or below 1 their share; None: ten in each class.
    """

    size: int | None = None
    colour: bool | None = None
    framing: str = "crop"
    folder_classes: bool = True
    held_out: float | None = None
    labels: float | None = None


def last(settings: QSettings | None) -> Answers:
    """What was answered last; what is not there, or makes no sense, is as if nobody had been asked."""
    if settings is None:
        return Answers()
    kept = {name: str(settings.value(f"import/{name}", "")) for name in (*Answers.__dataclass_fields__, "channels")}
    size, held_out, labels = (_number(kept[name]) for name in ("size", "held_out", "labels"))
    return Answers(
        size=int(size) if size is not None and size >= 1 else None,
        colour={"grey": False, "colour": True}.get(kept["channels"]),
        framing=kept["framing"] if kept["framing"] in FRAMINGS else "crop",
        folder_classes=kept["folder_classes"] != "no",
        held_out=held_out if held_out is not None and 0 < held_out < 1 else None,
        labels=int(labels) if labels is not None and labels >= 1 else labels,
    )


def keep(answers: Answers, settings: QSettings | None) -> None:
    """Remember answers, in words that every store gives back as they were."""
    if settings is None:
        return
    words = {
        "size": str(answers.size or ""),
        "channels": {None: "", False: "grey", True: "colour"}[answers.colour],
        "framing": answers.framing,
        "folder_classes": "yes" if answers.folder_classes else "no",
        "held_out": "" if answers.held_out is None else repr(answers.held_out),
        "labels": "" if answers.labels is None else repr(answers.labels),
    }
    for name, value in words.items():
        settings.setValue(f"import/{name}", value)


def _number(text: str) -> float | None:
    """A number above 0, or None where there is none."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if 0 < number < float("inf") else None
