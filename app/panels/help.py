"""The help pages that travel with Strata, read in a window of their own."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QListWidget, QListWidgetItem, QTextBrowser, QWidget

from app.desktop import assets

SIZE = (900, 620)
LIST_WIDTH = 210
TEXT = Qt.ItemDataRole.UserRole


class Help(QDialog):
    """Stays open beside the window: titles on the left, the page on the right; links to the web open in a browser."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Help"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(*SIZE)
        self.titles = QListWidget()
        self.titles.setAccessibleName(self.tr("Help pages"))
        self.titles.setFixedWidth(LIST_WIDTH)
        self.titles.setWordWrap(True)
        self.page = QTextBrowser()
        self.page.setAccessibleName(self.tr("Help page"))
        self.page.setOpenExternalLinks(True)
        self.page.setSearchPaths([assets.help_folder()])
        self.page.document().setDocumentMargin(16)
        line = QHBoxLayout(self)
        line.setContentsMargins(10, 10, 10, 10)
        line.addWidget(self.titles)
        line.addWidget(self.page, 1)
        for title, text in assets.help_pages():
            item = QListWidgetItem(title)
            item.setData(TEXT, text)
            self.titles.addItem(item)
        self.titles.currentItemChanged.connect(self._show)
        self.titles.setCurrentRow(0)
        self.titles.setFocus()

    def _show(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.page.setMarkdown(item.data(TEXT))
