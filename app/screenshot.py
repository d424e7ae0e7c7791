"""A picture of the window as a file, with or without a screen."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QWidget


def save(widget: QWidget, path: Path) -> str:
    """Write what `widget` shows to a PNG file.

    Args:
        widget: a window or a part of one.
        path: the file; its folder is made where it is missing.

    Returns:
        Empty when it was written, else one sentence.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        return f"The screenshot cannot be written to {path.parent} ({error.strerror}): choose another place."
    if not widget.grab().save(str(path), "PNG"):
        return f"The screenshot cannot be written to {path}: choose another place, with a name that ends in .png."
    return ""
