"""The rows of the levels and the open view beside them, or, where that is too narrow, under the row at hand."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

SIDE_BY_SIDE = 940
"""Logical pixels from which rows and view find room beside each other."""
SLIDERS = 330
"""Width of the rows beside a view, at first and at least: names and a column of sliders."""
ROW = 70
"""Height of the rows over a view, at first and at least: those of one level."""
MOST = 0.4
"""Of the height for the rows over a view at first: the row at hand may be open and tall."""


class RowsAndView(QSplitter):
    """A person may share the room out otherwise: that is remembered for each way of lying.

    `moved` says that the parts have other sizes, `turned` that they lie the other way.

    Args:
        rows: of the levels.
    """

    moved = Signal()
    turned = Signal()

    def __init__(self, rows: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setChildrenCollapsible(False)
        self._rows = rows
        self._view: QWidget | None = None
        self._sizes: dict[Qt.Orientation, list[int]] = {}
        self._row = QSize(SLIDERS, ROW)
        self._follows = True
        self.addWidget(rows)
        self.splitterMoved.connect(self._remember)

    @property
    def viewing(self) -> bool:
        """Whether the view has its room beside the rows, or under them."""
        return self._view is not None and not self._view.isHidden()

    @property
    def beside(self) -> bool:
        """Whether rows and view lie side by side."""
        return self.orientation() == Qt.Orientation.Horizontal

    def put_view(self, view: QWidget) -> None:
        """Take in the view; it stays hidden until `open`."""
        self._view = view
        self.addWidget(view)
        self.setStretchFactor(0, 0)
        self.setStretchFactor(1, 1)
        view.hide()

    def open(self, viewed: bool, follows: bool = True) -> None:
        """Give the view its room, or all of it to the rows again.

        Args:
            viewed: whether there is a view.
            follows: it starts from where the sliders are; one that does not takes their room where that is scarce.
        """
        if self._view is not None:
            self._follows = follows
            self._view.setVisible(viewed)
            self._lay_out()

    def fit_row(self, row: QSize) -> None:
        """Leave room for the row at hand, as narrow as rows can be, where only one finds room over the view."""
        size = row.expandedTo(QSize(SLIDERS, ROW))
        if size != self._row:
            self._row = size
            self._lay_out()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def _lay_out(self) -> None:
        """Lie as the width allows, and share the room out as a person did, or as it is at first."""
        across = self.width() >= SIDE_BY_SIDE
        wanted = Qt.Orientation.Horizontal if across else Qt.Orientation.Vertical
        self._rows.setVisible(across or self._follows or not self.viewing)
        if self.viewing:
            turned = wanted != self.orientation()
            self.setOrientation(wanted)
            self._rows.setMinimumSize(*((self._row.width(), 0) if across else (0, ROW)))
            row = min(self._row.height(), int(MOST * self.height()))
            first, whole = (self._row.width(), self.width()) if across else (row, self.height())
            if turned or wanted not in self._sizes:
                self.setSizes(self._sizes.get(wanted, [first, max(1, whole - first)]))
            if turned:
                self.turned.emit()
        else:
            self._rows.setMinimumSize(0, 0)
        self.moved.emit()

    def _remember(self) -> None:
        self._sizes[self.orientation()] = self.sizes()
        self.moved.emit()
