"""The command palette: every action of the window, found by a few letters."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QDialog,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.actions import Actions, Command
from app.words import fuzzy

SIZE = (520, 380)
TOP = 90
COMMAND = Qt.ItemDataRole.UserRole
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class _WithKeys(QStyledItemDelegate):
    """Draws the shortcut of a command dim, at the right end of its line."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().paint(painter, option, index)
        command: Command = index.data(COMMAND)
        states, palette = QStyle.StateFlag, option.palette
        chosen = bool(option.state & states.State_Selected)
        colour = palette.highlightedText().color() if chosen else palette.placeholderText().color()
        painter.save()
        painter.setPen(colour)
        painter.drawText(option.rect.adjusted(0, 0, -12, 0), RIGHT, command.keys)
        painter.restore()


class Palette(QDialog):
    """Type, choose with the arrow keys, press Enter. What is impossible now is listed, and greyed."""

    def __init__(self, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Commands"))
        self.setObjectName("palette")
        self._commands = [command for command in actions.commands() if command.key != "palette"]
        self.field = QLineEdit()
        self.field.setPlaceholderText(self.tr("What to do …"))
        self.field.setAccessibleName(self.tr("Search the commands"))
        self.field.textChanged.connect(self._list)
        self.field.installEventFilter(self)
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Commands found"))
        self.list.setItemDelegate(_WithKeys(self.list))
        self.list.itemActivated.connect(self._run)
        self.list.itemClicked.connect(self._run)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 10, 10, 10)
        column.addWidget(self.field)
        column.addWidget(self.list)
        self.resize(*SIZE)
        self.move(parent.mapToGlobal(parent.rect().topLeft()).x() + (parent.width() - SIZE[0]) // 2, parent.y() + TOP)
        self._list("")
        self.field.setFocus()

    @property
    def found(self) -> list[str]:
        """The commands in sight, by key, best first."""
        return [self.list.item(row).data(COMMAND).key for row in range(self.list.count())]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
            if (key := Qt.Key(event.key())) in steps and self.list.count():
                self.list.setCurrentRow((self.list.currentRow() + steps[key]) % self.list.count())
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._run(self.list.currentItem())
                return True
        return super().eventFilter(watched, event)

    def _list(self, letters: str) -> None:
        self.list.clear()
        for command in fuzzy.ranked(letters, self._commands, lambda command: command.words):
            item = QListWidgetItem(command.words)
            item.setData(COMMAND, command)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{command.words} {command.keys}".rstrip())
            if not command.action.isEnabled():
                item.setFlags(Qt.ItemFlag.NoItemFlags)
            self.list.addItem(item)
        self.list.setCurrentRow(0)

    def _run(self, item: QListWidgetItem | None) -> None:
        if item is None or not item.flags() & Qt.ItemFlag.ItemIsEnabled:
            return
        command: Command = item.data(COMMAND)
        self.close()
        command.action.trigger()
